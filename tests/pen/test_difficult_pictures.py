"""Pictures of digits as people take them: from afar, in bad light, with a thin pen."""

import io
import tracemalloc

import numpy as np
import pytest
from PIL import Image

from mnist_lib import predict
from mnist_lib.pen import (
    PictureError,
    load_drawings,
    prepare_image,
    read_picture,
    strokes_to_image,
)
from tests.pen.test_pen import SEVEN, as_file, drawn, sheet_with


def in_bad_light(greys, rng, noise=0.03):
    """Return the photo of a sheet, in light that falls off and with a soft shadow across it."""
    rows, columns = (np.linspace(0, 1, side) for side in greys.shape)
    angle = rng.uniform(0, 2 * np.pi)
    along = np.cos(angle) * (columns - 0.5) + np.sin(angle) * (rows[:, np.newaxis] - 0.5)
    shadow = 1 - 0.35 / (1 + np.exp((along - rng.uniform(-0.3, 0.3)) / 0.03))
    photo = greys * (0.75 + 0.3 * along) * shadow + rng.normal(0, noise, greys.shape)
    return as_file(np.uint8(255 * photo.clip(0, 1)), "JPEG", quality=75)


def share_read(network, drawings, put):
    x = np.array([prepare_image(put(drawing)).ravel() for drawing in drawings])
    return np.mean(predict(network, x).argmax(axis=1) == [d.label for d in drawings])


@pytest.mark.parametrize(
    ("side", "size", "pen"),
    [(1600, 70, 8), (1600, 400, 4), (1500, 120, 4), (900, 280, 6), (900, 280, 31), (900, 300, 80)],
    ids=["far away", "thin biro", "small and thin", "biro", "felt-tip", "marker"],
)
def test_a_photo_in_bad_light_is_read(side, size, pen, network):
    rng = np.random.default_rng(0)
    drawings = [d for d in load_drawings() if "," not in d.about][::3]

    def photo(drawing):
        return in_bad_light(drawn(drawing.strokes, side, size, pen) / 255, rng)

    # All are read, but for a marker's, whose loops may be filled.
    assert share_read(network, drawings, photo) >= (0.85 if pen == 80 else 0.97)


def test_pale_pencil_under_a_shadow_is_read(network):
    rng = np.random.default_rng(0)
    drawings = [d for d in load_drawings() if d.about in {"writer A", "writer E"}]

    def photo(drawing):
        greys = drawn(drawing.strokes, 900, 280, 20) / 255
        return in_bad_light(0.92 - 0.3 * (0.92 - greys), rng, noise=0.02)

    assert share_read(network, drawings, photo) >= 0.95


@pytest.mark.parametrize("enlarged", [1, 10])
def test_a_digit_cut_out_tightly_is_told_from_its_paper(mnist, network, enlarged):
    _, (x, t) = mnist
    chosen = np.random.default_rng(0).permutation(len(x))[:100]
    images = []
    for image in x[chosen].reshape(-1, 28, 28):
        rows, columns = (np.flatnonzero(image.any(axis=axis)) for axis in (1, 0))
        cut = 1 - image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        images.append(prepare_image(np.kron(cut, np.ones((enlarged, enlarged)))).ravel())
    # Where a thick digit leaves little paper, ink and paper can be mistaken for each other.
    right = predict(network, np.array(images)).argmax(axis=1) == t[chosen]
    assert right.mean() >= 0.93


def test_mnists_own_images_are_read_as_without_the_detour(mnist, network):
    _, (x, t) = mnist
    chosen = np.random.default_rng(0).permutation(len(x))[:100]
    images = np.array([prepare_image(image.reshape(28, 28)).ravel() for image in x[chosen]])
    right = predict(network, images).argmax(axis=1) == t[chosen]
    assert right.mean() >= np.mean(predict(network, x[chosen]).argmax(axis=1) == t[chosen]) - 0.03


@pytest.mark.parametrize("side", [150, 400, 900])
@pytest.mark.parametrize("kind", ["even", "bell-shaped", "pepper"])
def test_noise_is_no_digit(kind, side):
    rng = np.random.default_rng(side)
    noise = {
        "even": rng.random((side, side)),
        "bell-shaped": rng.normal(0.8, 0.1, (side, side)).clip(0, 1),
        "pepper": 1.0 - (rng.random((side, side)) < 0.02),
    }[kind]
    with pytest.raises(PictureError, match=r"Nothing stands out|too tangled"):
        prepare_image(noise)


def test_a_wall_in_uneven_light_is_no_digit():
    with pytest.raises(PictureError, match="Nothing stands out"):
        prepare_image(np.linspace(0.4, 0.9, 500) * np.linspace(1, 0.8, 300)[:, np.newaxis])


def test_chalk_on_nothing_is_seen_on_black():
    ink = sheet_with(strokes_to_image(SEVEN))
    chalk = np.dstack([np.full((*ink.shape, 3), 255, np.uint8), np.uint8(255 * ink)])
    for picture in (chalk, as_file(chalk)):
        np.testing.assert_allclose(prepare_image(picture), prepare_image(ink), atol=0.05)


def test_a_blank_scan_of_16_bits_stays_blank():
    blank = np.random.default_rng(0).integers(60_000, 60_300, (200, 200), np.uint16)
    assert np.ptp(read_picture(as_file(blank))) < 0.01
    with pytest.raises(PictureError, match="Nothing stands out"):
        prepare_image(as_file(blank))


def test_postscript_is_a_program_and_is_not_run():
    program = io.BytesIO()
    Image.new("RGB", (9, 9)).save(program, "EPS")
    with pytest.raises(PictureError, match="The file is no picture"):
        prepare_image(program.getvalue())


def test_a_picture_cut_anywhere_gets_a_sentence():
    for kind in ("PNG", "JPEG", "GIF", "BMP", "TIFF"):
        whole = as_file(np.uint8(255 * (1 - sheet_with(strokes_to_image(SEVEN)))), kind)
        for length in np.linspace(0, 0.9 * len(whole), 30).astype(int):
            with pytest.raises(PictureError, match="The file is no picture"):
                read_picture(whole[:length])


def test_a_picture_that_was_opened_only_half_gets_a_sentence():
    cut = as_file(np.random.default_rng(0).integers(0, 255, (99, 99), np.uint8))[:2000]
    with pytest.raises(PictureError, match="Only a part"):
        read_picture(Image.open(io.BytesIO(cut)))


def test_a_large_colourful_picture_needs_little_memory_beside_itself():
    large = Image.new("RGBA", (10_000, 10_000), "white")
    large.paste("black", (4800, 3000, 5200, 7000))
    tracemalloc.start()
    prepare_image(large)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 200e6
