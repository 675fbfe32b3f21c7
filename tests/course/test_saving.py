"""What is saved of a notebook can be shown without its kernel."""

import nbformat
import numpy as np
import pytest
from jupyter_server.services.contents.filemanager import FileContentsManager

from mnist_lib.course.saving import WIDGET_VIEW, keep_static_outputs
from mnist_lib.widgets import browse_images


def test_a_saved_control_is_its_picture(mnist, tmp_path):
    _, (x, t) = mnist
    control, _ = browse_images(np.uint8(x[:20] * 255), t[:20])._repr_mimebundle_()
    control["image/png"] = "aaaa"
    alone = {WIDGET_VIEW: {"model_id": "1", "version_major": 2, "version_minor": 0}}
    outputs = [nbformat.v4.new_output("display_data", data) for data in (control, alone)]
    cell = nbformat.v4.new_code_cell("browse_images(x, t)", outputs=outputs)
    manager = FileContentsManager(
        root_dir=str(tmp_path), pre_save_hook="mnist_lib.course.saving.keep_static_outputs"
    )
    content = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Title"), cell])
    manager.save({"type": "notebook", "content": content}, "saved.ipynb")
    saved = nbformat.read(tmp_path / "saved.ipynb", as_version=4).cells[1].outputs
    assert set(saved[0].data) == {"text/plain", "text/html", "image/png"}
    assert set(saved[1].data) == {WIDGET_VIEW}, "nothing else is there to be shown"


@pytest.mark.parametrize(
    "model",
    [
        {"type": "file", "content": "a text", "format": "text"},
        {"type": "notebook", "content": None},
    ],
)
def test_what_is_no_notebook_or_has_no_content_is_left_alone(model: dict):
    before = dict(model)
    keep_static_outputs(model, path="any")
    assert model == before
