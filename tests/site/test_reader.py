"""What a reader does in a browser tab: draw, move, answer, change, and come back."""

import re

import numpy as np
from playwright.sync_api import expect

from mnist_lib import init_network, predict
from mnist_lib.exercises import count_in_a_header, quiz
from mnist_lib.pen import load_drawings, strokes_to_image
from tests.browser.notebook_page import CONTROLS, NOTEBOOK
from tests.browser.pad_on_page import EVERY, SIDE

DRAWINGS = [drawing for drawing in load_drawings() if "," not in drawing.about][:10]


def draw(page, canvas, drawing):
    """Draw the strokes with the mouse, and return them as the page gets them."""
    box = canvas.bounding_box()
    strokes = [np.vstack([stroke[:-1:EVERY], stroke[-1:]]) for stroke in drawing.strokes]
    for stroke in strokes:
        places = stroke * (box["width"] / SIDE) + (box["x"], box["y"])
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place)
        page.mouse.up()
    return strokes


def test_ten_digits_are_drawn_and_read(open_lesson):
    tab = open_lesson("09_your_own_digits.ipynb")
    tab.run_cell_with("import matplotlib")
    tab.run_cell_with("DrawingPad(network, examples=drawings)")
    pad = tab.page.locator(CONTROLS).first
    canvas, status = pad.locator("canvas"), pad.locator("p[role=status]").last
    canvas.scroll_into_view_if_needed()
    network = init_network()
    for drawing in DRAWINGS:
        clear = pad.get_by_role("button", name="Clear")
        if clear.is_enabled():
            clear.click()
            expect(status).to_contain_text("Draw a digit on the pad.")
        strokes = draw(tab.page, canvas, drawing)
        digit = predict(network, strokes_to_image(strokes).ravel()).argmax()
        expect(status).to_contain_text(re.compile(f"^read as {digit}|be a {digit}"))
    assert tab.problems == []


def test_a_slider_follows_the_keyboard(open_lesson):
    tab = open_lesson("02_visualizing.ipynb")
    tab.run_cell_with("import matplotlib")
    tab.run_cell_with("browse_images(")
    control = tab.page.locator(CONTROLS).first
    slider, status = control.get_by_role("slider"), control.locator("p[role=status]").last
    slider.focus()
    before = status.text_content()
    tab.page.keyboard.press("ArrowRight")
    expect(status).not_to_have_text(before)


def test_an_exercise_and_a_quiz_answer_and_a_change_is_there_another_day(open_lesson):
    tab = open_lesson("01_loading.ipynb")
    cell = tab.run_cell_with("count_in_a_header")
    assert "Not attempted" in str(cell["outputs"])
    number = next(n for n, c in enumerate(tab.cells()) if "count_in_a_header" in str(c["source"]))
    solved = (
        f"from mnist_lib.exercises import count_in_a_header as q\n{count_in_a_header.solution()}\n"
        f"q.check({count_in_a_header.function})"
    )
    tab.page.evaluate(
        """([number, source]) => {
          const { model } = window.jupyterapp.shell.currentWidget.content;
          model.cells.get(number).sharedModel.setSource(source);
        }""",
        [number, solved],
    )
    assert "Right" in str(tab.run(number)[1]["outputs"])
    tab.run_cell_with("quiz(1)")
    question = tab.page.locator(f"{NOTEBOOK} .mnist-quiz form").first
    question.scroll_into_view_if_needed()
    choices = quiz(1).questions[0]["choices"]
    place = next(place for place, choice in enumerate(choices) if choice["right"])
    question.get_by_role("radio").nth(place).check()
    question.get_by_role("button", name="Check").click()
    expect(question.locator("[aria-live]")).to_contain_text("Right")
    tab.page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    tab.page.goto("about:blank")
    tab.open()
    assert tab.cells()[number]["source"] == solved


def test_a_phone_gets_a_sentence_and_the_pages(visitor, site):
    with visitor.new_context(
        viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True
    ) as context:
        page = context.new_page()
        page.goto(f"{site.url}/lab/lab/index.html?path=a.ipynb")
        page.wait_for_url("**/lab/touch.html?path=a.ipynb")
        expect(page.get_by_role("main")).to_contain_text("needs up to 1 GB of memory")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.get_by_role("link", name="Read the lessons as pages").click()
        page.wait_for_url(f"{site.url}/index.html")
        page.goto(f"{site.url}/lab/touch.html?path=a.ipynb")
        page.get_by_role("link", name="Open the tab all the same").click()
        page.wait_for_url("**/lab/lab/index.html?path=a.ipynb")
