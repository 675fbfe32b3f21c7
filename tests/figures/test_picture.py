"""A picture: pixels and a text, in the style of the course, and nobody's settings changed."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from PIL import Image

from mnist_lib import figures, img_show, predict
from mnist_lib.figures import Picture
from mnist_lib.network import predict_layers

Draw = Callable[[int], Picture]


def pixels(picture: Picture) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture.png))) / 255


def test_a_picture_shows_itself_with_its_text():
    data, metadata = Picture(Figure((4, 3)), 'a "line" < 3')._repr_mimebundle_()
    assert data["text/plain"] == 'Picture: a "line" < 3'
    assert 'alt="a &quot;line&quot; &lt; 3" width="384" height="288"' in data["text/html"]
    assert data["image/png"].startswith(b"\x89PNG")
    assert metadata["image/png"] == {"alt": 'a "line" < 3', "width": 384}


def test_a_picture_has_three_pixels_for_two_of_the_page():
    picture = Picture(Figure((4, 3)), "nothing")
    assert (picture.width, picture.height) == (384, 288)
    assert Image.open(io.BytesIO(picture.png)).size == (576, 432)


def test_a_picture_without_words_is_refused():
    with pytest.raises(ValueError, match="alt is empty"):
        Picture(Figure(), " ")


def test_a_picture_closes_the_figure_of_pyplot():
    fig, _ = plt.subplots()
    Picture(fig, "nothing")
    assert not plt.fignum_exists(fig.number)


@pytest.mark.parametrize("color", ["white", "none"])
def test_a_picture_is_opaque_white_on_a_dark_page(color):
    picture = Image.open(io.BytesIO(Picture(Figure(facecolor=color), "nothing").png))
    assert picture.mode == "RGB"
    assert picture.getextrema() == ((255, 255),) * 3


def test_a_picture_has_the_large_letters_and_few_lines_of_the_course(figure_of):
    ax = figure_of(figures.draw_losses({"a": [2, 1]})).axes[0]
    assert ax.xaxis.label.get_size() == 13
    assert ax.xaxis.get_ticklabels()[0].get_size() == 12
    assert [name for name, spine in ax.spines.items() if spine.get_visible()] == ["left", "bottom"]
    assert to_hex(ax.lines[0].get_color(), keep_alpha=False) == figures.BLUE.lower()


@pytest.mark.parametrize(
    "settings",
    [{"font.size": 4}, {"axes.facecolor": "red"}, plt.style.library["dark_background"]],
)
def test_the_readers_own_settings_change_nothing(raw, settings):
    draws = [lambda: img_show(raw[0], "five"), lambda: figures.draw_losses({"a": [2, 1]})]
    expected = [draw().png for draw in draws]
    with mpl.rc_context(settings):
        assert [draw().png for draw in draws] == expected


def test_drawing_leaves_the_readers_settings_as_they_were(raw):
    with mpl.rc_context({"font.size": 7, "axes.grid": True}):
        before = dict(mpl.rcParams)
        img_show(raw[0], "five")
        with pytest.raises(ValueError, match="shape"):
            img_show(raw)
        assert dict(mpl.rcParams) == before


class SetsTheFontSize:
    """A title that does, while it is drawn, what a cell may do while a control draws."""

    def __str__(self) -> str:
        mpl.rcParams["font.size"] = 21
        return "five"


def test_a_setting_made_while_a_picture_is_drawn_stays(raw):
    with mpl.rc_context({"font.size": 7, "axes.labelsize": 9}):
        figures.draw_gallery(raw[:1], [SetsTheFontSize()])
        assert mpl.rcParams["font.size"] == 21
        assert mpl.rcParams["axes.labelsize"] == 9


def test_pictures_can_be_drawn_side_by_side(raw):
    alone = [figures.draw_greys(image).png for image in raw[:8]]
    with ThreadPoolExecutor(4) as pool:
        together = [picture.png for picture in pool.map(figures.draw_greys, raw[:8])]
    assert together == alone


@pytest.fixture(params=["greys", "probabilities", "layers", "batch times"])
def draw(request, raw, network, mnist) -> Draw:
    """One of the pictures that follow a slider."""
    _, (x, _) = mnist
    y = predict(network, x[:2])
    sizes = ([1, 10, 100], [0.3, 0.02, 0.01], 10)
    return {
        "greys": lambda i: figures.draw_greys(raw[i], f"label {i}"),
        "probabilities": lambda i: figures.draw_probabilities(x[i], y[i], 3 + i),
        "layers": lambda i: figures.draw_layers(predict_layers(network, x[i]), 3 + i),
        "batch times": lambda i: figures.draw_batch_times(*sizes, at=10**i),
    }[request.param]


def test_a_picture_that_follows_a_slider_shows_what_its_figure_holds(draw, figure_of):
    draw(0)
    picture = draw(1)
    figure = figure_of(picture)
    for artist in figure.moving:
        artist.set(animated=False, zorder=artist.zorder + 10)
    canvas = FigureCanvasAgg(figure)
    # All of it, with what moves on top.
    Figure.draw(figure, canvas.get_renderer())
    for artist in figure.moving:
        artist.set(animated=True, zorder=artist.zorder - 10)
    whole = np.asarray(canvas.buffer_rgba())[..., :3] / 255
    np.testing.assert_allclose(pixels(picture), whole, atol=0.02)


def test_a_picture_that_follows_a_slider_draws_its_axes_once(draw, monkeypatch):
    draw(0)
    drawn = []
    monkeypatch.setattr(Axis, "draw", lambda axis, _renderer: drawn.append(axis))
    draw(1)
    assert not drawn


def test_every_picture_shows_something_within_its_frame(raw, network, mnist):
    _, (x, t) = mnist
    y = predict(network, x)
    layers = predict_layers(network, x[0])
    hundred = np.linspace(0, 1, 100)
    pictures = [
        img_show(raw[0], "a five"),
        figures.draw_gallery(raw[:50], range(50)),
        figures.draw_gallery(x[:7]),
        figures.draw_numbers(raw[0], slice(4, 15), slice(8, 24)),
        figures.draw_numbers(x[0], slice(4, 15), slice(8, 24)),
        figures.draw_greys(raw[0], "5"),
        figures.draw_greys(x[0], "7"),
        figures.draw_counts({"training set": np.bincount(t), "test set": np.bincount(t)}),
        figures.draw_probabilities(x[0], y[0], t[0]),
        figures.draw_layers(layers, t=3),
        figures.draw_layers({"x": x[0]} | {f"z{i}": hundred for i in range(1, 7)} | {"y": y[0]}),
        figures.draw_confusion(t, y.argmax(axis=1)),
        figures.draw_flow({"x": x[0], "W1": network["W1"], "a1": x[0] @ network["W1"]}),
        figures.draw_batch_times([1, 10, 100], [0.3, 0.02, 0.01], 10, at=10),
        figures.draw_learning_curve([100, 60_000], {"net": [0.5, 0.9]}, at=100),
        figures.draw_losses({"a": [2.3, 1, 0.5], "b": [2.3, 2, 1.9]}),
        figures.draw_weights(network["W1"], title="first layer"),
        figures.draw_progress([2.3, 1], [0.5, 0.8], network["W1"]),
        figures.draw_progress([], [], network["W1"]),
        figures.draw_routes({"rule": [("by hand", False)]}, {"rule": 0.3}),
    ]
    for picture in pictures:
        image = pixels(picture)
        assert image.std() > 0.02, f"blank: {picture}"
        border = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
        assert border.min() > 0.99, f"cut off at its border: {picture}"
        assert picture.width <= 960, f"wider than a notebook: {picture}"
