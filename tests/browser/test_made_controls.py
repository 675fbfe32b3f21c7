"""Controls made for these tests: copies, one that fails, one that takes long."""

import re

import pytest
from playwright.sync_api import expect

from .accessibility import find_violations
from .control_on_page import ControlOnPage, wait_until
from .notebook_page import CONTROLS

CELLS = [
    """
import time

from mnist_lib import img_show, init_network, load_mnist, predict
from mnist_lib.widgets import *

(x_raw, t_train), _ = load_mnist(normalize=False)
_, (x, t) = load_mnist()
network = init_network()
""",
    "browse_images(x_raw, t_train)",
    "second = browse_images(x_raw, t_train)\nsecond",
    """
def show_all_but_three(number):
    if number == 3:
        raise ValueError("3 is refused. Choose another number.")
    return f"number {number}", img_show(x_raw[number], f"title {number}")


Control("refuse one", show_all_but_three, number=Slider("number", range(10)))
""",
    """
def count_slowly(seconds, report):
    for step in range(20 * seconds):
        shown = f"step {step}", img_show(x_raw[step])
        if report(step / (20 * seconds), lambda: shown):
            break
        time.sleep(0.05)
    return shown


LongControl("count", count_slowly, seconds=Slider("seconds", [1, 600, 900], live=False))
""",
    "follow_image(network, x, t)",
    "browse_answers(x, t, predict(network, x))",
    "Slider('alone', range(10))",
    "second",
    """
from IPython.display import HTML

HTML('<input type="range"><p style="color: #ddd; background: white">pale</p>')
""",
]
MOVES = 30


@pytest.fixture
def find(made, made_kernel):
    return lambda *names, **where: ControlOnPage(made, made_kernel, *names, **where)


@pytest.fixture(scope="module")
def text_of(raw_images):
    """What is true of a training image."""
    x, t = raw_images
    return lambda i: (
        f"image {i:,}, label {t[i]}: ink in {sum(pixel > 0 for pixel in x[i])} of 784 pixels"
    )


class TestSlider:
    def test_it_is_moved_by_keyboard(self, find, raw_images, text_of):
        control = find("go through the images", "image")
        x, t = raw_images
        assert control.last == 59_999
        for key, position in [("End", 59_999), ("ArrowLeft", 59_998), ("Home", 0)]:
            control.slider.press(key)
            assert control.position == position
            control.expect_text(text_of(position))
            control.expect_picture(x[position], f"label {t[position]}")
            assert control.written_beside() == str(position)
            assert control.slider.get_attribute("aria-valuetext") == str(position)

    def test_the_picture_follows_while_it_is_dragged(self, find, raw_images, text_of):
        control = find("go through the images", "image")
        control.slider.press("Home")
        control.take_thumb()
        control.move_thumb(fraction=0.5, steps=5)
        assert control.position == pytest.approx(30_000, rel=0.1)
        control.expect_text(text_of(control.position))
        control.expect_picture(raw_images[0][control.position])
        control.page.mouse.up()

    def test_the_image_can_be_chosen_by_its_number(self, find, raw_images, text_of):
        control = find("go through the images", "image")
        number = control.root.get_by_role("spinbutton")
        number.select_text()
        number.press_sequentially("12345")
        number.press("Enter")
        expect(control.slider).to_have_value("12345")
        control.expect_text(text_of(12_345))
        control.expect_picture(raw_images[0][12_345])

    @pytest.mark.parametrize("key", ["Enter", "Tab"])
    def test_an_emptied_number_changes_nothing(self, find, text_of, key):
        control = find("go through the images", "image")
        number = control.root.get_by_role("spinbutton")
        number.fill("7")
        number.press("Enter")
        control.expect_text(text_of(7))
        number.select_text()
        number.press("Delete")
        number.press(key)
        expect(number).to_have_value("7")
        assert control.position == 7
        assert control.ask("control.inputs['image'].position") == 7
        control.expect_text(text_of(7))

    def test_two_copies_do_not_disturb_each_other(self, find, raw_images, text_of):
        one, other = (find("go through the images", "image", copy=copy) for copy in (0, 1))
        one.slider.press("End")
        other.slider.press("Home")
        other.slider.press("ArrowRight")
        for control, position in ((one, 59_999), (other, 1)):
            assert control.position == position
            control.expect_text(text_of(position))
            control.expect_picture(raw_images[0][position])

    def test_a_click_on_a_label_leads_to_the_slider_beside_it(self, find):
        for copy in (0, 1):
            control = find("go through the images", "image", copy=copy)
            control.root.get_by_text("image", exact=True).click()
            expect(control.slider).to_be_focused()

    def test_a_control_that_is_shown_twice_moves_in_both_places(self, made, find, text_of):
        control = find("go through the images", "image", copy=1)
        again = made.page.locator(CONTROLS).last
        control.slider.press("PageUp")
        control.expect_text(text_of(control.position))
        expect(again.get_by_role("slider")).to_have_value(str(control.position))
        expect(again.locator("p[role=status]")).to_have_text(text_of(control.position))
        again.get_by_role("slider").press("Home")
        expect(control.slider).to_have_value("0")
        control.expect_text(text_of(0))


