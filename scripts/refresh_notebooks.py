"""Run the notebooks from top to bottom and store what they show: ``make notebooks``.

Named notebooks only: ``python scripts/refresh_notebooks.py notebooks/01_loading.ipynb``.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from mnist_lib.course.saving import METADATA, drop_widget_views

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"


def main(names: list[str]) -> None:
    """Refresh the notebooks with these paths, or all of them."""
    for path in map(Path, names) if names else sorted(NOTEBOOKS.glob("*.ipynb")):
        refresh(path)
        print(f"{path.name}: refreshed")


def refresh(path: Path) -> None:
    """Run one notebook on a fresh kernel and store its outputs, in the same bytes each time."""
    notebook = nbformat.read(path, as_version=4)
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


if __name__ == "__main__":
    main(sys.argv[1:])
