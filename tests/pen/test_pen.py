"""Strokes and pictures become images as MNIST has them."""

import io
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from mnist_lib import accuracy, predict
from mnist_lib.pen import (
    PEN,
    PictureError,
    StrokesError,
    center_of_mass,
    center_strokes,
    draw_strokes,
    fit_strokes,
    load_drawings,
    prepare_image,
    read_picture,
    strokes_to_image,
    to_arrays,
)

SEVEN = [np.array([[10, 10], [110, 12]]), np.array([[108, 14], [50, 190]])]


class TestStrokes:
    def test_the_image_is_as_the_network_wants_it(self):
        image = strokes_to_image(SEVEN)
        assert (image.shape, image.dtype) == ((28, 28), np.float32)
        assert image.min() == 0
        assert 0.9 < image.max() <= 1

    def test_a_line_is_as_wide_as_the_pen(self):
        for pen in (0.5, 1.0, PEN, 5.0):
            across = draw_strokes([[[13.3, -20], [13.3, 50]]], pen=pen).sum(axis=1)
            np.testing.assert_allclose(across, pen, rtol=1e-5)

    def test_a_slanted_line_is_as_wide_as_a_straight_one(self):
        straight = draw_strokes([[[5, 14], [22, 14]]]).sum()
        slanted = draw_strokes([[[5, 6], [20, 14]]]).sum()
        assert slanted == pytest.approx(straight, rel=0.02)

    def test_the_ink_fills_a_box_of_20_pixels_with_its_proportions_kept(self):
        points = np.concatenate(fit_strokes(SEVEN))
        width, height = np.ptp(points, axis=0)
        assert height == pytest.approx(20 - PEN)
        assert width / height == pytest.approx(100 / 180)
        np.testing.assert_allclose((points.min(axis=0) + points.max(axis=0)) / 2, 13.5)

    def test_the_centre_of_mass_is_where_mnist_has_it(self, mnist):
        _, (x, _) = mnist
        theirs = np.mean([center_of_mass(image.reshape(28, 28)) for image in x], axis=0)
        for drawing in load_drawings():
            ours = center_of_mass(strokes_to_image(drawing.strokes))
            np.testing.assert_allclose(ours, theirs, atol=0.05)

    def test_neither_unit_nor_place_nor_the_number_of_points_matters(self):
        image = strokes_to_image(SEVEN)
        for scale, shift in ((0.001, 0), (1e6, -3e8), (7, [20, -900])):
            moved = [stroke * scale + shift for stroke in SEVEN]
            np.testing.assert_allclose(strokes_to_image(moved), image, atol=1e-4)
        finer = [np.linspace(stroke[0], stroke[1], 500) for stroke in SEVEN]
        np.testing.assert_allclose(strokes_to_image(finer), image, atol=1e-4)

    def test_the_order_and_direction_of_strokes_do_not_matter(self):
        turned = [stroke[::-1] for stroke in SEVEN[::-1]]
        np.testing.assert_allclose(strokes_to_image(turned), strokes_to_image(SEVEN), atol=1e-6)

    def test_y_goes_down(self):
        rows = strokes_to_image(SEVEN).sum(axis=1)
        assert rows.argmax() < 10

    @pytest.mark.parametrize("dot", [[[[5, 5]]], [[[5, 5]] * 9], [[[1e-310, 0], [0, 1e-310]]]])
    def test_a_dot_is_a_dot_in_the_middle(self, dot):
        image = strokes_to_image(dot)
        assert image[14, 14] == 1
        assert image.sum() == pytest.approx(np.pi * (PEN / 2) ** 2, rel=0.15)

    def test_numbers_as_large_as_they_get_are_drawn(self):
        image = strokes_to_image([[[1e308, -1e308], [-1e308, 1e308]]])
        np.testing.assert_allclose(image, strokes_to_image([[[1, -1], [-1, 1]]]), atol=1e-5)

    def test_empty_strokes_among_others_are_left_out(self):
        with_empty = [[], *SEVEN, np.empty((0, 2))]
        np.testing.assert_array_equal(strokes_to_image(with_empty), strokes_to_image(SEVEN))

    @pytest.mark.parametrize(
        ("strokes", "sentence"),
        [
            ([], "no stroke with a point"),
            ([[], []], "no stroke with a point"),
            ([[[1, 2, 3]]], r"Stroke 1 has the shape \(1, 3\)"),
            ([SEVEN[0], [1, 2]], r"Stroke 2 has the shape \(2,\)"),
            ([[[1, np.nan]]], "Stroke 1 holds a nan"),
            ([SEVEN[0], [[np.inf, 0]]], "Stroke 2 holds a nan or an inf"),
        ],
    )
    def test_what_is_no_stroke_gets_a_sentence(self, strokes, sentence):
        with pytest.raises(StrokesError, match=sentence):
            strokes_to_image(strokes)

    def test_ink_outside_of_the_image_has_no_centre_of_mass(self):
        with pytest.raises(StrokesError, match="no ink"):
            center_strokes([[[100, 100], [120, 100]]])

    def test_strokes_are_not_changed(self):
        strokes = [stroke.copy() for stroke in SEVEN]
        strokes_to_image(strokes)
        for now, before in zip(strokes, SEVEN, strict=True):
            np.testing.assert_array_equal(now, before)

    def test_the_pad_has_time_for_it(self):
        points = np.cumsum(np.random.default_rng(0).normal(size=(300, 2)), axis=0)
        start = time.perf_counter()
        for _ in range(10):
            strokes_to_image([points])
        # Ten times what it takes on an idle machine.
        assert (time.perf_counter() - start) / 10 < 0.08

    def test_the_drawings_that_come_with_the_course_are_read(self, network):
        x, t = to_arrays(d for d in load_drawings() if "," not in d.about)
        assert accuracy(network, x, t) == 1


