"""Controls: what their functions show, that a control shows the same, and how it behaves."""

import threading
import time
from collections.abc import Callable

import numpy as np
import pytest

from mnist_lib import predict, widgets
from mnist_lib.figures import Picture, img_show
from mnist_lib.pen import load_drawings
from mnist_lib.training import Epoch, new_network, train

SIZES = {1: 0.3, 100: 0.02, 1000: 0.01, 10_000: 0.015}


@pytest.fixture
def images(mnist) -> tuple[np.ndarray, np.ndarray]:
    _, (x, t) = mnist
    return x[:300], t[:300]


def shown(control: widgets.Control) -> tuple[str, bytes]:
    """Return what the page is told to show."""
    return control.view.text, control.view.png


def expected(view: tuple[str, Picture]) -> tuple[str, bytes]:
    return view[0], view[1].png


class TestSlider:
    def test_the_value_follows_the_position_and_the_other_way_round(self):
        slider = widgets.Slider("size", [1, 10, 100], ["1", "10", "100"], position=1)
        assert slider.value == 10
        slider.position = 2
        assert slider.value == 100
        slider.value = 1
        assert slider.position == 0

    def test_a_position_off_the_slider_is_its_end(self):
        slider = widgets.Slider("image", range(20))
        slider.position = 400
        assert slider.value == 19

    def test_new_values_begin_with_the_first(self):
        slider = widgets.Slider("image", range(20), position=7)
        slider.offer([30, 31])
        assert (slider.value, slider.count, slider.position) == (30, 2, 0)

    def test_a_value_that_is_not_offered_is_refused(self):
        slider = widgets.Slider("image", range(20))
        with pytest.raises(ValueError, match="30"):
            slider.value = 30


class TestBrowsing:
    def test_the_image_that_was_asked_for(self, images):
        x, t = images
        raw = np.uint8(np.round(x * 255))
        control = widgets.browse_images(raw, t)
        control.inputs["image"].value = 8
        assert control.text.startswith("image 8, label 5")
        assert shown(control) == expected(widgets.view_image(raw, t, 8))

    def test_the_images_of_one_label(self, images):
        x, t = images
        control = widgets.browse_images(np.uint8(x * 255), t)
        control.inputs["label"].value = 3
        slider = control.inputs["image"]
        assert slider.count == np.sum(t == 3)
        seen = []
        for position in range(slider.count):
            slider.position = position
            seen.append(control.text.partition(":")[0])
        assert seen == [f"image {i}, label 3" for i in np.flatnonzero(t == 3)]
        control.inputs["label"].value = None
        assert slider.count == len(t)

    def test_only_the_mistakes(self, network, mnist):
        _, (x, t) = mnist
        y = predict(network, x)
        control = widgets.browse_answers(x, t, y)
        control.inputs["mistakes"].value = True
        wrong = np.flatnonzero(y.argmax(axis=1) != t)
        assert control.inputs["image"].count == len(wrong)
        assert shown(control) == expected(widgets.view_answer(x, t, y, wrong[0]))
        assert control.text.endswith("a mistake")
        control.inputs["label"].value = 9
        assert control.inputs["image"].count == np.sum(t[wrong] == 9)
        assert "label 9" in control.text

    def test_where_there_is_no_such_image_a_sentence_says_so(self, images):
        x, t = images
        y = np.eye(10, dtype=np.float32)[t]
        control = widgets.browse_answers(x, t, y)
        control.inputs["mistakes"].value = True
        assert control.view.failed
        assert "There is no such image" in control.view.text
        control.inputs["mistakes"].value = False
        assert not control.view.failed

    def test_an_image_is_followed_through_the_layers(self, network, images):
        x, t = images
        control = widgets.follow_image(network, x, t)
        control.inputs["image"].value = 18
        assert "x (784,) → z1 (50,) → z2 (100,) → y (10,)" in control.text
        assert f"read as {predict(network, x[18]).argmax()}" in control.text
        assert shown(control) == expected(widgets.view_layers(network, x, t, 18))

    def test_each_move_draws_once(self, images):
        x, t = images
        control = widgets.browse_images(np.uint8(x * 255), t)
        drawn = []
        show = control.show
        control.show = lambda **values: drawn.append(values) or show(**values)
        control.inputs["image"].position = 5
        control.inputs["label"].value = 4
        assert [values["label"] for values in drawn] == [None, 4]


class TestBatchSize:
    def test_it_changes_the_speed_and_not_the_accuracy(self, network, mnist):
        _, (x, t) = mnist
        control = widgets.choose_batch_size(network, x, t, SIZES)
        assert control.inputs["size"].value == 100
        first = control.text
        assert "(100, 784) → (100, 50) → (100, 100) → (100, 10)" in first
        control.inputs["size"].value = 1000
        assert "(1000, 784)" in control.view.text
        assert control.text.split(",")[0] == first.split(",")[0]

    def test_the_last_batch_is_told(self, network, images):
        text, _ = widgets.view_batch_size(network, *images, {70: 0.1, 300: 0.2}, 70)
        assert "5 batches, the last of 20" in text

    def test_measured_times_are_those_of_the_sizes(self, network, mnist):
        _, (x, _) = mnist
        one, hundred = widgets.measure_batches(network, x[:2000], [1, 100])
        assert one > hundred > 0


