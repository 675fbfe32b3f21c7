"""Run the notebooks from top to bottom and store what they show: ``make notebooks``.

Named notebooks only: ``python scripts/refresh_notebooks.py notebooks/01_loading.ipynb``.
"""

import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

import mnist_lib.exercises
from mnist_lib.course.progress import VARIABLE
from mnist_lib.course.saving import METADATA, drop_widget_views
from mnist_lib.exercises import Exercise

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"


def main(names: list[str]) -> None:
    """Refresh the notebooks with these paths, or all of them."""
    os.environ[VARIABLE] = ""  # What is stored is nobody's progress.
    for path in map(Path, names) if names else sorted(NOTEBOOKS.glob("*.ipynb")):
        refresh(path)
        print(f"{path.name}: refreshed")


def refresh(path: Path) -> None:
    """Run one notebook on a fresh kernel and store its outputs, in the same bytes each time."""
    notebook = nbformat.read(path, as_version=4)
    write_exercises(notebook)
    NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        resources={"metadata": {"path": path.parent}},
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
    ).execute()
    notebook.metadata = METADATA
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number:02}"
        if cell.cell_type == "code":
            drop_widget_views(cell)
    nbformat.write(notebook, path)


def write_exercises(notebook: nbformat.NotebookNode) -> None:
    """Write the cells of exercises, which name theirs in their metadata, from the solutions."""
    cells = [cell for cell in notebook.cells if "exercise" in cell.metadata]
    for number, cell in enumerate(cells, start=1):
        name = cell.metadata["exercise"]
        cell.source = exercise_cell(getattr(mnist_lib.exercises, name), number)


def exercise_cell(exercise: Exercise, number: int) -> str:
    """Return the cell in which an exercise is done: the function with its gaps, and the check."""
    return (
        f"from mnist_lib.exercises import {exercise.name} as q{number}\n\n\n"
        f"{exercise.stub}\n\n\nq{number}.check({exercise.function})"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