def as_file(picture: np.ndarray, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, kind, **options)
    return file.getvalue()


def sheet_with(image: np.ndarray) -> np.ndarray:
    """Return an image of MNIST, large, somewhere on a larger sheet; 0 is paper and 1 ink."""
    large = np.asarray(Image.fromarray(image.reshape(28, 28)).resize((280, 280)))
    return np.pad(large.clip(0, 1), ((20, 160), (90, 30)))


def on_white(sheet, rng):
    return as_file(np.uint8(255 * (1 - sheet)))


def on_black(sheet, rng):
    return as_file(np.uint8(255 * sheet))


def on_a_photo(sheet, rng):
    light = np.linspace(0.95, 0.4, sheet.shape[1]) * np.linspace(1, 0.8, len(sheet))[:, np.newaxis]
    greys = light * (1 - 0.65 * sheet) + rng.normal(0, 0.03, sheet.shape)
    return as_file(np.uint8(255 * greys.clip(0, 1)), "JPEG", quality=60)


def on_a_blackboard(sheet, rng):
    greys = np.linspace(0.15, 0.3, sheet.shape[1]) + 0.5 * sheet
    return as_file(np.uint8(255 * (greys + rng.normal(0, 0.03, sheet.shape)).clip(0, 1)), "JPEG")


def in_pale_pencil(sheet, rng):
    greys = 0.85 * (1 - 0.25 * sheet) + rng.normal(0, 0.02, sheet.shape)
    return as_file(np.uint8(255 * greys.clip(0, 1)))


def on_a_dirty_scan(sheet, rng):
    for row, column in rng.integers(0, 390, (12, 2)):
        sheet[row : row + 3, column : column + 3] = 1
    return as_file(np.uint8(255 * (1 - sheet)))


SHEETS = [on_white, on_black, on_a_photo, on_a_blackboard, in_pale_pencil, on_a_dirty_scan]