def learn_in_steps(steps: int, hurry: threading.Event) -> Callable[..., list[Epoch]]:
    """Return a training that takes a step whenever it is told to, or all of them at once."""

    def learn(rate: float, on_epoch: Callable[[Epoch], object]) -> list[Epoch]:
        history = []
        for number in range(1, steps + 1):
            hurry.wait(0.01)
            history.append(Epoch(number, steps, 1 / (rate * number), rate, 0.01, 1.0, 0.5))
            if on_epoch(history[-1]):
                break
        return history

    return learn


class TestLongWork:
    def test_a_training_is_shown_and_the_same_as_without_a_control(self, mnist):
        (x, t), _ = mnist

        def learn(rate, on_epoch=None):
            network, few = new_network(seed=0), (x[:600], t[:600])
            return train(
                network, *few, epochs=2, learning_rate=rate, validation=100, on_epoch=on_epoch
            )

        control = widgets.choose_learning_rate(learn, [0.001, 0.3])
        slow = control.text
        control.inputs["rate"].value = 0.3
        control.wait()
        assert slow.startswith("learning rate 0.001: after 2 epochs the loss is")
        assert shown(control) == expected(widgets.view_learning_rate(0.3, learn(0.3)))

    def test_it_tells_how_far_it_is_and_goes_on_beside_the_kernel(self):
        hurry = threading.Event()
        hurry.set()
        control = widgets.choose_learning_rate(learn_in_steps(5, hurry), [1, 2])
        hurry.clear()
        shares = []
        control.view.observe(lambda change: shares.append(change["new"]), "done")
        control.inputs["rate"].value = 2
        assert not control.text.startswith("learning rate 2: after 5")
        control.wait()
        assert control.text.startswith("learning rate 2: after 5")
        assert shares == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1, -1])

    def test_the_button_stops_it_and_what_came_so_far_is_shown(self):
        hurry = threading.Event()
        hurry.set()
        control = widgets.choose_learning_rate(learn_in_steps(200, hurry), [1, 2])
        hurry.clear()
        control.inputs["rate"].value = 2
        wait_until(lambda: "after 3 epochs" in control.text)
        control.view._handle_custom_msg("stop", [])
        control.wait()
        assert "stopped after epoch" in control.text
        assert control.view.done == -1

    def test_a_new_move_ends_the_old_work(self):
        hurry = threading.Event()
        hurry.set()
        control = widgets.choose_learning_rate(learn_in_steps(40, hurry), [1, 2, 3, 4])
        hurry.clear()
        for rate in (2, 3, 4):
            control.inputs["rate"].value = rate
        wait_until(lambda: control.text.startswith("learning rate 4:"))
        texts = []
        control.view.observe(lambda change: texts.append(change["new"]), "text")
        hurry.set()
        control.wait()
        assert control.text.startswith("learning rate 4: after 40")
        assert all(text.startswith("learning rate 4") for text in texts)

    def test_an_error_in_it_is_a_sentence(self):
        def learn(count, on_epoch):
            if count == 100:
                raise ValueError("a hundred is too many")
            return 0.5

        control = widgets.choose_training_size(learn, {10: 0.4, 100: 0.6})
        control.inputs["count"].value = 100
        control.wait()
        assert control.view.failed
        assert control.view.text == "This did not work: a hundred is too many"
        assert control.view.done == -1

    def test_the_training_size_is_learned_anew(self):
        asked = []

        def learn(count, on_epoch):
            asked.append(count)
            on_epoch(Epoch(1, 1, 0.5, 0.1, 0.01))
            return count / 20_000

        control = widgets.choose_training_size(learn, SIZES)
        control.inputs["count"].value = 10_000
        control.wait()
        assert asked == [1, 10_000]
        assert "accuracy 0.500, 5,000 mistakes in 10,000" in control.view.text
        assert shown(control) == expected(widgets.view_training_size(SIZES, 10_000, 0.5))


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, "it did not happen within 20 seconds"
        time.sleep(0.005)


def test_a_training_is_drawn_after_every_epoch(mnist):
    (x, t), _ = mnist
    network = new_network(seed=0)
    view = widgets.TrainingView(network)
    assert view.text == "not trained yet"
    pictures = []

    def watch(epoch: Epoch) -> None:
        view(epoch)
        pictures.append(view.picture.png)

    train(network, x[:600], t[:600], epochs=3, validation=100, on_epoch=watch)
    assert len(set(pictures)) == 3
    assert view.text.startswith("epoch 3 of 3")
    assert shown(view) == expected(widgets.view_progress(network, view.history))


