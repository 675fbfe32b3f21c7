"""The batch size: what it changes, what it does not, and how the time is measured."""

import time

import numpy as np
import pytest

from mnist_lib import predict, widgets
from mnist_lib.network import new_network

SIZES = {1: 0.3, 100: 0.02, 1000: 0.01, 10_000: 0.015}


@pytest.fixture
def let_work_take(monkeypatch):
    """Return a function that sets how many seconds each piece of work takes, in turn."""

    def let_take(*seconds):
        ends = np.cumsum(np.repeat(seconds, 2) * np.tile([0.0, 1.0], len(seconds)))
        readings = iter(ends.tolist())
        monkeypatch.setattr(time, "perf_counter", lambda: next(readings))

    return let_take


def test_the_accuracy_stays_and_the_shapes_change(network, mnist, figures):
    _, (x, t) = mnist
    reached = np.mean(predict(network, x).argmax(axis=1) == t)
    control = widgets.choose_batch_size(network, x, t, SIZES)
    for size, batches in [(100, "100"), (1000, "10"), (10_000, "1")]:
        control.inputs["size"].value = size
        first, second = control.text.splitlines()
        assert first.startswith(f"accuracy {reached:.4f}, ")
        assert second == (
            f"shapes ({size}, 784) → ({size}, 50) → ({size}, 100) → ({size}, 10), "
            f"{batches} batches, the last of {size:,}"
        )
        chosen = next(li for li in figures[-1].axes[0].lines if li.get_label() == "chosen")
        assert chosen.get_xdata() == [size]
        # The ring is where this very reading ended.
        rate = float(first.split(", ")[1].split()[0].replace(",", ""))
        assert chosen.get_ydata() == pytest.approx([len(x) / rate * 1000], rel=0.01)


@pytest.mark.parametrize(("sizes", "chosen"), [(SIZES, 100), ({1: 0.1, 80: 0.2, 300: 0.3}, 80)])
def test_it_begins_near_a_hundred(network, mnist, sizes, chosen):
    _, (x, t) = mnist
    control = widgets.choose_batch_size(network, x[:300], t[:300], sizes)
    assert control.inputs["size"].value == chosen


@pytest.mark.parametrize("hidden", [(), (30,), (50, 30, 20)])
def test_a_network_may_have_any_number_of_layers(mnist, hidden):
    _, (x, t) = mnist
    network = new_network(hidden)
    shuffled = {name: network[name] for name in sorted(network, reverse=True)}
    text, _ = widgets.view_batch_size(shuffled, x[:300], t[:300], {70: 0.1}, 70)
    shapes = " → ".join(f"(70, {width})" for width in (784, *hidden, 10))
    assert text.splitlines()[1] == f"shapes {shapes}, 5 batches, the last of 20"


def test_images_per_second_are_those_of_this_very_run(network, mnist, let_work_take):
    _, (x, t) = mnist
    let_work_take(0.2)
    text, _ = widgets.view_batch_size(network, x[:300], t[:300], {70: 0.1}, 70)
    assert ", 1,500 images per second just now" in text


def test_of_each_size_the_shortest_time_counts(network, mnist, let_work_take):
    _, (x, _) = mnist
    let_work_take(5, 2, 3, 4, 4, 6)
    times = widgets.measure_batches(network, x[:100], [1, 100], repeats=3)
    np.testing.assert_allclose(times, [3, 2])


def test_without_sizes_or_images_a_sentence_says_so(network, mnist):
    _, (x, t) = mnist
    with pytest.raises(ValueError, match="curve is empty"):
        widgets.choose_batch_size(network, x, t, {})
    with pytest.raises(ValueError, match="at least one image in a batch"):
        widgets.measure_batches(network, x[:0], [1])
    control = widgets.choose_batch_size(network, x[:0], t[:0], SIZES)
    assert "at least one image in a batch is expected" in control.view.text
