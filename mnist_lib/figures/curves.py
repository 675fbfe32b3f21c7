"""Pictures of curves: loss and accuracy during training, and measured times."""

import functools
import math
from collections.abc import Collection, Mapping, Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mnist_lib.checks import PIXELS, as_array, check_count, check_numbers, check_table
from mnist_lib.figures.images import show_weights
from mnist_lib.figures.picture import (
    BLUE,
    CONTROL_INCHES,
    GREEN,
    GREY,
    RED,
    Picture,
    Stage,
    course_style,
)

_LINE = 0.27
"""Inches that a row of names takes."""


def _draw_curves(
    ax: Axes, x: Sequence[int], curves: Mapping[str, Sequence[float]], size: int
) -> None:
    """Draw curves, twelve before two look alike, with markers of this size."""
    colors = mpl.rcParams["axes.prop_cycle"].by_key()["color"]
    dashes, markers = ["-", "--", ":", "-."], [*"osD^vPX*<>hp"]
    ax.set_prop_cycle(color=colors * 2, linestyle=dashes * 3, marker=markers)
    for name, values in curves.items():
        # A single value is only visible as a marker; many markers would hide the line.
        ax.plot(x[: len(values)], values, label=name, ms=size if len(values) < 30 else 0)
    ax.grid(alpha=0.3)


def _rows_of_names(names: Collection[str]) -> int:
    return -(-len(names) // _names_in_a_row(names))


def _names_in_a_row(names: Collection[str]) -> int:
    """Return how many names of curves, with a piece of each curve, fit above a picture."""
    return min(len(names), max(1, int(5 / (0.7 + 0.09 * max(map(len, names))))))


def _name_curves(ax: Axes) -> None:
    """Write the names of all curves above the axes, where no curve can run into them."""
    _, names = ax.get_legend_handles_labels()
    ax.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=_names_in_a_row(names),
        borderaxespad=0.2,
        borderpad=0,
    )


def _check_mark(at: int | None, counts: Sequence[int]) -> None:
    if at is not None and at not in list(counts):
        raise ValueError(f"at is {at!r:.50}, where one of {str(list(counts))[:200]} is expected.")


def _count_images(ax: Axes, counts: Sequence[int]) -> None:
    """Make the x-axis logarithmic, with these numbers of images as its only ticks."""
    ax.set_xscale("log")
    ax.set_xticks(counts, [f"{count:,}" for count in counts], rotation=40, ha="right")
    ax.tick_params(axis="x", pad=0)
    ax.minorticks_off()


@course_style()
def draw_losses(
    losses: Mapping[str, Sequence[float]],
    step: str = "epoch",
    steps: int | None = None,
    first: int = 1,
) -> Picture:
    """Draw losses as they change while a network learns.

    Parameters
    ----------
    losses : mapping of str to sequence of float
        For each curve, by its name, the loss after each step. A nan leaves a gap.
    step : str
        What is counted from left to right.
    steps : int, optional
        How many there will be at the end, so that the axis does not grow with the curves.
    first : int
        The number of the first step: 0 if the curves begin with the loss before any step.
    """
    check_table("losses", losses, "steps", low=0, nan=True)
    check_count("first", first, least=0)
    above = 0.1 + _LINE * _rows_of_names(losses)
    figure = Stage(3.1 + above, left=0.8, right=0.1, bottom=0.6, top=above)
    ax = figure.subplots()
    _draw_curves(ax, range(first, first + max(map(len, losses.values()))), losses, size=6)
    _name_curves(ax)
    if steps is not None:
        check_count("steps", steps)
        ax.set_xlim(first - 0.2, steps + 0.2)
    known = [value for values in losses.values() for value in values if math.isfinite(value)]
    ax.set(xlabel=step, ylabel="loss", ylim=(0, 1.1 * max(known, default=1)))
    ax.xaxis.get_major_locator().set_params(integer=True)
    spoken = "; ".join(
        f"{name}: {values[0]:.2f} at first, {min(values):.2f} at the lowest, "
        f"{values[-1]:.2f} at last"
        for name, values in losses.items()
    )
    return Picture(figure, f"Loss against {step}. {spoken}.")