class TestPictures:
    @pytest.mark.parametrize("put", SHEETS, ids=lambda put: put.__name__)
    def test_a_real_digit_comes_back_nearly_as_it_was(self, put, mnist, network):
        _, (x, t) = mnist
        rng = np.random.default_rng(0)
        chosen = rng.permutation(len(x))[:24]
        images = np.array([prepare_image(put(sheet_with(x[i]), rng)).ravel() for i in chosen])
        # 0.03 on average: a pen a little wider or thinner, and a quarter of a pixel to a side.
        assert np.abs(images - x[chosen]).mean() < 0.04
        # 98 or 99 of 100 are read right, as without the detour; two more may fail by chance.
        assert np.sum(predict(network, images).argmax(axis=1) == t[chosen]) >= 22

    @pytest.mark.parametrize(
        ("side", "size", "pen"),
        [(3000, 300, 4), (1500, 600, 4), (1000, 600, 25), (900, 600, 110), (28, 20, 1)],
        ids=["biro on a big sheet", "biro", "pen", "marker", "tiny"],
    )
    def test_a_pen_of_any_width_is_read(self, side, size, pen, network):
        drawings = [d for d in load_drawings() if d.about == "writer A"]
        x = np.array([prepare_image(drawn(d.strokes, side, size, pen)).ravel() for d in drawings])
        assert np.all(predict(network, x).argmax(axis=1) == [d.label for d in drawings])
        ink = x.sum(axis=1)
        theirs = to_arrays(drawings)[0].sum(axis=1)
        assert np.all((ink > 0.6 * theirs) & (ink < 1.8 * theirs))

    def test_every_kind_of_picture_gives_the_same(self, tmp_path):
        greys = np.uint8(255 * (1 - sheet_with(strokes_to_image(SEVEN))))
        path = tmp_path / "seven.png"
        path.write_bytes(as_file(greys))
        transparent = np.dstack([np.zeros((*greys.shape, 3), np.uint8), 255 - greys])
        pictures = [
            greys,
            greys / 255,
            np.dstack([greys] * 3),
            transparent,
            Image.fromarray(greys),
            path,
            str(path),
            path.read_bytes(),
            io.BytesIO(path.read_bytes()),
            as_file(transparent),
            as_file(greys.astype(np.uint16) * 257),
        ]
        for picture in pictures:
            np.testing.assert_allclose(prepare_image(picture), prepare_image(greys), atol=0.05)
        black_and_white = prepare_image(greys < 128)
        assert np.abs(black_and_white - prepare_image(greys)).mean() < 0.02

    def test_the_note_on_how_a_camera_was_held_is_obeyed(self):
        greys = np.uint8(255 * (1 - sheet_with(strokes_to_image(SEVEN))))
        exif = Image.Exif()
        exif[0x0112] = 6
        turned = prepare_image(as_file(np.rot90(greys), "JPEG", quality=95, exif=exif))
        np.testing.assert_allclose(turned, prepare_image(greys), atol=0.1)

    def test_a_large_picture_takes_a_moment(self):
        large = np.full((10_000, 10_000), 255, np.uint8)
        large[3000:7000, 4800:5200] = 0
        for picture in (large, as_file(large, compress_level=1)):
            start = time.perf_counter()
            image = prepare_image(picture)
            assert time.perf_counter() - start < 10
            assert np.ptp(np.nonzero(image > 0.5)[0]) == pytest.approx(19, abs=1)

    @pytest.mark.parametrize(
        ("picture", "sentence"),
        [
            (np.ones((50, 50)), "Nothing stands out"),
            (np.zeros((50, 50), np.uint8), "Nothing stands out"),
            (np.zeros((1, 1)), "Nothing stands out"),
            (np.random.default_rng(0).random((200, 200)), "too tangled for a digit"),
            (np.full((5, 5), np.nan), "numbers from 0 to 1, but some are not"),
            (np.full((5, 5), 300), "numbers from 0 to 255, but some are not"),
            (np.zeros((0, 5)), "has no pixel"),
            (np.zeros(5), r"the shape \(5,\)"),
            (np.zeros((5, 5, 2)), r"the shape \(5, 5, 2\)"),
            (np.zeros((5, 5), complex), "dtype is complex128"),
            (b"no picture", "The file is no picture"),
            (b"", "The file is no picture"),
            (as_file(np.zeros((90, 90), np.uint8))[:60], "The file is no picture"),
            (as_file(np.zeros((15_000, 15_000), bool)), "more than 200,000,000 pixels"),
            (as_file(np.zeros((20_000, 20_000), bool)), "more than 200,000,000 pixels"),
        ],
    )
    def test_what_shows_no_digit_gets_a_sentence(self, picture, sentence):
        with pytest.raises(PictureError, match=sentence):
            prepare_image(picture)

    def test_a_file_that_is_not_there_is_named(self, tmp_path: Path):
        with pytest.raises(FileNotFoundError, match=r"none\.png"):
            prepare_image(tmp_path / "none.png")

    def test_a_picture_is_not_changed(self):
        picture = sheet_with(strokes_to_image(SEVEN))
        before = picture.copy()
        prepare_image(picture)
        np.testing.assert_array_equal(picture, before)

    def test_colours_count_as_much_as_the_eye_sees_of_them(self):
        colours = np.uint8([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]])
        np.testing.assert_allclose(read_picture(colours)[0], [0.299, 0.587, 0.114, 1], atol=0.01)


def drawn(strokes, side: int, size: int, pen: int) -> np.ndarray:
    """Return a sheet of `side` pixels with a digit of `size` pixels in its middle."""
    points = np.concatenate(strokes)
    low = points.min(axis=0)
    scale = size / np.ptp(points, axis=0).max()
    sheet = Image.new("L", (side, side), 235)
    for stroke in strokes:
        way = [tuple(point) for point in (stroke - low) * scale + (side - size) / 2]
        ImageDraw.Draw(sheet).line(way, fill=40, width=pen, joint="curve")
        for x, y in way:
            ImageDraw.Draw(sheet).circle((x, y), pen / 2, fill=40)
    return np.asarray(sheet)
