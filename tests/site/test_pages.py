"""The pages: what a visitor reads, draws and answers without Python."""

import re
from html import unescape

import nbformat
import numpy as np
import pytest
from playwright.sync_api import expect

from mnist_lib import init_network, predict
from mnist_lib.detector import digit_probability, init_detector
from mnist_lib.exercises import quiz
from mnist_lib.pen import load_drawings, strokes_to_image
from tests.browser.accessibility import AXE, RULES
from tests.conftest import PROJECT

from .conftest import SITE

LESSONS = sorted(path.stem for path in (PROJECT / "notebooks").glob("*.ipynb"))
IN_BOTH = ["index.html", "docs/glossary.html", *(f"notebooks/{lesson}.html" for lesson in LESSONS)]
PAGES = [*IN_BOTH, "docs/teaching.html", "docs/room.html", *(f"ko/{page}" for page in IN_BOTH)]
DRAWINGS = load_drawings()
SHIFT = """() => {
  window.shift = 0;
  const add = (list) => list.getEntries().forEach((entry) => { window.shift += entry.value; });
  new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true });
}"""


@pytest.fixture(params=["light", "dark"])
def scheme(request):
    return request.param


@pytest.fixture
def page(visitor, site):
    """A page of a new visitor; what goes wrong in it fails the test."""
    problems = []
    with visitor.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda request: problems.extend(other_hosts(request.url, site)))
        site.sent.clear()
        site.missing.clear()
        yield page
    assert problems == []
    assert site.missing == set()


def other_hosts(url, site):
    return [] if url.startswith((site.url, "data:", "blob:")) else [url]


def test_the_front_page_reads_a_digit_and_is_small(page, site):
    page.add_init_script(f"({SHIFT})()")
    page.goto(f"{site.url}/index.html")
    canvas, status = page.locator(".mnist-pad canvas"), page.locator(".live-status")
    expect(status).to_have_text("Draw a digit with mouse, finger or pen.")
    assert site.megabytes < 1
    assert len(site.sent) < 30
    assert page.evaluate("window.shift") < 0.02
    box = canvas.bounding_box()
    for stroke in next(d for d in DRAWINGS if d.label == 3).strokes:
        places = stroke * (box["width"] / 280) + (box["x"], box["y"])
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place)
        page.mouse.up()
    expect(status).to_have_text(re.compile("^read as 3, with probability"))
    expect(page.locator(".live-best .live-digit")).to_have_text("3")
    assert site.megabytes < 1


def test_javascript_and_numpy_agree(page, site, mnist):
    _, (x, _) = mnist
    page.goto(f"{site.url}/index.html")
    answers = page.evaluate(
        """async ([images, drawings]) => {
          const { load, predict, strokesToImage } = await import("./_static/reader.js");
          const [network, detector] = [await load("./_static/network.bin"),
                                       await load("./_static/detector.bin")];
          return {
            read: images.map((image) => [...predict(network, image)]),
            detected: images.map((image) => predict(detector, image)[1]),
            drawn: drawings.map((strokes) => [...strokesToImage(strokes)]),
          };
        }""",
        [x[:100].tolist(), [[s.tolist() for s in d.strokes] for d in DRAWINGS]],
    )
    np.testing.assert_allclose(answers["read"], predict(init_network(), x[:100]), atol=1e-5)
    certainty = digit_probability(init_detector(), x[:100])
    np.testing.assert_allclose(answers["detected"], certainty, atol=1e-5)
    drawn = [strokes_to_image(drawing.strokes).ravel() for drawing in DRAWINGS]
    np.testing.assert_allclose(answers["drawn"], drawn, atol=1e-5)


def test_a_question_is_answered_on_the_page(page, site):
    page.goto(f"{site.url}/notebooks/04_batched_inference.html")
    forms = page.locator(".live-quiz").last.locator("form")
    expect(forms).to_have_count(len(quiz(4).questions))
    choices = quiz(4).questions[0]["choices"]
    right = next(place for place, choice in enumerate(choices) if choice["right"])
    for place, answer in ((right + 1) % len(choices), "Not this one."), (right, "Right."):
        forms.first.get_by_role("radio").nth(place).check()
        forms.first.get_by_role("button", name="Check").click()
        expect(forms.first.locator("[aria-live]")).to_contain_text(answer)


@pytest.mark.parametrize("path", IN_BOTH)
def test_each_page_leads_to_the_other_language_and_back(page, site, path):
    page.goto(f"{site.url}/{path}")
    for language, there in ("ko", f"ko/{path}"), ("en", path):
        page.locator(f"a.course-language[lang={language}]").click()
        page.wait_for_url(f"{site.url}/{there}")
        assert page.evaluate("document.documentElement.lang") == language


def test_the_korean_front_page_speaks_korean(page, site):
    page.goto(f"{site.url}/ko/index.html")
    canvas, status = page.locator(".mnist-pad canvas"), page.locator(".live-status")
    expect(status).to_have_text(re.compile("[가-힣]"))
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 140, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 240, steps=10)
    page.mouse.up()
    expect(page.locator(".live-best .live-digit")).to_have_text("1")
    expect(status).to_have_text(re.compile("[가-힣].*1|1.*[가-힣]"))
    assert not re.search("[a-z]{3}", status.text_content())


@pytest.mark.parametrize("path", PAGES)
def test_nothing_keeps_a_reader_from_a_page(visitor, site, path, scheme):
    with visitor.new_context(color_scheme=scheme) as context:
        page = context.new_page()
        page.goto(f"{site.url}/{path}")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        report = page.evaluate("rules => axe.run({ runOnly: rules })", RULES)
    found = [
        f"{violation['id']}: {node['html'][:200]}\n{node['failureSummary']}"
        for violation in report["violations"]
        for node in violation["nodes"]
    ]
    assert not found, "\n\n".join(found)


@pytest.mark.parametrize("path", PAGES)
def test_a_phone_needs_no_scrolling_sideways(visitor, site, path):
    with visitor.new_context(viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        page.goto(f"{site.url}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize(("language", "solution"), [("", "A solution"), ("ko", "풀이 예")])
@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_s_page_has_all_of_it(lesson, language, solution):
    text = (SITE / language / "notebooks" / f"{lesson}.html").read_text(encoding="utf-8")
    place = f"notebooks/{language}/{lesson}.ipynb".replace("//", "/")
    notebook = nbformat.read(PROJECT / place, as_version=4)
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", [])]
    stored = "".join(o.data.get("text/html", "") for o in outputs if "data" in o)
    alternatives = re.findall(r'<img[^>]* alt="([^"]*)"', stored)
    shown = [unescape(alt) for alt in re.findall(r'<img[^>]* alt="([^"]*)"', text)]
    assert [unescape(alt) for alt in alternatives] == shown
    assert text.count(f"<summary>{solution}</summary>") == sum(
        "exercise" in cell.metadata for cell in notebook.cells
    )
    assert f"lab/lab/index.html?path=digits-1.0.0/{place}" in text


def test_every_link_of_the_pages_leads_somewhere():
    for path in PAGES:
        page = SITE / path
        links = re.findall(r'(?:href|src)="([^"#?:]+)[^":]*"', page.read_text(encoding="utf-8"))
        assert [link for link in links if not (page.parent / link).exists()] == [], path


def test_a_word_is_found(page, site):
    page.goto(f"{site.url}/search.html?q=broadcasting")
    expect(page.get_by_role("link", name=re.compile("Batched inference")).last).to_be_visible()
    expect(page.locator("#search-results")).to_contain_text("Batched inference")
