"""Pictures of curves: every curve, with its numbers at its places and its own look."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

from mnist_lib import figures
from mnist_lib.figures import BLUE, GREEN, RED
from tests.figures.conftest import labels_of

SEVEN = {f"rate {rate:g}": [2.3, 2 - rate / 10, 1.5] for rate in (0.001, 0.01, 0.1, 0.3, 1, 3, 10)}


def legend_of(ax) -> list[str]:
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_losses_are_drawn_against_their_steps(figure_of):
    losses = {"training": [2.3, 0.4, 0.5], "held back": [2.2, 1.25]}
    picture = figures.draw_losses(losses)
    (ax,) = figure_of(picture).axes
    for line, (name, values) in zip(ax.lines, losses.items(), strict=True):
        assert line.get_label() == name
        assert line.get_ydata().tolist() == values
        assert line.get_xdata().tolist() == list(range(1, len(values) + 1))
    assert legend_of(ax) == list(losses)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "loss")
    assert ax.get_ylim()[0] == 0
    assert 2.3 < ax.get_ylim()[1] < 3
    assert all(tick == round(tick) for tick in ax.get_xticks())
    assert ax.xaxis.get_gridlines()[0].get_visible()
    assert ax.yaxis.get_gridlines()[0].get_visible()
    assert picture.alt == (
        "Loss against epoch. training: 2.30 at first, 0.40 at the lowest, 0.50 at last; "
        "held back: 2.20 at first, 1.25 at the lowest, 1.25 at last."
    )


def test_the_axis_does_not_grow_with_the_curve(figure_of):
    picture = figures.draw_losses({"a": [2.3]}, step="batch", steps=10)
    (ax,) = figure_of(picture).axes
    assert ax.get_xlim() == (0.8, 10.2)
    assert ax.get_xlabel() == "batch"
    assert picture.alt.startswith("Loss against batch. ")


def test_a_curve_may_begin_before_the_first_step(figure_of):
    (ax,) = figure_of(figures.draw_losses({"a": [2.3, 1.0]}, steps=4, first=0)).axes
    assert ax.lines[0].get_xdata().tolist() == [0, 1]
    assert ax.get_xlim() == (-0.2, 4.2)


@pytest.mark.parametrize(("count", "has_markers"), [(1, True), (29, True), (30, False)])
def test_few_values_have_markers(figure_of, count, has_markers):
    (ax,) = figure_of(figures.draw_losses({"a": [1.0] * count})).axes
    line = ax.lines[0]
    assert (line.get_markersize() > 0 and line.get_marker() != "None") == has_markers


def test_seven_curves_of_each_kind_are_drawn_and_look_different(figure_of):
    low = {name: [value / 3 for value in values] for name, values in SEVEN.items()}
    for picture in (
        figures.draw_losses(SEVEN),
        figures.draw_losses({name: values * 10 for name, values in SEVEN.items()}),
        figures.draw_learning_curve([100, 1000, 60_000], low),
    ):
        (ax,) = figure_of(picture).axes
        assert [line.get_label() for line in ax.lines] == list(SEVEN) == legend_of(ax)
        assert len({(line.get_color(), line.get_linestyle()) for line in ax.lines}) == 7
        assert len({line.get_marker() for line in ax.lines}) == 7


NAMES = [["training", "held back"], list(SEVEN), ["a", "a name that is far too long for one row"]]


@pytest.mark.parametrize("names", NAMES)
def test_the_names_of_the_curves_stand_above_them_within_the_picture(figure_of, names):
    for picture in (
        figures.draw_losses({name: [2, 1] for name in names}),
        figures.draw_learning_curve([100, 1000], {name: [0.5, 0.9] for name in names}, at=100),
    ):
        figure = figure_of(picture)
        (ax,) = figure.axes
        box = ax.get_legend().get_window_extent()
        assert box.y0 > ax.get_window_extent().y1
        assert box.y1 <= figure.bbox.y1 + 1
        assert box.x1 <= figure.bbox.x1


def test_curves_do_not_vanish_however_many_there_are(figure_of):
    (ax,) = figure_of(figures.draw_losses({str(i): [2, 1] for i in range(30)})).axes
    assert len(ax.lines) == 30


def test_a_loss_may_be_unknown(figure_of):
    losses = {"held back": [np.nan] * 2, "training": [2.0, 1.0]}
    (ax,) = figure_of(figures.draw_losses(losses)).axes
    assert ax.lines[1].get_ydata().tolist() == [2, 1]
    assert ax.get_ylim()[1] > 2


@pytest.mark.parametrize("losses", [{}, {"a": [1.0], "b": []}])
def test_losses_of_nothing_are_refused(losses):
    with pytest.raises(ValueError, match="at least one"):
        figures.draw_losses(losses)


def test_progress_shows_loss_accuracy_and_weights(network, figure_of):
    picture = figures.draw_progress([2.3, 1.125], [0.5, 0.8], network["W1"])
    left, right, below, _ = figure_of(picture).get_axes()
    for ax, values, name, color in (
        (left, [2.3, 1.125], "loss", BLUE),
        (right, [0.5, 0.8], "accuracy", RED),
    ):
        (line,) = ax.lines
        assert line.get_ydata().tolist() == values
        assert line.get_xdata().tolist() == [1, 2]
        assert to_hex(line.get_color()) == color.lower()
        assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", name)
        assert ax.get_xlim() == (0.5, 6.5)
        assert all(tick == round(tick) for tick in ax.get_xticks())
    assert left.get_position().x0 < right.get_position().x0
    assert left.get_ylim()[0] == 0
    assert left.get_ylim()[1] > 2.3
    assert right.get_ylim()[0] < 0.5
    assert right.get_ylim()[1] == 1
    assert below.get_title() == "the weights of the first layer"
    unit = below.images[0].get_array()[1:29, 31:59].ravel()
    np.testing.assert_array_equal(unit.astype(np.float32), network["W1"][:, 1])
    assert below.images[0].get_array().shape == (150, 300)
    assert picture.alt == (
        "Two curves and 50 images of weights: after 2 epochs the loss is 1.125 and the accuracy "
        "on the images held back 0.800."
    )


def test_progress_is_shown_before_the_first_epoch(network, figure_of):
    picture = figures.draw_progress([], [], network["W1"])
    assert [
        len(line.get_xdata()) for ax in figure_of(picture).get_axes() for line in ax.lines
    ] == [0, 0]
    assert picture.alt == "Two curves and 50 images of weights: nothing is learned yet."


def test_progress_needs_no_validation_set(network, figure_of):
    picture = figures.draw_progress([2.0] * 8, [np.nan] * 8, network["W1"])
    left, right, *_ = figure_of(picture).get_axes()
    assert right.get_ylim()[1] == 1
    assert left.get_xlim() == (0.5, 8.5)


def test_a_learning_curve_is_drawn_against_the_number_of_images(figure_of):
    curves = {"network": [0.5, 0.9, 0.97], "neighbor": [0.6, 0.8, 0.9]}
    counts = [100, 1000, 60_000]
    picture = figures.draw_learning_curve(counts, curves)
    (ax,) = figure_of(picture).axes
    for line, (name, values) in zip(ax.lines, curves.items(), strict=True):
        assert line.get_label() == name
        mistakes = [10_000 - 10_000 * value for value in values]
        assert line.get_ydata().tolist() == pytest.approx(mistakes)
        assert line.get_xdata().tolist() == counts
        assert line.get_markersize() == 8
    assert legend_of(ax) == list(curves)
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert labels_of(ax.yaxis) == ["200", "500", "1000", "2000", "5000"]
    assert ax.get_xticks().tolist() == counts
    assert labels_of(ax.xaxis) == ["100", "1,000", "60,000"]
    assert not len(ax.get_xticks(minor=True))
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("training images", "mistakes in 10,000 images")
    assert [text.get_text() for text in ax.texts] == []
    assert picture.alt == (
        "Mistakes against training images, from 100 to 60,000. Accuracy of network: 0.500 to "
        "0.970; neighbor: 0.600 to 0.900."
    )


@pytest.mark.parametrize("accuracies", [[0.5, 1.0], [1.0, 1.0]])
def test_a_learning_curve_without_any_mistake_has_a_gap(figure_of, accuracies):
    (ax,) = figure_of(figures.draw_learning_curve([100, 1000], {"a": accuracies})).axes
    assert np.isnan(ax.lines[0].get_ydata()).tolist() == [value == 1 for value in accuracies]


def test_a_single_learning_curve_has_its_values_beside_its_points(figure_of):
    counts, accuracies = [100, 300, 1000], [0.5, 1.0, 0.876]
    (ax,) = figure_of(figures.draw_learning_curve(counts, {"a": accuracies})).axes
    assert [text.get_text() for text in ax.texts] == ["5,000", "1,240"]
    places = np.array([text.xy for text in ax.texts])
    assert places == pytest.approx(np.array([[100, 5000], [1000, 1240]]))


@pytest.mark.parametrize("kind", [list, np.array])
def test_a_learning_curve_passes_over_what_was_not_measured(figure_of, kind):
    curves = {"a": kind([0.5, np.nan, 0.9])}
    picture = figures.draw_learning_curve([100, 300, 1000], curves, at=300)
    (ax,) = figure_of(picture).axes
    assert ax.lines[0].get_xdata().tolist() == [100, 1000]
    assert ax.lines[0].get_ydata().tolist() == pytest.approx([5000, 1000])
    assert ax.get_xticks().tolist() == [100, 300, 1000]
    assert picture.alt.endswith("Accuracy of a: 0.500 to 0.900.")


def test_a_line_marks_the_chosen_number_of_images(figure_of):
    (ax,) = figure_of(figures.draw_learning_curve([100, 1000], {"a": [0.5, 0.9]}, at=1000)).axes
    mark = ax.lines[1]
    assert list(mark.get_xdata()) == [1000, 1000]
    assert (mark.get_linestyle(), mark.get_marker()) == ("--", "None")
    assert legend_of(ax) == ["a", "chosen"]


SIZES, SECONDS = [1, 10, 100, 1000], [0.3, 0.02, 0.0125, 0.015]


def test_times_are_drawn_against_batch_sizes(figure_of):
    picture = figures.draw_batch_times(SIZES, SECONDS, 10_000)
    (ax,) = figure_of(picture).axes
    times, fastest, chosen = ax.lines
    assert times.get_xdata().tolist() == SIZES
    assert times.get_ydata().tolist() == pytest.approx([300, 20, 12.5, 15])
    assert (list(fastest.get_xdata()), list(fastest.get_ydata())) == ([100], [12.5])
    assert len(chosen.get_xdata()) == 0
    assert legend_of(ax) == ["time for 10,000 images", "fastest"]
    assert to_hex(times.get_color()) == BLUE.lower()
    assert to_hex(fastest.get_color()) == GREEN.lower()
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("images in a batch", "milliseconds")
    assert ax.get_xticks().tolist() == SIZES
    assert labels_of(ax.xaxis) == ["1", "10", "100", "1,000"]
    assert ax.get_yticks().tolist() == [10, 20, 50, 100, 200, 500]
    assert labels_of(ax.yaxis) == ["10", "20", "50", "100", "200", "500"]
    assert ax.get_ylim()[0] < 10
    assert ax.get_ylim()[1] > 500
    assert not len(ax.get_yticks(minor=True))
    assert ax.yaxis.get_gridlines()[0].get_visible()
    assert not ax.xaxis.get_gridlines()[0].get_visible()
    assert picture.alt == (
        "Time for 10,000 images against batch size: 300 ms in batches of 1, 12.5 ms at the best "
        "size, 100, and 15.0 ms in batches of 1,000."
    )


@pytest.mark.parametrize("index", [2, 0, 3])
def test_a_ring_marks_the_chosen_batch_size(figure_of, index):
    picture = figures.draw_batch_times(SIZES, SECONDS, 10_000, at=SIZES[index])
    (ax,) = figure_of(picture).axes
    ring = ax.lines[2]
    assert list(ring.get_xdata()) == [SIZES[index]]
    assert list(ring.get_ydata()) == pytest.approx([1000 * SECONDS[index]])
    assert to_hex(ring.get_markeredgecolor()) == RED.lower()
    assert legend_of(ax) == ["time for 10,000 images", "fastest", "chosen"]


def test_the_ring_is_where_this_time_ended(figure_of):
    picture = figures.draw_batch_times(SIZES, SECONDS, 10_000, at=100, now=0.03)
    ring = figure_of(picture).axes[0].lines[2]
    assert (list(ring.get_xdata()), list(ring.get_ydata())) == ([100], pytest.approx([30]))


def test_a_batch_size_that_was_not_measured_is_not_marked():
    with pytest.raises(
        ValueError, match=r"at is 7, where one of \[1, 10, 100, 1000\] is expected"
    ):
        figures.draw_batch_times(SIZES, SECONDS, 10_000, at=7)


def test_a_rounding_error_below_a_round_time_is_no_problem(figure_of):
    (ax,) = figure_of(figures.draw_batch_times([1, 10], [1e-7, 2e-7], 1)).axes
    assert ax.get_yticks().tolist() == pytest.approx([5e-5, 1e-4, 2e-4])


@pytest.mark.parametrize(("seconds", "ticks"), [(5e-7, [5e-4]), (3, [2000, 5000]), (1, [1000])])
def test_times_of_any_size_have_round_ticks(figure_of, seconds, ticks):
    (ax,) = figure_of(figures.draw_batch_times([1], [seconds], 1)).axes
    assert ax.get_yticks().tolist() == pytest.approx(ticks)
