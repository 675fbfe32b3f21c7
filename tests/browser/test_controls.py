"""The controls of the notebooks, moved by keyboard and by mouse."""

import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import expect

from mnist_lib import predict
from mnist_lib.network import new_network
from mnist_lib.training import train

from .control_on_page import ControlOnPage

# Notebook, the control's name, its slider's label.
IMAGES = ("02_visualizing.ipynb", "go through the images", "image")
LAYERS = ("03_single_image_shapes.ipynb", "follow an image", "image")
ANSWERS = ("05_how_good_is_it.ipynb", "go through the answers", "image")
BATCHES = ("04_batched_inference.ipynb", "choose the batch size", "batch size")
SIZES = ("06_learning_from_data.ipynb", "choose the number of training images", "training images")
RATES = ("08_training.ipynb", "choose the learning rate", "learning rate")


def each_of(*controls):
    names = ("notebook", "name", "label")
    return pytest.mark.parametrize(
        names, controls, indirect=["notebook"], scope="session", ids=[row[1] for row in controls]
    )


@pytest.fixture
def control(notebook, kernel, name, label):
    return ControlOnPage(notebook, kernel, name, label)


@pytest.fixture(scope="session")
def answers(network, mnist) -> tuple[np.ndarray, np.ndarray]:
    """The labels of the test images, and what the course's network makes of them."""
    _, (x, t) = mnist
    return t, predict(network, x)


@pytest.fixture(scope="session")
def held_back(raw_images) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What notebook 05 looks at: images held back, labels, and answers of its own network."""
    x, t = raw_images
    network = new_network(seed=0, dtype=np.float64)
    train(network, x[:50_000] / 255, t[:50_000], epochs=2)
    x, t = x[50_000:] / np.float32(255), t[50_000:]
    return x, t, predict(network, x)


@pytest.fixture
def check(control, name, raw_images, answers, held_back) -> Callable[[], None]:
    """Return a function that waits until the page shows what is true of the slider's position."""
    x_raw, t_raw = raw_images
    t_test, y_test = answers

    def check_images():
        at = control.position
        ink = sum(pixel > 0 for pixel in x_raw[at])
        control.expect_text(f"image {at:,}, label {t_raw[at]}: ink in {ink} of 784 pixels")
        control.expect_picture(x_raw[at], f"label {t_raw[at]}")

    def check_layers():
        at, guess = control.position, y_test[control.position].argmax()
        start = re.escape(f"image {at:,}, label {t_test[at]}: read as {guess}, with probability ")
        shapes = re.escape("x (784,) → z1 (50,) → z2 (100,) → y (10,)")
        control.expect_text(re.compile(rf"^{start}[01]\.\d{{3}}\s+{shapes}$"))
        probability = float(re.search(r"probability (\S+)", control.status.text_content())[1])
        assert probability == pytest.approx(y_test[at].max(), abs=0.002)
        expect(control.picture).to_have_attribute("alt", re.compile(f"reads {guess} with"))

    def check_answers():
        x, t, y = held_back
        at, guess = control.position, y[control.position].argmax()
        verdict = "right" if guess == t[at] else "a mistake"
        control.expect_text(f"image {at:,}, label {t[at]}: read as {guess}, {verdict}")
        control.expect_picture(x[at], f"reads {guess} with")

    def check_batches():
        size = int(control.written_beside().replace(",", ""))
        reached = np.mean(y_test.argmax(axis=1) == t_test)
        shapes = " → ".join(f"({size}, {width})" for width in (784, 50, 100, 10))
        batches = f"{-(-10_000 // size):,} batches, the last of {10_000 % size or size:,}"
        expected = f"accuracy {reached:.4f}, * images per second just now shapes {shapes}, "
        pattern = re.escape(expected + batches).replace(r"\*", "[0-9,]+").replace(r"\ ", r"\s+")
        control.expect_text(re.compile(f"^{pattern}$"))
        expect(control.picture).to_have_attribute("alt", re.compile("^Time for 10,000 images"))

    checks = (check_images, check_layers, check_answers, check_batches)
    names = (row[1] for row in (IMAGES, LAYERS, ANSWERS, BATCHES))
    return dict(zip(names, checks, strict=True))[name]


