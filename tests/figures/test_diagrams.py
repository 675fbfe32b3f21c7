"""Diagrams: every box, in its order, with its name, its size and its maker."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import FancyBboxPatch

from mnist_lib import figures
from mnist_lib.network import predict_layers
from tests.figures.conftest import texts_in


def arrays_of(*sizes: int, batch: tuple[int, ...] = ()) -> dict[str, np.ndarray]:
    """Return empty arrays for a pass through layers of these sizes."""
    arrays = {"x": np.zeros((*batch, sizes[0]))}
    for i, (rows, columns) in enumerate(pairwise(sizes), 1):
        arrays |= {f"W{i}": np.zeros((rows, columns)), f"z{i}": np.zeros((*batch, columns))}
    return arrays


def shape_below(ax, name: str) -> str:
    """Return what stands below a name, in the same column."""
    x, y = texts_in(ax)[name]
    (text,) = [
        t.get_text() for t in ax.texts if t.get_position()[0] == x and t.get_position()[1] < y
    ]
    return text


def check_row(ax, arrays: dict[str, np.ndarray]) -> None:
    """See whether a row shows these arrays and nothing else."""
    names = [text.get_text() for text in ax.texts if text.get_fontsize() == 15]
    assert names == list(arrays)
    assert len(ax.patches) == len(arrays)
    for box, (name, array) in zip(ax.patches, arrays.items(), strict=True):
        assert texts_in(ax)[name][0] == pytest.approx(box.get_center()[0])
        assert shape_below(ax, name) == str(array.shape)
        left, right = box.get_x(), box.get_x() + box.get_width()
        inside = [
            t for t in ax.texts if left < t.get_position()[0] < right and t.get_fontsize() == 14
        ]
        assert [t.get_text() for t in inside] == [str(length) for length in array.shape]
    signs = [text.get_text() for text in ax.texts if text.get_fontsize() == 17]
    assert signs == (["@", "→"] * len(arrays))[: len(arrays) - 1]
    # After each product comes its bias, and what bends the sum.
    names = list(arrays)[1:-1:2]
    said = [text.get_text() for text in ax.texts if text.get_fontsize() == 11]
    assert said[::2] == [f"+ b{name[1:]}" for name in names]
    assert set(said[1::2]) <= {"sigmoid", "softmax"}
    texts = [text.get_window_extent() for text in ax.texts]
    for one, other in combinations(texts, 2):
        assert not one.overlaps(other)
    middles = [box.get_center()[0] for box in ax.patches]
    assert middles == sorted(middles)


def colors_of(ax) -> dict[str, set[str]]:
    """Return in which colors each length is written."""
    colors: dict[str, set[str]] = {}
    for text in ax.texts:
        if text.get_fontsize() == 14:
            colors.setdefault(text.get_text(), set()).add(text.get_color())
    return colors


def test_the_flow_shows_the_arrays_of_the_network(network, mnist, figure_of):
    _, (x, _) = mnist
    layers = predict_layers(network, x[:60])
    names = ("x", "W1", "z1", "W2", "z2", "W3", "y")
    arrays = {name: layers.get(name, network.get(name)) for name in names}
    picture = figures.draw_flow(arrays)
    (ax,) = figure_of(picture).axes
    check_row(ax, arrays)
    assert not ax.axison
    bends = [text.get_text() for text in ax.texts if text.get_fontsize() == 11][1::2]
    assert bends == ["sigmoid", "sigmoid", "softmax"]
    assert picture.alt == (
        "Boxes for the arrays of a pass, by shape: x (60, 784); W1 (784, 50); z1 (60, 50); "
        "W2 (50, 100); z2 (60, 100); W3 (100, 10); y (60, 10)."
    )


def test_lengths_that_must_agree_have_one_color_of_their_own(figure_of):
    (ax,) = figure_of(figures.draw_flow(arrays_of(784, 50, 100, 10, batch=(60,)))).axes
    colors = colors_of(ax)
    assert colors.pop("60") == {"black"}
    assert all(len(shades) == 1 for shades in colors.values())
    assert len(set.union(*colors.values())) == 4
    assert "black" not in set.union(*colors.values())


def test_boxes_grow_with_their_lengths(figure_of):
    (ax,) = figure_of(figures.draw_flow(arrays_of(784, 50, 100, batch=(20,)))).axes
    x, w1, z1, w2, z2 = ax.patches
    assert x.get_height() == z1.get_height() == z2.get_height() < w1.get_height()
    assert x.get_width() == w1.get_height() > w2.get_height() == w1.get_width() == z1.get_width()
    assert z1.get_width() < z2.get_width() == w2.get_width()
    assert [to_hex(box.get_facecolor()) for box in (x, z1, z2)] == ["#dceaf4"] * 3
    assert [to_hex(box.get_facecolor()) for box in (w1, w2)] == ["#fbefd3"] * 2


def test_two_passes_are_drawn_below_each_other(figure_of):
    one, hundred = arrays_of(784, 50, 10), arrays_of(784, 50, 10, batch=(100,))
    picture = figures.draw_flow(one, hundred)
    above, below = figure_of(picture).axes
    check_row(above, one)
    check_row(below, hundred)
    assert "; z2 (10,). And then: x (100, 784); W1" in picture.alt


def test_a_pass_through_six_layers_goes_on_in_the_next_row(figure_of):
    arrays = arrays_of(784, 60, 50, 40, 30, 20, 10)
    picture = figures.draw_flow(arrays)
    above, below = figure_of(picture).axes
    items = list(arrays.items())
    check_row(above, dict(items[:7]))
    check_row(below, dict(items[6:]))
    assert above.get_xlim() == below.get_xlim()
    assert "softmax" not in texts_in(above)
    assert "softmax" in texts_in(below)
    colors = colors_of(above)
    for length, shades in colors_of(below).items():
        colors.setdefault(length, set()).update(shades)
    assert all(len(shades) == 1 for shades in colors.values())
    assert len(set.union(*colors.values())) == 7
    assert "; W6 (20, 10); z6 (10,)." in picture.alt


def test_the_flow_takes_any_number_of_layers(figure_of):
    for sizes in ((784, 10), tuple(range(100, 60, -3))):
        axes = figure_of(figures.draw_flow(arrays_of(*sizes))).axes
        assert len(axes) == -(-(len(sizes) - 1) // 3)


ROUTES = {
    "a person's rule": [("if narrow\nthen 1", False)],
    "features": [("ink per row", False), ("network", True)],
    "no features": [("larger network", True)],
}
SCORES = {"a person's rule": 0.351, "features": 0.82, "no features": 0.9694}


@pytest.fixture
def routes(figure_of):
    picture = figures.draw_routes(ROUTES, SCORES)
    (ax,) = figure_of(picture).axes
    return picture, ax


def test_routes_have_their_parts_in_order_and_their_score(routes):
    _, ax = routes
    texts = [text for text in ax.texts if text.get_text()]
    heights = {text.get_text(): text.get_position()[1] for text in texts}
    for name, parts in ROUTES.items():
        y = heights[parts[0][0]]
        in_row = [text for text in texts if text.get_position()[1] == y]
        in_row.sort(key=lambda text: text.get_position()[0])
        words = ["pixels", *(text for text, _ in parts), f"{SCORES[name]:.3f}"]
        assert [text.get_text() for text in in_row] == words
        assert 0 < heights[name] - y < 1
    assert max(heights.values()) == heights["made by a person"]
    assert heights["a person's rule"] > heights["features"] > heights["no features"]


def test_what_a_person_made_is_hatched(routes):
    _, ax = routes
    made = {"made by a person": False, "learned from data": True}
    made |= {text: learned for parts in ROUTES.values() for text, learned in parts}
    boxes = {}
    for text, (x, y) in texts_in(ax).items():
        if text in made:
            # The boxes of the legend stand on the left of their texts.
            shift = 0.3 if text in {"made by a person", "learned from data"} else 0
            point = ax.transData.transform((x - shift, y))
            (boxes[text],) = [p for p in ax.patches if p.get_window_extent().contains(*point)]
    assert len(boxes) == len(ax.patches) == len(made)
    for text, learned in made.items():
        assert boxes[text].get_hatch() == (None if learned else "//")
        assert to_hex(boxes[text].get_facecolor()) == ("#dceaf4" if learned else "#f3f3f3")
    assert sum(isinstance(box, FancyBboxPatch) for box in ax.patches) == 4


def test_an_arrow_leads_to_each_part_and_to_the_score(routes):
    _, ax = routes
    arrows = [text for text in ax.texts if not text.get_text()]
    assert len(arrows) == sum(len(parts) + 1 for parts in ROUTES.values())
    assert all(arrow.xy[0] > arrow.get_position()[0] for arrow in arrows)
    assert all(arrow.arrow_patch.get_arrowstyle().arrow == "->" for arrow in arrows)


def test_the_legend_of_the_routes_stands_clear_of_their_names(routes):
    _, ax = routes
    boxes = {text.get_text(): text.get_window_extent() for text in ax.texts if text.get_text()}
    gap = boxes["made by a person"].y0 - boxes["a person's rule"].y1
    assert gap > boxes["made by a person"].height


def test_routes_are_told_in_words(routes):
    picture, _ = routes
    assert picture.alt == (
        "Routes from pixels to an answer. a person's rule, accuracy 0.351: if narrow then 1 (made "
        "by a person); features, accuracy 0.820: ink per row (made by a person), network "
        "(learned); no features, accuracy 0.969: larger network (learned)."
    )
