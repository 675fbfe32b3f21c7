"""Leave out of saved notebooks what only a running kernel can show."""

from typing import Any

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def keep_static_outputs(model: dict[str, Any], **_: object) -> None:
    """Drop the views of controls from a notebook about to be saved, and leave other files alone.

    `course.py` sets it as JupyterLab's ``ContentsManager.pre_save_hook``.
    """
    if model["type"] == "notebook" and model.get("content"):
        for cell in model["content"]["cells"]:
            drop_widget_views(cell)


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
