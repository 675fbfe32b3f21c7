"""Controls made for the purpose: copies, one that fails, one that takes long."""

import re

import nbformat
import pytest
from playwright.sync_api import expect

from .accessibility import find_violations
from .control_on_page import ControlOnPage
from .notebook_page import CONTROLS, open_notebook

NAME = "made_controls.ipynb"
CELLS = [
    """
import time

from mnist_lib import img_show, load_mnist
from mnist_lib.widgets import Control, LongControl, Slider, browse_images

(x, t), _ = load_mnist(normalize=False)
""",
    "browse_images(x, t)",
    "second = browse_images(x, t)\nsecond",
    """
def show_all_but_three(number):
    if number == 3:
        raise ValueError("3 is refused. Choose another number.")
    return f"number {number}", img_show(x[number])


Control("refuse one", show_all_but_three, number=Slider("number", range(10)))
""",
    """
def count_slowly(seconds, report):
    for step in range(20 * seconds):
        shown = f"step {step}", img_show(x[step])
        if report(step / (20 * seconds), lambda: shown):
            break
        time.sleep(0.05)
    return shown


LongControl("count", count_slowly, seconds=Slider("seconds", [1, 600], live=False))
""",
    "second",
    """
from IPython.display import HTML

HTML('<input type="range"><p style="color: #ddd; background: white">pale</p>')
""",
]


@pytest.fixture(scope="module")
def made(lab, browser):
    cells = [nbformat.v4.new_code_cell(source.strip()) for source in CELLS]
    # Without a kernel's name, JupyterLab would ask for one.
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=kernel)
    nbformat.write(notebook, lab.folder / NAME)
    with open_notebook(browser, lab, NAME) as notebook:
        notebook.run_all()
        yield notebook
        assert notebook.problems == []


@pytest.fixture(scope="module")
def made_kernel(made, lab):
    with lab.kernel_of(NAME) as kernel:
        yield kernel


@pytest.fixture
def find(made, made_kernel):
    return lambda *names, **where: ControlOnPage(made, made_kernel, *names, **where)


def test_two_copies_of_a_control_do_not_disturb_each_other(find):
    one, other = (find("go through the images", "image", copy=copy) for copy in (0, 1))
    one.slider.press("End")
    one.wait_for_result()
    assert (one.position, other.position) == (one.last, 0)
    other.slider.press("ArrowRight")
    other.wait_for_result()
    one.wait_for_result()
    assert (one.position, other.position) == (one.last, 1)


def test_a_click_on_a_label_leads_to_the_slider_beside_it(find):
    for copy in (0, 1):
        control = find("go through the images", "image", copy=copy)
        control.root.get_by_text("image", exact=True).click()
        expect(control.slider).to_be_focused()


def test_a_control_that_is_shown_twice_moves_in_both_places(made, find):
    control = find("go through the images", "image", copy=1)
    again = made.page.locator(CONTROLS).last
    control.slider.press("PageUp")
    control.wait_for_result()
    expect(again.get_by_role("slider")).to_have_value(str(control.position))
    expect(again.locator("p[role=status]")).to_have_text(control.status.text_content())
    again.get_by_role("slider").press("Home")
    expect(control.slider).to_have_value("0")
    control.wait_for_result()


def test_the_image_can_be_chosen_by_its_number(find):
    control = find("go through the images", "image")
    number = control.root.get_by_role("spinbutton")
    number.select_text()
    number.press_sequentially("12345")
    number.press("Enter")
    expect(control.slider).to_have_value("12345")
    control.wait_for_result()
    assert "image 12,345" in control.status.text_content()


def test_a_list_is_used_by_keyboard(find):
    control = find("go through the images", "image")
    labels = control.root.get_by_label("label", exact=True)
    labels.select_option("any")
    labels.press("ArrowDown")
    expect(labels).to_be_focused()
    expect(labels).to_have_value("0")
    expect(control.status).to_contain_text("label 0")


def test_the_images_of_one_label_can_be_asked_for(find):
    control = find("go through the images", "image")
    control.root.get_by_label("label", exact=True).select_option("4")
    expect(control.status).to_contain_text("label 4")
    control.slider.press("End")
    control.wait_for_result()
    expect(control.status).to_contain_text("label 4")
    control.root.get_by_label("label", exact=True).select_option("any")
    expect(control.slider).to_have_attribute("max", "59999")


def test_an_error_shows_as_a_sentence_and_the_control_lives_on(find):
    control = find("refuse one", "number")
    for _ in range(3):
        control.slider.press("ArrowRight")
    alert = control.root.get_by_role("alert")
    expect(alert).to_have_text("This did not work: 3 is refused. Choose another number.")
    expect(control.picture).to_have_count(0)
    control.slider.press("ArrowRight")
    control.wait_for_result()
    expect(alert).to_be_hidden()


def test_a_work_without_end_is_stopped_by_its_button(find):
    control = find("count", "seconds")
    expect(control.progress).to_be_hidden()
    control.slider.press("End")
    expect(control.status).to_have_text(re.compile("^step [1-9]"))
    expect(control.progress).to_be_visible()
    control.root.get_by_role("button", name="Stop").click()
    expect(control.progress).to_be_hidden()
    assert control.ask("control.wait() or control.text") == control.status.text_content()


def test_other_cells_run_while_a_control_works(made, find):
    control = find("count", "seconds")
    control.slider.press("Home")
    control.slider.press("End")
    expect(control.progress).to_be_visible()
    assert control.ask("6 * 7") == 42
    control.slider.press("Home")
    control.wait_for_result()


def test_barriers_would_be_found(made):
    with made.whole():
        found = {violation.split()[0] for violation in find_violations(made.page)}
    assert found == {"label", "color-contrast"}
