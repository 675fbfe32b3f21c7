"""Draw arrays: each function turns arrays into a picture with a text alternative."""

import base64
import functools
import html
import io
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ParamSpec

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import QuadMesh
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch, Rectangle
from PIL import Image

__all__ = [
    "BLUE",
    "GREEN",
    "GREY",
    "ORANGE",
    "RED",
    "Picture",
    "draw_batch_times",
    "draw_confusion",
    "draw_counts",
    "draw_flow",
    "draw_gallery",
    "draw_greys",
    "draw_layers",
    "draw_learning_curve",
    "draw_losses",
    "draw_numbers",
    "draw_probabilities",
    "draw_progress",
    "draw_routes",
    "draw_weights",
    "img_show",
]

# Okabe and Ito's colours, which colour-blind readers tell apart.
BLUE, ORANGE, GREEN, RED, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#5F6368"
_STYLE = mpl.rc_params_from_file(
    Path(__file__).parents[1] / "course.mplstyle", use_default_template=False
)
_PIXELS_PER_INCH = 144
_SCREEN_PIXELS_PER_INCH = 96

_DRAWING = threading.RLock()

# A window of 1,000 pixels, with JupyterLab's list of files open, has room for so much: drawn
# in this width, a picture is not shrunk there, and its letters keep their 12 points.
_CONTROL_WIDTH = 5.8

_Arguments = ParamSpec("_Arguments")


class Picture:
    """A figure as pixels, with a text that says the same to whoever can't see it.

    A notebook shows it by itself when it is the last value of a cell.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        What to show. It is drawn at once; later changes to it don't show.
    alt : str
        The text alternative: what there is to see, in a sentence or two.
    """

    def __init__(self, figure: Figure, alt: str) -> None:
        if not alt.strip():
            raise ValueError("alt is empty. Say in a sentence what there is to see.")
        self.alt = alt
        self.width = round(figure.get_figwidth() * _SCREEN_PIXELS_PER_INCH)
        self.height = round(figure.get_figheight() * _SCREEN_PIXELS_PER_INCH)
        self.png = _to_png(figure)
        # A figure that pyplot made would else be shown a second time, without its text.
        plt.close(figure)

    def to_html(self) -> str:
        """Return the picture as an HTML element that needs no other file."""
        data = base64.b64encode(self.png).decode("ascii")
        return (
            f'<img src="data:image/png;base64,{data}" alt="{html.escape(self.alt)}" '
            f'width="{self.width}" height="{self.height}" style="max-width: 100%; height: auto">'
        )

    def __repr__(self) -> str:
        return f"Picture: {self.alt}"

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, Any], dict[str, Any]]:
        # JupyterLab shows the HTML, with its text alternative; a page that strips HTML from
        # notebooks has the PNG; a terminal, and a test, the text.
        data = {"text/plain": repr(self), "text/html": self.to_html(), "image/png": self.png}
        return data, {"image/png": {"alt": self.alt, "width": self.width}}


def _to_png(figure: Figure) -> bytes:
    # What savefig does, without its first drawing, which only measures; and packed in a third
    # of the time. A figure that follows a slider has a tenth of a second for all of it.
    figure.set_dpi(_PIXELS_PER_INCH)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    buffer = io.BytesIO()
    pixels = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    pixels.save(buffer, "png", compress_level=3)
    return buffer.getvalue()


