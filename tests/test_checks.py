"""What is an image, a label, a network: what passes, and the sentence for what does not."""

import warnings

import numpy as np
import pytest

from mnist_lib import load_mnist
from mnist_lib.checks import (
    check_batch,
    check_count,
    check_image,
    check_images,
    check_labels,
    check_network,
    check_numbers,
    check_table,
    check_type,
)
from mnist_lib.network import new_network


class TestImages:
    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_floats_come_back_as_they_are(self, mnist, dtype):
        x = mnist[1][0][:5].astype(dtype)
        assert check_images(x) is x
        np.testing.assert_array_equal(check_images(x[0]), x[0])

    @pytest.mark.parametrize("dtype", [np.uint8, bool, np.int64, np.float16])
    def test_other_numbers_become_float32(self, dtype):
        x = check_images(np.ones((2, 784), dtype))
        assert x.dtype == np.float32
        assert (x == 1).all()

    def test_every_image_of_mnist_passes_without_a_warning(self, mnist):
        for x, _ in mnist:
            check_images(x)

    @pytest.mark.parametrize("count", [1, 100])
    @pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
    def test_unscaled_pixels_are_warned_of(self, count, dtype):
        _, (raw, _) = load_mnist(normalize=False)
        with pytest.warns(UserWarning, match=r"from 0 to 25\d.*Divide by 255.*normalize=True"):
            check_images(raw[:count].astype(dtype))

    @pytest.mark.parametrize("scale", [lambda x: (x - 0.1307) / 0.3081, lambda x: 2 * x - 1])
    def test_negative_pixels_are_warned_of_even_in_a_single_image(self, mnist, scale):
        for image in mnist[1][0][:50]:
            with pytest.warns(UserWarning, match="The pixels go from -"):
                check_images(scale(image))

    @pytest.mark.parametrize(
        "shape", [(28, 28), (1, 28, 28), (10, 1, 28, 28), (783,), (784, 3), ()]
    )
    def test_other_shapes_are_refused(self, shape):
        with pytest.raises(ValueError, match=r"\(784,\) or \(N, 784\) is expected.*reshape"):
            check_images(np.zeros(shape, np.float32))

    def test_one_image_is_refused_where_a_batch_is_expected(self):
        with pytest.raises(ValueError, match=r"\(784,\), where \(N, 784\) is expected"):
            check_images(np.zeros(784), batch=True)
        assert check_images(np.zeros((0, 784)), batch=True).shape == (0, 784)

    @pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
    @pytest.mark.parametrize("place", [(0, 0), (2, 783)])
    def test_what_is_not_a_number_is_refused(self, bad, place):
        x = np.zeros((3, 784), np.float32)
        x[place] = bad
        with pytest.raises(ValueError, match="nan or an inf"):
            check_images(x)

    @pytest.mark.parametrize("dtype", [complex, object, str, "datetime64[s]"])
    def test_other_types_are_refused(self, dtype):
        with pytest.raises(ValueError, match="x has the dtype"):
            check_images(np.zeros(784).astype(dtype))


class TestImage:
    @pytest.mark.parametrize("shape", [(784,), (28, 28), (1, 28, 28), (1, 784)])
    def test_an_image_of_any_shape_becomes_28_by_28(self, shape):
        image = np.arange(784).reshape(shape)
        np.testing.assert_array_equal(check_image(image), np.arange(784).reshape(28, 28))

    @pytest.mark.parametrize("shape", [(2, 784), (27, 28), (28, 28, 3), (784, 1)])
    def test_what_is_not_one_image_is_refused(self, shape):
        with pytest.raises(ValueError, match=r"Pick one image of a batch first: x\[0\]"):
            check_image(np.zeros(shape))

    @pytest.mark.parametrize("bad", [np.full(784, np.nan), np.zeros(784, complex)])
    def test_pixels_that_are_not_numbers_are_refused(self, bad):
        with pytest.raises(ValueError, match="Every pixel must be"):
            check_image(bad)


