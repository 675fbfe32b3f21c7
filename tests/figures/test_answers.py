"""Pictures of answers: each number at its digit, each layer at its place, each mistake counted."""

from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_hex

from mnist_lib import figures, predict
from mnist_lib.figures import BLUE, GREY, RED
from mnist_lib.network import predict_layers
from tests.figures.conftest import labels_of, texts_in

ANSWER = np.array([0.004, 0.02, 0.05, 0.1, 0.056, 0.02, 0.05, 0.6, 0.05, 0.05])


def looks_of(ax) -> list[tuple[str, str, str]]:
    """Return the fill, the edge and the hatching of each bar."""
    return [
        (to_hex(bar.get_facecolor()), to_hex(bar.get_edgecolor()), bar.get_hatch() or "")
        for bar in ax.patches
    ]


FILLED = (BLUE.lower(), BLUE.lower(), "")
OTHER = (GREY.lower(), GREY.lower(), "")
HATCHED = ("#ffffff", RED.lower(), "///")


def check_bars(ax, y: np.ndarray) -> None:
    np.testing.assert_array_equal([bar.get_height() for bar in ax.patches], y)
    assert [round(bar.get_center()[0], 9) for bar in ax.patches] == list(range(10))
    assert labels_of(ax.xaxis) == list("0123456789")
    assert [float(label) for label in labels_of(ax.yaxis)] == [0, 0.5, 1]
    assert ax.get_ylim() == (0, 1.2)
    assert ax.get_xlabel() == "digit (blue: read as, striped: label)"
    assert ax.get_ylabel() == "probability"
    for digit, text in enumerate(ax.texts):
        assert text.get_text() == (f"{y[digit]:.2f}" if y[digit] >= 0.005 else "")
        assert text.get_position() == (digit, pytest.approx(y[digit] + 0.01))


def test_probabilities_are_bars_beside_the_image(mnist, figure_of):
    _, (x, _) = mnist
    picture = figures.draw_probabilities(x[0], ANSWER)
    left, right = figure_of(picture).axes
    np.testing.assert_array_equal(left.images[0].get_array(), x[0].reshape(28, 28))
    assert left.images[0].get_clim() == (0, 1)
    check_bars(right, ANSWER)
    assert looks_of(right) == [OTHER] * 7 + [FILLED] + [OTHER] * 2
    assert left.get_title() == ""
    assert right.get_title() == "read as 7, with probability 0.600"
    assert picture.alt == ("An image, and ten bars: the network reads 7 with probability 0.600.")


@pytest.mark.parametrize(("t", "hatched"), [(7, []), (3, [3]), (0, [0]), (np.uint8(9), [9])])
def test_the_right_digit_is_hatched_where_it_is_not_the_guess(mnist, figure_of, t, hatched):
    _, (x, _) = mnist
    picture = figures.draw_probabilities(x[0], ANSWER, t)
    left, right = figure_of(picture).axes
    looks = looks_of(right)
    assert [digit for digit in range(10) if looks[digit] == HATCHED] == hatched
    assert looks[7] == FILLED
    assert looks.count(OTHER) == 9 - len(hatched)
    assert left.get_title() == f"label {t}"
    assert picture.alt.startswith(f"An image of a digit labelled {t}, and ten bars: ")


def test_nothing_of_the_picture_before_stays(mnist, figure_of):
    _, (x, _) = mnist
    figures.draw_probabilities(x[0], ANSWER, 3)
    picture = figures.draw_probabilities(x[1], ANSWER[::-1])
    left, right = figure_of(picture).axes
    np.testing.assert_array_equal(left.images[0].get_array(), x[1].reshape(28, 28))
    assert left.get_title() == ""
    check_bars(right, ANSWER[::-1])
    assert looks_of(right) == [OTHER] * 2 + [FILLED] + [OTHER] * 7


def test_the_numbers_above_the_bars_touch_neither_each_other_nor_the_title(mnist, figure_of):
    _, (x, _) = mnist
    for y in (np.full(10, 0.29), np.eye(10)[9]):
        for picture in (
            figures.draw_probabilities(x[0], y, 3),
            figures.draw_layers({"x": x[0], "y": y}, 3),
        ):
            ax = figure_of(picture).axes[-1]
            texts = [text for text in (*ax.texts, ax.title) if text.get_text()]
            boxes = [text.get_window_extent() for text in texts]
            for one, other in combinations(boxes, 2):
                assert not one.overlaps(other)


