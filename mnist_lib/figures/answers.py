"""Pictures of a network's answers: to one image, on the way to it, and to many."""

import functools
from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from mnist_lib.checks import CLASSES, PIXELS, as_array, check_labels, check_numbers, check_type
from mnist_lib.figures.images import put_pixels, show_pixels
from mnist_lib.figures.picture import BLUE, GREY, RED, Picture, Stage, course_style, write

_PANELS_IN_A_ROW = 3


class _Bars:
    """Ten probabilities: the guess filled, the right digit hatched where it is another one."""

    def __init__(self, ax: Axes) -> None:
        self.ax = ax
        self.bars = ax.bar(range(CLASSES), 0)
        self.labels = [write(ax, digit, 0, "", 10, va="bottom") for digit in range(CLASSES)]
        ax.set(xticks=range(CLASSES), yticks=[0, 0.5, 1], ylim=(0, 1.2))
        ax.set(xlabel="digit (blue: read as, striped: label)", ylabel="probability")

    def put(self, y: np.ndarray, t: int | None) -> tuple[int, str]:
        """Show an answer, and return the guess and a text for the label."""
        y = as_array(y)
        if y.shape != (CLASSES,):
            raise ValueError(
                f"y has the shape {y.shape}, where ({CLASSES},) is expected. Pick one answer of "
                "a batch first: y[0]."
            )
        check_numbers("y", y, CLASSES, low=0, high=1.001)
        if t is not None:
            check_labels([t], 1)
        guess = int(y.argmax())
        for digit, (bar, label) in enumerate(zip(self.bars, self.labels, strict=True)):
            fill = BLUE if digit == guess else GREY
            style = {"facecolor": fill, "edgecolor": fill, "hatch": ""}
            if digit == t != guess:
                style = {"facecolor": "white", "edgecolor": RED, "hatch": "///"}
            bar.set(height=y[digit], **style)
            label.set(y=y[digit] + 0.01, text=f"{y[digit]:.2f}" if y[digit] >= 0.005 else "")
        return guess, "" if t is None else f" of a digit labelled {t}"


@course_style()
def draw_probabilities(img: np.ndarray, y: np.ndarray, t: int | None = None) -> Picture:
    """Draw an image beside the ten probabilities that a network gives it.

    Parameters
    ----------
    img : numpy.ndarray
        One image, as for `img_show`.
    y : numpy.ndarray
        ``(10,)``, the probabilities.
    t : int, optional
        The right digit. Its bar is hatched where it is not the highest one.
    """
    figure, shown, bars = _probabilities_stage()
    put_pixels(shown, img)
    shown.axes.set_title("" if t is None else f"label {t}")
    guess, known = bars.put(y, t)
    bars.ax.set_title(f"read as {guess}, with probability {y[guess]:.3f}")
    return Picture(
        figure,
        f"An image{known}, and ten bars: the network reads {guess} with probability "
        f"{y[guess]:.3f}.",
    )


@functools.cache
def _probabilities_stage() -> tuple[Figure, AxesImage, _Bars]:
    figure = Stage(2.6, left=0.05, right=0.05, bottom=0.6, top=0.4, wspace=0.38)
    left, right = figure.subplots(1, 2, width_ratios=[1, 2.6])
    shown, bars = show_pixels(left, np.zeros(PIXELS)), _Bars(right)
    figure.moving = [shown, left.title, right.title, *bars.bars, *bars.labels]
    return figure, shown, bars


@course_style()
def draw_readings(images: dict[str, np.ndarray], y: np.ndarray) -> Picture:
    """Draw a few images side by side, and below each what a network reads in it.

    Parameters
    ----------
    images : dict of str to numpy.ndarray
        Up to three images, as for `img_show`, by their names.
    y : numpy.ndarray
        The ten probabilities of each, ``(N, 10)``.
    """
    y = np.asarray(y)
    if y.shape != (len(images), CLASSES):
        raise ValueError(
            f"y has the shape {y.shape}, where ({len(images)}, {CLASSES}) is expected."
        )
    figure, shown, texts = _readings_stage(len(images))
    said = []
    for pixels, text, (name, img), probabilities in zip(
        shown, texts, images.items(), y, strict=True
    ):
        put_pixels(pixels, img)
        pixels.axes.set_title(name)
        guess = probabilities.argmax()
        text.set_text(f"read as {guess}: {probabilities[guess]:.3f}")
        said.append(f"{name}, {text.get_text()}")
    return Picture(figure, f"{len(images)} images: {'; '.join(said)}.")


