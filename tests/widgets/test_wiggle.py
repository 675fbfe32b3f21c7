"""The control that wiggles an image: each pixel moves, by so much, in the right direction."""

import numpy as np
import pytest

from mnist_lib import widgets
from mnist_lib.network import init_network, predict


@pytest.fixture
def few(mnist) -> tuple[np.ndarray, np.ndarray]:
    _, (x, t) = mnist
    return x[:3], t[:3]


def shown_in(figure) -> list[np.ndarray]:
    return [np.asarray(ax.images[0].get_array()).ravel() for ax in figure.axes]


def test_every_pixel_moves_by_the_same_amount(few, figures):
    x, t = few
    slopes = np.random.default_rng(1).standard_normal(x.shape)
    text, _ = widgets.view_wiggle(init_network(), x, t, slopes, index=1, size=0.1)
    assert text == f"image 1, label {t[1]}; every pixel moved by 0.1"
    plain, along, random = shown_in(figures[-1])
    np.testing.assert_allclose(plain, x[1])
    np.testing.assert_allclose(along, np.clip(x[1] + 0.1 * np.sign(slopes[1]), 0, 1), atol=1e-6)
    inner = (x[1] > 0.1) & (x[1] < 0.9)
    np.testing.assert_allclose(np.abs(random - x[1])[inner], 0.1, atol=1e-6)
    up = random[x[1] == 0] > 0
    assert 0.4 < up.mean() < 0.6
    assert not np.array_equal(np.sign(random - x[1]), np.sign(along - x[1]))


def test_it_says_what_the_network_reads_in_what_is_shown(few, figures):
    x, t = few
    network, slopes = init_network(), np.ones(x.shape)
    _, picture = widgets.view_wiggle(network, x, t, slopes, index=0, size=0.25)
    y = predict(network, np.float32(shown_in(figures[-1])))
    said = [ax.texts[0].get_text() for ax in figures[-1].axes]
    assert said == [f"read as {row.argmax()}: {row.max():.3f}" for row in y]
    assert said[1] in picture.alt


def test_the_same_image_wiggles_in_the_same_way_each_time(few, figures):
    x, t = few
    for _ in range(2):
        widgets.view_wiggle(init_network(), x, t, x, index=2, size=0.1)
    first, second = map(shown_in, figures[-2:])
    np.testing.assert_array_equal(first, second)


def test_the_control_begins_with_the_middle_size_and_follows_both_sliders(few):
    x, t = few
    control = widgets.choose_wiggle(init_network(), x, t, x, [0, 0.05, 0.1])
    assert control.text == f"image 0, label {t[0]}; every pixel moved by 0.05"
    control.inputs["index"].set_state({"position": 2})
    control.inputs["size"].set_state({"position": 2})
    assert control.text == f"image 2, label {t[2]}; every pixel moved by 0.1"
    assert not control.failed


@pytest.mark.parametrize(("images", "sizes"), [(0, [0.1]), (3, [])])
def test_without_anything_to_choose_from_a_sentence_says_so(few, images, sizes):
    x, t = few
    with pytest.raises(ValueError, match="to choose from"):
        widgets.choose_wiggle(init_network(), x[:images], t[:images], x, sizes)