@course_style()
def draw_progress(
    losses: Sequence[float], accuracies: Sequence[float], weights: np.ndarray
) -> Picture:
    """Draw how far a network has come: its loss, its accuracy, and its first layer.

    Parameters
    ----------
    losses, accuracies : sequence of float
        After each epoch so far. Without a validation set, the accuracies are nan.
    weights : numpy.ndarray
        ``(784, units)``, the network's ``W1`` as it is now.
    """
    if as_array(losses).shape != (0,) or as_array(accuracies).shape != (0,):
        check_numbers("losses", losses, "epochs", low=0)
        check_numbers("accuracies", accuracies, len(losses), low=0, high=1, nan=True)
    weights = check_numbers("weights", weights, PIXELS, "units")
    figure = Figure(figsize=(CONTROL_INCHES, 5.2))
    curves, images = figure.subfigures(2, 1, height_ratios=[1, 1.4])
    left, right = curves.subplots(1, 2)
    epochs = range(1, len(losses) + 1)
    left.plot(epochs, losses, "o-", color=BLUE)
    left.set(ylabel="loss", ylim=(0, 1.1 * max(losses, default=1)))
    right.plot(epochs, accuracies, "s-", color=RED)
    lowest = min((a for a in accuracies if not math.isnan(a)), default=0)
    right.set(ylabel="accuracy", ylim=(lowest - 0.1 * (1 - lowest), 1))
    for ax in (left, right):
        ax.set(xlabel="epoch", xlim=(0.5, max(6, len(losses)) + 0.5))
        ax.xaxis.get_major_locator().set_params(integer=True)
    show_weights(images, weights, columns=10).set_title("the weights of the first layer")
    told = (
        f"after {len(losses)} epochs the loss is {losses[-1]:.3f} and the accuracy on the images "
        f"held back {accuracies[-1]:.3f}"
        if len(losses)
        else "nothing is learned yet"
    )
    return Picture(figure, f"Two curves and {weights.shape[1]} images of weights: {told}.")


@course_style()
def draw_learning_curve(
    counts: Sequence[int], curves: Mapping[str, Sequence[float]], at: int | None = None
) -> Picture:
    """Draw how the mistakes become fewer with the number of training images.

    Parameters
    ----------
    counts : sequence of int
        How many images were learned from.
    curves : mapping of str to sequence of float
        For each method, by its name, the accuracy at each count, 0..1; a nan where it was not
        measured, which the line passes over.
    at : int, optional
        One of the counts, to mark.
    """
    check_numbers("counts", counts, "counts", low=1)
    check_table("curves", curves, len(counts), low=0, high=1, nan=True)
    _check_mark(at, counts)
    rows = _rows_of_names([*curves, *(() if at is None else ["chosen"])])
    above = 0.1 + _LINE * rows
    figure = Stage(3.5 + above, left=0.8, right=0.7, bottom=1.0, top=above)
    ax = figure.subplots()
    # On a logarithmic axis there is no place for no mistake at all: a nan leaves a gap.
    mistakes = {
        name: [10_000 * (1 - accuracy) if accuracy < 1 else math.nan for accuracy in values]
        for name, values in curves.items()
    }
    _draw_curves(ax, counts, mistakes, size=8)
    measured = {name: ~np.isnan(as_array(values)) for name, values in curves.items()}
    for line, known in zip(ax.lines, measured.values(), strict=True):
        line.set_data(np.asarray(counts)[known], np.asarray(line.get_ydata())[known])
    if len(curves) == 1:
        _write_values(ax, ax.lines[0])
    if at is not None:
        ax.axvline(at, color=GREY, ls="--", lw=1.5, label="chosen")
    _name_curves(ax)
    ax.set(xlabel="training images", ylabel="mistakes in 10,000 images", yscale="log")
    _count_images(ax, counts)
    _count_from(ax, [m for values in mistakes.values() for m in values if m > 0] or [1])
    ends = "; ".join(
        f"{name}: {values[0]:.3f} to {values[-1]:.3f}"
        for name, values in ((n, as_array(v)[measured[n]]) for n, v in curves.items())
        if len(values)
    )
    return Picture(
        figure,
        f"Mistakes against training images, from {counts[0]:,} to {counts[-1]:,}. Accuracy of "
        f"{ends}.",
    )