class TestLabels:
    def test_digits_become_one_hot_rows(self):
        rows = check_labels([2, 0], 2, 3)
        np.testing.assert_array_equal(rows, [[0, 0, 1], [1, 0, 0]])
        assert rows.dtype == np.float32

    @pytest.mark.parametrize("rows", [[[0, 1], [1, 0]], [[0.25, 0.75], [0.5, 0.5]]])
    def test_rows_stay_what_they_are(self, rows):
        checked = check_labels(rows, 2, 2, np.float64)
        np.testing.assert_array_equal(checked, rows)
        assert checked.dtype == np.float64

    @pytest.mark.parametrize(
        ("labels", "sentence"),
        [
            (np.arange(5), "20 integers"),
            (np.full(20, 10), "from 0 to 9, but these go from 10 to 10"),
            (np.full(20, -1), "from 0 to 9"),
            (np.zeros(20), "20 integers"),
            (np.full(20, "7"), "20 integers"),
            (np.zeros((20, 10)), "a sum of 1"),
            (np.full((20, 10), 0.2), "a sum of 1"),
            (np.full((20, 10), np.nan), "a sum of 1"),
            (np.eye(20, 10) * 3 - 0.2, "no number below 0"),
            (np.ones((20, 1)), r"\(20, 10\)"),
            (np.zeros((20, 10), complex), "complex128"),
        ],
    )
    def test_other_labels_are_refused(self, labels, sentence):
        with pytest.raises(ValueError, match=sentence):
            check_labels(labels, 20)


class TestNetwork:
    @pytest.mark.parametrize("hidden_sizes", [(), (7,), (5, 6, 7, 8)])
    def test_its_layers_are_counted(self, hidden_sizes):
        assert check_network(new_network(hidden_sizes)) == len(hidden_sizes) + 1

    @pytest.mark.parametrize("network", [None, [1, 2], "W1"])
    def test_what_is_not_a_dict_is_refused(self, network):
        with pytest.raises(TypeError, match=r"where a dict with W1, b1.*init_network"):
            check_network(network)

    @pytest.mark.parametrize(
        ("change", "error", "sentence"),
        [
            ({"W4": np.zeros((10, 10), np.float32)}, ValueError, "without a gap"),
            ({"w1": np.zeros(3), "extra": np.zeros(3)}, ValueError, "without a gap.*'extra'"),
            ({"W1": [[1.0]]}, TypeError, "W1 is a list, where an array is expected"),
            ({"b2": 0.5}, TypeError, "b2 is a float, where an array is expected"),
            ({"W2": np.zeros((51, 100), np.float32)}, ValueError, r"W2 has .*\(50, units\)"),
            ({"W1": np.zeros(784, np.float32)}, ValueError, r"W1 has the shape \(784,\)"),
            ({"W1": np.zeros((784, 0), np.float32)}, ValueError, r"W1 has the shape \(784, 0\)"),
            ({"b1": np.zeros((1, 50), np.float32)}, ValueError, r"b1 has .*\(50,\) is expected"),
            ({"b1": np.zeros((50, 1), np.float32)}, ValueError, r"b1 has .*\(50,\) is expected"),
            ({"b1": np.zeros(1, np.float32)}, ValueError, r"b1 has .*\(50,\) is expected"),
            ({"b3": np.zeros(10)}, ValueError, "b3 has the dtype float64 and W1 has float32"),
            ({"W1": np.zeros((784, 50), int)}, ValueError, "W1 .* float32 or float64 is expected"),
        ],
    )
    def test_layers_that_do_not_fit_are_refused(self, change, error, sentence):
        with pytest.raises(error, match=sentence):
            check_network(new_network() | change)

    def test_a_gap_is_named(self):
        network = new_network()
        del network["b3"]
        with pytest.raises(ValueError, match="'W3'"):
            check_network(network)
        with pytest.raises(ValueError, match="holds nothing"):
            check_network({})


