"""Every notebook, run in JupyterLab by its menu, and what was saved of it."""

import json

import pytest

from tests.conftest import PROJECT

from .accessibility import find_violations
from .notebook_page import open_notebook

VARIES = "nbval-ignore-output"
SCREENSHOTS = PROJECT / "screenshots"


def code_of(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def text_of(cell):
    """Return what a code cell printed, and what its other outputs say as plain text."""
    data = (
        output.get("data", {"text/plain": output.get("text", "")}) for output in cell["outputs"]
    )
    return "\n".join("".join(texts["text/plain"]) for texts in data)


def pictures_of(cell):
    return [output for output in cell["outputs"] if "image/png" in output.get("data", {})]


def test_every_cell_runs_once_in_order_and_without_an_error(notebook):
    shown = notebook.cells()
    assert [cell["prompt"] for cell in shown] == [f"[{n}]:" for n in range(1, len(shown) + 1)]
    for cell in code_of(notebook.stored()):
        kinds = {output["output_type"] for output in cell["outputs"]}
        assert "error" not in kinds, cell["outputs"]


def test_what_it_prints_is_what_the_course_has_stored(notebook):
    stored = json.loads((PROJECT / "notebooks" / notebook.name).read_text(encoding="utf-8"))
    for expected, cell in zip(code_of(stored), code_of(notebook.stored()), strict=True):
        assert cell["source"] == expected["source"]
        assert len(cell["outputs"]) == len(expected["outputs"])
        if VARIES not in expected["metadata"].get("tags", []):
            assert text_of(cell) == text_of(expected), cell["source"]


def test_every_picture_is_shown_with_its_text_alternative(notebook):
    for cell, shown in zip(code_of(notebook.stored()), notebook.cells(), strict=True):
        assert len(shown["pictures"]) == len(pictures_of(cell)), cell["source"]
        for picture in shown["pictures"]:
            assert picture["pixels"] > 0
            assert picture["width"] > 0
            assert picture["alt"]


def test_the_browser_has_nothing_to_complain_about(notebook):
    assert notebook.problems == []


def test_nothing_keeps_a_reader_from_the_outputs(notebook):
    with notebook.whole():
        violations = find_violations(notebook.page)
    assert not violations, "\n\n".join(violations)


@pytest.mark.parametrize("width", [1000, 700])
def test_outputs_fit_into_the_window(notebook, width):
    spills = notebook.spills(width)
    assert not spills, "\n".join(spills)


def test_text_in_controls_is_at_least_12_points(notebook):
    assert notebook.small_texts() == []


def test_it_can_be_looked_at(notebook):
    """The picture of the whole notebook is for people to look at."""
    path = SCREENSHOTS / f"{notebook.path.stem}.png"
    notebook.screenshot(path)
    assert path.stat().st_size > 50_000


def test_what_was_saved_shows_the_same_without_its_kernel(notebook, saved):
    for cell, shown in zip(code_of(notebook.stored()), saved.cells(), strict=True):
        assert shown["prompt"] == f"[{cell['execution_count']}]:"
        assert "Error displaying widget" not in shown["text"]
        assert shown["controls"] == 0
        assert len(shown["pictures"]) == len(pictures_of(cell)), cell["source"]
    saved.screenshot(SCREENSHOTS / f"{saved.path.stem}.png")
    assert saved.problems == []


@pytest.mark.parametrize("name", ["00_start_here.ipynb", "09_your_own_digits.ipynb"])
def test_git_sees_no_change_in_what_was_only_opened_and_saved(browser, lab, name):
    """JupyterLab notes the kernel's version, and saves on its own."""
    stored = (PROJECT / "notebooks" / name).read_bytes()
    (lab.folder / f"opened_{name}").write_bytes(stored)
    with open_notebook(browser, lab, f"opened_{name}") as notebook:
        notebook.save()
        assert notebook.path.read_bytes() == stored