def _write_values(ax: Axes, line: Line2D) -> None:
    """Write its value beside each point of a falling line, on the side where the line is not."""
    for place in zip(*line.get_data(), strict=True):
        if math.isfinite(place[1]):
            style = {"xytext": (6, 5), "textcoords": "offset points", "fontsize": 12}
            ax.annotate(f"{place[1]:,.0f}", place, **style)


@course_style()
def draw_batch_times(
    sizes: Sequence[int],
    seconds: Sequence[float],
    count: int,
    at: int | None = None,
    now: float | None = None,
) -> Picture:
    """Draw how long all images take, against how many go through the network at once.

    Parameters
    ----------
    sizes, seconds : sequence
        Batch sizes that were measured, and how many seconds all the images took with each.
    count : int
        How many images there were.
    at : int, optional
        A measured batch size to mark.
    now : float, optional
        How many seconds it took this time. Without it the mark is on the curve.
    """
    check_numbers("sizes", sizes, "sizes", low=1)
    check_numbers("seconds", seconds, len(sizes), low=1e-9)
    check_count("count", count)
    sizes, milliseconds = tuple(sizes), tuple(1000 * second for second in seconds)
    _check_mark(at, sizes)
    best = int(np.argmin(milliseconds))
    figure, mark = _batch_times_stage(sizes, milliseconds, count, marked=at is not None)
    if at is not None:
        mark.set_data([at], [milliseconds[sizes.index(at)] if now is None else 1000 * now])
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
    figure = Stage(3.8, left=0.85, right=0.25, bottom=1.0, top=0.1)
    ax = figure.subplots()
    ax.plot(sizes, milliseconds, "o-", color=BLUE, label=f"time for {count:,} images")
    ax.plot(sizes[best], milliseconds[best], "D", ms=11, color=GREEN, label="fastest")
    place = (sizes[:1], milliseconds[:1]) if marked else ([], [])
    (mark,) = ax.plot(*place, "o", ms=18, mfc="none", mec=RED, mew=3, label="chosen")
    # A busy machine may take far longer than when the curve was measured.
    mark.set_clip_on(False)
    ax.set(yscale="log", xlabel="images in a batch", ylabel="milliseconds")
    _count_images(ax, sizes)
    _count_from(ax, milliseconds)
    ax.grid(axis="y", alpha=0.3)
    ax.legend(handles=ax.lines if marked else ax.lines[:2])
    figure.moving = [mark]
    return figure, mark


def _count_from(ax: Axes, values: Sequence[float]) -> None:
    """Put round numbers on a logarithmic y-axis, from below the values to above them."""
    ticks = _round_numbers(values)
    ax.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.set_ylim(ticks[0] * 0.9, max(ticks[-1], *values) * 1.2)


def _round_numbers(values: Sequence[float]) -> list[float]:
    """Return numbers 1, 2, 5, 10, 20, ... that enclose the values."""
    # One more to either side: a logarithm may be off by a rounding error.
    first, last = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    powers = range(first - 1, last + 2)
    steps = [digit * 10.0**power for power in powers for digit in (1, 2, 5)]
    low = max(i for i, step in enumerate(steps) if step <= min(values))
    high = min(i for i, step in enumerate(steps) if step >= max(values))
    return steps[low : high + 1]
