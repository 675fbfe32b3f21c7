"""What is left out of a notebook when it is saved."""

from typing import Any

__all__ = ["drop_widget_views", "keep_static_outputs"]

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def keep_static_outputs(model: dict[str, Any], **_: object) -> None:
    """Leave out of a notebook what only a running kernel can show; for Jupyter's servers.

    A server calls it before it saves, where it is set as ``ContentsManager.pre_save_hook``.

    Parameters
    ----------
    model : dict
        What is about to be saved, changed in place; anything but a notebook is left as it is.
    """
    if model["type"] == "notebook" and model.get("content"):
        for cell in model["content"]["cells"]:
            drop_widget_views(cell)


def drop_widget_views(cell: dict[str, Any]) -> None:
    """Keep of a cell's controls what can be shown without a kernel.

    A stored view refers to a control in the memory of a kernel that is gone: pages that render
    notebooks, and JupyterLab before the cell is run, would show an error in place of the
    picture that is stored with it. Where nothing else is stored, the view is kept.

    Parameters
    ----------
    cell : dict
        A cell of a notebook, changed in place.
    """
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if "text/html" in data:
            data.pop(WIDGET_VIEW, None)
