"""PyTorch, without a loader of data or anything else that would slow it down."""

from itertools import count

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from benchmarks.racing import Work
from benchmarks.task import BATCH, ENOUGH, EPOCHS, MOMENTUM, RATE
from mnist_lib import get_data, init_network, load_mnist
from mnist_lib.network import new_network
from mnist_lib.training import cosine

Network = dict[str, np.ndarray]


def model_of(network: Network) -> nn.Sequential:
    """Return the same network for PyTorch; its outputs are the sums before the softmax."""
    layers = []
    for number in range(1, len(network) // 2 + 1):
        weights, bias = network[f"W{number}"], network[f"b{number}"]
        linear = nn.Linear(*weights.shape)
        linear.weight = nn.Parameter(torch.tensor(weights.T).contiguous())
        linear.bias = nn.Parameter(torch.tensor(bias))
        layers += [linear, nn.Sigmoid()]
    return nn.Sequential(*layers[:-1])


def gradient(network: Network, x: np.ndarray, t: np.ndarray) -> Network:
    """Return what autograd finds, under our names and in our shapes."""
    model = model_of(network)
    cross_entropy(model(torch.tensor(x)), torch.tensor(t, dtype=torch.long)).backward()
    linears = [layer for layer in model if isinstance(layer, nn.Linear)]
    slopes = {}
    for number, linear in enumerate(linears, start=1):
        slopes[f"W{number}"] = linear.weight.grad.numpy().T
        slopes[f"b{number}"] = linear.bias.grad.numpy()
    return slopes


class Training:
    """A model with its optimizer and the training images as tensors."""

    def __init__(self, images: torch.Tensor, labels: torch.Tensor, seed: int) -> None:
        torch.manual_seed(seed)
        self.images, self.labels = images, labels
        self.model = model_of(new_network(seed=seed))
        self.optimizer = torch.optim.SGD(
            self.model.parameters(), lr=RATE, momentum=MOMENTUM, foreach=True
        )
        self.schedule = None

    def epoch(self) -> None:
        """Go through all images once, in a new order."""
        for rows in torch.randperm(len(self.images)).split(BATCH):
            self.optimizer.zero_grad()
            answers = self.model(self.images.index_select(0, rows))
            cross_entropy(answers, self.labels.index_select(0, rows)).backward()
            self.optimizer.step()
            if self.schedule:
                self.schedule.step()

    def glide(self) -> None:
        """Let the learning rate fall along a cosine, as the library's own training does."""
        steps = EPOCHS * len(self.images) // BATCH
        self.schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimizer, lambda step: cosine(step / steps)
        )


def prepare_epoch() -> Work:
    """Return the work of one epoch, which goes on from the epoch before."""
    (x, t), _ = load_mnist()
    return Training(torch.from_numpy(x), torch.from_numpy(t).long(), seed=0).epoch


def prepare_way() -> Work:
    """Return the work of training a new network until it reads enough of the test set."""
    (x, t), (x_test, t_test) = (map(torch.from_numpy, split) for split in load_mnist())
    t = t.long()
    seeds = count()

    def train_until_enough() -> None:
        training = Training(x, t, next(seeds))
        training.glide()
        for _ in range(EPOCHS):
            training.epoch()
            with torch.inference_mode():
                right = training.model(x_test).argmax(1) == t_test
            if right.float().mean() >= ENOUGH:
                return

    return train_until_enough


def prepare_batches(size: int) -> Work:
    """Return the work of naming the digits of all test images, in batches."""
    model = nn.Sequential(*model_of(init_network()), nn.Softmax(dim=1)).eval()
    images = torch.from_numpy(get_data()[0])

    @torch.inference_mode()
    def work() -> None:
        for batch in images.split(size):
            model(batch).argmax(1)

    return work
