"""Files of parameters: the good ones are read, the rest refused in words."""

import io
import pickle
import subprocess
import sys
import tracemalloc
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_lib import init_network
from mnist_lib.checks import check_network
from mnist_lib.network import new_network
from mnist_lib.parameters import SHIPPED

SHAPES = {"W1": (784, 5), "b1": (5,), "W2": (5, 7), "b2": (7,), "W3": (7, 10), "b3": (10,)}


def small_network() -> dict[str, np.ndarray]:
    """In Fortran order, as the book's file has it: read in the other, it would be scrambled."""
    rng = np.random.default_rng(0)
    return {
        name: np.asfortranarray(rng.standard_normal(shape, dtype=np.float32))
        for name, shape in SHAPES.items()
    }


def assert_same(read: dict[str, np.ndarray], written: dict[str, np.ndarray]) -> None:
    assert list(read) == ["W1", "b1", "W2", "b2", "W3", "b3"]
    for name, array in read.items():
        assert array.dtype == np.float32
        np.testing.assert_array_equal(array, written[name])


def test_the_shipped_parameters_have_the_shapes_of_the_course():
    network = init_network()
    assert {name: array.shape for name, array in network.items()} == {
        "W1": (784, 50),
        "b1": (50,),
        "W2": (50, 100),
        "b2": (100,),
        "W3": (100, 10),
        "b3": (10,),
    }
    assert all(array.dtype == np.float32 for array in network.values())
    assert SHIPPED.parent.parent.name == "mnist_lib"


def test_an_npz_of_ones_own(tmp_path: Path):
    np.savez(tmp_path / "mine.npz", **small_network())
    assert_same(init_network(tmp_path / "mine.npz"), small_network())


@pytest.mark.parametrize("protocol", [3, 4, 5])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, ">f4"])
def test_a_pickle_of_six_arrays(tmp_path: Path, protocol: int, dtype: str):
    network = {name: array.astype(dtype) for name, array in small_network().items()}
    path = tmp_path / "sample_weight.pkl"
    path.write_bytes(pickle.dumps(network, protocol))
    assert_same(init_network(str(path)), small_network())


@pytest.mark.parametrize("kind", ["npz", "pkl"])
def test_of_damaged_text_nothing_but_an_error_is_shown(tmp_path: Path, kind: str):
    """Where Python would warn of an invalid escape sequence."""
    path = tmp_path / "damaged"
    if kind == "npz":
        np.save(header := io.BytesIO(), np.zeros(1))
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("W1.npy", header.getvalue().replace(b"<f8", b"\\c8"))
    else:
        path.write_bytes(b"\x80\x03S'\\:'\n.")
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        with pytest.raises(ValueError, match="was not read"):
            init_network(path)
    assert not shown


@pytest.mark.parametrize("kind", ["npz", "pkl"])
@pytest.mark.parametrize("hidden_sizes", [(), (6,), (5, 6, 7)])
def test_networks_of_any_depth_are_read(tmp_path: Path, kind: str, hidden_sizes: tuple[int, ...]):
    network = new_network(hidden_sizes)
    path = tmp_path / f"mine.{kind}"
    if kind == "npz":
        np.savez(path, **network)
    else:
        path.write_bytes(pickle.dumps(network, 4))
    read = init_network(path)
    assert list(read) == list(network)
    for name, values in network.items():
        np.testing.assert_array_equal(read[name], values)


def test_arrays_come_in_the_order_of_c(tmp_path: Path):
    """Fortran's order, in which the book's file holds them, makes batches slower."""
    np.savez(tmp_path / "mine.npz", **small_network())
    assert all(array.flags.c_contiguous for array in init_network(tmp_path / "mine.npz").values())


