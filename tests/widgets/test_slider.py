"""Sliders and lists: what is chosen, and what the page is told of it."""

import numpy as np
import pytest

from mnist_lib.widgets import Slider
from mnist_lib.widgets.slider import digit_choice


def test_value_and_position_follow_each_other():
    slider = Slider("size", [1, 10, 100], ["1", "10", "100"], position=1)
    assert slider.value == 10
    slider.position = 2
    assert slider.value == 100
    slider.value = 1
    assert slider.position == 0


def test_the_page_is_told_what_to_show():
    slider = Slider("size", [1, 10, 100], ["one", "ten", "hundred"], position=1, live=False)
    state = slider.get_state(["label", "texts", "count", "position", "live"])
    assert state == {
        "label": "size",
        "texts": ["one", "ten", "hundred"],
        "count": 3,
        "position": 1,
        "live": False,
    }


@pytest.mark.parametrize(("position", "value"), [(400, 19), (-1, 0)])
def test_a_position_beyond_an_end_is_that_end(position, value):
    slider = Slider("image", range(20), position=7)
    slider.set_state({"position": position})
    assert (slider.value, slider.position) == (value, value)


def test_new_options_begin_with_the_first():
    slider = Slider("image", range(20), position=7)
    slider.offer([30, 31])
    assert (slider.value, slider.count, slider.position) == (30, 2, 0)
    slider.position = 1
    assert slider.value == 31


def test_a_value_that_is_not_an_option_is_refused():
    slider = Slider("image", range(20))
    with pytest.raises(ValueError, match="30"):
        slider.value = 30


def test_options_can_be_a_numpy_array():
    rates = np.logspace(-2, 0, 3)
    slider = Slider("learning rate", rates)
    slider.value = rates[2]
    assert slider.position == 2
    slider.offer(rates[:2])
    slider.position = 1
    assert slider.value == rates[1]


def test_a_slider_without_options_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match=r"There is no learning rate to choose from\. Pass"):
        Slider("learning rate", [])


def test_a_list_of_digits_can_go_back_to_its_first_entry():
    digits = digit_choice("label", "any")
    assert [name for name, _ in digits.options] == ["any", *"0123456789"]
    digits.set_state({"index": 4})
    assert digits.value == 3
    digits.value = "any"
    assert (digits.index, digits.label) == (0, "any")
    digits.set_state({"index": 10})
    digits.set_state({"index": 0})
    assert (digits.index, digits.value) == (0, "any")
