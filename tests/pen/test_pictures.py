"""Arrays and images become greys, whatever they hold."""

import tracemalloc

import numpy as np
import pytest
from PIL import Image

from mnist_lib.pen import prepare_image, read_picture, strokes_to_image
from tests.pen.sheets import SEVEN, as_file, sheet_with

INK = sheet_with(strokes_to_image(SEVEN))
GREYS = np.uint8(255 * (1 - INK))
TRANSPARENT = np.dstack([np.zeros((*GREYS.shape, 3), np.uint8), 255 - GREYS])
CHALK = np.dstack([np.full((*GREYS.shape, 3), 255, np.uint8), 255 - GREYS])


@pytest.mark.parametrize(
    "picture",
    [
        GREYS.tolist(),
        GREYS.astype(np.int64),
        GREYS / 255,
        GREYS / np.float16(255),
        np.dstack([GREYS] * 3),
        np.asfortranarray(GREYS),
        TRANSPARENT,
        TRANSPARENT / 255,
        Image.fromarray(GREYS),
        Image.fromarray(TRANSPARENT),
        as_file(TRANSPARENT),
        bytearray(as_file(GREYS)),
        memoryview(as_file(GREYS)),
    ],
)
def test_every_kind_of_picture_gives_the_same_greys(picture):
    np.testing.assert_allclose(read_picture(picture), GREYS / 255, atol=0.005)


def test_black_and_white_is_read():
    np.testing.assert_array_equal(read_picture(GREYS < 128), GREYS < 128)


def test_white_chalk_on_nothing_is_on_black():
    for picture in (CHALK, as_file(CHALK)):
        np.testing.assert_allclose(read_picture(picture), 1 - GREYS / 255, atol=0.01)


def test_something_light_but_not_of_one_grey_is_on_white():
    photo = CHALK.copy()
    photo[:, :200, :3] = 150
    assert read_picture(photo)[0, 0] == 1


def test_colors_count_as_much_as_the_eye_sees_of_them():
    colors = np.uint8([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]])
    for picture in (colors, Image.fromarray(colors)):
        np.testing.assert_allclose(read_picture(picture)[0], [0.299, 0.587, 0.114, 1], atol=0.01)


def test_greys_of_16_bits_keep_their_scale():
    blank = np.random.default_rng(0).integers(60_000, 60_300, (200, 200), np.uint16)
    greys = read_picture(as_file(blank))
    np.testing.assert_allclose(greys, blank / 65_535, atol=0.005)


def test_floats_keep_their_scale_however_large():
    greys = read_picture(Image.fromarray(np.float32([[0, 2**127]])))
    np.testing.assert_allclose(greys, [[0, 0.5]], atol=0.005)


@pytest.mark.parametrize("dtype", [np.uint8, np.float64])
@pytest.mark.parametrize("shape", [(5_000, 3_001), (2_001, 17), (3, 60_000)])
def test_a_large_picture_is_reduced_by_a_whole_factor(shape, dtype):
    fine = np.random.default_rng(0).integers(0, 255, shape, np.uint8)
    factor = -(-max(shape) // 2_000)
    rows, columns = (side // factor for side in shape)
    whole = fine[: rows * factor, : columns * factor]
    expected = whole.reshape(rows, factor, columns, factor).mean(axis=(1, 3)) / 255
    picture = fine if dtype == np.uint8 else fine / 255
    for given in (picture, Image.fromarray(fine)):
        greys = read_picture(given)
        assert max(greys.shape) <= 2_000
        np.testing.assert_allclose(greys[:rows, :columns], expected, atol=0.005)


def test_a_large_picture_needs_little_memory_besides_itself():
    large = np.ones((6_000, 6_000))
    large[2000:4000, 2900:3100] = 0
    tracemalloc.start()
    read_picture(large)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < large.nbytes / 4


@pytest.mark.parametrize(
    ("picture", "sentence"),
    [
        (np.full((5, 5), np.nan), "numbers from 0 to 1, but some are not"),
        (np.full((5, 5), 1.5), "numbers from 0 to 1, but some are not"),
        (np.full((5, 5), 300), "numbers from 0 to 255, but some are not"),
        (np.full((5, 5), -5), "numbers from 0 to 255, but some are not"),
        (np.zeros((0, 5)), "has 5 x 0 pixels"),
        (Image.new("L", (0, 5)), "has 0 x 5 pixels"),
        (np.zeros((1, 70_000)), "has 70,000 x 1 pixels, and each side"),
        (np.zeros(5), r"the shape \(5,\)"),
        (None, r"the shape \(\)"),
        (np.zeros((5, 5, 2)), r"the shape \(5, 5, 2\)"),
        (np.zeros((0,) + (10**9,) * 1 + (1,) * 60), "the shape"),
        (np.zeros((5, 5), complex), "dtype is complex128"),
        (np.zeros((5, 5), [(f"a name of a field {i}", int) for i in range(99)]), "dtype is"),
        (Image.fromarray(np.full((5, 5), np.nan, np.float32)), "nan or inf"),
    ],
)
def test_what_is_not_a_picture_gets_a_sentence(picture, sentence):
    with pytest.raises(ValueError, match=sentence) as caught:
        prepare_image(picture)
    assert len(str(caught.value)) < 500


def test_a_picture_is_not_changed():
    picture = sheet_with(strokes_to_image(SEVEN))
    image = Image.fromarray(GREYS)
    before = picture.copy(), image.copy()
    prepare_image(picture)
    prepare_image(image)
    np.testing.assert_array_equal(picture, before[0])
    assert image == before[1]