@functools.lru_cache(maxsize=4)
def _readings_stage(count: int) -> tuple[Figure, list[AxesImage], list[Text]]:
    figure = Stage(2.7, left=0.05, right=0.05, bottom=0.4, top=0.4, wspace=0.1)
    axes = figure.subplots(1, count, squeeze=False)[0]
    shown = [show_pixels(ax, np.zeros(PIXELS)) for ax in axes]
    texts = [write(ax, 13.5, 30, "", 13, va="center") for ax in axes]
    figure.moving = [*shown, *(ax.title for ax in axes), *texts]
    return figure, shown, texts


@course_style()
def draw_layers(layers: dict[str, np.ndarray], t: int | None = None) -> Picture:
    """Draw one image on its way through a network: each layer's activations as shades.

    Parameters
    ----------
    layers : dict of str to numpy.ndarray
        As `mnist_lib.network.predict_layers` returns it for one image: ``x (784,)``, the
        activations of any number of hidden layers, 0..1, and ``y (10,)``, the probabilities.
    t : int, optional
        As for `draw_probabilities`.
    """
    check_type("layers", layers, Mapping, "a dict, as predict_layers returns it,")
    if len(layers) < 2:
        raise ValueError(f"layers has {len(layers)} arrays, where at least x and y are expected.")
    (_, x), *hidden, (_, y) = layers.items()
    hidden = [(name, check_numbers(str(name), z, "units", low=0, high=1)) for name, z in hidden]
    sizes = tuple((name, z.size) for name, z in hidden)
    figure, shown, units, counts, bars = _layers_stage(sizes)
    put_pixels(shown, x)
    above = [np.count_nonzero(z > 0.5) for _, z in hidden]
    for mesh, text, (_, z), count in zip(units, counts, hidden, above, strict=True):
        mesh.set_array(_in_rows(z))
        text.set_text(f"{z.size} units,\n{count} above 0.5")
    guess, known = bars.put(y, t)
    bars.ax.set_title(f"y: read as {guess}")
    squares = [
        f"{z.size} shaded squares, {count} above 0.5"
        for (_, z), count in zip(hidden, above, strict=True)
    ]
    return Picture(
        figure,
        f"An image{known}; {'; '.join([*squares, 'and ten bars'])}: the network reads {guess} "
        f"with probability {y[guess]:.3f}.",
    )


@functools.lru_cache(maxsize=8)
def _layers_stage(
    sizes: tuple[tuple[str, int], ...],
) -> tuple[Figure, AxesImage, list[QuadMesh], list[Text], _Bars]:
    """Make a figure for hidden layers of these names and sizes."""
    panels = [("x", PIXELS), *sizes]
    rows = [panels[i : i + _PANELS_IN_A_ROW] for i in range(0, len(panels), _PANELS_IN_A_ROW)]
    height = 2.6 + 2.2 * len(rows)
    figure = Stage(height, left=0.8, right=0.05, bottom=0.6, top=0.4, hspace=0.75)
    grid = figure.add_gridspec(len(rows) + 1, 1, height_ratios=[1] * len(rows) + [0.8])
    axes = []
    for place, row in zip(grid, rows, strict=False):
        ratios = [1 if size > 50 else 0.6 for _, size in row]
        inner = place.subgridspec(1, len(row), width_ratios=ratios, wspace=0.3)
        axes += [figure.add_subplot(cell) for cell in inner]
    shown = show_pixels(axes[0], np.zeros(PIXELS))
    units = [_show_units(ax, size) for ax, (_, size) in zip(axes[1:], sizes, strict=True)]
    for ax, (name, size) in zip(axes, panels, strict=True):
        ax.set_title(name)
        text = "784 pixels,\nblack 0, white 1" if name == "x" else f"{size} units"
        write(ax, 0.5, -0.05, text, va="top", transform=ax.transAxes)
    below = figure.add_subplot(grid[-1])
    bars = _Bars(below)
    counts = [ax.texts[0] for ax in axes[1:]]
    figure.moving = [shown, *units, *counts, below.title, *bars.bars, *bars.labels]
    return figure, shown, units, counts, bars


def _show_units(ax: Axes, size: int) -> QuadMesh:
    """Show the activations of a layer in rows, black at 0 and white at 1, each with a frame."""
    mesh = ax.pcolormesh(_in_rows(np.zeros(size)), cmap="gray", vmin=0, vmax=1)
    mesh.set(edgecolor=GREY, linewidth=1)
    ax.set_aspect("equal")
    ax.invert_yaxis()
    ax.set_axis_off()
    return mesh


