"""Controls that go through images: the one that was asked for, with what is true of it."""

import numpy as np
import pytest

from mnist_lib import predict, widgets
from mnist_lib.network import new_network


def image_in(figure):
    """Return the digit that a figure shows, as it is given to Matplotlib."""
    return np.asarray(figure.axes[0].images[0].get_array()).ravel()


@pytest.mark.parametrize("scaled", [False, True])
def test_any_image_can_be_asked_for(images, figures, scaled):
    x, t = images
    x = np.float32(x / 255) if scaled else x
    control = widgets.browse_images(x, t)
    control.inputs["image"].set_state({"position": 8})
    ink = sum(pixel > 0 for pixel in x[8])
    assert control.text == f"image 8, label 5: ink in {ink} of 784 pixels"
    assert "label 5" in control.view.alt
    np.testing.assert_array_equal(image_in(figures[-1]), x[8])
    assert figures[-1].axes[0].get_title() == "label 5"


def test_the_images_of_one_label(images):
    x, t = images
    control = widgets.browse_images(x, t)
    slider = control.inputs["image"]
    control.inputs["label"].value = 3
    seen = []
    for position in range(slider.count):
        slider.position = position
        seen.append(control.text.partition(":")[0])
    assert seen == [f"image {i}, label 3" for i in np.flatnonzero(t == 3)]
    control.inputs["label"].value = "any"
    assert slider.count == 300
    assert control.text.startswith("image 0, label 7")


def test_each_choice_draws_once(images, figures):
    x, t = images
    control = widgets.browse_images(x, t)
    control.inputs["image"].position = 5
    control.inputs["label"].value = 4
    assert [figure.axes[0].get_title() for figure in figures[-1:]] == ["label 4"]
    assert len(figures) == 3


def test_only_the_mistakes(network, mnist, figures):
    _, (x, t) = mnist
    y = predict(network, x)
    control = widgets.browse_answers(x, t, y)
    assert control.text == "image 0, label 7: read as 7, right"
    control.inputs["mistakes"].value = True
    wrong = [i for i in range(len(t)) if np.argmax(y[i]) != t[i]]
    first = wrong[0]
    assert control.inputs["image"].count == len(wrong)
    assert control.text == (
        f"image {first:,}, label {t[first]}: read as {np.argmax(y[first])}, a mistake"
    )
    np.testing.assert_array_equal(image_in(figures[-1]), x[first])
    assert f"reads {np.argmax(y[first])} with probability {max(y[first]):.3f}" in control.view.alt
    control.inputs["label"].value = 9
    nines = [i for i in wrong if t[i] == 9]
    assert control.inputs["image"].count == len(nines)
    assert control.text.startswith(f"image {nines[0]:,}, label 9")
    control.inputs["mistakes"].value = False
    assert control.inputs["image"].count == np.sum(t == 9)


def test_the_images_of_one_cell_of_the_confusion_matrix(network, mnist):
    _, (x, t) = mnist
    y = predict(network, x)
    control = widgets.browse_answers(x, t, y)
    slider = control.inputs["image"]
    control.inputs["read_as"].value = 4
    assert slider.count == sum(y.argmax(axis=1) == 4)
    control.inputs["label"].value = 9
    cell = [i for i in range(len(t)) if (t[i], np.argmax(y[i])) == (9, 4)]
    seen = []
    for position in range(slider.count):
        slider.position = position
        seen.append(control.text)
    assert seen == [f"image {i:,}, label 9: read as 4, a mistake" for i in cell]
    control.inputs["mistakes"].value = True
    assert slider.count == len(cell)
    control.inputs["label"].value = 4
    assert control.view.failed  # A four that is read as four is no mistake.
    control.inputs["mistakes"].value = False
    assert slider.count == sum((t == 4) & (y.argmax(axis=1) == 4))


def test_if_there_is_no_such_image_a_sentence_says_so(images):
    x, t = images
    control = widgets.browse_answers(x, t, np.eye(10, dtype=np.float32)[t])
    control.inputs["mistakes"].value = True
    assert control.view.failed
    assert control.view.text.startswith("This did not work: There is no such image. Choose")
    control.inputs["mistakes"].value = False
    assert not control.view.failed


@pytest.mark.parametrize("hidden", [(), (30,), (40, 20), (50, 30, 20)])
def test_an_image_is_followed_through_any_number_of_layers(mnist, figures, hidden):
    _, (x, t) = mnist
    network = new_network(hidden)
    control = widgets.follow_image(network, x[:300], t[:300])
    control.inputs["image"].value = 18
    a = x[18].astype(np.float64)
    for layer in range(1, len(hidden) + 2):
        a = a @ network[f"W{layer}"] + network[f"b{layer}"]
        if layer <= len(hidden):
            a = 1 / (1 + np.exp(-a))
    y = np.exp(a) / np.exp(a).sum()
    first, second = control.text.splitlines()
    assert first == f"image 18, label {t[18]}: read as {y.argmax()}, with probability {max(y):.3f}"
    units = "".join(f" → z{number} ({size},)" for number, size in enumerate(hidden, start=1))
    assert second == f"x (784,){units} → y (10,)"
    np.testing.assert_array_equal(image_in(figures[-1]), x[18])
    assert f"labelled {t[18]}" in control.view.alt


@pytest.mark.parametrize("make", ["browse_images", "browse_answers", "follow_image"])
def test_a_set_without_images_is_refused_in_a_sentence(network, images, make):
    x, t = images
    y = np.zeros((0, 10))
    arguments = {
        "browse_images": (x[:0], t[:0]),
        "browse_answers": (x[:0], t[:0], y),
        "follow_image": (network, x[:0], t[:0]),
    }
    with pytest.raises(ValueError, match="at least one image in a batch"):
        getattr(widgets, make)(*arguments[make])
