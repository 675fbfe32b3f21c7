"""Controls: what they show, when they draw, and what becomes of errors."""

import logging
import threading
import time
from collections.abc import Callable

import numpy as np
import pytest

from mnist_lib import widgets
from mnist_lib.figures import Picture, img_show
from mnist_lib.widgets import Control, LongControl, Slider


def make_control(fail_at_2: Exception | None = None) -> Control:
    """A control whose pictures are titled by the number that is chosen."""

    def show(number: int) -> tuple[str, Picture]:
        if number == 2 and fail_at_2 is not None:
            raise fail_at_2
        return f"number <{number}>", img_show(np.zeros(784), f"title {number}")

    return Control("choose a number", show, number=Slider("number", range(6)))


class TestControl:
    def test_the_page_shows_what_follows_from_a_move(self):
        control = make_control()
        first = control.view.png
        control.inputs["number"].set_state({"position": 5})
        assert control.view.text == control.text == "number <5>"
        assert "title 5" in control.view.alt
        assert control.view.png.startswith(b"\x89PNG")
        assert control.view.png not in {first, b""}
        assert control.view.width == control.picture.width

    def test_two_copies_do_not_disturb_each_other(self):
        one, other = make_control(), make_control()
        one.inputs["number"].value = 5
        assert (one.view.text, other.view.text) == ("number <5>", "number <0>")

    def test_it_draws_once_for_each_move(self):
        drawn = []
        one, other = Slider("one", range(3)), Slider("other", range(3))
        one.observe(lambda change: setattr(other, "value", change["new"]), "value")

        def show(one: int, other: int) -> tuple[str, None]:
            drawn.append((one, other))
            return "", None

        Control("two sliders", show, one=one, other=other)
        one.value = 2
        other.value = 1
        assert drawn == [(0, 0), (2, 2), (2, 1)]

    def test_without_a_kernel_its_first_values_can_be_read(self):
        data, metadata = make_control()._repr_mimebundle_()
        assert "application/vnd.jupyter.widget-view+json" in data
        assert data["image/png"].startswith(b"\x89PNG")
        assert 'role="status"' in data["text/html"]
        assert "number &lt;0&gt;" in data["text/html"]
        assert "title 0" in data["text/html"]
        lines = data["text/plain"].splitlines()
        assert lines[:2] == ["Control: choose a number", "number <0>"]
        assert "title 0" in lines[2]
        assert "title 0" in metadata["image/png"]["alt"]

    def test_no_text_holds_a_memory_address(self):
        control = make_control()
        for widget in (control, control.view, control.inputs["number"], widgets.Canvas()):
            assert " at 0x" not in repr(widget)


class TestErrors:
    def test_a_sentence_is_shown_as_it_is_and_goes_away(self, caplog):
        control = make_control(ValueError("2 is <not> allowed."))
        control.inputs["number"].value = 2
        assert control.view.text == "This did not work: 2 is <not> allowed."
        assert control.view.failed
        assert (control.view.png, control.view.alt, control.picture) == (b"", "", None)
        data, _ = control._repr_mimebundle_()
        assert "image/png" not in data
        assert 'role="alert"' in data["text/html"]
        assert "2 is &lt;not&gt; allowed." in data["text/html"]
        assert caplog.records == []
        control.inputs["number"].value = 3
        assert (control.view.text, control.view.failed) == ("number <3>", False)
        assert "title 3" in control.view.alt

    @pytest.mark.parametrize(
        ("error", "message"),
        [
            (KeyError("W3"), "KeyError: 'W3'"),
            (ValueError("shapes not aligned"), "ValueError: shapes not aligned"),
            (ZeroDivisionError("division by zero"), "ZeroDivisionError: division by zero"),
            (RuntimeError("Stopped."), "RuntimeError: Stopped."),
        ],
    )
    def test_an_unexpected_error_is_named_and_its_traceback_logged(self, caplog, error, message):
        control = make_control(error)
        control.inputs["number"].value = 2
        assert control.view.text == f"This did not work: {message}"
        (record,) = caplog.records
        assert record.levelno == logging.ERROR
        assert record.exc_info[1] is error
        assert "raise fail_at_2" in caplog.text

    def test_the_traceback_of_a_sentence_can_be_logged(self, caplog):
        caplog.set_level(logging.INFO, "mnist_lib")
        make_control(LookupError("There is none.")).inputs["number"].value = 2
        assert "raise fail_at_2" in caplog.text