class TestControl:
    def test_an_error_shows_as_a_sentence_and_goes_away(self):
        def show(number: int) -> tuple[str, Picture]:
            if number == 2:
                raise ValueError("2 is <not> allowed")
            return f"number {number}", img_show(np.zeros(784))

        slider = widgets.Slider("number", range(6))
        control = widgets.Control("a number", show, number=slider)
        slider.value = 2
        assert (control.view.text, control.view.failed, control.view.png) == (
            "This did not work: 2 is <not> allowed",
            True,
            b"",
        )
        data, _ = control._repr_mimebundle_()
        assert "image/png" not in data
        assert 'role="alert"' in data["text/html"]
        assert "2 is &lt;not&gt; allowed" in data["text/html"]
        slider.value = 3
        assert (control.view.text, control.view.failed) == ("number 3", False)

    def test_what_is_stored_is_readable_without_a_kernel(self, images):
        x, t = images
        data, metadata = widgets.browse_images(np.uint8(x * 255), t)._repr_mimebundle_()
        assert "application/vnd.jupyter.widget-view+json" in data
        assert data["image/png"].startswith(b"\x89PNG")
        assert "image 0, label 7" in data["text/html"]
        assert data["text/plain"].startswith("Control: go through the images\nimage 0, label 7")
        assert metadata["image/png"]["alt"]

    def test_two_copies_do_not_disturb_each_other(self, images):
        x, t = images
        one, two = (widgets.browse_images(np.uint8(x * 255), t) for _ in range(2))
        one.inputs["image"].value = 5
        assert "image 5" in one.view.text
        assert "image 0" in two.view.text

    def test_nothing_of_the_memory_shows_in_a_text(self, images):
        x, t = images
        control = widgets.browse_images(np.uint8(x * 255), t)
        for widget in (control, control.view, control.inputs["image"], widgets.Canvas()):
            assert " at 0x" not in repr(widget)


class TestDrawingPad:
    @pytest.fixture
    def drawing(self):
        return next(d for d in load_drawings() if d.label == 3)

    @pytest.fixture
    def pad(self, network, tmp_path) -> widgets.DrawingPad:
        return widgets.DrawingPad(network, tmp_path / "mine.json")

    def test_it_asks_for_a_digit_and_reads_the_one_that_is_drawn(self, network, pad, drawing):
        assert pad.text.startswith("Draw a digit on the pad.")
        pad.canvas.put(drawing)
        assert pad.text.startswith("read as 3, with probability")
        assert shown(pad) == expected(widgets.view_drawing(network, pad.canvas.value))
        pad.canvas.value = []
        assert pad.text.startswith("Draw a digit on the pad.")

    def test_all_examples_can_be_put_on_it(self, network):
        drawings = load_drawings()
        pad = widgets.DrawingPad(network, examples=drawings)
        assert pad.text.startswith(f"read as {drawings[0].label}")
        assert len(set(pad.example._options_labels)) == len(drawings)
        pad.example.value = drawings[3]
        assert pad.text.startswith(f"read as {drawings[3].label}")

    def test_a_drawing_is_kept_with_its_label_and_loaded_again(self, network, pad, drawing):
        pad.canvas.put(drawing)
        pad.label.value = 3
        pad.keep.click()
        assert pad.canvas.value == []
        assert pad.kept.text == "kept in mine.json: 1 drawing (3)"
        again = widgets.DrawingPad(network, pad.path)
        assert again.drawings[0].label == 3
        for one, other in zip(again.drawings[0].strokes, drawing.strokes, strict=True):
            np.testing.assert_allclose(one, other, atol=0.06)
        again.drop.click()
        assert load_drawings(pad.path) == []

    def test_nothing_is_kept_without_a_drawing_or_a_label(self, pad, drawing):
        pad.label.value = 3
        pad.keep.click()
        assert (pad.kept.text, pad.kept.failed) == ("Draw a digit first.", True)
        pad.label.value = None
        pad.canvas.put(drawing)
        pad.keep.click()
        assert "Say first which digit it is" in pad.kept.text
        pad.drop.click()
        assert "none to drop" in pad.kept.text
        assert not pad.path.exists()

    def test_a_place_that_cannot_be_written_to_gets_a_sentence_and_the_drawing_stays(
        self, network, drawing, tmp_path
    ):
        (tmp_path / "file").touch()
        pad = widgets.DrawingPad(network, tmp_path / "file" / "mine.json")
        pad.canvas.put(drawing)
        pad.label.value = 3
        pad.keep.click()
        assert pad.kept.failed
        assert "could not be saved" in pad.kept.text
        assert pad.canvas.value != []
        assert pad.drawings == []
