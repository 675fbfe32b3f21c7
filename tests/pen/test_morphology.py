"""Image operations agree with their definitions, applied pixel by pixel."""

import numpy as np
import pytest

from mnist_lib.pen.morphology import (
    closing,
    dilate,
    erode,
    label_components,
    line_width,
    main_components,
    mean_filter,
    resize,
)

IMAGE = np.random.default_rng(0).random((13, 17))


def by_definition(image, reach, function):
    """Apply a function to the square around each pixel, as far as it lies within the image."""
    return np.array(
        [
            [
                function(
                    image[max(0, i - reach) : i + reach + 1, max(0, j - reach) : j + reach + 1]
                )
                for j in range(image.shape[1])
            ]
            for i in range(image.shape[0])
        ]
    )


@pytest.mark.parametrize("reach", [0, 1, 2, 5])
def test_dilation_erosion_and_mean_are_those_of_a_square(reach):
    size = 2 * reach + 1
    np.testing.assert_array_equal(dilate(IMAGE, size), by_definition(IMAGE, reach, np.max))
    np.testing.assert_array_equal(erode(IMAGE, size), by_definition(IMAGE, reach, np.min))
    np.testing.assert_allclose(mean_filter(IMAGE, reach), by_definition(IMAGE, reach, np.mean))


def test_closing_removes_dark_lines_narrower_than_its_size():
    sheet = np.ones((20, 20))
    sheet[:, 5:8] = 0
    assert (closing(sheet, 5) == 1).all()
    np.testing.assert_array_equal(closing(sheet, 3), sheet)


def flood(mask):
    """Label components by flooding each from its first pixel."""
    labels = np.zeros(mask.shape, int)
    for start in np.argwhere(mask):
        if labels[tuple(start)]:
            continue
        label, todo = labels.max() + 1, [tuple(start)]
        while todo:
            i, j = todo.pop()
            if 0 <= i < len(mask) and 0 <= j < len(mask.T) and mask[i, j] and not labels[i, j]:
                labels[i, j] = label
                todo += [(i + di, j + dj) for di in (-1, 0, 1) for dj in (-1, 0, 1)]
    return labels


@pytest.mark.parametrize("density", [0.0, 0.1, 0.3, 0.45, 0.6, 1.0])
def test_components_are_those_that_flooding_finds(density):
    for seed in range(5):
        mask = np.random.default_rng(seed).random((15, 20)) < density
        labels, count = label_components(mask)
        expected = flood(mask)
        assert count == expected.max()
        # The same pixels belong together, and every label is used.
        assert len(set(zip(labels.flat, expected.flat, strict=True))) == len(np.unique(expected))
        assert set(np.unique(labels[mask])) == set(range(1, count + 1))


def test_arms_of_a_spiral_that_meet_late_are_one_component():
    mask = np.zeros((9, 9), bool)
    mask[0, :] = mask[:, 8] = mask[8, 2:] = mask[2:, 2] = mask[2, 2:6] = mask[2:6, 5] = True
    assert label_components(mask)[1] == 1


def test_the_main_components_are_the_heaviest_and_those_near_it_that_are_not_specks():
    mask = np.zeros((60, 100), bool)
    mask[10:40, 10:14] = True  # the heaviest, 30 pixels high
    mask[20:25, 20:24] = True  # a second stroke
    mask[50, 12] = True  # a speck
    mask[10:20, 80:90] = True  # something far away
    expected = mask.copy()
    expected[50, 12] = expected[10:20, 80:90] = False
    np.testing.assert_array_equal(main_components(mask, mask.astype(float)), expected)


def test_the_width_of_a_line_is_measured():
    sheet = np.zeros((100, 100))
    sheet[10:90, 40:47] = 1
    # The perimeter is corrected for slanted edges, which this line does not have.
    assert line_width(sheet) == pytest.approx(7 * 4 / np.pi, rel=0.1)
    rows, columns = np.mgrid[:100, :100]
    slanted = (np.abs(rows - columns / 2 - 20) < 5).astype(float)
    assert line_width(slanted) == pytest.approx(10 / np.sqrt(1.25), rel=0.1)


def test_resizing_keeps_values_and_proportions():
    smooth = np.add.outer(np.linspace(0, 0.5, 20), np.linspace(0, 0.5, 30))
    large = resize(smooth, 2)
    assert (large.shape, large.dtype) == ((40, 60), np.float32)
    np.testing.assert_allclose(large[20:22, 30:32].mean(), smooth[10, 15], atol=0.02)
    assert resize(smooth, 0.001).shape == (1, 1)
    checkers = np.kron(np.indices((9, 9)).sum(axis=0) % 2, np.ones((5, 5)))
    assert 0 <= resize(checkers, 3).min() <= resize(checkers, 3).max() <= 1
