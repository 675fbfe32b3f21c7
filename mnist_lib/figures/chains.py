"""Diagrams of what goes forward through a network, and of the slopes that come back."""

import math
from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mnist_lib.checks import check_type
from mnist_lib.figures.picture import BLUE, GREY, LIGHT_BLUE, RED, Picture, course_style, write


@course_style()
def draw_chain(values: Mapping[str, float], slopes: Sequence[float], decimals: int = 2) -> Picture:
    """Draw a chain of numbers, each computed from the one before, and its slopes.

    Above each arrow stands the slope of its step: how many times as far the next number moves.
    The row below goes back from the end and multiplies: below each number stands how many times
    as far the last one moves.

    Parameters
    ----------
    values : mapping of str to float
        The numbers by their names, from the first to the last.
    slopes : sequence of float
        For each step from one number to the next, its slope.
    decimals : int
        How many of them to write.
    """
    if len(slopes) != len(values) - 1:
        raise ValueError(
            f"There are {len(slopes)} slopes for {len(values)} numbers. Pass one for each step "
            "from a number to the next."
        )
    totals = [math.prod(slopes[i:]) for i in range(len(values))]
    end = list(values)[-1]
    figure = Figure(figsize=(10, 3))
    ax = figure.subplots()
    step = 8.4 / (len(values) - 1)
    for i, (name, value) in enumerate(values.items()):
        x = 0.8 + i * step
        ax.add_patch(Rectangle((x - 0.62, -0.36), 1.24, 0.72, fc=LIGHT_BLUE, ec=GREY))
        write(ax, x, 0.62, name, 15, weight="bold")
        write(ax, x, 0, f"{value:.{decimals}f}", 15)
        write(ax, x, -1.15, f"{totals[i]:.{decimals}f}", 15, color=RED, weight="bold")
        if i:
            ends = {"arrowstyle": "->", "lw": 1.8}
            ax.annotate("", (x - 0.66, 0), (x - step + 0.66, 0), arrowprops=ends)
            slope, middle = f"{slopes[i - 1]:.{decimals}f}", x - step / 2
            write(ax, middle, 0.25, f"slope {slope}", 14, color=BLUE)
            write(ax, middle, -0.9, f"\N{MULTIPLICATION SIGN} {slope}", 14, color=RED)
            back = ends | {"color": RED}
            ax.annotate("", (x - step + 0.66, -1.15), (x - 0.66, -1.15), arrowprops=back)
    write(ax, 0.18, 1.15, "forward: each number from the one before", 13, ha="left")
    write(ax, 0.18, -1.65, f"back: the slope of {end} along each number", 13, color=RED, ha="left")
    ax.set(xlim=(0, 10), ylim=(-1.9, 1.4))
    ax.set_axis_off()
    spoken = "; ".join(
        f"{name} is {value:.{decimals}f}, and the slope of {end} along it {total:.{decimals}f}"
        for (name, value), total in zip(values.items(), totals, strict=True)
    )
    steps = ", ".join(f"{slope:.{decimals}f}" for slope in slopes)
    return Picture(
        figure, f"A chain of {len(values)} numbers. {spoken}. Slopes of its steps: {steps}."
    )


@course_style()
def draw_two_ways(layers: Sequence[str], shapes: Sequence[tuple[int, ...]]) -> Picture:
    """Draw layers in a row: the arrays that go forward, and the errors that come back.

    An error has the shape of the array that it belongs to, so each shape is written twice.

    Parameters
    ----------
    layers : sequence of str
        The layers' names, in forward order.
    shapes : sequence of tuple of int
        What goes into each layer, and what comes out of the last one.
    """
    check_type("layers", layers, Sequence, "a list of names")
    if len(shapes) != len(layers) + 1 or not layers:
        raise ValueError(
            f"There are {len(shapes)} shapes for {len(layers)} layers. Pass one for what goes "
            "into each layer, and one for what comes out of the last."
        )
    figure = Figure(figsize=(10, 2.8))
    ax = figure.subplots()
    step = 9.8 / (len(shapes) + len(layers))
    for i, shape in enumerate(shapes):
        left = 0.1 + 2 * i * step
        _draw_arrows(ax, left + 0.05, left + step - 0.05)
        write(ax, left + step / 2, 0.5, shape, 12)
        write(ax, left + step / 2, -0.55, shape, 12, color=RED)
        if i < len(layers):
            corner = left + step, -0.62
            ax.add_patch(Rectangle(corner, step, 1.24, fc=LIGHT_BLUE, ec=GREY))
            write(ax, left + 1.5 * step, 0, layers[i], 12, weight="bold")
    write(ax, 0.1, 1.0, "forward: each layer gets what the one before it gave", 13, ha="left")
    write(ax, 0.1, -1.05, "back: the error of each array, in its shape", 13, color=RED, ha="left")
    ax.set(xlim=(0, 10), ylim=(-1.25, 1.2))
    ax.set_axis_off()
    spoken = "; ".join(
        f"{name} to {shape}" for name, shape in zip(layers, shapes[1:], strict=True)
    )
    return Picture(
        figure,
        f"{len(layers)} layers in a row. Forward, {shapes[0]} becomes: {spoken}. Back, errors of "
        "the same shapes go from the last layer to the first.",
    )


def _draw_arrows(ax: Axes, left: float, right: float) -> None:
    for y, start, end, color in (0.2, left, right, "black"), (-0.2, right, left, RED):
        style = {"arrowstyle": "->", "lw": 1.8, "color": color}
        ax.annotate("", (end, y), (start, y), arrowprops=style)
