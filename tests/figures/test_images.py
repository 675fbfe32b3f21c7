"""Pictures of images: the right pixels, in the right place, in the right colors."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

from mnist_lib import figures, img_show
from tests.figures.conftest import labels_of


def shown_in(ax) -> tuple[np.ndarray, tuple[float, float]]:
    """Return the one image in these axes, and which numbers are black and white."""
    (image,) = ax.images
    assert image.cmap(0.0)[:3] == (0, 0, 0)
    assert image.cmap(1.0)[:3] == (1, 1, 1)
    return image.get_array(), image.get_clim()


@pytest.mark.parametrize("shape", [(784,), (28, 28), (1, 28, 28), (1, 784)])
def test_img_show_shows_every_shape_of_an_image(raw, figure_of, shape):
    picture = img_show(raw[0].reshape(shape), "label 5")
    (ax,) = figure_of(picture).axes
    data, scale = shown_in(ax)
    np.testing.assert_array_equal(data, raw[0].reshape(28, 28))
    assert scale == (0, 255)
    assert ax.get_title() == "label 5"
    assert not ax.axison
    assert picture.alt == "A 28 x 28 image, titled 'label 5'; its numbers go from 0 to 255."


def test_scaled_images_are_shown_from_0_to_1(raw, figure_of):
    picture = img_show(raw[0] / np.float32(510))
    data, scale = shown_in(figure_of(picture).axes[0])
    np.testing.assert_allclose(data, raw[0].reshape(28, 28) / 510, rtol=1e-6)
    assert scale == (0, 1)
    assert picture.alt == "A 28 x 28 image; its numbers go from 0 to 0.5."


def test_an_image_that_was_cut_off_to_0_and_1_looks_black(raw, figure_of):
    _, scale = shown_in(figure_of(img_show(np.uint8(raw[0] / 255))).axes[0])
    assert scale == (0, 255)


def test_a_mask_is_an_image(raw, figure_of):
    data, scale = shown_in(figure_of(img_show(raw[0] > 100)).axes[0])
    np.testing.assert_array_equal(data.ravel(), raw[0] > 100)
    assert scale == (0, 1)


@pytest.mark.parametrize("shape", [(2, 784), (27, 28), (28, 28, 3)])
def test_what_is_no_image_is_refused(shape):
    with pytest.raises(ValueError, match=r"Pick one image of a batch first: x\[0\]"):
        img_show(np.zeros(shape))


@pytest.mark.parametrize(
    "draw",
    [
        img_show,
        figures.draw_greys,
        lambda img: figures.draw_numbers(img, slice(9), slice(9)),
        lambda img: figures.draw_gallery(img[np.newaxis]),
        lambda img: figures.draw_probabilities(img, np.full(10, 0.1)),
        lambda img: figures.draw_layers({"x": img, "z1": np.zeros(5), "y": np.full(10, 0.1)}),
    ],
)
def test_numbers_that_are_no_greys_are_refused(raw, draw):
    for img in (
        raw[0].astype(float),
        raw[0] / -255,
        raw[0].astype(int) * 2,
        raw[0].astype(int) - 9,
    ):
        with pytest.raises(ValueError, match="integers from 0 to 255 or floats from 0 to 1"):
            draw(img)


def test_a_rounding_error_beyond_white_is_white(raw, figure_of):
    almost = raw[0] / 255 * 1.0001
    data, _ = shown_in(figure_of(img_show(almost)).axes[0])
    assert data.max() == 1
    bars = figure_of(figures.draw_greys(almost)).axes[1].patches
    assert sum(bar.get_height() for bar in bars) == 784


def test_a_gallery_shows_its_images_in_rows(raw, figure_of):
    picture = figures.draw_gallery(raw[:5], ["a", "b\nc", 3, 4, 5], columns=3)
    axes = figure_of(picture).axes
    for ax, img, title in zip(axes, raw[:5], ["a", "b\nc", "3", "4", "5"], strict=False):
        np.testing.assert_array_equal(shown_in(ax)[0], img.reshape(28, 28))
        assert ax.get_title() == title
    places = [
        (ax.get_subplotspec().rowspan.start, ax.get_subplotspec().colspan.start) for ax in axes
    ]
    assert places == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    assert not any(ax.axison for ax in axes)
    assert picture.alt == "5 images: a, b c, 3, 4, 5."


def test_a_gallery_without_titles_has_ten_in_a_row(raw, figure_of):
    picture = figures.draw_gallery(raw[:20])
    assert figure_of(picture).axes[10].get_subplotspec().rowspan.start == 1
    assert picture.alt == "20 images."
    assert figures.draw_gallery(raw[:2], ["a", "b"], alt="Two digits.").alt == "Two digits."


def test_a_gallery_is_of_images_and_of_as_many_titles(raw):
    for images in (raw[0], raw[:0]):
        with pytest.raises(ValueError, match=r"at least one image in a batch .* x\[:1\]"):
            figures.draw_gallery(images)
    for titles in (["a"], ["a", "b", "c"]):
        with pytest.raises(ValueError, match="titles for 2 images"):
            figures.draw_gallery(raw[:2], titles)


def test_each_pixel_has_its_number(raw, figure_of):
    picture = figures.draw_numbers(raw[0], slice(4, 9), slice(8, 24))
    (ax,) = figure_of(picture).axes
    part = raw[0].reshape(28, 28)[4:9, 8:24]
    data, scale = shown_in(ax)
    np.testing.assert_array_equal(data, part)
    assert scale == (0, 255)
    written = {text.get_position(): text for text in ax.texts}
    for (row, column), value in np.ndenumerate(part):
        text = written.pop((column, row))
        assert text.get_text() == str(value)
        assert text.get_color() == ("black" if value > 110 else "white")
    assert not written
    assert labels_of(ax.xaxis) == [str(column) for column in range(8, 24)]
    assert labels_of(ax.yaxis) == [str(row) for row in range(4, 9)]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("column", "row")
    assert picture.alt.startswith(
        "Rows 4 to 8 and columns 8 to 23 of an image, each pixel with its number, from 0 to 255;"
    )


def test_the_numbers_of_a_scaled_image_have_two_decimals(raw, figure_of):
    (ax,) = figure_of(figures.draw_numbers(raw[0] / 255, slice(5, 6), slice(14, 17))).axes
    values = [f"{value / 255:.2f}" for value in raw[0].reshape(28, 28)[5, 14:17]]
    assert [text.get_text() for text in ax.texts] == values
    for text in ax.texts:
        assert text.get_color() == ("black" if float(text.get_text()) > 0.44 else "white")
    assert shown_in(ax)[1] == (0, 1)


def count_greys(img: np.ndarray) -> list[int]:
    return [sum(16 * k <= grey < 16 * k + 16 for grey in img.tolist()) for k in range(16)]


@pytest.mark.parametrize("index", [0, 7])
def test_greys_are_counted_in_sixteen_bars(raw, figure_of, index):
    picture = figures.draw_greys(raw[index], "a digit")
    left, right = figure_of(picture).axes
    np.testing.assert_array_equal(shown_in(left)[0], raw[index].reshape(28, 28))
    assert left.get_title() == "a digit"
    heights = [bar.get_height() for bar in right.patches]
    assert heights == count_greys(raw[index])
    assert [bar.get_x() for bar in right.patches] == list(range(0, 256, 16))
    assert {bar.get_width() for bar in right.patches} == {16}
    assert labels_of(right.xaxis) == ["0", "64", "128", "192", "255"]
    assert labels_of(right.yaxis) == ["0", "5", "10", "100", "700"]
    assert right.get_yscale() == "symlog"
    assert right.get_ylim() == (0, 784)
    assert right.get_xlim()[0] < 0
    assert right.get_xlim()[1] > 256
    assert (right.get_xlabel(), right.get_ylabel()) == ("grey (0 background, 255 ink)", "pixels")
    assert picture.alt == (
        "A 28 x 28 image titled a digit, and how often its greys occur: "
        f"{heights[0]} pixels are below 16, {heights[-1]} at 240 or above, and "
        f"{784 - heights[0] - heights[-1]} lie between."
    )


def test_greys_of_a_scaled_image_are_the_same_between_0_and_1(raw, figure_of):
    for img in raw:
        picture = figures.draw_greys(img / np.float32(255))
        left, right = figure_of(picture).axes
        assert [bar.get_height() for bar in right.patches] == count_greys(img)
    assert right.patches[15].get_x() == 15 / 16
    assert shown_in(left)[1] == (0, 1)
    assert [float(label) for label in labels_of(right.xaxis)] == [0, 0.25, 0.5, 0.75, 1]
    assert right.get_xlabel() == "grey (0 background, 1 ink)"
    assert "pixels are below 0.0625, " in picture.alt
    assert " at 0.9375 or above" in picture.alt


def test_counts_stand_above_their_digits(mnist, figure_of):
    (_, t_train), (_, t_test) = mnist
    sets = {"training set": t_train, "test set": t_test}
    counts = {name: [t.tolist().count(digit) for digit in range(10)] for name, t in sets.items()}
    picture = figures.draw_counts({name: np.array(values) for name, values in counts.items()})
    axes = figure_of(picture).axes
    for ax, (name, values) in zip(axes, counts.items(), strict=True):
        assert [bar.get_height() for bar in ax.patches] == values
        assert [bar.get_x() + bar.get_width() / 2 for bar in ax.patches] == pytest.approx(
            range(10)
        )
        assert [text.get_text() for text in ax.texts] == [f"{value:,}" for value in values]
        assert [round(text.xy[0], 9) for text in ax.texts] == list(range(10))
        assert labels_of(ax.xaxis) == list("0123456789")
        assert ax.get_title(loc="left") == f"{name}: how many of each digit"
        assert ax.get_ylim()[0] == 0
        assert ax.get_ylim()[1] > max(values)
    assert picture.alt == (
        "Bars, one for each digit. training set: from 5,421 of digit 5 to 6,742 of digit 1; "
        "test set: from 892 of digit 5 to 1,135 of digit 1."
    )


def test_a_set_may_be_empty(figure_of):
    (ax,) = figure_of(figures.draw_counts({"nothing": np.zeros(10, int)})).axes
    assert [text.get_text() for text in ax.texts] == ["0"] * 10


def test_each_unit_has_its_weights_on_the_sheet(network, figure_of):
    weights = network["W1"][:, :7]
    picture = figures.draw_weights(weights, columns=3, title="first layer")
    ax, scale = figure_of(picture).axes
    sheet = ax.images[0].get_array().filled(np.nan)
    for unit in range(7):
        top, left = unit // 3 * 30 + 1, unit % 3 * 30 + 1
        part = sheet[top : top + 28, left : left + 28].ravel()
        np.testing.assert_array_equal(part.astype(np.float32), weights[:, unit])
    assert np.isfinite(sheet).sum() == weights.size
    assert ax.get_title(loc="left") == "first layer"
    assert not ax.axison
    low, high = scale.get_ylim()
    assert -low == high
    assert 0.95 < np.mean(np.abs(weights) < high) < 1
    assert ax.images[0].colorbar.extend == "both"
    places = {text.get_text(): text.get_position() for text in ax.texts}
    assert places == {str(unit): (unit % 3 * 30 + 1, unit // 3 * 30 + 1) for unit in range(7)}
    assert picture.alt == (
        "first layer: 7 images of 28 x 28 weights, orange where ink speaks for a unit, purple "
        f"where it speaks against it. The colors end at -{high:.2f} and {high:.2f}; one weight in "
        "a hundred lies beyond."
    )


def test_positive_weights_are_orange_and_negative_ones_purple(network, figure_of):
    ax, _ = figure_of(figures.draw_weights(network["W1"])).axes
    limit = ax.images[0].get_clim()[1]
    red, green, blue, _ = ax.images[0].to_rgba(0.6 * limit)
    assert red > green > blue
    red, green, blue, _ = ax.images[0].to_rgba(-0.6 * limit)
    assert blue > red > green
    assert min(ax.images[0].to_rgba(0.0)) > 0.95


def test_weights_of_nothing_are_white(figure_of):
    ax, _ = figure_of(figures.draw_weights(np.zeros((784, 5)))).axes
    assert min(ax.images[0].to_rgba(0.0)) > 0.95


def test_bars_are_blue(raw, figure_of):
    for picture in (figures.draw_greys(raw[0]), figures.draw_counts({"a": np.arange(10)})):
        bars = figure_of(picture).axes[-1].patches
        assert {to_hex(bar.get_facecolor()) for bar in bars} == {figures.BLUE.lower()}
