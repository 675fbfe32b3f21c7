"""The controls of the notebooks, moved by keyboard and by mouse."""

from statistics import median

import pytest
from playwright.sync_api import expect

from .control_on_page import ControlOnPage

# Notebook, the control's name, its slider's label.
QUICK = [
    ("02_visualizing.ipynb", "go through the images", "image"),
    ("03_single_image_shapes.ipynb", "follow an image", "image"),
    ("03_single_image_shapes.ipynb", "go through the answers", "image"),
    ("04_batched_inference.ipynb", "choose the batch size", "batch size"),
]
LONG = [
    (
        "05_learning_from_data.ipynb",
        "choose the number of training images",
        "training images",
    ),
    ("06_training_from_scratch.ipynb", "choose the learning rate", "learning rate"),
]


def each_of(controls):
    names = ("notebook", "name", "label")
    return pytest.mark.parametrize(
        names, controls, indirect=["notebook"], scope="session", ids=[row[1] for row in controls]
    )


MOVES = 15
MOST_MILLISECONDS = 100


@pytest.fixture
def control(notebook, kernel, name, label):
    return ControlOnPage(notebook, kernel, name, label)


@each_of(QUICK)
def test_a_slider_moves_by_keyboard(control):
    last = control.last
    for key, position in [("Home", 0), ("ArrowRight", 1), ("End", last), ("ArrowLeft", last - 1)]:
        control.slider.press(key)
        assert control.position == position
        control.wait_for_result()
    control.slider.press("PageDown")
    assert control.position < last - 1
    control.wait_for_result()


@each_of(QUICK)
def test_a_slider_moves_by_mouse(control):
    control.drag(share=0.5, steps=3)
    assert control.position / control.last == pytest.approx(0.5, abs=0.1)
    control.wait_for_result()


@each_of(QUICK)
def test_what_a_slider_says_is_what_is_written_beside_it(control):
    control.slider.press("ArrowLeft")
    assert control.slider.get_attribute("aria-valuetext") == control.written_beside()


@each_of(QUICK)
def test_a_picture_follows_a_key_within_a_tenth_of_a_second(control):
    control.slider.press("Home")
    control.wait_for_result()
    control.root.evaluate("course.watchDelays")
    for move in range(MOVES):
        control.slider.press("ArrowRight" if move < control.last else "ArrowLeft")
        control.page.wait_for_function(
            "([control, move]) => control.delays.length > move",
            arg=[control.root.element_handle(), move],
        )
    delays = control.root.evaluate("control => control.delays")
    assert median(delays) < MOST_MILLISECONDS, [round(delay) for delay in delays]


@each_of(QUICK)
def test_a_fast_drag_ends_with_the_right_picture_and_leaves_none_behind(control):
    control.slider.press("Home")
    control.wait_for_result()
    control.root.evaluate("course.watchLateRedraws")
    control.drag(share=0.75, steps=30)
    assert control.position / control.last == pytest.approx(0.75, abs=0.1)
    control.wait_for_result()
    assert control.root.evaluate("control => control.late") <= 2


@each_of(LONG)
def test_a_long_work_shows_how_far_it_is_and_then_its_result(control):
    control.root.evaluate("course.watchWork")
    control.slider.press("End")
    control.wait_for_result()
    shares = control.root.evaluate("control => control.work")
    assert shares
    assert shares == sorted(shares)
    assert 0 < max(shares) <= 1


# With few images, training goes many times through them, and tells of each: time enough.
@each_of(LONG[:1])
def test_a_training_is_stopped_by_its_button(control):
    control.slider.press("Home")
    control.slider.press("ArrowRight")
    control.root.get_by_role("button", name="Stop").click()
    expect(control.status).to_contain_text("stopped after epoch")
    expect(control.progress).to_be_hidden()
    assert control.status.text_content() == control.ask("control.wait() or control.text")


@each_of([QUICK[2]])
def test_only_the_mistakes_are_asked_for_by_keyboard(control):
    checkbox = control.root.get_by_role("checkbox", name="only the mistakes")
    checkbox.press("Space")
    expect(checkbox).to_be_checked()
    expect(checkbox).to_be_focused()
    expect(control.status).to_contain_text("a mistake")
    control.slider.press("End")
    control.wait_for_result()
    expect(control.status).to_contain_text("a mistake")
    checkbox.press("Space")
    expect(control.slider).to_have_attribute("max", "9999")
