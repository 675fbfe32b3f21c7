"""Controls that train: they show the training that was asked for, and nothing else."""

from collections.abc import Callable

import numpy as np
import pytest

from mnist_lib import widgets
from mnist_lib.network import new_network
from mnist_lib.training import Epoch, train

CURVE = {10: 0.3, 100: 0.6, 1000: 0.9}


def epochs(count: int, scale: float = 1.0) -> list[Epoch]:
    """Epochs whose numbers all differ from each other."""
    return [
        Epoch(
            number=n,
            epochs=count,
            loss=scale * 2.0 / n,
            learning_rate=0.1,
            seconds=1.5,
            validation_loss=scale * 2.5 / n,
            validation_accuracy=0.5 + n / 100,
        )
        for n in range(1, count + 1)
    ]


def learn_in_steps(count: int) -> Callable[..., list[Epoch]]:
    def learn(rate: float, on_epoch: Callable[[Epoch], object]) -> list[Epoch]:
        seen = []
        for epoch in epochs(count, rate):
            seen.append(epoch)
            if on_epoch(epoch) is True:
                break
        return seen

    return learn


def lines_in(figure) -> dict[str, list[float]]:
    return {line.get_label(): list(line.get_ydata()) for line in figure.axes[0].lines}


class TestStepSize:
    def test_it_begins_in_the_middle_and_follows_the_slider(self, figures):
        control = widgets.choose_step_size(lambda size: [2.0, 1.5, size], [0.25, 0.5, 4])
        assert control.text == "step size 0.5: loss 2.00 at first, 0.50 after 2 steps"
        control.inputs["size"].set_state({"position": 2})
        assert control.text == "step size 4: loss 2.00 at first, 4.00 after 2 steps"
        assert not control.failed
        assert lines_in(figures[-1]) == {"step size 4": [2.0, 1.5, 4]}
        assert figures[-1].axes[0].lines[0].get_xdata().tolist() == [0, 1, 2]

    @pytest.mark.parametrize("last", [np.inf, np.nan])
    def test_steps_that_are_too_large_are_said_to_be(self, figures, last):
        control = widgets.choose_step_size(lambda _: [2.0, 90.0, last, np.nan], [7])
        assert control.text == "step size 7: after 2 steps the loss is no number any more"
        assert lines_in(figures[-1]) == {"step size 7": [2.0, 90.0]}

    def test_without_a_size_a_sentence_says_so(self):
        with pytest.raises(ValueError, match="sizes"):
            widgets.choose_step_size(lambda _: [2.0], [])


class TestLearningRate:
    def test_the_result_is_that_of_a_training_without_a_control(self, mnist):
        (x, t), _ = mnist

        def learn(rate, on_epoch=None):
            network, few = new_network(seed=0), (x[:600], t[:600])
            return train(
                network, *few, epochs=2, learning_rate=rate, validation=100, on_epoch=on_epoch
            )

        control = widgets.choose_learning_rate(learn, np.array([0.001, 0.3]))
        assert control.text.startswith("learning rate 0.3: after 2 epochs the loss is")
        control.inputs["rate"].set_state({"position": 0})
        control.wait()
        last = learn(0.001)[-1]
        assert control.text == (
            f"learning rate 0.001: after 2 epochs the loss is {last.loss:.3f}, "
            f"the accuracy on the images held back {last.validation_accuracy:.3f}"
        )

    def test_both_curves_are_drawn(self, figures):
        history = epochs(3)
        _, picture = widgets.view_learning_rate(0.1, history)
        assert lines_in(figures[-1]) == {
            "training images": [epoch.loss for epoch in history],
            "images held back": [epoch.validation_loss for epoch in history],
        }
        assert "training images: 2.00 at first" in picture.alt
        assert "images held back: 2.50 at first" in picture.alt

    def test_the_axis_has_room_for_the_epochs_to_come(self, figures):
        widgets.view_learning_rate(0.1, epochs(20)[:2])
        assert figures[-1].axes[0].get_xlim()[1] > 20

    def test_the_curves_grow_while_it_learns(self, figures):
        control = widgets.choose_learning_rate(learn_in_steps(3), [1, 2])
        figures.clear()
        texts = []
        control.view.observe(lambda change: texts.append(change["new"]), "text")
        control.inputs["rate"].value = 1
        control.wait()
        lengths = [len(lines_in(figure)["training images"]) for figure in figures]
        assert lengths == [1, 2, 3, 3]
        assert [text.split(":")[1][:14] for text in texts] == [
            f" after {number} epoch" for number in (1, 2, 3)
        ]

    def test_it_begins_in_the_middle(self):
        control = widgets.choose_learning_rate(learn_in_steps(1), [0.1, 1, 10])
        assert control.inputs["rate"].value == 1

    def test_a_stopped_training_says_so(self):
        def learn(rate, on_epoch):
            return [epoch for epoch in epochs(5)[:2] if not on_epoch(epoch)]

        control = widgets.choose_learning_rate(learn, [1])
        assert control.text.splitlines()[1:] == ["stopped after epoch 2 of 5"]
        whole = widgets.choose_learning_rate(learn_in_steps(5), [1])
        assert "stopped" not in whole.text

    def test_a_training_goes_on_until_it_is_told_to_stop(self):
        answers = []

        def learn(rate, on_epoch):
            answers.extend(on_epoch(epoch) for epoch in epochs(2))
            return epochs(2)

        control = widgets.choose_learning_rate(learn, [1, 2])
        control.inputs["rate"].value = 1
        control.wait()
        assert [answer is False for answer in answers] == [True] * 4


