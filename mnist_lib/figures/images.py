"""Pictures of images: one, many, their numbers, greys and labels, and a layer's weights."""

import functools
from collections.abc import Mapping, Sequence, Sized

import numpy as np
from matplotlib.axes import Axes
from matplotlib.container import BarContainer
from matplotlib.figure import Figure, SubFigure
from matplotlib.image import AxesImage

from mnist_lib import checks
from mnist_lib.checks import CLASSES, PIXELS, SIDE
from mnist_lib.figures.picture import BLUE, Picture, Stage, course_style, write
from mnist_lib.language import said


def _as_pixels(img: np.ndarray) -> tuple[np.ndarray, int]:
    """Return the image as (28, 28), and the number that stands for white: 255 or 1."""
    img = checks.check_image(img)
    white = 255 if img.dtype.kind in "ui" else 1
    # Interpolation may end a rounding error outside.
    if img.min() < -0.001 or img.max() > white + 0.001:
        raise ValueError(
            f"The image holds {img.dtype} numbers from {img.min():g} to {img.max():g}, where "
            "integers from 0 to 255 or floats from 0 to 1 are expected. Divide floats by 255."
        )
    return (img, white) if white == 255 else (img.astype(float).clip(0, 1), white)


def show_pixels(ax: Axes, img: np.ndarray) -> AxesImage:
    """Show an image in axes without ticks."""
    ax.set_axis_off()
    return put_pixels(ax.imshow(np.zeros((SIDE, SIDE)), cmap="gray"), img)


def put_pixels(shown: AxesImage, img: np.ndarray) -> AxesImage:
    """Put another image in its place."""
    img, white = _as_pixels(img)
    # The scale is fixed: an image of nothing but 0 and 1 in 0..255 is black, and must look so.
    shown.set(data=img, clim=(0, white))
    return shown


