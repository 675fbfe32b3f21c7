"""What nbval does not see of a notebook: its pictures, its text, its links, its order."""

import ast
import base64
import io
import re
import tomllib
from itertools import pairwise
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest

import mnist_lib.exercises
from mnist_lib.course.progress import VARIABLE
from mnist_lib.exercises.questions import PREDICTIONS
from scripts.refresh_notebooks import exercise_cell
from tests.conftest import PROJECT

PATHS = sorted((PROJECT / "notebooks").glob("*.ipynb"))
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
IGNORED = "nbval-ignore-output"
CONTROL = r"(browse|choose|follow)_\w+"
# What the reader has done is the reader's own.
OWN = {"show_progress"}
CLOCKS = {"perf_counter", "timeit", "measure_batches", "seconds"}
SHOWS = re.compile(rf"^(Picture|display|img_show|draw_\w+|{CONTROL}|DrawingPad)\(", re.MULTILINE)


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture
def notebook(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def code_of(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose_of(notebook: nbformat.NotebookNode) -> str:
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def test_the_course_is_numbered_without_a_gap():
    assert [int(path.name[:2]) for path in PATHS] == list(range(len(PATHS)))


def test_the_format_is_valid(notebook):
    nbformat.validate(notebook)


def test_every_cell_was_run_once_in_order(notebook):
    counts = [cell.execution_count for cell in code_of(notebook)]
    assert counts == list(range(1, len(counts) + 1))


def test_no_cell_ended_in_an_error_or_wrote_to_stderr(notebook):
    for cell in code_of(notebook):
        for output in cell.outputs:
            assert output.output_type != "error", cell.source
            assert output.get("name") != "stderr", cell.source


def test_nothing_of_a_machine_is_stored(notebook):
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    for cell in code_of(notebook):
        tags = cell.metadata.get("tags", [])
        assert set(tags) <= {IGNORED}, "a tag hides something from the tests"
        for output in cell.outputs:
            data = output.get("data", {})
            assert WIDGET_VIEW not in data
            text = output.get("text", "") + data.get("text/plain", "")
            assert not re.search(r" at 0x[0-9a-f]+|/home/|/tmp/|ipykernel_|[A-Z]:\\", text)


def test_cells_are_short_with_text_between_them(notebook):
    for cell in code_of(notebook):
        assert len(cell.source.splitlines()) <= 25, cell.source
    for one, next_one in pairwise(notebook.cells):
        assert {one.cell_type, next_one.cell_type} != {"code"}, next_one.source


def test_most_cells_are_compared_and_the_others_assert_something(notebook):
    code = code_of(notebook)
    ignored = [cell for cell in code if IGNORED in cell.metadata.get("tags", [])]
    assert len(ignored) <= len(code) / 2
    for cell in ignored:
        measures = names_in(ast.parse(cell.source)) & (CLOCKS | OWN)
        if not SHOWS.search(cell.source) and not measures:
            assert re.search(r"^assert ", cell.source, re.MULTILINE), cell.source


def names_in(tree: ast.AST) -> set[str]:
    """Return the names of variables and of attributes that a piece of code uses."""
    nodes = list(ast.walk(tree))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    return names | {node.attr for node in nodes if isinstance(node, ast.Attribute)}


def test_nothing_is_asserted_about_a_time(notebook):
    """A busy machine would break it, and a reader would meet an AssertionError."""
    timed = set(CLOCKS)
    for cell in code_of(notebook):
        code = ast.walk(ast.parse(cell.source))
        statements = [node for node in code if isinstance(node, ast.Assign | ast.Assert)]
        for node in sorted(statements, key=lambda node: node.lineno):
            if isinstance(node, ast.Assert):
                assert not names_in(node.test) & timed, cell.source
            elif names_in(node.value) & timed:
                timed |= set().union(*map(names_in, node.targets))


def test_every_picture_is_there_with_its_text_alternative(notebook):
    for cell in code_of(notebook):
        pictures = [o for o in cell.outputs if "image/png" in o.get("data", {})]
        last_line = SHOWS.search(cell.source) and not cell.source.strip().endswith(":")
        assert bool(pictures) == bool(last_line), cell.source
        for output in pictures:
            image = plt.imread(io.BytesIO(base64.b64decode(output.data["image/png"])))
            assert image[..., :3].std() > 0.02, f"blank: {cell.source}"
            alt = output.metadata["image/png"]["alt"]
            assert len(alt) > 15
            assert 'alt="' in output.data["text/html"]
            assert output.data["text/plain"].startswith(("Picture: ", "Control: "))


def test_it_has_objectives_take_aways_and_links_to_its_neighbors(path, notebook):
    first, last = notebook.cells[0].source, notebook.cells[-1].source
    number = int(path.name[:2])
    assert re.search(r"^# ", first, re.MULTILINE)
    assert re.search(r"\*\*\d+ minutes\*\*", first)
    objectives = re.findall(r"^- ", first, re.MULTILINE)
    assert 3 <= len(objectives) <= 5
    assert "What you can do now" in last
    assert len(re.findall(r"^- ", last, re.MULTILINE)) >= 3
    if number:
        assert PATHS[number - 1].name in first
    assert PATHS[(number + 1) % len(PATHS)].name in last


def test_every_control_comes_with_two_questions(notebook):
    for before, cell in pairwise(notebook.cells):
        if cell.cell_type == "code" and re.search(rf"^{CONTROL}\(", cell.source, re.MULTILINE):
            assert len(re.findall(r"^\d\. .*\?", before.source, re.MULTILINE)) == 2


def test_links_lead_somewhere(path, notebook):
    links = re.findall(r"\]\(([^)]+)\)|(?:src|href)=[\"']([^\"']+)", prose_of(notebook))
    for link in filter(None, (a or b for a, b in links)):
        assert "://" not in link, f"{link} needs the internet"
        assert (path.parent / link).exists(), link


def test_formulas_and_code_in_the_text_are_closed(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            assert cell.source.count("`") % 2 == 0, cell.source
            assert cell.source.count("$") % 2 == 0, cell.source


def exercises_of(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if "exercise" in cell.metadata]


def test_the_cells_of_exercises_are_made_from_their_solutions(notebook):
    for number, cell in enumerate(exercises_of(notebook), start=1):
        exercise = getattr(mnist_lib.exercises, cell.metadata["exercise"])
        assert cell.source == exercise_cell(exercise, number)


def test_with_the_solutions_in_place_every_check_says_right(notebook, monkeypatch):
    monkeypatch.setenv(VARIABLE, "")
    for cell in exercises_of(notebook):
        exercise = getattr(mnist_lib.exercises, cell.metadata["exercise"])
        *lines, check = cell.source.replace(exercise.stub, exercise.solution()).splitlines()
        names = {"np": np}
        exec("\n".join(lines), names)
        assert repr(eval(check, names)) == "Right."


def test_no_later_cell_needs_what_an_exercise_makes(notebook):
    made = set()
    for cell in code_of(notebook):
        if "exercise" in cell.metadata:
            made.add(getattr(mnist_lib.exercises, cell.metadata["exercise"]).function)
        else:
            assert not names_in(ast.parse(cell.source)) & made, cell.source


def test_a_prediction_is_answered_by_the_next_cell(notebook):
    code = code_of(notebook)
    for cell, following in pairwise(code):
        for name in re.findall(r'^prediction\("(\w+)"\)', cell.source, re.MULTILINE):
            (question,) = mnist_lib.exercises.prediction(name).questions
            shown = "".join(
                output.get("text", "") + output.get("data", {}).get("text/plain", "")
                for output in following.outputs
            )
            assert question["shows"] in shown


def test_every_prediction_stands_in_a_lesson():
    texts = "".join(path.read_text(encoding="utf-8") for path in PATHS)
    for name in tomllib.loads(PREDICTIONS.read_text(encoding="utf-8")):
        assert texts.count(f'prediction(\\"{name}\\")') == 1, name


def numbers_in(text: str) -> set[str]:
    """Return the numbers of at least two digits, without the commas that group them."""
    found = re.findall(r"(?<![\w.,])\d+(?:,\d{3})*(?:\.\d+)?(?!\w)", text)
    plain = {number.replace(",", "") for number in found}
    return {number for number in plain if len(number.replace(".", "")) >= 2}


def test_numbers_in_the_text_stand_in_an_output_or_in_the_code(notebook):
    """A number that is shown nowhere is checked by nothing."""
    shown = set(WELL_KNOWN)
    for cell in code_of(notebook):
        shown |= numbers_in(cell.source.replace("_", ""))
        for output in cell.outputs:
            text = output.get("text", "") + output.get("data", {}).get("text/plain", "")
            shown |= numbers_in(re.sub(r"[^\w.,]", " ", text))
    # The first cell estimates how long the notebook takes.
    for cell in notebook.cells[1:]:
        if cell.cell_type == "markdown" and "| minutes |" not in cell.source:
            unknown = numbers_in(NOT_A_NUMBER.sub(" ", cell.source)) - shown
            assert not unknown, f"{sorted(unknown)} in: {cell.source}"


# Code, formulas, links, names of notebooks, dates.
NOT_A_NUMBER = re.compile(
    r"`[^`]*`|\$\$.*?\$\$|\$[^$]*\$|\[[^\]]*\]\([^)]*\)|"
    r"(?:[Nn]otebooks?|[Ll]essons?) \d\d(,? (to|on|and) \d\d)?|"
    r"\| \d\d \||\d{4}-\d\d-\d\d|\b\d{4}s\b",
    re.DOTALL,
)
# What MNIST is, and the score that the book's readers bring with them.
WELL_KNOWN = {"28", "784", "255", "60000", "10000", "70000", "0.9352"}