def _styled(draw: Callable[_Arguments, Picture]) -> Callable[_Arguments, Picture]:
    """Draw in the style of the course, whatever the reader's own settings are."""

    @functools.wraps(draw)
    def styled(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> Picture:
        # Matplotlib has one set of settings for all threads, and a control may draw in its own.
        with _DRAWING, mpl.rc_context(_STYLE):
            return draw(*args, **kwargs)

    return styled


class _Stage(Figure):
    """A figure of which a few artists change from picture to picture; the rest is drawn once.

    For a picture that follows a slider, to draw the axes and their labels anew would take most
    of the time.
    """

    moving: Sequence[Artist] = ()
    _still: object = None

    def draw(self, renderer: RendererBase) -> None:
        if self._still is None:
            for artist in self.moving:
                artist.set_animated(True)
            super().draw(renderer)
            self._still = renderer.copy_from_bbox(self.bbox)
        else:
            renderer.restore_region(self._still)
        for artist in self.moving:
            artist.draw(renderer)


def _placed(width: float, height: float, **margins: float) -> _Stage:
    """Make a figure whose axes stand where they are told, in inches from its edges.

    To find a place for the axes by measuring every label takes as long as to draw them.
    """
    figure = _Stage(figsize=(width, height), layout="none", dpi=_PIXELS_PER_INCH)
    figure.subplots_adjust(
        left=margins["left"] / width,
        right=1 - margins["right"] / width,
        bottom=margins["bottom"] / height,
        top=1 - margins["top"] / height,
        wspace=margins.get("wspace"),
        hspace=margins.get("hspace"),
    )
    return figure


def _as_image(img: np.ndarray) -> np.ndarray:
    """Return one image as (28, 28), from any of the shapes that the course meets."""
    img = np.asarray(img)
    if img.size != 784 or img.shape not in {(784,), (28, 28), (1, 28, 28), (1, 784)}:
        raise ValueError(
            f"The image has the shape {img.shape}, where (784,), (28, 28) or (1, 28, 28) is "
            "expected. Pick one image of a batch first: x[0]."
        )
    return img.reshape(28, 28)


def _show_pixels(ax: Axes, img: np.ndarray) -> AxesImage:
    ax.set_axis_off()
    return _put_pixels(ax.imshow(_as_image(img), cmap="gray"), img)


def _put_pixels(shown: AxesImage, img: np.ndarray) -> AxesImage:
    img = _as_image(img)
    # The scale is fixed: a picture of nothing but 0 and 1 in 0..255 is black, and shall look so.
    shown.set(data=img, clim=(0, 255 if img.dtype.kind in "ui" else 1))
    return shown


@_styled
def img_show(img: np.ndarray, title: str = "") -> Picture:
    """Show one image of a digit.

    Parameters
    ----------
    img : numpy.ndarray
        ``(784,)``, ``(28, 28)`` or ``(1, 28, 28)``; integers from 0 to 255, or floats from 0
        to 1. 0 is black.
    title : str
        What to write above it.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If `img` has another shape.
    """
    figure = Figure(figsize=(2.6, 2.8))
    ax = figure.subplots()
    _show_pixels(ax, img)
    ax.set_title(title)
    numbers = np.asarray(img)
    return Picture(
        figure,
        f"A 28 x 28 image{f', titled {title!r}' if title else ''}; its numbers go from "
        f"{numbers.min():g} to {numbers.max():g}.",
    )


@_styled
def draw_gallery(
    images: np.ndarray, titles: Sequence[object] = (), columns: int = 10, alt: str = ""
) -> Picture:
    """Draw many images in rows.

    Parameters
    ----------
    images : numpy.ndarray
        ``(N, 784)``, ``(N, 28, 28)`` or ``(N, 1, 28, 28)``.
    titles : sequence
        What to write above each image, if anything.
    columns : int
        How many images stand in a row.
    alt : str
        The text alternative. Without it: how many images there are, and their titles.

    Returns
    -------
    Picture
    """
    if np.ndim(images) < 2 or len(images) == 0:
        raise ValueError(
            f"images has the shape {np.shape(images)}, where at least one image in a batch is "
            "expected, such as x[:1]."
        )
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    figure = Figure(figsize=(columns * 0.98, rows * (1.3 if len(titles) else 1.0)))
    axes = figure.subplots(rows, columns, squeeze=False)
    for ax in axes.flat[len(images) :]:
        ax.axis("off")
    for ax, img in zip(axes.flat, images, strict=False):
        _show_pixels(ax, img)
    for ax, title in zip(axes.flat, titles, strict=False):
        ax.set_title(title, fontsize=12)
    spoken = ", ".join(str(title).replace("\n", " ") for title in titles)
    return Picture(figure, alt or f"{len(images)} images{f': {spoken}' if spoken else ''}.")


@_styled
def draw_numbers(img: np.ndarray, rows: slice, columns: slice) -> Picture:
    """Draw a part of an image with each pixel's number written into it.

    Parameters
    ----------
    img : numpy.ndarray
        One image; integers from 0 to 255.
    rows, columns : slice
        Which part of it, for example ``slice(5, 12)``.

    Returns
    -------
    Picture
    """
    part = _as_image(img)[rows, columns]
    height, width = part.shape
    row_numbers, column_numbers = range(28)[rows], range(28)[columns]
    figure = Figure(figsize=(width * 0.46 + 0.5, height * 0.42 + 0.5))
    ax = figure.subplots()
    ax.imshow(part, cmap="gray", vmin=0, vmax=255, aspect="auto")
    for (row, column), value in np.ndenumerate(part):
        colour = "black" if value > 110 else "white"
        ax.text(column, row, value, ha="center", va="center", color=colour, fontsize=12)
    ax.set_xticks(range(width), column_numbers)
    ax.set_yticks(range(height), row_numbers)
    ax.set_xlabel("column")
    ax.set_ylabel("row")
    return Picture(
        figure,
        f"Rows {row_numbers[0]} to {row_numbers[-1]} and columns {column_numbers[0]} to "
        f"{column_numbers[-1]} of an image, each pixel with its number, from {part.min()} to "
        f"{part.max()}; the larger the number, the brighter the pixel.",
    )


@_styled
def draw_greys(img: np.ndarray, title: str = "") -> Picture:
    """Draw an image beside a histogram of its greys.

    Parameters
    ----------
    img : numpy.ndarray
        One image; integers from 0 to 255.
    title : str
        What to write above the image.

    Returns
    -------
    Picture
    """
    figure, shown, bars = _greys_stage()
    _put_pixels(shown, img)
    shown.axes.set_title(title)
    counts, edges = np.histogram(np.ravel(img), bins=16, range=(0, 256))
    for bar, count in zip(bars, counts, strict=True):
        bar.set_height(count)
    return Picture(
        figure,
        f"A 28 x 28 image{f' titled {title}' if title else ''}, and how often its greys occur: "
        f"{counts[0]:.0f} pixels are below {edges[1]:.0f}, {counts[-1]:.0f} at "
        f"{edges[-2]:.0f} or above, and {counts[1:-1].sum():.0f} lie between.",
    )


@functools.cache
def _greys_stage() -> tuple[Figure, AxesImage, BarContainer]:
    figure = _placed(_CONTROL_WIDTH, 2.6, left=0.05, right=0.15, bottom=0.6, top=0.4, wspace=0.42)
    left, right = figure.subplots(1, 2, width_ratios=[1, 2])
    bars = right.bar(range(0, 256, 16), 0, width=16, align="edge", color=BLUE)
    right.set(xlabel="grey (0 background, 255 ink)", ylabel="pixels")
    right.set_xticks([0, 64, 128, 192, 255])
    right.set_yscale("symlog", linthresh=10)
    right.set_yticks([0, 5, 10, 100, 700], ["0", "5", "10", "100", "700"])
    right.set(xlim=(-10, 266), ylim=(0, 784))
    right.minorticks_off()
    shown = _show_pixels(left, np.zeros(784))
    figure.moving = [shown, left.title, *bars]
    return figure, shown, bars


@_styled
def draw_counts(counts: Mapping[str, np.ndarray]) -> Picture:
    """Draw how many images there are of each digit.

    Parameters
    ----------
    counts : mapping of str to numpy.ndarray
        For each set, by its name, ten counts.

    Returns
    -------
    Picture
    """
    figure = Figure(figsize=(9, 3 * len(counts)))
    axes = figure.subplots(len(counts), 1, squeeze=False)[:, 0]
    for ax, (name, values) in zip(axes, counts.items(), strict=True):
        bars = ax.bar(range(10), values, color=BLUE)
        ax.bar_label(bars, [f"{value:,}" for value in values], fontsize=12)
        ax.set_ylim(0, max(values) * 1.12)
        ax.set_xticks(range(10))
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        ax.set_title(f"{name}: how many of each digit", loc="left")
    alt = "; ".join(
        f"{name}: from {min(values):,} of digit {np.argmin(values)} to {max(values):,} of "
        f"digit {np.argmax(values)}"
        for name, values in counts.items()
    )
    return Picture(figure, f"Bars, one for each digit. {alt}.")


@_styled
def draw_probabilities(img: np.ndarray, y: np.ndarray, t: int | None = None) -> Picture:
    """Draw an image beside the ten probabilities that a network gives it.

    Parameters
    ----------
    img : numpy.ndarray
        One image.
    y : numpy.ndarray
        ``(10,)``, the probabilities.
    t : int, optional
        The right digit. Its bar is hatched where it is not the highest one.

    Returns
    -------
    Picture
    """
    y = np.asarray(y)
    guess = int(y.argmax())
    figure, shown, bars = _probabilities_stage()
    _put_pixels(shown, img)
    shown.axes.set_title("" if t is None else f"label {t}")
    bars.put(y, t)
    bars.ax.set_title(f"read as {guess}, with probability {y[guess]:.3f}")
    known = "" if t is None else f" of a digit labelled {t}"
    return Picture(
        figure,
        f"An image{known}, and ten bars: the network reads {guess} with probability "
        f"{y[guess]:.3f}.",
    )


@functools.cache
def _probabilities_stage() -> tuple[Figure, AxesImage, "_Bars"]:
    figure = _placed(_CONTROL_WIDTH, 2.6, left=0.05, right=0.05, bottom=0.6, top=0.4, wspace=0.25)
    left, right = figure.subplots(1, 2, width_ratios=[1, 2.4])
    shown, bars = _show_pixels(left, np.zeros(784)), _Bars(right)
    figure.moving = [shown, left.title, right.title, *bars.bars, *bars.labels]
    return figure, shown, bars


class _Bars:
    """Ten probabilities: the guess filled, the right digit hatched where it is another one."""

    def __init__(self, ax: Axes) -> None:
        self.ax = ax
        self.bars = ax.bar(range(10), 0)
        self.labels = [
            ax.text(digit, 0, "", ha="center", va="bottom", fontsize=12) for digit in range(10)
        ]
        ax.set(xticks=range(10), yticks=[0, 0.5, 1], ylim=(0, 1.12), xlabel="digit")

    def put(self, y: np.ndarray, t: int | None) -> None:
        guess = int(y.argmax())
        for digit, (bar, label) in enumerate(zip(self.bars, self.labels, strict=True)):
            fill = BLUE if digit == guess else GREY
            style = {"facecolor": fill, "edgecolor": fill, "hatch": ""}
            if digit == t != guess:
                style = {"facecolor": "white", "edgecolor": RED, "hatch": "///"}
            bar.set(height=y[digit], **style)
            label.set(y=y[digit] + 0.01, text=f"{y[digit]:.2f}" if y[digit] >= 0.005 else "")


@_styled
def draw_layers(
    layers: Mapping[str, np.ndarray], *old: np.ndarray, t: int | None = None
) -> Picture:
    """Draw one image on its way through a network: each layer's activations as shades.

    Parameters
    ----------
    layers : mapping of str to numpy.ndarray
        As `mnist_lib.network.predict_layers` returns them for one image.
    *old : numpy.ndarray
        The arrays after ``x``, where `layers` is only ``x``.
    t : int, optional
        The right digit. Its bar is hatched where it is not the highest one.

    Returns
    -------
    Picture
    """
    x, *hidden, y = (layers, *old) if old else layers.values()
    figure, shown, units, bars = _layers_stage(*(z.size for z in hidden))
    _put_pixels(shown, x)
    for mesh, z in zip(units, hidden, strict=True):
        mesh.set_array(_in_rows(z))
    bars.put(y, t)
    guess = int(y.argmax())
    squares = "".join(
        f"{z.size} shaded squares, {np.count_nonzero(z > 0.5)} above 0.5; " for z in hidden
    ).replace(" above", " of them above", 1)
    known = "" if t is None else f" of a digit labelled {t}"
    return Picture(
        figure,
        f"An image{known}; {squares}and ten bars: the network reads {guess} with probability "
        f"{y[guess]:.3f}.",
    )


@functools.cache
def _layers_stage(*sizes: int) -> tuple[Figure, AxesImage, tuple[QuadMesh, ...], _Bars]:
    figure = _placed(
        _CONTROL_WIDTH, 4.4, left=0.55, right=0.05, bottom=0.6, top=0.4, hspace=0.55, wspace=0.3
    )
    ratios = [1, *(0.6 if size <= 50 else 1 for size in sizes)]
    grid = figure.add_gridspec(2, len(ratios), width_ratios=ratios, height_ratios=[1, 0.8])
    image, *hidden = (figure.add_subplot(grid[0, column]) for column in range(len(ratios)))
    below = figure.add_subplot(grid[1, :])
    shown = _show_pixels(image, np.zeros(784))
    image.set_title("x")
    _write_below(image, "28 x 28 = 784 pixels")
    units = tuple(_show_units(ax, size) for ax, size in zip(hidden, sizes, strict=True))
    for number, ax in enumerate(hidden, start=1):
        ax.set_title(f"z{number}")
    below.set_title("y")
    bars = _Bars(below)
    figure.moving = [shown, *units, *bars.bars, *bars.labels]
    return figure, shown, units, bars


def _show_units(ax: Axes, size: int) -> QuadMesh:
    """Show the activations of a layer in rows, black at 0 and white at 1, each with a frame."""
    mesh = ax.pcolormesh(_in_rows(np.zeros(size)), cmap="gray", vmin=0, vmax=1)
    mesh.set(edgecolor=GREY, linewidth=1)
    ax.set_aspect("equal")
    ax.invert_yaxis()
    ax.set_axis_off()
    _write_below(ax, f"{size} units")
    return mesh


def _write_below(ax: Axes, text: str) -> None:
    ax.text(0.5, -0.05, text, transform=ax.transAxes, ha="center", va="top", fontsize=12)


def _in_rows(z: np.ndarray) -> np.ndarray:
    columns = 10 if z.size > 50 else 5
    shades = np.full(-(-z.size // columns) * columns, np.nan)
    shades[: z.size] = z
    return shades.reshape(-1, columns)


@_styled
def draw_confusion(t: np.ndarray, p: np.ndarray) -> Picture:
    """Draw how often each digit was read as each other one.

    Parameters
    ----------
    t, p : numpy.ndarray
        ``(N,)``, the labels and the digits that were read, 0..9.

    Returns
    -------
    Picture
    """
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (t, p), 1)
    mistakes = counts * (1 - np.eye(10, dtype=int))
    figure = Figure(figsize=(7.6, 6.6))
    ax = figure.subplots()
    # Colour shows the mistakes alone: next to a thousand right answers all look alike.
    ax.imshow(mistakes, cmap="Oranges", vmax=max(1, 1.6 * mistakes.max()))
    for (row, column), count in np.ndenumerate(counts):
        if count:
            weight = "bold" if row == column else "normal"
            ax.text(column, row, count, ha="center", va="center", fontsize=12, weight=weight)
    ax.set(xticks=range(10), yticks=range(10), xlabel="read as", ylabel="label")
    ax.spines[:].set_visible(False)
    row, column = np.unravel_index(mistakes.argmax(), mistakes.shape)
    return Picture(
        figure,
        f"A table of labels against answers. {np.trace(counts):,} of {len(t):,} are on the "
        f"diagonal. The most frequent mistake: {row} read as {column}, {mistakes.max()} times.",
    )


_DIMENSION_COLOURS = (BLUE, RED, GREEN, "#CC79A7", "#8A6D00")


@_styled
def draw_flow(*passes: Mapping[str, np.ndarray]) -> Picture:
    """Draw the shapes of arrays on their way through a network, as boxes.

    Lengths that must agree for a product to exist are written in one colour and stand side by
    side. The sides of the boxes grow with the logarithm of the lengths.

    Parameters
    ----------
    *passes : mapping of str to numpy.ndarray
        For each pass, the arrays by their names and in their order: the input, then weights
        and result for each layer, for example ``x W1 z1 W2 z2 W3 y``.

    Returns
    -------
    Picture
    """
    weights = [a for arrays in passes for a in list(arrays.values())[1::2]]
    lengths = {length for a in weights for length in a.shape}
    colours = dict(zip(sorted(lengths, reverse=True), _DIMENSION_COLOURS, strict=False))
    figure = Figure(figsize=(10, 3.2 * len(passes)))
    axes = figure.subplots(len(passes), 1, squeeze=False)[:, 0]
    for ax, arrays in zip(axes, passes, strict=True):
        _draw_pass(ax, arrays, colours)
    spoken = ["; ".join(f"{name} {a.shape}" for name, a in arrays.items()) for arrays in passes]
    return Picture(figure, f"Boxes for the arrays of a pass, by shape: {'. Then: '.join(spoken)}.")


def _draw_pass(ax: Axes, arrays: Mapping[str, np.ndarray], colours: Mapping[int, str]) -> None:
    x = 0.0
    for i, (name, array) in enumerate(arrays.items()):
        is_data = i % 2 == 0
        rows, columns = (1, *array.shape)[-2:]
        width, height = _side(columns), _side(rows)
        fill = "#DCEAF4" if is_data else "#FBEFD3"
        ax.add_patch(Rectangle((x, -height / 2), width, height, fc=fill, ec="black", lw=1.5))
        # The length of a batch needs to agree with nothing: it has no colour.
        colour = "black" if is_data else colours[rows]
        if array.ndim > 1:
            _write_length(ax, x + 0.26, 0, rows, colour, rotation=90, va="center")
        _write_length(ax, x + width / 2, height / 2 + 0.06, columns, colours[columns], va="bottom")
        ax.text(x + width / 2, -1.95, name, ha="center", va="center", fontsize=15, weight="bold")
        ax.text(x + width / 2, -2.4, str(array.shape), ha="center", va="center", fontsize=12)
        x += width
        if i < len(arrays) - 1:
            ax.text(x + 0.4, 0, "@" if is_data else "→", ha="center", va="center", fontsize=17)
            x += 0.8
    ax.set(xlim=(-0.1, x + 0.1), ylim=(-2.6, 2.05), aspect="equal")
    ax.axis("off")


def _write_length(
    ax: Axes, x: float, y: float, length: int, colour: str, **how: str | float
) -> None:
    ax.text(x, y, str(length), color=colour, ha="center", fontsize=14, weight="bold", **how)


def _side(length: int) -> float:
    return 0.2 + 0.3 * np.log2(length)


@_styled
def draw_batch_times(
    sizes: Sequence[int], seconds: Sequence[float], count: int, at: int | None = None
) -> Picture:
    """Draw how long all images take, against how many go through the network at once.

    Parameters
    ----------
    sizes : sequence of int
        Batch sizes that were measured.
    seconds : sequence of float
        How long all the images took with each, in seconds.
    count : int
        How many images there were.
    at : int, optional
        A measured batch size to mark.

    Returns
    -------
    Picture
    """
    milliseconds = np.asarray(seconds) * 1000
    best = int(np.argmin(milliseconds))
    figure, mark = _batch_times_stage(
        tuple(sizes), tuple(milliseconds), count, marked=at is not None
    )
    if at is not None:
        mark.set_data([at], [milliseconds[list(sizes).index(at)]])
    return Picture(
        figure,
        f"Time for {count:,} images against batch size: {milliseconds[0]:.0f} ms in batches of "
        f"{sizes[0]:,}, {milliseconds[best]:.1f} ms at the best size, {sizes[best]:,}, and "
        f"{milliseconds[-1]:.1f} ms in batches of {sizes[-1]:,}.",
    )


@functools.lru_cache(maxsize=8)
def _batch_times_stage(
    sizes: tuple[int, ...], milliseconds: tuple[float, ...], count: int, *, marked: bool
) -> tuple[Figure, Line2D]:
    best = int(np.argmin(milliseconds))
    figure = _placed(_CONTROL_WIDTH, 3.8, left=0.85, right=0.25, bottom=1.0, top=0.1)
    ax = figure.subplots()
    ax.plot(sizes, milliseconds, "o-", color=BLUE, label=f"{count:,} images")
    ax.plot(sizes[best], milliseconds[best], "D", ms=11, color=GREEN, label="fastest")
    place = (sizes[:1], milliseconds[:1]) if marked else ([], [])
    mark = ax.plot(*place, "o", ms=18, mfc="none", mec=RED, mew=3, label="chosen")[0]
    ax.set(xscale="log", yscale="log", xlabel="images in a batch", ylabel="milliseconds")
    ax.set_xticks(sizes, [f"{size:,}" for size in sizes], rotation=40, ha="right")
    ax.tick_params(axis="x", pad=0)
    ax.minorticks_off()
    ticks = _round_numbers(np.array(milliseconds))
    ax.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.set_ylim(ticks[0] * 0.9, max(ticks[-1], *milliseconds) * 1.2)
    ax.grid(axis="y", alpha=0.3)
    ax.legend(handles=ax.lines if marked else ax.lines[:2])
    figure.moving = [mark]
    return figure, mark


def _round_numbers(values: np.ndarray) -> list[float]:
    """Return numbers 1, 2, 5, 10, 20, ... that enclose the values."""
    steps = [digit * 10.0**power for power in range(-3, 6) for digit in (1, 2, 5)]
    low = max(i for i, step in enumerate(steps) if step <= values.min())
    high = min(i for i, step in enumerate(steps) if step >= values.max())
    return steps[low : high + 1]


@_styled
def draw_learning_curve(
    counts: Sequence[int], curves: Mapping[str, Sequence[float]], at: int | None = None
) -> Picture:
    """Draw how accuracy grows with the number of training images.

    Parameters
    ----------
    counts : sequence of int
        How many images were learned from.
    curves : mapping of str to sequence of float
        For each method, by its name, the accuracy at each count, 0..1.
    at : int, optional
        One of the counts, to mark.

    Returns
    -------
    Picture
    """
    figure = _placed(_CONTROL_WIDTH, 3.6, left=0.8, right=0.25, bottom=1.0, top=0.1)
    ax = figure.subplots()
    for (name, values), marker in zip(curves.items(), "osD^v", strict=False):
        ax.plot(counts, values, marker=marker, ms=8, label=name)
    if at is not None:
        ax.axvline(at, color=GREY, ls="--", lw=1.5)
    ax.set(xscale="log", xlabel="training images", ylabel="accuracy on the test set")
    ax.set_xticks(counts, [f"{count:,}" for count in counts], rotation=40, ha="right")
    ax.tick_params(axis="x", pad=0)
    ax.minorticks_off()
    ax.grid(alpha=0.3)
    ax.legend()
    ends = "; ".join(f"{n}: {v[0]:.3f} to {v[-1]:.3f}" for n, v in curves.items())
    return Picture(
        figure,
        f"Accuracy against training images, from {counts[0]:,} to {counts[-1]:,}. {ends}.",
    )


@_styled
def draw_weights(weights: np.ndarray, columns: int = 10, title: str = "") -> Picture:
    """Draw what each unit of a first layer looks for: its 784 weights as an image.

    Parameters
    ----------
    weights : numpy.ndarray
        ``(784, units)``, a network's ``W1``.
    columns : int
        How many images stand in a row.
    title : str
        What to write above them.

    Returns
    -------
    Picture
    """
    units = weights.shape[1]
    figure = Figure(figsize=(columns * 0.9, -(-units // columns) * 0.9 + 0.4))
    ax = figure.subplots()
    _show_weights(figure, ax, weights, columns)
    ax.set_title(title, loc="left")
    return Picture(
        figure,
        f"{title + ': ' if title else ''}{units} images of 28 x 28 weights, orange where ink "
        f"speaks for a unit, purple where it speaks against it; from {weights.min():.1f} to "
        f"{weights.max():.1f}.",
    )


def _show_weights(figure: Figure, ax: Axes, weights: np.ndarray, columns: int) -> None:
    rows = -(-weights.shape[1] // columns)
    sheet = np.full((rows * 30, columns * 30), np.nan)
    for i, unit in enumerate(weights.T):
        row, column = divmod(i, columns)
        sheet[row * 30 + 1 : row * 30 + 29, column * 30 + 1 : column * 30 + 29] = unit.reshape(
            28, 28
        )
    limit = np.percentile(np.abs(weights), 99)
    image = ax.imshow(sheet, cmap="PuOr_r", vmin=-limit, vmax=limit)
    ax.axis("off")
    figure.colorbar(image, ax=ax, shrink=0.8, pad=0.01)


@_styled
def draw_losses(
    losses: Mapping[str, Sequence[float]], step: str = "epoch", steps: int | None = None
) -> Picture:
    """Draw losses as they change while a network learns.

    Parameters
    ----------
    losses : mapping of str to sequence of float
        For each curve, by its name, the loss after each step.
    step : str
        What is counted from left to right.
    steps : int, optional
        How many there will be at the end, so that the axis does not grow with the curves.

    Returns
    -------
    Picture
    """
    figure = _placed(_CONTROL_WIDTH, 3.2, left=0.8, right=0.1, bottom=0.6, top=0.1)
    ax = figure.subplots()
    # One value is no line yet.
    for (name, values), style in zip(losses.items(), ("o-", "s--", "D:", "^-."), strict=False):
        ax.plot(
            range(1, len(values) + 1), values, style if len(values) < 30 else style[1:], label=name
        )
    if steps is not None:
        ax.set_xlim(0.8, steps + 0.2)
    ax.set(xlabel=step, ylabel="loss")
    ax.set_ylim(0, 1.1 * max(max(values) for values in losses.values()))
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.grid(alpha=0.3)
    ax.legend()
    spoken = "; ".join(
        f"{name}: {values[0]:.2f} at first, {min(values):.2f} at the lowest, "
        f"{values[-1]:.2f} at last"
        for name, values in losses.items()
    )
    return Picture(figure, f"Loss against {step}. {spoken}.")


@_styled
def draw_progress(
    losses: Sequence[float], accuracies: Sequence[float], weights: np.ndarray
) -> Picture:
    """Draw how far a network has come: its loss, its accuracy, and its first layer.

    Parameters
    ----------
    losses, accuracies : sequence of float
        After each epoch so far.
    weights : numpy.ndarray
        ``(784, units)``, the network's ``W1`` as it is now.

    Returns
    -------
    Picture
    """
    figure = Figure(figsize=(_CONTROL_WIDTH, 5.2))
    curves, images = figure.subfigures(2, 1, height_ratios=[1, 1.4])
    left, right = curves.subplots(1, 2)
    epochs = range(1, len(losses) + 1)
    left.plot(epochs, losses, "o-", color=BLUE)
    left.set(ylabel="loss", ylim=(0, 1.1 * max(losses, default=1)))
    right.plot(epochs, accuracies, "s-", color=RED)
    # Where no images were held back, there is no accuracy to draw.
    lowest = min((a for a in accuracies if not np.isnan(a)), default=0)
    right.set(ylabel="accuracy", ylim=(lowest - 0.1 * (1 - lowest), 1))
    for ax in (left, right):
        ax.set(xlabel="epoch", xlim=(0.5, max(6, len(losses)) + 0.5))
        ax.xaxis.get_major_locator().set_params(integer=True)
    ax = images.subplots()
    _show_weights(images, ax, weights, columns=10)
    ax.set_title("the weights of the first layer")
    told = (
        f"after {len(losses)} epochs the loss is {losses[-1]:.3f} and the accuracy on the images "
        f"held back {accuracies[-1]:.3f}"
        if len(losses)
        else "nothing is learned yet"
    )
    return Picture(figure, f"Two curves and {weights.shape[1]} images of weights: {told}.")


@_styled
def draw_routes(
    routes: Mapping[str, Sequence[tuple[str, bool]]], scores: Mapping[str, float]
) -> Picture:
    """Draw routes from an image to an answer, and who made each part of them.

    Parameters
    ----------
    routes : mapping of str to sequence of (str, bool)
        For each route, by its name: its parts, and whether a part was learned from data (True)
        or made by a person (False).
    scores : mapping of str to float
        The accuracy of each route, by the same names, 0..1.

    Returns
    -------
    Picture
    """
    figure = Figure(figsize=(10, 1.45 * len(routes) + 0.5))
    ax = figure.subplots()
    for row, (name, parts) in enumerate(routes.items()):
        _draw_route(ax, -1.45 * row, name, parts, scores[name])
    for x, fill, hatch, text in (
        (1.3, "#F3F3F3", "//", "made by a person"),
        (4.3, "#DCEAF4", "", "learned from data"),
    ):
        ax.add_patch(Rectangle((x, 0.68), 0.5, 0.28, fc=fill, hatch=hatch, ec=GREY))
        ax.text(x + 0.62, 0.82, text, va="center", fontsize=12)
    ax.set(xlim=(0, 10), ylim=(-1.45 * len(routes) + 0.75, 1.05))
    ax.axis("off")
    spoken = "; ".join(
        f"{name}, accuracy {scores[name]:.3f}: "
        + ", then ".join(
            f"{text} ({'learned' if learned else 'made by a person'})" for text, learned in parts
        )
        for name, parts in routes.items()
    ).replace("\n", " ")
    return Picture(figure, f"Routes from pixels to an answer. {spoken}.")


def _draw_route(
    ax: Axes, y: float, name: str, parts: Sequence[tuple[str, bool]], score: float
) -> None:
    ax.text(0.05, y + 0.5, name, fontsize=13, weight="bold", va="center")
    ax.text(0.05, y, "pixels", fontsize=13, va="center")
    left, right, gap = 1.3, 8.3, 0.4
    width = (right - left - gap * (len(parts) - 1)) / len(parts)
    for i, (text, learned) in enumerate(parts):
        x = left + i * (width + gap)
        style = {"fc": "#DCEAF4"} if learned else {"fc": "#F3F3F3", "hatch": "//"}
        ax.add_patch(
            FancyBboxPatch((x, y - 0.28), width, 0.56, boxstyle="round,pad=0.02", ec=GREY, **style)
        )
        ax.text(
            x + width / 2,
            y,
            text,
            ha="center",
            va="center",
            fontsize=12,
            bbox={"fc": style["fc"], "ec": "none", "pad": 3},
        )
        ax.annotate(
            "", (x - 0.04, y), (x - gap + 0.04, y), arrowprops={"arrowstyle": "->", "lw": 1.8}
        )
    ax.annotate(
        "", (right + gap - 0.04, y), (right + 0.04, y), arrowprops={"arrowstyle": "->", "lw": 1.8}
    )
    ax.text(right + gap, y, f"{score:.3f}", fontsize=15, weight="bold", va="center")
