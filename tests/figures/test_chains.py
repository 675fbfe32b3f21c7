import pytest

from mnist_lib import figures


def test_a_chain_shows_its_numbers_its_steps_and_their_products(figure_of):
    picture = figures.draw_chain({"w": 3, "u": 6, "loss": 1}, [2, -5], decimals=0)
    (ax,) = figure_of(picture).axes
    rows = {}
    for text in ax.texts:
        x, y = text.get_position()
        rows.setdefault(y, []).append((x, text.get_text()))
    written = [[text for _, text in sorted(row) if text] for _, row in sorted(rows.items())]
    below, totals, factors, numbers, steps, names, above = [row for row in written if row]
    assert below == ["back: the slope of loss along each number"]
    assert totals == ["-10", "-5", "1"]
    assert factors == ["\N{MULTIPLICATION SIGN} 2", "\N{MULTIPLICATION SIGN} -5"]
    assert numbers == ["3", "6", "1"]
    assert steps == ["slope 2", "slope -5"]
    assert names == ["w", "u", "loss"]
    assert above == ["forward: each number from the one before"]
    arrows = [text for text in ax.texts if not text.get_text()]
    assert [arrow.xy[0] > arrow.get_position()[0] for arrow in arrows] == [True, False] * 2
    assert picture.alt == (
        "A chain of 3 numbers. w is 3, and the slope of loss along it -10; u is 6, and the slope "
        "of loss along it -5; loss is 1, and the slope of loss along it 1. Slopes of its steps: "
        "2, -5."
    )


def test_a_chain_needs_a_slope_for_each_step():
    with pytest.raises(ValueError, match="3 slopes for 2 numbers"):
        figures.draw_chain({"a": 1, "b": 2}, [1, 2, 3])


def test_each_layer_stands_between_its_shapes_in_both_directions(figure_of):
    picture = figures.draw_two_ways(["Affine", "ReLU"], [(5, 3), (5, 2), (5, 2)])
    (ax,) = figure_of(picture).axes
    places = {}
    for text in ax.texts:
        places.setdefault(text.get_text(), []).append(text.get_position())
    first, second = places["Affine"][0], places["ReLU"][0]
    assert first[0] < second[0]
    assert len(places["(5, 3)"]) == 2, "forward and back"
    assert all(x < first[0] for x, _ in places["(5, 3)"])
    assert sorted(x > second[0] for x, _ in places["(5, 2)"]) == [False, False, True, True]
    arrows = [text for text in ax.texts if not text.get_text()]
    forward = [arrow.xy[0] > arrow.get_position()[0] for arrow in arrows]
    heights = [arrow.xy[1] > 0 for arrow in arrows]
    assert forward == heights == [True, False] * 3, "above to the right, below to the left"
    assert picture.alt == (
        "2 layers in a row. Forward, (5, 3) becomes: Affine to (5, 2); ReLU to (5, 2). Back, "
        "errors of the same shapes go from the last layer to the first."
    )


def test_layers_need_a_shape_more_than_there_are_layers():
    with pytest.raises(ValueError, match="1 shapes for 1 layers"):
        figures.draw_two_ways(["ReLU"], [(5, 3)])
