"""Train the network of two convolutions with which lesson 11 ends: `make convolutions`.

It learns from all training images as they are, in some minutes, and becomes
`mnist_lib/weights/two_convolutions.npz`.
"""

import json
import math
import platform

import numpy as np

from mnist_lib import load_mnist
from mnist_lib.convolutions import SHIPPED, new_convolutions, write_convolutions
from mnist_lib.layers import Layers

EPOCHS = 8
BATCH_SIZE = 50
LEARNING_RATE = 0.04
MOMENTUM = 0.9


def train(network: Layers, x: np.ndarray, t: np.ndarray) -> None:
    """Train as lesson 08 does: with momentum, and a rate that goes down along a cosine."""
    rng = np.random.default_rng(0)
    velocities = [[np.zeros_like(array) for array in layer.parameters] for layer in network.layers]
    steps = EPOCHS * (len(x) // BATCH_SIZE)
    step = 0
    for epoch in range(EPOCHS):
        losses = []
        for batch in rng.permutation(len(x)).reshape(-1, BATCH_SIZE):
            rate = LEARNING_RATE * (1 + math.cos(math.pi * step / steps)) / 2
            losses.append(network.learn(images(x[batch]), t[batch]))
            for layer, velocity in zip(network.layers, velocities, strict=True):
                for array, slopes, v in zip(layer.parameters, layer.slopes, velocity, strict=True):
                    np.multiply(v, MOMENTUM, out=v)
                    np.subtract(v, rate * slopes, out=v)
                    np.add(array, v, out=array)
            step += 1
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.4f}", flush=True)


def images(x: np.ndarray) -> np.ndarray:
    """Scale rows of bytes, and give them back their rows, columns and channel."""
    return (x / np.float32(255)).reshape(-1, 1, 28, 28)


def accuracy(network: Layers, x: np.ndarray, t: np.ndarray) -> float:
    """Return the share of the images that are read right."""
    right = [
        network.predict(images(x[i : i + 500])).argmax(axis=1) == t[i : i + 500]
        for i in range(0, len(x), 500)
    ]
    return float(np.mean(right))


def main() -> None:
    """Train, store the parameters, and beside them how they were found."""
    (x_train, t_train), (x_test, t_test) = load_mnist(normalize=False)
    network = new_convolutions()
    train(network, x_train, t_train)
    write_convolutions(network, SHIPPED)
    found = {
        "recipe": {
            "epochs": EPOCHS,
            "batch_size": BATCH_SIZE,
            "learning_rate": LEARNING_RATE,
            "momentum": MOMENTUM,
        },
        "parameters": network.size,
        "test_accuracy": accuracy(network, x_test, t_test),
        "versions": {"python": platform.python_version(), "numpy": np.__version__},
    }
    text = json.dumps(found, indent=2) + "\n"
    SHIPPED.with_suffix(".json").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