@pytest.mark.parametrize("value", [0, -1, 1.5, "100", None, True, np.array([1, 2])])
def test_what_is_not_a_count_is_refused(value):
    with pytest.raises(ValueError, match=r"^batch_size is .*a whole number of at least 1"):
        check_count("batch_size", value)


@pytest.mark.parametrize("value", [1, 10**9, np.uint8(7)])
def test_any_integer_counts(value):
    with warnings.catch_warnings(action="error"):
        assert check_count("batch_size", value) == value


def test_a_count_may_have_an_end():
    assert check_count("index", 9, least=0, most=9) == 9
    with pytest.raises(ValueError, match="index is 10, where a whole number from 0 to 9 is"):
        check_count("index", 10, least=0, most=9)


class TestNumbers:
    @pytest.mark.parametrize("dtype", [np.float32, np.uint8, bool])
    def test_numbers_within_the_limits_come_back_as_they_are(self, dtype):
        numbers = np.array([[0, 1], [1, 0], [1, 1]], dtype)
        assert check_numbers("y", numbers, "rows", 2, low=0, high=1) is numbers
        assert check_numbers("pen", 2.5) == 2.5

    @pytest.mark.parametrize(
        ("numbers", "sentence"),
        [
            ([[0.5, 2.0]], "y goes from 0.5 to 2, where finite numbers from 0 to 1 are expected"),
            ([[-0.5, 0.5]], "from -0.5 to 0.5, where"),
            ([[0.5, np.nan]], "from nan to nan, where"),
            ([[0.5, 0.5, 0.5]], r"the shape \(1, 3\).*at least one number, \(rows, 2\), is"),
            ([0.5, 0.5], r"the shape \(2,\)"),
            (np.zeros((0, 2)), "at least one number"),
            ([[0.5], [0.5, 0.5]], "dtype object"),
            ([["a", "b"]], "dtype str"),
            (None, "dtype object"),
        ],
    )
    def test_others_are_refused(self, numbers, sentence):
        with pytest.raises(ValueError, match=sentence):
            check_numbers("y", numbers, "rows", 2, low=0, high=1)

    def test_a_single_number_is_told(self):
        with pytest.raises(ValueError, match="turn is -1, where finite numbers from 0 on are"):
            check_numbers("turn", -1, low=0)
        with pytest.raises(ValueError, match="the dtype object, where one number is expected"):
            check_numbers("turn", None)

    def test_a_gap_passes_where_it_may(self):
        numbers = [np.nan, 1.0]
        np.testing.assert_array_equal(check_numbers("losses", numbers, 2, nan=True), numbers)
        with pytest.raises(ValueError, match="from inf to inf"):
            check_numbers("losses", [np.nan, np.inf], 2, nan=True)

    def test_each_row_of_a_table_is_checked(self):
        check_table("curves", {"a": [1.0], "b": [0.5]}, 1, low=0, high=1)
        with pytest.raises(ValueError, match=r"curves\['b'\] goes from 2 to 2"):
            check_table("curves", {"a": [1.0], "b": [2.0]}, 1, low=0, high=1)
        with pytest.raises(ValueError, match="curves is empty"):
            check_table("curves", {}, 1)
        with pytest.raises(TypeError, match="curves is a list, where a dict"):
            check_table("curves", [1.0], 1)


@pytest.mark.parametrize("x", [np.zeros((0, 784)), np.zeros(784), None, [[1], [1, 2]]])
def test_what_is_no_batch_is_refused(x):
    with pytest.raises(ValueError, match="at least one image in a batch is expected"):
        check_batch(x)


def test_a_thing_of_another_type_is_named():
    check_type("alt", "a", str, "a text")
    with pytest.raises(TypeError, match="alt is an int, where a text is expected"):
        check_type("alt", 5, str, "a text")