@pytest.mark.parametrize("t", [-1, 10, 255])
def test_a_label_that_is_no_digit_is_refused(mnist, t):
    _, (x, _) = mnist
    draws = [
        lambda: figures.draw_probabilities(x[0], ANSWER, t),
        lambda: figures.draw_layers({"x": x[0], "y": ANSWER}, t),
        lambda: figures.draw_confusion(np.array([1, t]), np.array([1, 2])),
        lambda: figures.draw_confusion(np.array([1, 2]), np.array([1, t])),
    ]
    for draw in draws:
        with pytest.raises(ValueError, match="Labels must be from 0 to 9"):
            draw()


def test_answers_to_a_batch_are_refused(mnist):
    _, (x, _) = mnist
    with pytest.raises(ValueError, match=r"Pick one answer of a batch first: y\[0\]"):
        figures.draw_probabilities(x[0], np.tile(ANSWER, (2, 1)))


def test_the_layers_of_the_network_are_shown_in_their_order(network, mnist, figure_of):
    _, (x, t) = mnist
    layers = predict_layers(network, x[8])
    picture = figures.draw_layers(layers, t[8])
    image, first, second, below = figure_of(picture).axes
    np.testing.assert_array_equal(image.images[0].get_array(), x[8].reshape(28, 28))
    for ax, name, shape in ((first, "z1", (10, 5)), (second, "z2", (10, 10))):
        (mesh,) = ax.collections
        np.testing.assert_array_equal(mesh.get_array(), layers[name].reshape(shape))
        # The first unit is at the upper left, and the larger its activation, the brighter.
        assert ax.yaxis_inverted()
        assert not ax.xaxis_inverted()
        assert mesh.get_clim() == (0, 1)
        assert mesh.cmap(0.0)[:3] == (0, 0, 0)
        assert mesh.cmap(1.0)[:3] == (1, 1, 1)
        assert to_hex(mesh.get_edgecolor()[0]) == GREY.lower()
    guess = layers["y"].argmax()
    on = [sum(z > 0.5 for z in layers[name].tolist()) for name in ("z1", "z2")]
    assert [ax.get_title() for ax in (image, first, second)] == ["x", "z1", "z2"]
    assert below.get_title() == f"y: read as {guess}"
    assert list(texts_in(image)) == ["784 pixels,\nblack 0, white 1"]
    assert list(texts_in(first)) == [f"50 units,\n{on[0]} above 0.5"]
    assert list(texts_in(second)) == [f"100 units,\n{on[1]} above 0.5"]
    check_bars(below, layers["y"])
    assert picture.alt == (
        f"An image of a digit labelled {t[8]}; 50 shaded squares, {on[0]} above 0.5; 100 "
        f"shaded squares, {on[1]} above 0.5; and ten bars: the network reads {guess} with "
        f"probability {layers['y'][guess]:.3f}."
    )


def test_the_bars_below_the_layers_are_hatched_for_a_mistake(network, mnist, figure_of):
    _, (x, _) = mnist
    layers = predict_layers(network, x[0])
    for t, looks in ((3, HATCHED), (7, OTHER), (None, OTHER)):
        below = figure_of(figures.draw_layers(layers, t)).axes[-1]
        assert looks_of(below)[3] == looks
        assert looks_of(below)[7] == FILLED


