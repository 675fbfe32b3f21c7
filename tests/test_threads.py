"""How many threads NumPy gets, and that work done ahead is the same work."""

import os
import subprocess
import sys
import threading

import pytest

from mnist_lib import threads

COUNT = "print([pool['num_threads'] for pool in __import__('threadpoolctl').threadpool_info()])"
NAMES = {*threads.OTHERS, threads.VARIABLE}


def run(code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in NAMES}
    return subprocess.run(
        [sys.executable, "-c", code],
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("imports", ["import mnist_lib", "import numpy, mnist_lib.training"])
def test_a_kernel_that_imports_the_library_gets_one_thread(imports):
    assert run(f"{imports}; {COUNT}").stdout == "[1]\n"


def test_the_reader_can_choose_another_number():
    chosen = run(f"import mnist_lib; {COUNT}", MNIST_LIB_BLAS_THREADS="2")
    assert chosen.stdout == run(f"import numpy; {COUNT}", OPENBLAS_NUM_THREADS="2").stdout


@pytest.mark.parametrize(
    "variables", [{"MNIST_LIB_BLAS_THREADS": "all"}, {"OPENBLAS_NUM_THREADS": "2"}]
)
def test_blas_is_left_alone_where_a_variable_says_so(variables):
    untouched = run(f"import numpy; {COUNT}", **variables)
    assert run(f"import mnist_lib; {COUNT}", **variables).stdout == untouched.stdout


@pytest.mark.parametrize("value", ["0", "-1", "two", "1.5", "²"])
def test_a_value_that_makes_no_sense_is_refused_in_a_sentence(value):
    result = run("import mnist_lib", MNIST_LIB_BLAS_THREADS=value)
    assert "MNIST_LIB_BLAS_THREADS is" in result.stderr.splitlines()[-1]


@pytest.fixture(params=[True, False], ids=["threads", "no threads"])
def can_start(request, monkeypatch) -> bool:
    monkeypatch.setattr(threads, "CAN_START", request.param)
    return request.param


def test_work_ahead_yields_the_same_items_in_their_order(can_start):
    assert list(threads.work_ahead(iter(range(50)))) == list(range(50))
    assert list(threads.work_ahead(iter([]))) == []


def test_work_ahead_is_one_item_ahead_and_elsewhere(can_start):
    made: list[tuple[int, int]] = []
    second_is_made = threading.Event()

    def items():
        for number in range(3):
            made.append((number, threading.get_ident()))
            if number == 1:
                second_is_made.set()
            yield number

    ahead = threads.work_ahead(items())
    assert next(ahead) == 0
    if can_start:
        assert second_is_made.wait(timeout=60)
        assert {ident for _, ident in made} != {threading.get_ident()}
    else:
        assert made == [(0, threading.get_ident())]
    assert list(ahead) == [1, 2]


def test_an_error_in_work_ahead_arrives_where_the_item_was_asked_for(can_start):
    def items():
        yield 1
        raise ZeroDivisionError("in the second item")

    ahead = threads.work_ahead(items())
    assert next(ahead) == 1
    with pytest.raises(ZeroDivisionError, match="in the second item"):
        next(ahead)


@pytest.mark.parametrize("count", [0, 1, 2, 1001])
def test_shared_out_parts_cover_each_item_once(can_start, count):
    parts = []
    threads.share_out(lambda start, end: parts.append(range(start, end)), count)
    assert len(parts) == (max(1, min(count, os.cpu_count())) if can_start else 1)
    assert sorted(item for part in parts for item in part) == list(range(count))


@pytest.mark.parametrize("bad", [0, 999])
def test_an_error_in_shared_out_work_is_raised(can_start, bad):
    def work(start, end):
        if bad in range(start, end):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        threads.share_out(work, 1000)


def test_a_browser_is_known_to_start_no_threads():
    code = "import sys; sys.platform = 'emscripten'; from mnist_lib import threads; "
    assert run(f"{code}print(threads.CAN_START)").stdout == "False\n"
    assert run("from mnist_lib import threads; print(threads.CAN_START)").stdout == "True\n"