class Work:
    """A function of four steps; all but the first call wait for leave before each step."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.steps: list[tuple[int, int]] = []
        self.leave = threading.Semaphore(0)
        self._running = 0
        self.most_at_once = 0
        self._two_at_once = threading.Event()

    def __call__(self, number: int, report: Callable[..., bool]) -> tuple[str, None]:
        self.begun.append(number)
        self._running += 1
        self.most_at_once = max(self.most_at_once, self._running)
        if self._running > 1:
            self._two_at_once.set()
        for step in range(1, 5):
            if number and not self.leave.acquire(timeout=20):
                raise TimeoutError("nobody gave leave")
            self.steps.append((number, step))
            if report(step / 4, lambda step=step: (f"{number}: step {step}", None)):
                break
        if number == 1:
            # Time for a second one to begin, should there be nothing to keep it from it.
            self._two_at_once.wait(0.2)
        self._running -= 1
        return f"{number}: ended after step {step}", None


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def long_control(work) -> LongControl:
    return LongControl("work", work, number=Slider("number", range(4), live=False))


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, "it did not happen within 20 seconds"
        time.sleep(0.002)


def press_stop(control: LongControl) -> None:
    """Send what the page sends when its button is pressed."""
    data = {"method": "custom", "content": "stop"}
    control.view.comm.handle_msg({"content": {"data": data}, "buffers": []})


class TestLongControl:
    def test_it_shows_progress_while_other_code_runs(self, work, long_control):
        assert long_control.text == "0: ended after step 4"
        done, texts = [], []
        long_control.view.observe(lambda change: done.append(change["new"]), "done")
        long_control.view.observe(lambda change: texts.append(change["new"]), "text")
        long_control.inputs["number"].value = 1
        # This line is reached while the work waits for leave.
        work.leave.release(4)
        long_control.wait()
        assert done == [0, 0.25, 0.5, 0.75, 1, -1]
        assert texts == [*(f"1: step {step}" for step in (1, 2, 3, 4)), "1: ended after step 4"]

    def test_its_button_stops_it_and_what_it_has_is_shown(self, work, long_control):
        long_control.inputs["number"].value = 1
        work.leave.release()
        wait_until(lambda: long_control.text == "1: step 1")
        press_stop(long_control)
        work.leave.release()
        long_control.wait()
        assert long_control.view.text == "1: ended after step 2"
        assert long_control.view.done == -1

    def test_a_new_move_stops_the_old_work_and_only_the_newest_is_begun(self, work, long_control):
        before = set(threading.enumerate())
        long_control.inputs["number"].value = 1
        wait_until(lambda: 1 in work.begun)
        texts = []
        long_control.inputs["number"].value = 2
        long_control.inputs["number"].value = 3
        long_control.view.observe(lambda change: texts.append(change["new"]), "text")
        work.leave.release(20)
        for thread in set(threading.enumerate()) - before:
            thread.join()
        assert work.begun == [0, 1, 3]
        assert work.steps[4:] == [(1, 1), (3, 1), (3, 2), (3, 3), (3, 4)]
        assert work.most_at_once == 1
        assert long_control.text == "3: ended after step 4"
        assert all(text.startswith("3: ") for text in texts)

    def test_an_error_ends_it_in_a_sentence(self):
        def show(number: int, report: Callable[..., bool]) -> tuple[str, None]:
            if number:
                raise ValueError("1 is too many.")
            return "fine", None

        control = LongControl("fail", show, number=Slider("number", range(2)))
        control.inputs["number"].value = 1
        control.wait()
        assert control.view.text == "This did not work: 1 is too many."
        assert control.view.failed
        assert control.view.done == -1
