"""Learning from images and labels: the loss and its gradient, the loop, distorted images."""

from mnist_lib.training.backpropagation import cross_entropy, gradient, numerical_gradient
from mnist_lib.training.distortion import Distortion
from mnist_lib.training.loop import Epoch, train
from mnist_lib.training.schedules import constant, cosine

__all__ = [
    "Distortion",
    "Epoch",
    "constant",
    "cosine",
    "cross_entropy",
    "gradient",
    "numerical_gradient",
    "train",
]
