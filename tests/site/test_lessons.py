"""Every lesson in a browser tab, from top to bottom: what it shows, weighs and takes."""

import json
import re

import pytest

from tests.conftest import PROJECT

LESSONS = sorted(path.name for path in (PROJECT / "notebooks").glob("*.ipynb"))
KOREAN = ["ko/00_start_here.ipynb", "ko/02_visualizing.ipynb"]
"""Enough to see that a tab knows the language and its letters: the code is the same."""

VARIES = "nbval-ignore-output"
IGNORED = {"application/vnd.jupyter.widget-view+json", "image/png"}
DIFFERENT = {
    # The packages of the page are others, and some are not needed there.
    ("00_start_here.ipynb", "check_environment()"),
    ("ko/00_start_here.ipynb", "check_environment()"),
    # WebAssembly has no signs for overflow, so NumPy can't warn of it.
    ("03_single_image_shapes.ipynb", "warnings.catch_warnings"),
}
"""Lessons, and a part of the cell that shows something else in a tab."""

FONTS = "Matplotlib is building the font cache; this may take a moment.\n"
"""Matplotlib says so in each new tab."""

FEWER = "fewer("
"""In a lesson that calls it, a tab computes with fewer images: the words must be the same."""

MEGABYTES_IN_ALL = 45


def text(value):
    return "".join(value) if isinstance(value, list) else value


def shown_by(outputs):
    """Return what nbval compares, by its kind: not the pixels, nor how a control is shown."""
    shown = {}
    for output in outputs:
        if output["output_type"] == "stream":
            parts = {output["name"]: text(output["text"])}
        elif output["output_type"] == "error":
            parts = {"error": f"{output['ename']}: {output['evalue']}"}
        else:
            parts = {k: text(v) for k, v in output["data"].items() if k not in IGNORED}
        for kind, part in parts.items():
            pixels_left_out = re.sub(r"base64,[A-Za-z0-9+/=]+", "base64", part)
            shown[kind] = (shown.get(kind, "") + pixels_left_out).replace(FONTS, "")
    return {kind: part for kind, part in shown.items() if part}


def without_numbers(shown):
    """Return the words only, without what ``fewer`` says."""
    said = re.compile(r"In a browser tab: .*\n")
    words = {kind: re.sub(r"[\d., ]+", "#", said.sub("", part)) for kind, part in shown.items()}
    return {kind: part for kind, part in words.items() if part}


@pytest.mark.parametrize("lesson", [*LESSONS, *KOREAN])
def test_it_shows_what_is_stored(open_lesson, lesson, record_testsuite_property):
    stored = json.loads((PROJECT / "notebooks" / lesson).read_text(encoding="utf-8"))["cells"]
    tab = open_lesson(lesson)
    times, memory, first_picture = {}, 0.0, 0.0
    for number, cell in enumerate(tab.cells()):
        if cell["cell_type"] != "code":
            continue
        times[number], ran = tab.run(number)
        memory = max(memory, tab.memory())
        shown, expected = shown_by(ran["outputs"]), shown_by(stored[number]["outputs"])
        if not first_picture and "<img" in shown.get("text/html", ""):
            first_picture = tab.site.megabytes
        assert "error" not in shown, shown["error"]
        source = text(ran["source"])
        if FEWER in "".join(text(c["source"]) for c in stored):
            shown, expected = without_numbers(shown), without_numbers(expected)
        varies = VARIES in stored[number]["metadata"].get("tags", [])
        allowed = any(name == lesson and part in source for name, part in DIFFERENT)
        if not (varies or allowed):
            assert shown == expected, source
    measured = {
        "seconds": round(sum(times.values())),
        "slowest cell": round(max(times.values()), 1),
        "MB before the first picture": round(first_picture, 1),
        "MB in all": round(tab.site.megabytes, 1),
        "MB of memory": round(memory),
    }
    record_testsuite_property(lesson, measured)
    assert tab.problems == []
    assert tab.site.megabytes < MEGABYTES_IN_ALL, measured
