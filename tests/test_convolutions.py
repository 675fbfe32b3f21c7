"""The trained network of two convolutions reads digits, and its file is read with care."""

import json

import numpy as np
import pytest

from mnist_lib.convolutions import (
    SHIPPED,
    init_convolutions,
    new_convolutions,
    write_convolutions,
)
from mnist_lib.pen import load_drawings, to_arrays


def test_it_reads_test_images_and_drawings(mnist):
    network = init_convolutions()
    _, (x, t) = mnist
    digits = network.predict(x[:1000].reshape(-1, 1, 28, 28)).argmax(axis=1)
    assert np.mean(digits == t[:1000]) > 0.975
    x, t = to_arrays(load_drawings())
    assert np.mean(network.predict(x.reshape(-1, 1, 28, 28)).argmax(axis=1) == t) > 0.97


def test_what_is_said_of_it_is_true():
    said = json.loads(SHIPPED.with_suffix(".json").read_text(encoding="utf-8"))
    assert said["parameters"] == init_convolutions().size
    assert said["test_accuracy"] > 0.985


def test_what_is_written_is_read(tmp_path):
    network = new_convolutions()
    network.layers[3].parameters[1][:] = 5
    write_convolutions(network, tmp_path / "mine.npz")
    again = init_convolutions(tmp_path / "mine.npz")
    for one, other in zip(network.layers, again.layers, strict=True):
        for mine, theirs in zip(one.parameters, other.parameters, strict=True):
            np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda arrays: {"W0": np.zeros(3)}, "it holds W0, where W0, b0, W3"),
        (lambda arrays: arrays | {"W0": arrays["W0"][:1]}, "W0 has the shape"),
        (
            lambda arrays: arrays | {"b0": arrays["b0"] * np.nan},
            "where finite numbers are expected",
        ),
    ],
)
def test_other_arrays_are_refused(tmp_path, spoil, said):
    with np.load(SHIPPED) as arrays:
        np.savez(tmp_path / "other.npz", **spoil(dict(arrays)))
    with pytest.raises(ValueError, match=said):
        init_convolutions(tmp_path / "other.npz")


@pytest.mark.parametrize("content", [b"", b"PK junk", b"junk", b"\x93NUMPY\x01\x00"])
def test_a_damaged_file_gets_a_sentence(tmp_path, content):
    (tmp_path / "damaged.npz").write_bytes(content)
    with pytest.raises(ValueError, match=r"damaged\.npz was not read: .*\.$"):
        init_convolutions(tmp_path / "damaged.npz")


def test_a_missing_file_gets_a_sentence(tmp_path):
    with pytest.raises(FileNotFoundError, match="Pass the path"):
        init_convolutions(tmp_path / "missing.npz")