class TestLists:
    def test_a_list_is_used_by_keyboard_and_goes_back_to_its_first_entry(self, find):
        control = find("go through the images", "image")
        labels = control.root.get_by_label("label", exact=True)
        labels.select_option("any")
        for key, value, text in [("ArrowDown", "0", "label 0:"), ("ArrowUp", "any", "image 0, ")]:
            labels.press(key)
            expect(labels).to_be_focused()
            expect(control.status).to_contain_text(text)
            expect(labels).to_have_value(value)

    def test_the_images_of_one_label_can_be_asked_for(self, find, raw_images, text_of):
        control = find("go through the images", "image")
        fours = [i for i, label in enumerate(raw_images[1]) if label == 4]
        control.root.get_by_label("label", exact=True).select_option("4")
        control.expect_text(text_of(fours[0]))
        control.slider.press("End")
        assert control.position == len(fours) - 1
        control.expect_text(text_of(fours[-1]))
        control.expect_picture(raw_images[0][fours[-1]], "label 4")
        control.root.get_by_label("label", exact=True).select_option("any")
        expect(control.slider).to_have_attribute("max", "59999")


class TestView:
    def test_an_error_shows_as_a_sentence_and_the_control_lives_on(self, find, raw_images):
        control = find("refuse one", "number")
        for _ in range(3):
            control.slider.press("ArrowRight")
        expect(control.alert).to_have_text(
            "This did not work: 3 is refused. Choose another number."
        )
        expect(control.status).to_be_empty()
        expect(control.picture).to_have_count(0)
        control.slider.press("ArrowRight")
        control.expect_text("number 4")
        control.expect_picture(raw_images[0][4], "title 4")
        expect(control.alert).to_be_hidden()

    def test_a_work_without_end_is_stopped_by_its_button(self, find):
        control = find("count", "seconds")
        expect(control.progress).to_be_hidden()
        control.slider.press("End")
        expect(control.status).to_have_text(re.compile("^step [1-9]"))
        expect(control.progress).to_be_visible()
        wait_until(lambda: 0 < control.progress.evaluate("bar => bar.value") < 1, "progress")
        control.root.get_by_role("button", name="Stop").click()
        expect(control.progress).to_be_hidden()
        assert control.ask("control.wait() or control.text") == control.status.text_content()

    def test_other_cells_run_while_a_control_works(self, find):
        control = find("count", "seconds")
        control.slider.press("Home")
        control.slider.press("End")
        expect(control.progress).to_be_visible()
        assert control.ask("6 * 7") == 42
        control.slider.press("Home")
        control.expect_text("step 19")
        expect(control.progress).to_be_hidden()

    def test_a_drag_past_a_value_does_not_begin_its_work(self, find):
        control = find("count", "seconds")
        control.slider.press("Home")
        control.ask(
            "control.inputs['seconds'].observe(control.__dict__.setdefault('moves', "
            "[]).append, 'position') or control.moves.clear()"
        )
        control.drag(fraction=1, steps=10)
        expect(control.progress).to_be_visible()
        assert control.ask("[change['new'] for change in control.moves]") == [2]
        control.root.get_by_role("button", name="Stop").click()


class TestPace:
    @pytest.mark.parametrize(
        "name", ["go through the images", "follow an image", "go through the answers"]
    )
    def test_each_key_brings_one_picture_while_it_is_held(self, find, name):
        control = find(name, "image")
        control.slider.press("Home")
        control.root.evaluate("course.watchRedraws")
        for move in range(MOVES):
            control.page.keyboard.down("ArrowRight")
            control.page.wait_for_function(
                "([control, move]) => control.redraws > move",
                arg=[control.root.element_handle(), move],
            )
            control.page.keyboard.up("ArrowRight")
        assert control.position == MOVES
        assert control.root.evaluate("control => control.redraws") == MOVES

    def test_a_fast_drag_ends_with_the_right_picture_and_leaves_none_behind(
        self, find, raw_images, text_of
    ):
        control = find("go through the images", "image")
        control.slider.press("Home")
        control.expect_text(text_of(0))
        control.root.evaluate("course.watchLateRedraws")
        control.drag(fraction=0.75, steps=30)
        assert control.position == pytest.approx(45_000, rel=0.1)
        control.expect_text(text_of(control.position))
        control.expect_picture(raw_images[0][control.position])
        assert control.root.evaluate("control => control.late") <= 2


class TestReaders:
    def test_barriers_would_be_found(self, made):
        """One cell has two of them; the controls have none."""
        with made.whole():
            found = {violation.split()[0] for violation in find_violations(made.page)}
        assert found == {"label", "color-contrast"}

    def test_text_is_at_least_12_points(self, made):
        assert made.small_texts() == []

    def test_keys_that_move_a_slider_are_not_taken_as_commands(self, made):
        """JupyterLab selects and folds cells with the same keys, outside of what takes text."""
        slider = made.page.get_by_role("slider", name="alone", exact=True)
        slider.press("Home")
        selected = "cells => cells.map(cell => cell.classList.contains('jp-mod-selected'))"
        before = made.page.locator(".jp-Cell").evaluate_all(selected)
        for key in ("ArrowRight", "ArrowUp", "ArrowDown", "ArrowLeft", "Shift+ArrowDown"):
            slider.press(key)
            expect(slider).to_be_focused()
            assert made.page.locator(".jp-Cell").evaluate_all(selected) == before, key
