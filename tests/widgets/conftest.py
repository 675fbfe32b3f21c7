"""What several tests of controls need."""

from pathlib import Path

import numpy as np
import platformdirs
import pytest
from matplotlib.figure import Figure

from mnist_lib.figures import Picture


@pytest.fixture
def images(mnist) -> tuple[np.ndarray, np.ndarray]:
    """300 images as integers from 0 to 255, and their labels."""
    _, (x, t) = mnist
    return np.uint8(np.round(x[:300] * 255)), t[:300]


@pytest.fixture
def figures(monkeypatch) -> list[Figure]:
    """The figures of all pictures that are made in a test, the newest last."""
    made = []
    make = Picture.__init__

    def make_and_note(self, figure, *args, **kwargs):
        made.append(figure)
        make(self, figure, *args, **kwargs)

    monkeypatch.setattr(Picture, "__init__", make_and_note)
    return made


@pytest.fixture(autouse=True)
def data_folder(tmp_path, monkeypatch) -> Path:
    """The folder that the system has for the data of this reader's programs; not the real one."""
    folder = tmp_path / "data"
    monkeypatch.setattr(platformdirs, "user_data_path", lambda name, **_: folder / name)
    return folder / "mnist_lib"