@course_style()
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
        Unlike the book's function, this one opens no window. `Picture` says how to show it.
    """
    figure = Figure(figsize=(2.6, 2.8))
    ax = figure.subplots()
    pixels = show_pixels(ax, img).get_array()
    ax.set_title(title)
    return Picture(
        figure,
        f"A 28 x 28 image{f', titled {title!r}' if title else ''}; its numbers go from "
        f"{pixels.min():g} to {pixels.max():g}.",
    )


@course_style()
def draw_gallery(
    images: np.ndarray, titles: Sequence[object] = (), columns: int = 10, alt: str = ""
) -> Picture:
    """Draw many images in rows.

    Parameters
    ----------
    images : numpy.ndarray
        ``(N, 784)``, ``(N, 28, 28)`` or ``(N, 1, 28, 28)``, with the numbers of `img_show`.
    titles : sequence
        What to write above each image, if anything.
    columns : int
        How many images stand in a row.
    alt : str
        The text alternative. Without it: how many images there are, and their titles.
    """
    images = checks.check_batch(images)
    checks.check_type("titles", titles, Sized, "a list with a title for each image")
    if len(titles) not in {0, len(images)}:
        raise ValueError(
            f"There are {len(titles)} titles for {len(images)} images. Pass one for each, or none."
        )
    columns = min(checks.check_count("columns", columns), len(images))
    rows = -(-len(images) // columns)
    lines = [line for title in titles for line in str(title).split("\n")]
    # Room for the longest line above an image, and for all lines of a title.
    width = max(0.98, 0.1 * max(map(len, lines), default=0))
    height = width + 0.3 * (-(-len(lines) // max(1, len(titles))))
    figure = Figure(figsize=(columns * width, rows * max(height, 1.0)))
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for ax in axes[len(images) :]:
        ax.set_axis_off()
    for ax, img in zip(axes, images, strict=False):
        show_pixels(ax, img)
    for ax, title in zip(axes, titles, strict=False):
        ax.set_title(title, fontsize=12)
    spoken = ", ".join(said(str(title)).replace("\n", " ") for title in titles)
    return Picture(figure, alt or f"{len(images)} images{f': {spoken}' if spoken else ''}.")


@course_style()
def draw_numbers(img: np.ndarray, rows: slice, columns: slice) -> Picture:
    """Draw a part of an image with each pixel's number written into it.

    Parameters
    ----------
    img : numpy.ndarray
        One image, as for `img_show`.
    rows, columns : slice
        Which part of it, for example ``slice(5, 12)``.
    """
    pixels, white = _as_pixels(img)
    for name, part in (("rows", rows), ("columns", columns)):
        checks.check_type(name, part, slice, "a slice, such as slice(5, 12),")
        if not range(SIDE)[part]:
            raise ValueError(f"{name} is {part}, where a part of 0 to {SIDE - 1} is expected.")
    part = pixels[rows, columns]
    row_numbers, column_numbers = range(SIDE)[rows], range(SIDE)[columns]
    figure = Figure(figsize=(part.shape[1] * 0.46 + 0.5, part.shape[0] * 0.42 + 0.5))
    ax = figure.subplots()
    ax.imshow(part, cmap="gray", vmin=0, vmax=white, aspect="auto")
    for (row, column), value in np.ndenumerate(part):
        color = "black" if value > 110 / 255 * white else "white"
        write(ax, column, row, value if white == 255 else f"{value:.2f}", color=color)
    ax.set_xticks(range(part.shape[1]), column_numbers)
    ax.set_yticks(range(part.shape[0]), row_numbers)
    ax.set(xlabel="column", ylabel="row")
    return Picture(
        figure,
        f"Rows {row_numbers[0]} to {row_numbers[-1]} and columns {column_numbers[0]} to "
        f"{column_numbers[-1]} of an image, each pixel with its number, from {part.min():g} to "
        f"{part.max():g}; the larger the number, the brighter the pixel.",
    )


@course_style()
def draw_greys(img: np.ndarray, title: str = "") -> Picture:
    """Draw an image, as for `img_show`, with its title beside a histogram of its greys."""
    pixels, white = _as_pixels(img)
    figure, shown, bars = _greys_stage(white)
    put_pixels(shown, pixels)
    shown.axes.set_title(title)
    counts, edges = np.histogram(pixels, bins=16, range=(0, 256 if white == 255 else 1))
    for bar, count in zip(bars, counts, strict=True):
        bar.set_height(count)
    return Picture(
        figure,
        f"A 28 x 28 image{f' titled {title}' if title else ''}, and how often its greys occur: "
        f"{counts[0]} pixels are below {edges[1]:g}, {counts[-1]} at {edges[-2]:g} or above, and "
        f"{counts[1:-1].sum()} lie between.",
    )


@functools.cache
def _greys_stage(white: int) -> tuple[Figure, AxesImage, BarContainer]:
    figure = Stage(2.6, left=0.05, right=0.15, bottom=0.6, top=0.4, wspace=0.42)
    left, right = figure.subplots(1, 2, width_ratios=[1, 2])
    width = 16 if white == 255 else 1 / 16
    bars = right.bar(width * np.arange(16), 0, width=width, align="edge", color=BLUE)
    right.set_yscale("symlog", linthresh=10)
    right.set(
        xlabel=f"grey (0 background, {white} ink)",
        xticks=[0, 64, 128, 192, 255] if white == 255 else [0, 0.25, 0.5, 0.75, 1],
        xlim=(-0.625 * width, 16.625 * width),
        ylabel="pixels",
        ylim=(0, PIXELS),
    )
    right.set_yticks([0, 5, 10, 100, 700], ["0", "5", "10", "100", "700"])
    right.minorticks_off()
    shown = show_pixels(left, np.zeros(PIXELS))
    figure.moving = [shown, left.title, *bars]
    return figure, shown, bars


@course_style()
def draw_counts(counts: Mapping[str, np.ndarray]) -> Picture:
    """Draw how many images there are of each digit.

    Parameters
    ----------
    counts : mapping of str to numpy.ndarray
        For each set, by its name, ten counts.
    """
    checks.check_table("counts", counts, CLASSES, low=0)
    figure = Figure(figsize=(9, 3 * len(counts)))
    axes = figure.subplots(len(counts), 1, squeeze=False)[:, 0]
    for ax, (name, values) in zip(axes, counts.items(), strict=True):
        bars = ax.bar(range(CLASSES), values, color=BLUE)
        ax.bar_label(bars, [f"{value:,}" for value in values], fontsize=12)
        ax.set(xticks=range(CLASSES), yticks=[], ylim=(0, max(*values, 1) * 1.12))
        ax.spines["left"].set_visible(False)
        ax.set_title(f"{name}: how many of each digit", loc="left")
    alt = "; ".join(
        f"{name}: from {min(values):,} of digit {np.argmin(values)} to {max(values):,} of "
        f"digit {np.argmax(values)}"
        for name, values in counts.items()
    )
    return Picture(figure, f"Bars, one for each digit. {alt}.")


@course_style()
def draw_weights(weights: np.ndarray, columns: int = 10, title: str = "") -> Picture:
    """Draw what each unit of a first layer looks for: its 784 weights as an image.

    Parameters
    ----------
    weights : numpy.ndarray
        ``(784, units)``, a network's ``W1``.
    columns : int
        How many images stand in a row, below the title.
    """
    weights = checks.check_numbers("weights", weights, PIXELS, "units")
    columns = min(checks.check_count("columns", columns), weights.shape[1])
    figure = Figure(figsize=(columns * 0.9, -(-weights.shape[1] // columns) * 0.9 + 0.4))
    ax = show_weights(figure, weights, columns)
    ax.set_title(title, loc="left")
    for unit in range(weights.shape[1]):
        row, column = np.array(divmod(unit, columns)) * (SIDE + 2)
        # In a corner, where no digit has ink.
        paper = {"fc": "white", "ec": "none", "pad": 1}
        write(ax, column + 1, row + 1, unit, 10, ha="left", va="top", bbox=paper)
    limit = ax.images[0].get_clim()[1]
    return Picture(
        figure,
        f"{title + ': ' if title else ''}{weights.shape[1]} images of 28 x 28 weights, orange "
        f"where ink speaks for a unit, purple where it speaks against it. The colors end at "
        f"-{limit:.2f} and {limit:.2f}; one weight in a hundred lies beyond.",
    )


def show_weights(figure: Figure | SubFigure, weights: np.ndarray, columns: int) -> Axes:
    """Show the weights of each unit as an image, all on one sheet, beside their scale.

    One weight in a hundred lies beyond the scale, which has pointed ends to say so.
    """
    step = SIDE + 2
    sheet = np.full((-(-weights.shape[1] // columns) * step, columns * step), np.nan)
    for i, unit in enumerate(weights.T):
        row, column = np.array(divmod(i, columns)) * step + 1
        sheet[row : row + SIDE, column : column + SIDE] = unit.reshape(SIDE, SIDE)
    limit = np.percentile(np.abs(weights), 99) or 1
    ax = figure.subplots()
    image = ax.imshow(sheet, cmap="PuOr_r", vmin=-limit, vmax=limit)
    ax.set_axis_off()
    figure.colorbar(image, ax=ax, shrink=0.8, pad=0.01, extend="both")
    return ax
