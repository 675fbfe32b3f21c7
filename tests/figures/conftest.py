"""What a picture shows is read from the figure that it is made of."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mnist_lib import load_mnist
from mnist_lib.figures import Picture

FigureOf = Callable[[Picture], Figure]


@pytest.fixture
def figure_of() -> Iterator[FigureOf]:
    """Give the Matplotlib figure of a picture. It shows the last picture of its kind."""
    figures: dict[Picture, Figure] = {}
    make = Picture.__init__

    def record(picture: Picture, figure: Figure, alt: str) -> None:
        figures[picture] = figure
        make(picture, figure, alt)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Picture, "__init__", record)
        yield figures.__getitem__


@pytest.fixture(scope="session")
def raw() -> np.ndarray:
    """Sixty real images, integers from 0 to 255."""
    return load_mnist(normalize=False)[0][0][:60]


def texts_in(ax: Axes) -> dict[str, tuple[float, float]]:
    """Return where each text stands."""
    return {text.get_text(): text.get_position() for text in ax.texts}


def labels_of(axis: object) -> list[str]:
    return [label.get_text() for label in axis.get_ticklabels()]
