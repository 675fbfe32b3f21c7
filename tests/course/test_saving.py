"""What is saved of a notebook can be shown without its kernel."""

import nbformat
import numpy as np
import pytest
from jupyter_server.services.contents.filemanager import FileContentsManager

from mnist_lib.course.saving import WIDGET_VIEW, clean_notebook
from mnist_lib.widgets import browse_images


def test_a_saved_control_is_its_picture(mnist, tmp_path):
    _, (x, t) = mnist
    control, _ = browse_images(np.uint8(x[:20] * 255), t[:20])._repr_mimebundle_()
    control["image/png"] = "aaaa"
    alone = {WIDGET_VIEW: {"model_id": "1", "version_major": 2, "version_minor": 0}}
    outputs = [nbformat.v4.new_output("display_data", data) for data in (control, alone)]
    cell = nbformat.v4.new_code_cell("browse_images(x, t)", outputs=outputs)
    manager = FileContentsManager(
        root_dir=str(tmp_path), pre_save_hook="mnist_lib.course.saving.clean_notebook"
    )
    content = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Title"), cell])
    manager.save({"type": "notebook", "content": content}, "saved.ipynb")
    saved = nbformat.read(tmp_path / "saved.ipynb", as_version=4).cells[1].outputs
    assert set(saved[0].data) == {"text/plain", "text/html", "image/png"}
    assert set(saved[1].data) == {WIDGET_VIEW}, "nothing else is there to be shown"


@pytest.mark.parametrize(
    ("name", "language_info"),
    [
        ("python3", {"file_extension": ".py", "name": "python"}),
        ("another", {"name": "python", "version": "3.14.1"}),
    ],
)
def test_the_version_of_python_is_not_saved_for_the_course_own_kernel(name, language_info):
    metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": name},
        "language_info": {"name": "python", "version": "3.14.1"},
        "title": "kept",
    }
    content = nbformat.v4.new_notebook(metadata=metadata)
    clean_notebook({"type": "notebook", "content": content})
    assert content.metadata["language_info"] == language_info
    assert content.metadata["kernelspec"]["name"] == name
    assert content.metadata["title"] == "kept"


@pytest.mark.parametrize(
    "model",
    [
        {"type": "file", "content": "a text", "format": "text"},
        {"type": "notebook", "content": None},
    ],
)
def test_what_is_no_notebook_or_has_no_content_is_left_alone(model: dict):
    before = dict(model)
    clean_notebook(model, path="any")
    assert model == before
