"""``make notebooks``: what is stored of a notebook, and that it is the same each time."""

import subprocess
import sys
from pathlib import Path

import nbformat

from tests.conftest import PROJECT


def refresh(path: Path) -> nbformat.NotebookNode:
    command = [sys.executable, PROJECT / "scripts" / "refresh_notebooks.py", path]
    subprocess.run(command, check=True, capture_output=True)
    return nbformat.read(path, as_version=4)


def test_a_notebook_is_run_and_stored_in_the_same_bytes_each_time(tmp_path: Path):
    (tmp_path / "data.txt").write_text("from its folder")
    cells = [
        nbformat.v4.new_markdown_cell("# Title"),
        nbformat.v4.new_code_cell("print('one', flush=True)\nprint('two')", execution_count=7),
        nbformat.v4.new_code_cell("import pathlib\nprint(pathlib.Path('data.txt').read_text())"),
    ]
    metadata = {"widgets": {}, "kernelspec": {"display_name": "mine", "name": "mine"}}
    path = tmp_path / "notebook.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), path)
    notebook = refresh(path)
    content = path.read_bytes()
    _, *code = notebook.cells
    assert [cell.execution_count for cell in code] == [1, 2]
    assert [cell.outputs[0].text for cell in code] == ["one\ntwo\n", "from its folder\n"]
    assert all(not cell.metadata for cell in code)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"
    assert [cell.id for cell in notebook.cells] == ["cell-00", "cell-01", "cell-02"]
    refresh(path)
    assert path.read_bytes() == content


def test_the_cell_of_an_exercise_is_written_from_its_solution(tmp_path: Path):
    cell = nbformat.v4.new_code_cell("anything", metadata={"exercise": "digits_of_a_batch"})
    path = tmp_path / "notebook.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    (cell,) = refresh(path).cells
    assert cell.source.splitlines() == [
        "from mnist_lib.exercises import digits_of_a_batch as q1",
        "",
        "",
        "def digits(y):  # (N, 10) probabilities, to (N,) digits",
        "    return y.argmax(...)",
        "",
        "",
        "q1.check(digits)",
    ]
    assert cell.outputs[0].data["text/plain"].startswith("Not attempted. ")