@pytest.mark.parametrize("sizes", [(), (20,), (50, 100), (60, 50, 40), (100, 300, 50, 12, 1, 70)])
def test_any_number_of_layers_is_shown(mnist, figure_of, sizes):
    _, (x, _) = mnist
    rng = np.random.default_rng(0)
    hidden = {f"z{i}": rng.random(size) for i, size in enumerate(sizes, 1)}
    picture = figures.draw_layers({"x": x[0], **hidden, "y": ANSWER})
    image, *units, below = figure_of(picture).axes
    assert [ax.get_title() for ax in units] == list(hidden)
    for ax, size in zip(units, sizes, strict=True):
        assert ax.texts[0].get_text().startswith(f"{size} units,\n")
    for ax, z in zip(units, hidden.values(), strict=True):
        shades = ax.collections[0].get_array().compressed()
        np.testing.assert_array_equal(shades[~np.isnan(shades)], z)
    check_bars(below, ANSWER)
    for size, z in zip(sizes, hidden.values(), strict=True):
        assert f"; {size} shaded squares, {np.count_nonzero(z > 0.5)} " in picture.alt
    boxes = [ax.get_tightbbox() for ax in (image, *units, below)]
    for one, other in combinations(boxes, 2):
        assert not one.overlaps(other)
    # In reading order.
    places = [
        (-ax.get_subplotspec().get_position(ax.figure).y1, ax.bbox.x0) for ax in (image, *units)
    ]
    assert places == sorted(places)


def test_a_confusion_matrix_counts_each_pair(network, mnist, figure_of):
    _, (x, t) = mnist
    p = predict(network, x).argmax(axis=1)
    picture = figures.draw_confusion(t, p)
    (ax,) = figure_of(picture).axes
    pairs = list(zip(t.tolist(), p.tolist(), strict=True))
    for text in ax.texts:
        column, row = text.get_position()
        assert text.get_text() == str(pairs.count((row, column)))
        assert text.get_weight() == ("bold" if row == column else "normal")
    assert len(ax.texts) == len(set(pairs))
    colored = ax.images[0].get_array()
    assert not colored.diagonal().any()
    assert colored[9, 4] == pairs.count((9, 4)) > pairs.count((4, 9)) == colored[4, 9]
    assert ax.images[0].get_clim()[0] == 0
    light, dark = (sum(ax.images[0].to_rgba(count)[:3]) for count in (0, colored.max()))
    assert light > dark + 0.5
    assert (ax.get_ylabel(), ax.get_xlabel()) == ("label", "read as")
    assert labels_of(ax.xaxis) == labels_of(ax.yaxis) == list("0123456789")
    assert ax.yaxis_inverted()
    assert picture.alt == (
        "A table of labels against answers. 9,920 of 10,000 are on the diagonal. The most "
        "frequent mistake: 9 read as 4, 6 times."
    )


def test_labels_may_be_one_hot():
    t, p = np.array([1, 1, 2, 2, 2]), np.array([1, 7, 2, 3, 3])
    alt = figures.draw_confusion(np.eye(10)[t], np.eye(10)[p]).alt
    assert alt == figures.draw_confusion(t, p).alt
    assert "2 of 5 are on the diagonal. The most frequent mistake: 2 read as 3, 2 times." in alt


def test_no_mistake_is_not_called_the_most_frequent_one(mnist):
    _, (_, t) = mnist
    assert figures.draw_confusion(t, t).alt == (
        "A table of labels against answers. 10,000 of 10,000 are on the diagonal. There is no "
        "mistake."
    )


def test_there_must_be_an_answer_to_each_label():
    with pytest.raises(ValueError, match="one for each image"):
        figures.draw_confusion(np.array([1, 2]), np.array([1]))


def test_readings_stand_below_their_images(raw, figure_of):
    y = np.eye(10)[[7, 3]] * 0.5
    picture = figures.draw_readings({"first": raw[0], "second": raw[1]}, y)
    axes = figure_of(picture).axes
    assert [ax.get_title() for ax in axes] == ["first", "second"]
    assert [ax.texts[0].get_text() for ax in axes] == ["read as 7: 0.500", "read as 3: 0.500"]
    for ax, img in zip(axes, raw, strict=False):
        np.testing.assert_array_equal(ax.images[0].get_array().ravel(), img)
        assert ax.texts[0].get_window_extent().y1 < ax.get_window_extent().y0
    assert picture.alt == "2 images: first, read as 7: 0.500; second, read as 3: 0.500."


def test_readings_need_an_answer_for_each_image(raw):
    with pytest.raises(ValueError, match=r"y has the shape \(10,\), where \(1, 10\)"):
        figures.draw_readings({"a": raw[0]}, np.ones(10))
