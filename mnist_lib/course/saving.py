"""Save notebooks so that nothing changes in them but what the reader changed.

What only a running kernel can show is left out, and so is what differs from machine to machine.
"""

from typing import Any

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "name": "python"},
}


def clean_notebook(model: dict[str, Any], **_: object) -> None:
    """Clean a notebook about to be saved, and leave other files alone.

    `course.py` sets it as JupyterLab's ``ContentsManager.pre_save_hook``.
    """
    if model["type"] == "notebook" and model.get("content"):
        drop_machine(model["content"]["metadata"])
        for cell in model["content"]["cells"]:
            drop_widget_views(cell)


def drop_machine(metadata: dict[str, Any]) -> None:
    """Drop the versions that JupyterLab notes when a kernel starts: git would see a change."""
    if metadata.get("kernelspec", {}).get("name") == METADATA["kernelspec"]["name"]:
        metadata |= METADATA


def drop_widget_views(cell: dict[str, Any]) -> None:
    """Drop the views of controls from a cell's outputs; the pictures beside them stay.

    A stored view refers to a kernel that is gone. Pages that render notebooks, and JupyterLab
    until the cell is run, would show an error in place of the picture. A view without a picture
    is kept.
    """
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if "text/html" in data:
            data.pop(WIDGET_VIEW, None)