def _in_rows(z: np.ndarray) -> np.ndarray:
    columns = 5 if z.size <= 50 else max(10, int(np.ceil(np.sqrt(z.size))))
    shades = np.full(-(-z.size // columns) * columns, np.nan)
    shades[: z.size] = z
    return shades.reshape(-1, columns)


@course_style()
def draw_confusion(t: np.ndarray, p: np.ndarray) -> Picture:
    """Draw how often each digit was read as each other one.

    Parameters
    ----------
    t, p : numpy.ndarray
        ``(N,)``, the labels and the digits that were read, 0..9.
    """
    t = check_labels(t, None).argmax(axis=1)
    p = check_labels(p, len(t)).argmax(axis=1)
    counts = np.zeros((CLASSES, CLASSES), int)
    np.add.at(counts, (t, p), 1)
    mistakes = counts * (1 - np.eye(CLASSES, dtype=int))
    figure = Figure(figsize=(6.6, 6.6))
    ax = figure.subplots()
    # Color shows the mistakes alone: next to a thousand right answers they would all look alike.
    ax.imshow(mistakes, cmap="Oranges", vmin=0, vmax=max(1, 1.3 * mistakes.max()))
    for (row, column), count in np.ndenumerate(counts):
        if count:
            write(ax, column, row, count, weight="bold" if row == column else "normal")
    ax.set(xticks=range(CLASSES), yticks=range(CLASSES), xlabel="read as", ylabel="label")
    ax.spines[:].set_visible(False)
    row, column = np.unravel_index(mistakes.argmax(), mistakes.shape)
    most = mistakes.max()
    worst = f"The most frequent mistake: {row} read as {column}, {most} times."
    return Picture(
        figure,
        f"A table of labels against answers. {np.trace(counts):,} of {len(t):,} are on the "
        f"diagonal. {worst if most else 'There is no mistake.'}",
    )


def _as_rows(name: str, array: np.ndarray) -> np.ndarray:
    array = as_array(array)
    if array.ndim not in {1, 2} or array.size == 0 or array.dtype.kind not in "buif":
        raise ValueError(
            f"{name} has the shape {array.shape} and the dtype {array.dtype.name:.50}, where real "
            "numbers are expected, (n,) or (rows, columns)."
        )
    return np.atleast_2d(array).astype(float)


@course_style()
def draw_comparison(given: np.ndarray, wanted: np.ndarray) -> Picture:
    """Draw an array beside the one that it should be, and frame what differs.

    Parameters
    ----------
    given, wanted : numpy.ndarray
        Numbers, ``(n,)`` or ``(rows, columns)``. Where the shapes agree, each number of `given`
        that is not close to that of `wanted` gets a frame.
    """
    given, wanted = _as_rows("given", given), _as_rows("wanted", wanted)
    rows, columns = np.max([given.shape, wanted.shape], axis=0)
    is_wide = columns > 2 * rows
    figure = Figure(figsize=(7.6, min(2 + 0.7 * rows, 6) if is_wide else 4))
    axes = figure.subplots(*((2, 1) if is_wide else (1, 2)))
    known = wanted[np.isfinite(wanted)]
    low, high = (known.min(), known.max()) if known.size else (0, 1)
    for ax, array, title in zip(axes, (given, wanted), ("yours", "right"), strict=True):
        ax.imshow(array, cmap="gray", vmin=low, vmax=max(high, low + 1e-9))
        ax.set_title(f"{title}, {array.shape[0]} x {array.shape[1]}")
        ax.set(xticks=[], yticks=[])
        for (row, column), value in np.ndenumerate(array if max(array.shape) <= 10 else array[:0]):
            bright = value > (low + high) / 2
            write(ax, column, row, f"{value:.2g}", color="black" if bright else "white")
        ax.spines[:].set_visible(False)
    differs = np.zeros(given.shape, bool)
    if given.shape == wanted.shape:
        differs = ~np.isclose(given, wanted, rtol=1e-4, atol=1e-6, equal_nan=True)
        for row, column in np.argwhere(differs):
            corner = column - 0.45, row - 0.45
            axes[0].add_patch(Rectangle(corner, 0.9, 0.9, fill=False, edgecolor=RED, linewidth=3))
    return Picture(
        figure,
        f"Your array, {given.shape[0]} x {given.shape[1]}, beside the right one, "
        f"{wanted.shape[0]} x {wanted.shape[1]}; {differs.sum()} numbers are framed as different.",
    )
