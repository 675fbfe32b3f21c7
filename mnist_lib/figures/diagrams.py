"""Diagrams: the shapes of arrays on their way through a network, and routes to an answer."""

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from mnist_lib.checks import check_table, check_type
from mnist_lib.figures.picture import (
    BLUE,
    GREEN,
    GREY,
    LIGHT_BLUE,
    RED,
    Picture,
    course_style,
    write,
)

_LENGTH_COLORS = (BLUE, RED, GREEN, "#CC79A7", "#8A6D00", "#6A3D9A", "#00727A", "#A0522D")
_LIGHT_YELLOW, _LIGHT_GREY = "#FBEFD3", "#F3F3F3"

_LAYERS_IN_A_ROW = 3
"""With more of them, the shapes below the boxes would overlap."""


_ROUTE = 1.05
"""Inches from one route to the next."""


@course_style()
def draw_flow(*passes: Mapping[str, np.ndarray]) -> Picture:
    """Draw the shapes of arrays on their way through a network, as boxes.

    Lengths that must agree for a product to exist are written in one color and stand side by
    side. Each arrow says what it adds and applies, by the number in the name of the weights.
    The sides of the boxes grow with the logarithm of the lengths. After three layers a pass goes
    on in the next row, with the last result again.

    Parameters
    ----------
    *passes : mapping of str to numpy.ndarray
        For each pass, the arrays by their names and in their order: the input, then weights
        and result for each layer, for example ``x W1 z1 W2 z2 W3 y``.
    """
    for arrays in passes:
        _check_pass(arrays)
    weights = [a for arrays in passes for a in list(arrays.values())[1::2]]
    lengths = sorted({length for a in weights for length in a.shape}, reverse=True)
    colors = dict(zip(lengths, itertools.cycle(_LENGTH_COLORS), strict=False))
    step = 2 * _LAYERS_IN_A_ROW
    rows = [
        dict(list(arrays.items())[start : start + step + 1])
        for arrays in passes
        for start in range(0, max(1, len(arrays) - 1), step)
    ]
    figure = Figure(figsize=(10, 3.1 * len(rows)))
    axes = figure.subplots(len(rows), 1, squeeze=False)[:, 0]
    ends = {list(arrays)[-2] for arrays in passes if len(arrays) > 1}
    width = max(_draw_boxes(ax, row, colors, ends) for ax, row in zip(axes, rows, strict=True))
    for ax in axes:
        ax.set(xlim=(-0.35, width + 0.35), ylim=(-3.2, 2.05), aspect="equal")
        ax.set_axis_off()
    write(axes[-1], width, -3, "The sides of the boxes are not to scale.", 10, ha="right")
    spoken = ["; ".join(f"{name} {a.shape}" for name, a in arrays.items()) for arrays in passes]
    spoken[1:] = [f"And then: {arrays}" for arrays in spoken[1:]]
    return Picture(figure, f"Boxes for the arrays of a pass, by shape: {'. '.join(spoken)}.")


def _check_pass(arrays: Mapping[str, np.ndarray]) -> None:
    check_type("A pass", arrays, Mapping, "a dict of arrays by their names")
    units = None
    for i, (name, array) in enumerate(arrays.items()):
        check_type(str(name), array, np.ndarray, "an array")
        fits = array.ndim == 2 and array.shape[0] == units if i % 2 else array.ndim in {1, 2}
        if not fits or array.size == 0:
            raise ValueError(
                f"{name} has the shape {array.shape}, where one or two lengths are expected, and "
                "of weights two: as many rows as the array before has columns."
            )
        units = array.shape[-1]


