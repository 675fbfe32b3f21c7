"""Controls: what their functions show, and that a control shows the same."""

import html

import ipywidgets
import numpy as np
import pytest

from mnist_lib import widgets
from mnist_lib.figures import Picture, img_show
from mnist_lib.training import Epoch, new_network, train


@pytest.fixture
def curve() -> dict[int, float]:
    return {1: 0.3, 100: 0.02, 1000: 0.01, 10_000: 0.015}


def shown(control: widgets.Control) -> str:
    return html.unescape(control.output.value)


def test_browsing_shows_the_image_that_was_asked_for(mnist):
    _, (x, t) = mnist
    raw = np.uint8(np.round(x[:20] * 255))
    control = widgets.browse_images(raw, t[:20])
    control.inputs["index"].value = 8
    text, picture = widgets.view_image(raw, t, 8)
    assert text.startswith("image 8, label 5")
    assert text in shown(control)
    assert picture.to_html() in control.output.value


def test_the_batch_size_changes_the_speed_and_not_the_accuracy(network, mnist, curve):
    _, (x, t) = mnist
    control = widgets.choose_batch_size(network, x, t, curve)
    assert control.inputs["size"].value == 100
    first = control.text
    assert "(100, 784) → (100, 50) → (100, 100) → (100, 10)" in first
    control.inputs["size"].value = 1000
    assert "(1000, 784)" in shown(control)
    assert control.text.split(",")[0] == first.split(",")[0]


def test_the_last_batch_is_told(network, mnist):
    _, (x, t) = mnist
    text, _ = widgets.view_batch_size(network, x[:250], t[:250], {100: 0.1, 250: 0.2}, 100)
    assert "3 batches, the last of 50" in text


def test_measured_times_are_those_of_the_sizes(network, mnist):
    _, (x, _) = mnist
    one, hundred = widgets.measure_batches(network, x[:2000], [1, 100])
    assert one > hundred > 0


def test_the_training_size_is_learned_anew(curve):
    asked = []
    control = widgets.choose_training_size(lambda n: asked.append(n) or n / 20_000, curve)
    control.inputs["count"].value = 10_000
    assert asked == [1, 10_000]
    assert "accuracy 0.500, 5,000 mistakes in 10,000" in shown(control)


def test_a_training_is_drawn_after_every_epoch(mnist):
    (x, t), _ = mnist
    network = new_network(seed=0)
    view = widgets.TrainingView(network)
    assert "not trained yet" in shown(view)
    pictures = []

    def watch(epoch: Epoch) -> None:
        view(epoch)
        pictures.append(view.picture.png)

    train(network, x[:600], t[:600], epochs=3, validation=100, on_epoch=watch)
    assert len(set(pictures)) == 3
    assert shown(view).count("epoch 3") == 1
    text, picture = widgets.view_progress(network, view.history)
    assert (text, picture.png) == (view.text, pictures[-1])


def test_the_learning_rate_is_tried(mnist):
    (x, t), _ = mnist

    def learn(rate: float):
        network = new_network(seed=0)
        return train(network, x[:600], t[:600], epochs=2, learning_rate=rate, validation=100)

    control = widgets.choose_learning_rate(learn, [0.001, 0.3])
    slow = control.text
    control.inputs["rate"].value = 0.3
    assert slow.startswith("learning rate 0.001: after 2 epochs the loss is")
    assert control.text.startswith("learning rate 0.3: ")
    assert float(control.text.split("loss is ")[1][:5]) < float(slow.split("loss is ")[1][:5])


def test_an_error_shows_as_a_sentence_and_goes_away():
    def show(number: int) -> tuple[str, Picture]:
        if number == 2:
            raise ValueError("2 is <not> allowed")
        return f"number {number}", img_show(np.zeros(784))

    slider = ipywidgets.IntSlider(1, 0, 5)
    control = widgets.Control("a number", show, number=slider)
    slider.value = 2
    assert "This did not work" in repr(control)
    assert "image/png" not in control._repr_mimebundle_()[0]
    assert 'role="alert"' in control.output.value
    assert "2 is &lt;not&gt; allowed" in control.output.value
    slider.value = 3
    assert "number 3" in shown(control)


def test_what_is_stored_of_a_control_is_readable_without_a_kernel(mnist):
    _, (x, t) = mnist
    control = widgets.browse_images(np.uint8(x[:20] * 255), t[:20])
    data, metadata = control._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["image/png"].startswith(b"\x89PNG")
    assert "image 0, label 7" in data["text/html"]
    assert data["text/plain"].startswith("Control: go through the images\nimage 0, label 7")
    assert metadata["image/png"]["alt"]


def test_two_copies_do_not_disturb_each_other(mnist):
    _, (x, t) = mnist
    one, two = (widgets.browse_images(np.uint8(x[:20] * 255), t[:20]) for _ in range(2))
    one.inputs["index"].value = 5
    assert "image 5" in shown(one)
    assert "image 0" in shown(two)