class TestTrainingSize:
    def test_the_number_that_is_chosen_is_learned_and_marked(self, figures):
        asked = []

        def learn(count, on_epoch):
            asked.append(count)
            on_epoch(epochs(1)[0])
            return count / 2500

        control = widgets.choose_training_size(learn, CURVE)
        control.inputs["count"].value = 1000
        control.wait()
        assert asked == [10, 1000]
        assert control.view.text == (
            "learned from 1,000 images: accuracy 0.400, 6,000 mistakes in 10,000"
        )
        (ax,) = figures[-1].axes
        assert [list(li.get_xdata()) for li in ax.lines if len(set(li.get_xdata())) == 1] == [
            [1000, 1000]
        ]
        assert lines_in(figures[-1])["network"] == pytest.approx([7000, 4000, 1000])

    def test_a_number_that_was_not_measured_gets_its_point_when_it_is_learned(self, figures):
        def learn(count, on_epoch):
            on_epoch(epochs(1)[0])
            return 0.8

        control = widgets.choose_training_size(learn, {10: 0.3, 100: np.nan, 1000: 0.9})
        control.inputs["count"].value = 100
        control.wait()
        drawn = [lines_in(figure)["network"] for figure in figures]
        assert drawn[0] == pytest.approx([7000, 1000])
        assert drawn[-1] == pytest.approx([7000, 2000, 1000])

    def test_while_it_learns_it_says_which_epoch_it_is_in(self):
        texts = []

        def learn(count, on_epoch):
            for epoch in epochs(2):
                on_epoch(epoch)
            return 0.5

        control = widgets.choose_training_size(learn, CURVE)
        control.view.observe(lambda change: texts.append(change["new"]), "text")
        control.inputs["count"].value = 100
        control.wait()
        assert texts[:2] == [f"learning from 100 images: epoch {n} of 2" for n in (1, 2)]


@pytest.mark.parametrize(
    ("make", "options"), [("choose_training_size", CURVE), ("choose_learning_rate", [1, 2, 3])]
)
def test_dragging_past_a_value_does_not_start_a_training(make, options):
    def learn(setting, on_epoch):
        return 0.5 if make == "choose_training_size" else epochs(1)

    (slider,) = getattr(widgets, make)(learn, options).inputs.values()
    assert slider.get_state("live") == {"live": False}


@pytest.mark.parametrize(
    ("make", "options"), [("choose_training_size", {}), ("choose_learning_rate", [])]
)
def test_without_anything_to_choose_from_a_sentence_says_so(make, options):
    with pytest.raises(ValueError, match="where at least one"):
        getattr(widgets, make)(lambda *_: None, options)


class TestTrainingView:
    def test_the_time_is_that_of_all_epochs(self):
        text, _ = widgets.view_progress(new_network(), epochs(3))
        assert text.startswith("epoch 3 of 3, 4.5 s of training: loss 0.667")

    def test_it_follows_every_epoch_of_a_real_training(self, mnist, figures):
        (x, t), _ = mnist
        network = new_network(seed=0)
        view = widgets.TrainingView(network)
        assert view.view.text == "not trained yet"
        texts, weights = [], []

        def watch(epoch: Epoch) -> None:
            view(epoch)
            texts.append(view.view.text)
            weights.append(network["W1"].copy())

        history = train(network, x[:600], t[:600], epochs=3, validation=100, on_epoch=watch)
        seconds = np.cumsum([epoch.seconds for epoch in history])
        assert texts == [
            f"epoch {e.number} of 3, {spent:.1f} s of training: loss {e.loss:.3f}; "
            f"accuracy on images held back {e.validation_accuracy:.3f}"
            for e, spent in zip(history, seconds, strict=True)
        ]
        curves = [list(ax.lines[0].get_ydata()) for ax in figures[-1].axes if ax.lines]
        assert curves == [
            [epoch.loss for epoch in history],
            [epoch.validation_accuracy for epoch in history],
        ]
        sheet = next(ax for ax in figures[-1].axes if ax.images).images[0].get_array()
        np.testing.assert_array_equal(
            sheet[1:29, 31:59].ravel(), weights[-1][:, 1].astype(sheet.dtype)
        )

    def test_without_a_validation_set_it_speaks_of_the_loss_alone(self):
        view = widgets.TrainingView(new_network(seed=0))
        view(Epoch(1, 2, 0.25, 0.1, 1.5))
        assert view.view.text == "epoch 1 of 2, 1.5 s of training: loss 0.250"

    def test_it_does_not_stop_the_training(self):
        assert widgets.TrainingView(new_network(seed=0))(epochs(3)[0]) is None