def test_more_bytes_than_a_network_needs_are_refused(tmp_path: Path):
    path = tmp_path / "large.npz"
    with path.open("wb") as file:
        file.write(b"PK")
        file.truncate(200_000_000)
    tracemalloc.start()
    with pytest.raises(ValueError, match="more than 100,000,000 bytes"):
        init_network(path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 120_000_000


def test_a_folder_and_a_missing_file_are_named(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match=r"There is no file .*Pass the path"):
        init_network(tmp_path)
    with pytest.raises(FileNotFoundError, match="nowhere"):
        init_network(tmp_path / "nowhere.npz")


def test_a_message_stays_short_whatever_the_file_says(tmp_path: Path):
    header = b"\x93NUMPY\x01\x00" + (9000).to_bytes(2, "little") + b"{" * 9000
    with zipfile.ZipFile(tmp_path / "long.npz", "w") as archive:
        for name in SHAPES:
            archive.writestr(f"{name}.npy", header)
    with pytest.raises(ValueError, match=r"not a complete \.npz file") as error:
        init_network(tmp_path / "long.npz")
    assert len(str(error.value)) < 600


def test_a_pickle_written_under_an_old_numpy(tmp_path: Path):
    content = pickle.dumps(small_network(), 3)
    old = content.replace(b"numpy._core.multiarray", b"numpy.core.multiarray")
    assert old != content
    (tmp_path / "old.pkl").write_bytes(old)
    assert_same(init_network(tmp_path / "old.pkl"), small_network())


class Intruder:
    """Unpickled, it would leave a file behind."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self):
        return Path.touch, (self.trace,)


@pytest.mark.parametrize("protocol", range(6))
def test_a_pickle_that_wants_to_run_something_is_refused_unrun(tmp_path: Path, protocol: int):
    trace = tmp_path / "I was here"
    hostile = {**small_network(), "W2": Intruder(trace)}
    path = tmp_path / "hostile.pkl"
    path.write_bytes(pickle.dumps(hostile, protocol))
    with pytest.raises(ValueError, match=r"hostile\.pkl was not read.*(nothing|Nothing)"):
        init_network(path)
    assert not trace.exists()


@pytest.mark.parametrize(
    "program",
    [
        b"cos\nsystem\n(S'true'\ntR.",
        b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x04true\x85R.",
        b"\x80\x04\x8c\x08builtins\x8c\x04eval\x93\x8c\x011\x85R.",
        b"(i__builtin__\neval\n.",
        b"\x80\x02\x82\x01.",
        b"Pid\n.",
    ],
)
def test_every_way_to_name_something_else_is_refused(tmp_path: Path, program: bytes):
    (tmp_path / "x.pkl").write_bytes(program)
    with pytest.raises(ValueError, match=r"Nothing in it was executed"):
        init_network(tmp_path / "x.pkl")


def array_call(shape: bytes, code: bytes) -> bytes:
    """Write a pickle of one array, whose shape and type are the instructions that are given."""
    return (
        b"\x80\x04}\x8c\x02W1\x8c\x13numpy._core.numeric\x8c\x0b_frombuffer\x93"
        b"(C\x04abcd\x8c\x05numpy\x8c\x05dtype\x93"
        + code
        + b"\x85R(K\x03\x8c\x01<tb"
        + shape
        + b"\x8c\x01CtRs."
    )


def nested(levels: int) -> bytes:
    return b")" + levels * b"\x85"


def doubled(times: int) -> bytes:
    return b")" + times * b"\x940\x68\x00\x68\x00\x86"


HARMFUL = {
    "a type nested deeply": array_call(b"K\x01\x85", nested(300_000)),
    "a length that is a text": array_call(
        b"\x8a\x08" + b"\x00" * 7 + b"\x40\x8c\x01a\x86", b"\x8c\x02f4"
    ),
    "a length below zero": array_call(b"J\xff\xff\xff\xff\x85", b"\x8c\x02f4"),
    "a shape nested deeply": array_call(nested(300_000), b"\x8c\x02f4"),
    "a name nested deeply": b"\x80\x04" + nested(300_000) + b"\x8c\x01x\x93.",
    "a name doubled often": b"\x80\x04" + doubled(60) + b"\x8c\x01x\x93.",
    "a key nested deeply": b"\x80\x04}" + nested(300_000) + b"K\x01s.",
    "many marks": b"\x80\x04" + 20_000 * b"N" + 20_000 * b"(t" + b".",
    "a name without end": b"\x80\x04\x8d"
    + (10**6).to_bytes(8, "little")
    + 10**6 * b"x"
    + b"\x8c\x01y\x93.",
}


@pytest.mark.parametrize("name", HARMFUL)
def test_a_pickle_built_to_do_harm_is_refused_at_once(tmp_path: Path, name: str):
    """In a process of its own: what goes wrong here takes the interpreter with it."""
    path = tmp_path / "harm.pkl"
    path.write_bytes(HARMFUL[name])
    code = f"from mnist_lib import init_network; init_network({str(path)!r})"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=20, check=False
    )
    last = result.stderr.splitlines()[-1]
    assert last.startswith("ValueError: "), (result.returncode, last[:300])
    assert len(last) < 1000


def test_a_small_archive_of_gigabytes_is_refused_unread(tmp_path: Path):
    path = tmp_path / "large.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in SHAPES:
            archive.writestr(f"{name}.npy", bytes(20_000_000))
    with pytest.raises(ValueError, match="far more than a network needs"):
        init_network(path)


@pytest.mark.parametrize("kind", ["npz", "pkl"])
@given(data=st.data())
def test_a_file_cut_short_is_refused(
    tmp_path_factory: pytest.TempPathFactory, kind: str, data: st.DataObject
):
    content = encoded(kind)
    path = tmp_path_factory.mktemp("cut") / "half"
    path.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
    with pytest.raises(ValueError, match="half was not read"):
        init_network(path)


@pytest.mark.parametrize("kind", ["npz", "pkl"])
@given(data=st.data())
def test_an_altered_file_is_read_or_refused_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, kind: str, data: st.DataObject
):
    content = bytearray(encoded(kind))
    for _ in range(data.draw(st.integers(1, 4))):
        # Most bytes are numbers; what steers the reader stands at the ends.
        near_an_end = st.integers(0, 200) | st.integers(len(content) - 700, len(content) - 1)
        content[data.draw(near_an_end)] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("altered") / "altered"
    path.write_bytes(content)
    try:
        network = init_network(path)
    except ValueError:
        return
    assert check_network(network) == 3


def encoded(kind: str) -> bytes:
    if kind == "pkl":
        return pickle.dumps(small_network(), 3)
    buffer = io.BytesIO()
    np.savez(buffer, **small_network())
    return buffer.getvalue()


def changed(**changes: object) -> dict[str, object]:
    network = {**small_network(), **changes}
    return {name: array for name, array in network.items() if array is not None}


BAD = {
    "a missing name": (changed(b3=None), "holds 'W1'"),
    "an unknown name": (changed(W4=np.zeros(3)), "'W4'"),
    "nothing": ({}, "holds nothing"),
    "the images": ({"train_img": np.zeros(3), "test_img": np.zeros(3)}, r"mnist\.pkl"),
    "a width that does not fit": (changed(W2=np.zeros((6, 7))), r"W2 has the shape \(6, 7\)"),
    "a bias that does not fit": (changed(b3=np.zeros(11)), r"b3 has the shape \(11,\)"),
    "a bias of two dimensions": (changed(b1=np.zeros((1, 5))), "b1 has the shape"),
    "too few inputs": (changed(W1=np.zeros((783, 5))), "from 783 inputs to 10 outputs"),
    "too many outputs": (
        changed(W3=np.zeros((7, 11)), b3=np.zeros(11)),
        "from 784 inputs to 11 outputs",
    ),
    "a plain number": (changed(W1=np.float32(1)), "W1"),
    "integers": (changed(W1=np.zeros((784, 5), np.int64)), "'W1' is of type int"),
    "complex numbers": (changed(W1=np.zeros((784, 5), complex)), "'W1' is of type complex"),
    "nan": (changed(b2=np.full(7, np.nan)), "b2 holds numbers that are not finite"),
    "a signalling nan": (
        changed(b2=np.full(7, 0x7FF0000000000001, np.uint64).view(np.float64)),
        "b2 holds numbers that are not finite",
    ),
    "infinity": (changed(b2=np.full(7, np.inf)), "b2 holds numbers that are not finite"),
    "too large for float32": (changed(b2=np.full(7, 1e300)), "b2 holds numbers that are not"),
}


# A pickle tells these apart while it is read, in words of its own.
WORDS_FOR_PICKLES = {
    "a plain number": "which a file of arrays has no use for",
    "integers": "'W1' is of type 'i8'",
    "complex numbers": "'W1' is of type 'c16'",
}


@pytest.mark.parametrize("kind", ["npz", "pkl"])
@pytest.mark.parametrize("fault", BAD)
def test_bad_parameters_are_refused_in_words(tmp_path: Path, kind: str, fault: str):
    network, words = BAD[fault]
    path = tmp_path / f"bad.{kind}"
    if kind == "npz":
        np.savez(path, **network)
    else:
        path.write_bytes(pickle.dumps(network, 3))
    with pytest.raises(ValueError, match=r"bad\.") as error:
        init_network(path)
    wanted = WORDS_FOR_PICKLES.get(fault, words) if kind == "pkl" else words
    error.match(wanted)


def test_objects_in_an_npz_are_refused(tmp_path: Path):
    np.savez(tmp_path / "objects.npz", **changed(W1=np.array([{}, []], dtype=object)))
    with pytest.raises(ValueError, match=r"not a complete \.npz file"):
        init_network(tmp_path / "objects.npz")


@pytest.mark.parametrize("content", [b"", b"\x00" * 100, b"PK\x03\x04 no archive", b"hello\n"])
def test_what_is_no_file_of_parameters_is_refused(tmp_path: Path, content: bytes):
    (tmp_path / "foreign").write_bytes(content)
    with pytest.raises(ValueError, match="foreign was not read"):
        init_network(tmp_path / "foreign")


@pytest.mark.parametrize("value", [[1, 2], "text", 3, None])
def test_a_pickle_of_something_else_is_refused(tmp_path: Path, value: object):
    (tmp_path / "other.pkl").write_bytes(pickle.dumps(value, 3))
    with pytest.raises(ValueError, match=r"other\.pkl was not read"):
        init_network(tmp_path / "other.pkl")