def _draw_boxes(
    ax: Axes, arrays: Mapping[str, np.ndarray], colors: Mapping[int, str], ends: set[str]
) -> float:
    """Draw a box for each array, and return where the last one ends.

    `ends` names the weights after which softmax comes.
    """
    x = 0.0
    for i, (name, array) in enumerate(arrays.items()):
        is_data = i % 2 == 0
        rows, columns = (1, *array.shape)[-2:]
        width, height = _side(columns), _side(rows)
        fill = LIGHT_BLUE if is_data else _LIGHT_YELLOW
        ax.add_patch(Rectangle((x, -height / 2), width, height, fc=fill, ec="black", lw=1.5))
        if array.ndim > 1:
            # The length of a batch does not have to agree with anything: it has no color.
            color = "black" if is_data else colors[rows]
            write(ax, x + 0.12, 0, rows, 14, color=color, weight="bold", ha="left")
        style = {"color": colors.get(columns, "black"), "va": "bottom", "weight": "bold"}
        middle = x + width / 2
        write(ax, middle, height / 2 + 0.06, columns, 14, **style)
        write(ax, middle, -1.95, name, 15, weight="bold")
        write(ax, middle, -2.4, array.shape)
        x += width
        if i < len(arrays) - 1:
            gap = 0.7 if is_data else 1.6
            write(ax, x + gap / 2, 0, "@" if is_data else "→", 17)
            if not is_data:
                bend = "softmax" if name in ends else "sigmoid"
                write(ax, x + gap / 2, 0.55, f"+ {name.replace('W', 'b')}", 11)
                write(ax, x + gap / 2, -0.55, bend, 11)
            x += gap
    return x


def _side(length: int) -> float:
    return 0.2 + 0.3 * np.log2(length)


@course_style()
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
    """
    check_type("routes", routes, Mapping, "a dict of routes by their names")
    check_table("scores", scores, low=0, high=1)
    for name, parts in routes.items():
        if name not in scores or not parts or {*map(np.shape, parts)} != {(2,)}:
            raise ValueError(
                f"The route {name!r:.50} needs a score by its name, and a list of its parts: each "
                "must be a text and whether it was learned."
            )
    figure = Figure(figsize=(10, _ROUTE * (len(routes) - 1) + 1.8))
    ax = figure.subplots()
    for row, (name, parts) in enumerate(routes.items()):
        _draw_route(ax, -_ROUTE * row, name, parts, scores[name])
    for x, learned, text in ((1.3, False, "made by a person"), (4.3, True, "learned from data")):
        ax.add_patch(Rectangle((x, 1.08), 0.5, 0.28, ec=GREY, **_fill(learned=learned)))
        ax.text(x + 0.62, 1.22, text, va="center", fontsize=12)
    ax.set(xlim=(0, 10), ylim=(-_ROUTE * (len(routes) - 1) - 0.4, 1.4))
    ax.set_axis_off()
    spoken = [
        f"{name}, accuracy {scores[name]:.3f}: {', '.join(_who_made(*part) for part in parts)}"
        for name, parts in routes.items()
    ]
    alt = f"Routes from pixels to an answer. {'; '.join(spoken)}."
    return Picture(figure, alt.replace("\n", " "))


def _fill(*, learned: bool) -> dict[str, str]:
    return {"fc": LIGHT_BLUE} if learned else {"fc": _LIGHT_GREY, "hatch": "//"}


def _who_made(text: str, learned: bool) -> str:
    return f"{text} (learned)" if learned else f"{text} (made by a person)"


def _draw_route(
    ax: Axes, y: float, name: str, parts: Sequence[tuple[str, bool]], score: float
) -> None:
    ax.text(0.05, y + 0.5, name, fontsize=13, weight="bold", va="center")
    ax.text(0.05, y, "pixels", fontsize=13, va="center")
    left, right, gap = 1.3, 8.3, 0.4
    width = (right - left - gap * (len(parts) - 1)) / len(parts)
    for i, (text, learned) in enumerate(parts):
        x = left + i * (width + gap)
        style = _fill(learned=learned)
        ax.add_patch(
            FancyBboxPatch((x, y - 0.28), width, 0.56, boxstyle="round,pad=0.02", ec=GREY, **style)
        )
        # The background keeps the hatching away from the text.
        write(ax, x + width / 2, y, text, bbox={"fc": style["fc"], "ec": "none", "pad": 3})
        _draw_arrow(ax, x - gap, y)
    _draw_arrow(ax, right, y)
    ax.text(right + gap, y, f"{score:.3f}", fontsize=15, weight="bold", va="center")


def _draw_arrow(ax: Axes, x: float, y: float) -> None:
    """Draw an arrow that fills the gap from x on."""
    ax.annotate("", (x + 0.36, y), (x + 0.04, y), arrowprops={"arrowstyle": "->", "lw": 1.8})