@each_of(IMAGES, LAYERS, ANSWERS, BATCHES)
def test_a_slider_moves_by_keyboard(control, check):
    last = control.last
    for key, position in [("Home", 0), ("ArrowRight", 1), ("End", last), ("ArrowLeft", last - 1)]:
        control.slider.press(key)
        assert control.position == position
        check()
        assert control.slider.get_attribute("aria-valuetext") == control.written_beside()
    control.slider.press("PageDown")
    assert control.position < last - 1
    check()


@each_of(IMAGES, LAYERS, ANSWERS, BATCHES)
def test_a_slider_moves_by_mouse(control, check):
    control.drag(fraction=0.5, steps=3)
    assert control.position / control.last == pytest.approx(0.5, abs=0.1)
    check()


@each_of(ANSWERS)
def test_only_the_mistakes_are_asked_for_by_keyboard(control, held_back):
    _, t, y = held_back
    p = y.argmax(axis=1)
    wrong = np.flatnonzero(p != t)
    checkbox = control.root.get_by_role("checkbox", name="only the mistakes")
    checkbox.press("Space")
    expect(checkbox).to_be_checked()
    expect(checkbox).to_be_focused()
    expect(control.slider).to_have_attribute("max", str(len(wrong) - 1))
    for key, at in [("End", wrong[-1]), ("Home", wrong[0])]:
        control.slider.press(key)
        control.expect_text(f"image {at:,}, label {t[at]}: read as {p[at]}, a mistake")
    checkbox.press("Space")
    expect(control.slider).to_have_attribute("max", "9999")


@each_of(ANSWERS)
def test_a_cell_of_the_confusion_matrix_is_chosen_from_two_lists(control, held_back):
    _, t, y = held_back
    cell = np.flatnonzero((t == 9) & (y.argmax(axis=1) == 4))
    control.root.get_by_label("label", exact=True).select_option("9")
    control.root.get_by_label("read as").select_option("4")
    expect(control.slider).to_have_attribute("max", str(len(cell) - 1))
    control.expect_text(f"image {cell[0]:,}, label 9: read as 4, a mistake")
    for name in ("label", "read as"):
        control.root.get_by_label(name, exact=True).select_option("any")
    expect(control.slider).to_have_attribute("max", "9999")


@each_of(SIZES, RATES)
def test_a_training_shows_how_far_it_is_and_then_its_result(control, name):
    control.root.evaluate("course.watchWork")
    control.slider.press("End")
    chosen = control.written_beside()
    if name == SIZES[1]:
        control.expect_text(re.compile(f"^learned from {chosen} images: accuracy 0.9"))
        words = re.findall(r"[\d,.]+\d", control.status.text_content())
        accuracy, mistakes = float(words[1]), int(words[2].replace(",", ""))
        assert mistakes / 10_000 == pytest.approx(1 - accuracy, abs=0.0006)
    else:
        control.expect_text(re.compile(f"^learning rate {chosen}: after 7 epochs the loss is"))
    expect(control.progress).to_be_hidden()
    done = control.root.evaluate("control => control.work")
    assert done
    assert done == sorted(done)
    assert 0 < max(done) <= 1


@each_of(SIZES, RATES)
def test_a_slider_that_starts_trainings_waits_until_it_is_released(control):
    start, heard = control.position, "[widget.position for widget in control.inputs.values()]"
    control.take_thumb()
    control.move_thumb(fraction=0 if start else 1, steps=8)
    assert control.position != start
    assert control.ask(heard) == [start]
    control.move_thumb(fraction=start / control.last, steps=8)
    control.page.mouse.up()
    assert control.ask(heard) == [control.position] == [start]


# With few images, a training goes through them many times, and reports each time.
@each_of(SIZES)
def test_a_training_is_stopped_by_its_button(control):
    control.slider.press("Home")
    control.slider.press("ArrowRight")
    control.root.get_by_role("button", name="Stop").click()
    expect(control.status).to_contain_text("stopped after epoch")
    expect(control.progress).to_be_hidden()
    assert control.status.text_content() == control.ask("control.wait() or control.text")
