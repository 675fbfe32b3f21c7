"""Figures: each shows something, and says in words what."""

import io
from concurrent.futures import ThreadPoolExecutor

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from mnist_lib import figures, img_show, load_mnist, predict
from mnist_lib.figures import Picture
from mnist_lib.network import predict_layers


def pixels(picture: Picture) -> np.ndarray:
    return plt.imread(io.BytesIO(picture.png))[..., :3]


@pytest.fixture(scope="module")
def raw() -> np.ndarray:
    return load_mnist(normalize=False)[0][0][:60]


def test_a_picture_shows_itself_with_its_text():
    figure = Figure()
    figure.subplots().plot([1, 2])
    data, metadata = Picture(figure, 'a "line" < 3')._repr_mimebundle_()
    assert data["text/plain"] == 'Picture: a "line" < 3'
    assert 'alt="a &quot;line&quot; &lt; 3"' in data["text/html"]
    assert data["image/png"].startswith(b"\x89PNG")
    assert metadata["image/png"]["alt"] == 'a "line" < 3'


def test_a_picture_without_words_is_refused():
    with pytest.raises(ValueError, match="alt is empty"):
        Picture(Figure(), " ")


def test_a_picture_closes_the_figure_of_pyplot():
    fig, _ = plt.subplots()
    Picture(fig, "nothing")
    assert not plt.fignum_exists(fig.number)


def test_the_same_figure_is_the_same_bytes(raw):
    assert img_show(raw[0], "five").png == img_show(raw[0], "five").png


def test_the_readers_own_settings_change_nothing(raw):
    expected = img_show(raw[0], "five").png
    with mpl.rc_context({"font.size": 4, "axes.facecolor": "red"}):
        assert img_show(raw[0], "five").png == expected


@pytest.mark.parametrize("shape", [(784,), (28, 28), (1, 28, 28)])
def test_img_show_takes_every_shape_of_an_image(raw, shape):
    assert img_show(raw[0].reshape(shape)).png == img_show(raw[0]).png


@pytest.mark.parametrize("shape", [(2, 784), (27, 28), (28, 28, 3)])
def test_img_show_refuses_what_is_no_image(shape):
    with pytest.raises(ValueError, match=r"Pick one image of a batch first: x\[0\]"):
        img_show(np.zeros(shape))


def test_scaled_and_raw_look_alike_and_cut_off_looks_black(raw):
    scaled = raw[0] / np.float32(255)
    np.testing.assert_allclose(pixels(img_show(scaled)), pixels(img_show(raw[0])), atol=0.01)
    black = pixels(img_show(np.uint8(scaled)))
    middle = black[100:-100, 100:-100]
    assert middle.max() < 0.01


def test_a_gallery_shows_its_images_in_order(raw):
    one, other = figures.draw_gallery(raw[:4]), figures.draw_gallery(raw[[1, 0, 2, 3]])
    assert one.png != other.png
    assert "5, 0, 4, 1" in figures.draw_gallery(raw[:4], [5, 0, 4, 1]).alt


def test_a_confusion_matrix_counts():
    picture = figures.draw_confusion(np.array([1, 1, 2, 2, 2]), np.array([1, 7, 2, 3, 3]))
    assert "2 of 5 are on the diagonal" in picture.alt
    assert "2 read as 3, 2 times" in picture.alt


def test_the_flow_names_every_shape(network, mnist):
    _, (x, _) = mnist
    arrays = {"x": x[:100], "W1": network["W1"], "a1": x[:100] @ network["W1"]}
    assert "x (100, 784); W1 (784, 50); a1 (100, 50)" in figures.draw_flow(arrays).alt


def all_pictures(raw, network, mnist) -> dict[str, Picture]:
    _, (x, t) = mnist
    y = predict(network, x)
    return {
        "img_show": img_show(raw[0], "a five"),
        "gallery": figures.draw_gallery(raw[:50], range(50)),
        "numbers": figures.draw_numbers(raw[0], slice(4, 15), slice(8, 24)),
        "greys": figures.draw_greys(raw[0], "5"),
        "counts": figures.draw_counts({"test set": np.bincount(t)}),
        "probabilities": figures.draw_probabilities(x[0], y[0], t[0]),
        "probabilities of a mistake": figures.draw_probabilities(x[0], y[0], 3),
        "layers": figures.draw_layers(*predict_layers(network, x[0]).values(), t=3),
        "confusion": figures.draw_confusion(t, y.argmax(axis=1)),
        "flow": figures.draw_flow({"x": x[0], "W1": network["W1"], "a1": x[0] @ network["W1"]}),
        "batch times": figures.draw_batch_times([1, 10, 100], [0.3, 0.02, 0.01], 10, at=10),
        "learning curve": figures.draw_learning_curve([10, 100], {"net": [0.5, 0.9]}, at=10),
        "losses": figures.draw_losses({"a": [2.3, 1, 0.5], "b": [2.3, 2, 1.9]}),
        "weights": figures.draw_weights(network["W1"], title="first layer"),
        "progress": figures.draw_progress([2.3, 1], [0.5, 0.8], network["W1"]),
        "no progress yet": figures.draw_progress([], [], network["W1"]),
        "routes": figures.draw_routes({"rule": [("by hand", False)]}, {"rule": 0.3}),
    }


def test_a_picture_does_not_depend_on_those_before_it(raw, network, mnist):
    _, (x, _) = mnist
    y = predict(network, x[:2])
    sizes = ([1, 10, 100], [0.3, 0.02, 0.01], 10)
    draws = [
        lambda i: figures.draw_greys(raw[i], str(i)),
        lambda i: figures.draw_probabilities(x[i], y[i], 3 if i else None),
        lambda i: figures.draw_layers(*predict_layers(network, x[i]).values(), t=3 if i else None),
        lambda i: figures.draw_batch_times(*sizes, at=10 if i else None),
        lambda i: figures.draw_batch_times(*sizes, at=10 if i else 1),
    ]
    for draw in draws:
        one, other, again = draw(0), draw(1), draw(0)
        assert one.png != other.png
        assert one.png == again.png


def test_pictures_can_be_drawn_side_by_side(raw):
    alone = [figures.draw_greys(image).png for image in raw[:8]]
    with ThreadPoolExecutor(4) as pool:
        together = [picture.png for picture in pool.map(figures.draw_greys, raw[:8])]
    assert together == alone


def test_every_picture_shows_something_within_its_frame(raw, network, mnist):
    for name, picture in all_pictures(raw, network, mnist).items():
        image = pixels(picture)
        assert image.std() > 0.02, f"{name} is blank"
        border = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
        assert border.min() > 0.99, f"{name} is cut off at its border"
        assert picture.width <= 960, f"{name} is wider than a notebook"
