"""Right answers, however they are written: loops, lists, other axes, other functions."""

import functools
import math
import statistics
import struct
from collections import Counter

import numpy as np
import pytest

import mnist_lib.exercises
from tests.exercises.test_bank import EXERCISES


@pytest.fixture(autouse=True)
def nothing_is_noted(monkeypatch):
    monkeypatch.setenv("MNIST_LIB_PROGRESS", "")


def label_by_a_loop(data, n):
    place = 8
    while n > 0:
        place, n = place + 1, n - 1
    return data[place]


def text_by_a_loop(image):
    text = ""
    for row in image:
        for pixel in row:
            text += "." if pixel == 0 else "#"
        text += "\n"
    return text


def one_hot_by_a_loop(t):
    rows = np.zeros((len(t), 10), np.float32)
    for row, digit in zip(rows, t, strict=True):
        row[digit] = 1
    return rows


LESSON_01 = {
    "count_in_a_header": [
        lambda header: struct.unpack(">IIII", header)[1],
        lambda header: np.frombuffer(header, ">u4")[1],
        lambda header: sum(byte * 256 ** (3 - i) for i, byte in enumerate(header[4:8])),
    ],
    "image_as_text": [
        text_by_a_loop,
        lambda image: "\n".join(map("".join, np.where(image, "#", "."))),
        lambda image: "\n".join("".join(".#"[bool(p)] for p in row) for row in image.tolist()),
    ],
    "label_in_the_bytes": [
        label_by_a_loop,
        lambda data, n: data[8:][n],
        lambda data, n: np.frombuffer(data, np.uint8, offset=8)[n],
        lambda data, n: int.from_bytes(data[n + 8 : n + 9], "little"),
    ],
    "pixels_from_0_to_1": [
        lambda image: np.float32(image / 255),
        lambda image: image * np.float32(1 / 255),
        lambda image: [[int(pixel) / 255 for pixel in row] for row in image],
    ],
    "one_hot_rows": [
        one_hot_by_a_loop,
        lambda t: (t[:, np.newaxis] == np.arange(10)).astype(float),
        lambda t: [[1.0 if digit == column else 0.0 for column in range(10)] for digit in t],
        lambda t: np.eye(10, dtype=np.float32)[:, t].T,
    ],
}


def shifted_by_a_loop(image, n):
    moved = np.zeros_like(image)
    for column in range(n, image.shape[1]):
        moved[:, column] = image[:, column - n]
    return moved


def rolled_and_blanked(image, n):
    moved = np.roll(image, n, axis=1)
    moved[:, :n] = 0
    return moved


def mean_by_a_loop(x, t, digit):
    total, count = 0, 0
    for image, label in zip(x, t, strict=True):
        if label == digit:
            total, count = total + image, count + 1
    return total / count


LESSON_02 = {
    "strip_to_image": [
        lambda strip: strip.reshape(-1, 28),
        lambda strip: [strip[28 * row : 28 * row + 28] for row in range(28)],
        lambda strip: np.array(np.split(strip, 28)),
    ],
    "shift_to_the_right": [
        shifted_by_a_loop,
        rolled_and_blanked,
        lambda image, n: np.pad(image, [(0, 0), (n, 0)])[:, : image.shape[1]],
        lambda image, n: [[0] * n + list(row[:-n]) for row in image],
    ],
    "negative_of_an_image": [
        lambda image: ~image,
        lambda image: 255 - image.astype(int),
        lambda image: [[255 - int(pixel) for pixel in row] for row in image],
    ],
    "mean_image_of_a_digit": [
        mean_by_a_loop,
        lambda x, t, digit: np.mean(x[np.flatnonzero(t == digit)], axis=0),
        lambda x, t, digit: (t == digit) @ x / np.sum(t == digit),
    ],
}


def sigmoid(a):
    return (1 + np.tanh(a / 2)) / 2


def layer_by_loops(x, W, b):
    z = []
    for unit in range(len(b)):
        a = b[unit]
        for pixel, weight in zip(x, W[:, unit], strict=True):
            a = a + pixel * weight
        z.append(1 / (1 + math.exp(-a)))
    return z


def softmax_by_a_loop(a):
    e = [math.exp(score - max(a)) for score in a]
    return [value / sum(e) for value in e]


def parameters_by_a_loop(network):
    count = 0
    for name in network:
        count += np.prod(network[name].shape)
    return count


LESSON_03 = {
    "one_unit_by_a_loop": [
        lambda x, w, b: x @ w + b,
        lambda x, w, b: np.dot(w, x) + b,
        lambda x, w, b: sum(map(float.__mul__, map(float, x), map(float, w)), b),
    ],
    "hidden_layer": [
        layer_by_loops,
        lambda x, W, b: sigmoid(W.T @ x + b),
        lambda x, W, b: sigmoid(np.sum(x[:, np.newaxis] * W, axis=0) + b),
        lambda x, W, b: 1 / (1 + np.exp(-b - np.dot(x, W))),
    ],
    "softmax_of_one_image": [
        softmax_by_a_loop,
        lambda a: np.exp(a - a.max() - np.log(np.exp(a - a.max()).sum())),
        lambda a: 1 / np.exp(a - a[:, np.newaxis]).sum(axis=1),
    ],
    "count_of_parameters": [
        parameters_by_a_loop,
        lambda network: np.concatenate([array.ravel() for array in network.values()]).size,
        lambda network: sum(math.prod(network[name].shape) for name in network),
    ],
}


def batches_by_a_loop(count, size):
    pairs, start = [], 0
    while start < count:
        end = start + len(range(count)[start:][:size])
        pairs.append([start, end])
        start = end
    return pairs


def score_by_a_loop(predict, x, t, size):
    right = 0
    for image, label in zip(x, t, strict=True):
        right += int(predict(image[np.newaxis])[0].argmax() == label)
    return right / len(t)


LESSON_04 = {
    "softmax_of_a_batch": [
        lambda a: np.array([softmax_by_a_loop(row) for row in a]),
        lambda a: (np.exp(a.T - a.max(axis=1)) / np.exp(a.T - a.max(axis=1)).sum(axis=0)).T,
    ],
    "digits_of_a_batch": [
        lambda y: [row.argmax() for row in y],
        lambda y: np.argsort(y)[:, -1],
        lambda y: y.T.argmax(axis=0),
    ],
    "batches_with_the_last": [
        batches_by_a_loop,
        lambda count, size: [
            (i, i + len(range(count)[i : i + size])) for i in range(0, count, size)
        ],
    ],
    "score_in_batches": [
        score_by_a_loop,
        lambda predict, x, t, size: np.mean(predict(x).argmax(axis=1) == t),
    ],
}


def confusion_by_a_loop(t, p):
    counts = [[0] * 10 for _ in range(10)]
    for label, answer in zip(t, p, strict=True):
        counts[label][answer] += 1
    return counts


LESSON_05 = {
    "confusion_matrix": [
        confusion_by_a_loop,
        lambda t, p: np.bincount(10 * t + p, minlength=100).reshape(10, 10),
        lambda t, p: np.eye(10, dtype=int)[t].T @ np.eye(10, dtype=int)[p],
        lambda t, p: [[np.sum((t == i) & (p == j)) for j in range(10)] for i in range(10)],
    ],
    "precision_of_a_digit": [
        lambda counts, digit: counts[digit][digit] / sum(row[digit] for row in counts),
        lambda counts, digit: (counts / counts.sum(axis=0))[digit, digit],
        lambda counts, digit: counts.diagonal()[digit] / counts.T[digit].sum(),
    ],
    "recall_of_a_digit": [
        lambda counts, digit: counts[digit][digit] / sum(counts[digit]),
        lambda counts, digit: (counts.diagonal() / counts.sum(axis=1))[digit],
        lambda counts, digit: counts[digit, digit] / counts[digit, :].sum(),
    ],
    "rows_as_shares": [
        lambda counts: (counts.T / counts.sum(axis=1)).T,
        lambda counts: counts / counts.sum(axis=1)[:, np.newaxis],
        lambda counts: [row / sum(row) for row in counts],
    ],
}


def zones_by_loops(image):
    means = np.empty((7, 7))
    for i in range(7):
        for j in range(7):
            means[i, j] = image[4 * i : 4 * i + 4, 4 * j : 4 * j + 4].mean()
    return means


def nearest_by_a_loop(means, image):
    best, nearest = math.inf, None
    for digit, mean in enumerate(means):
        distance = math.dist(mean, image)
        if distance < best:
            best, nearest = distance, digit
    return nearest


LESSON_06 = {
    "means_of_zones": [
        zones_by_loops,
        lambda image: image.reshape(7, 4, 7, 4).sum(axis=3).sum(axis=1) / 16,
        lambda image: sum(image[i::4, j::4] for i in range(4) for j in range(4)) / 16,
        lambda image: image.reshape(7, 4, 7, 4).swapaxes(1, 2).reshape(7, 7, 16).mean(axis=-1),
    ],
    "nearest_mean": [
        nearest_by_a_loop,
        lambda means, image: np.argmin(np.linalg.norm(means - image, axis=1)),
        lambda means, image: np.argmax(means @ image - np.sum(means**2, axis=1) / 2),
    ],
    "vote_of_neighbors": [
        lambda labels: Counter(labels.tolist()).most_common(1)[0][0],
        lambda labels: statistics.mode(list(labels)),
        lambda labels: max(range(10), key=labels.tolist().count),
        lambda labels: np.eye(10)[labels].sum(axis=0).argmax(),
    ],
}


def back_by_loops(error, W, z):
    before = np.zeros(z.shape)
    for n in range(len(z)):
        for i in range(len(W)):
            for j in range(W.shape[1]):
                before[n, i] += error[n, j] * W[i, j] * z[n, i] * (1 - z[n, i])
    return before


def errors_in_place(y, t):
    slopes = y.copy()
    slopes[np.arange(len(t)), t] -= 1
    return slopes / len(t)


def slopes_by_a_loop(z, error):
    slope_W, slope_b = 0, 0
    for image, back in zip(z, error, strict=True):
        slope_W = slope_W + np.outer(image, back)
        slope_b = slope_b + back
    return slope_W, slope_b


LESSON_07 = {
    "loss_of_one_answer": [
        lambda y, t: np.log(1 / y[t]),
        lambda y, t: -math.log(y[t]),
        lambda y, t: -np.sum(np.eye(len(y))[t] * np.log(y)),
    ],
    "loss_of_a_batch": [
        lambda y, t: sum(-math.log(row[label]) for row, label in zip(y, t, strict=True)) / len(y),
        lambda y, t: -np.sum(np.eye(10)[t] * np.log(y)) / len(y),
        lambda y, t: np.mean(-np.log(np.take_along_axis(y, t[:, np.newaxis], axis=1))),
    ],
    "slope_by_moving": [
        lambda f, w, h: 0.5 * (f(w + h) - f(w - h)) / h,
        lambda f, w, h: (f(w + h) - f(w - h)) / ((w + h) - (w - h)),
        lambda f, w, h: ((f(w + h) - f(w)) / h + (f(w) - f(w - h)) / h) / 2,
    ],
    "error_of_the_scores": [
        errors_in_place,
        lambda y, t: y / len(y) - np.eye(10)[t] / len(y),
        lambda y, t: (y - (t[:, np.newaxis] == np.arange(10))) / len(t),
    ],
    "slopes_of_a_layer": [
        slopes_by_a_loop,
        lambda z, error: [(error.T @ z).T, np.ones(len(z)) @ error],
        lambda z, error: (np.einsum("ni,nj->ij", z, error), sum(error)),
    ],
    "back_through_a_layer": [
        back_by_loops,
        lambda error, W, z: (z - z**2) * np.dot(error, W.T),
        lambda error, W, z: (W @ error.T).T * z * (1 - z),
    ],
}


def go_in_place(w, slopes_at, rate, steps):
    place = w.copy()
    while steps:
        place -= slopes_at(place) * rate
        steps -= 1
    return place


def go_recursively(w, slopes_at, rate, steps):
    return go_recursively(w - rate * slopes_at(w), slopes_at, rate, steps - 1) if steps else w


LESSON_08 = {
    "step_downhill": [
        lambda w, slope, rate: w + -rate * slope,
        lambda w, slope, rate: np.subtract(w, np.multiply(slope, rate)),
        lambda w, slope, rate: (w / rate - slope) * rate,
    ],
    "step_with_momentum": [
        lambda w, v, slope, rate, momentum: (
            w + momentum * v - rate * slope,
            momentum * v - rate * slope,
        ),
        lambda w, v, slope, rate, momentum: np.array(
            [w - (rate * slope - momentum * v), momentum * v - rate * slope]
        ),
    ],
    "cosine_schedule": [
        lambda progress: np.cos(np.pi * progress / 2) ** 2,
        lambda progress: 0.5 + math.cos(math.pi * progress) / 2,
        lambda progress: 0.5 * (1 + np.sin(np.pi * (0.5 - progress))),
    ],
    "image_that_fools": [
        lambda x, slope, epsilon: np.minimum(1, np.maximum(0, x + np.sign(slope) * epsilon)),
        lambda x, slope, epsilon: (x + np.where(slope > 0, epsilon, -epsilon)).clip(0, 1),
        lambda x, slope, epsilon: np.clip(x + epsilon * slope / np.abs(slope), 0.0, 1.0),
    ],
    "steps_downhill": [
        go_in_place,
        lambda w, slopes_at, rate, steps: functools.reduce(
            lambda place, _: place - rate * slopes_at(place), range(steps), w
        ),
        go_recursively,
    ],
}


def crop_by_places(image):
    places = np.argwhere(image > 0)
    (top, left), (bottom, right) = places.min(axis=0), places.max(axis=0) + 1
    return image[top:bottom, left:right]


def crop_by_loops(image):
    while not image[0].any():
        image = image[1:]
    while not image[-1].any():
        image = image[:-1]
    while not image[:, 0].any():
        image = image[:, 1:]
    while not image[:, -1].any():
        image = image[:, :-1]
    return image


def scale_by_sides(points, box):
    x, y = points.T
    return box / max(x.max() - x.min(), y.max() - y.min())


def center_by_loops(image):
    total = x = y = 0.0
    for row in range(image.shape[0]):
        for column in range(image.shape[1]):
            total += image[row, column]
            x += image[row, column] * column
            y += image[row, column] * row
    return [x / total, y / total]


LESSON_09 = {
    "crop_to_the_ink": [
        crop_by_places,
        crop_by_loops,
        lambda image: [row.tolist() for row in crop_by_places(image)],
    ],
    "scale_into_a_box": [
        scale_by_sides,
        lambda points, box: min(box / (points.max(axis=0) - points.min(axis=0))),
        lambda points, box: (box / np.ptp(points, axis=0)).min(),
    ],
    "center_of_the_ink": [
        center_by_loops,
        lambda image: tuple(
            np.average(np.arange(image.shape[axis]), weights=image.sum(axis=1 - axis))
            for axis in (1, 0)
        ),
        lambda image: (
            np.array(
                [
                    image.sum(axis=0) @ np.arange(image.shape[1]),
                    image.sum(axis=1) @ np.arange(image.shape[0]),
                ]
            )
            / image.sum()
        ),
    ],
}


def relu_by_loops(a):
    return [[value if value > 0 else 0.0 for value in row] for row in a]


def relu_in_a_copy(a):
    z = a.copy()
    z[z < 0] = 0
    return z


def error_in_a_copy(error, a):
    before = error.copy()
    before[a <= 0] *= 0.1
    return before


def backward_by_recursion(layers, slope):
    if not layers:
        return slope
    *others, last = layers
    return backward_by_recursion(others, last.backward(slope))


def backward_by_an_index(layers, slope):
    for i in range(len(layers) - 1, -1, -1):
        slope = layers[i].backward(slope)
    return slope


LESSON_10 = {
    "relu_forward": [
        relu_by_loops,
        relu_in_a_copy,
        lambda a: a * (a > 0),
        lambda a: (a + np.abs(a)) / 2,
        lambda a: np.clip(a, 0, None),
    ],
    "leaky_relu_backward": [
        error_in_a_copy,
        lambda error, a: np.where(a > 0, error, error / 10),
        lambda error, a: error * (0.1 + 0.9 * (a > 0)),
    ],
    "affine_backward": [
        lambda slope, x, W: [(W @ slope.T).T, (slope.T @ x).T, sum(slope)],
        lambda slope, x, W: (np.dot(slope, W.T), np.dot(x.T, slope), np.ones(len(x)) @ slope),
        lambda slope, x, W: (
            np.einsum("nu,iu->ni", slope, W),
            sum(np.outer(x[n], slope[n]) for n in range(len(x))),
            np.sum(slope, 0),
        ),
    ],
    "backward_through_all": [
        backward_by_recursion,
        backward_by_an_index,
        lambda layers, slope: functools.reduce(
            lambda s, layer: layer.backward(s), layers[::-1], slope
        ),
    ],
}


def windows(image, size):
    return np.lib.stride_tricks.sliding_window_view(image, (size, size))


def convolution_by_shifts(image, w):
    height, width = image.shape
    sums = 0
    for i in range(3):
        for j in range(3):
            sums = sums + w[i, j] * image[i : i + height - 2, j : j + width - 2]
    return sums


def pool_by_loops(image):
    return [
        [max(image[i, j : j + 2].max(), image[i + 1, j : j + 2].max()) for j in columns]
        for i in range(0, image.shape[0], 2)
        for columns in [range(0, image.shape[1], 2)]
    ]


def pool_by_steps(image):
    left, right = np.maximum(image[::2], image[1::2])[:, ::2], image[:, 1::2]
    return np.maximum(left, np.maximum(right[::2], right[1::2]))


def parameters_of_real_arrays(filters, side, outputs):
    maps = np.zeros((filters, side - 2, side - 2))
    arrays = [(filters, 3, 3), (filters,), (maps.size, outputs), (outputs,)]
    return sum(np.zeros(shape).size for shape in arrays)


LESSON_11 = {
    "convolution_of_an_image": [
        convolution_by_shifts,
        lambda image, w: np.einsum("ijkl,kl->ij", windows(image, 3), w),
        lambda image, w: np.sum(windows(image, 3) * w, axis=(2, 3)),
        lambda image, w: windows(image, 3).reshape(*windows(image, 3).shape[:2], 9) @ w.ravel(),
    ],
    "largest_of_each_block": [
        pool_by_loops,
        pool_by_steps,
        lambda image: windows(image, 2).max(axis=(2, 3))[::2, ::2],
    ],
    "parameters_with_a_convolution": [
        parameters_of_real_arrays,
        lambda filters, side, outputs: (
            filters * 9 + filters + filters * (side - 2) * (side - 2) * outputs + outputs
        ),
    ],
}

LESSONS = [
    LESSON_01,
    LESSON_02,
    LESSON_03,
    LESSON_04,
    LESSON_05,
    LESSON_06,
    LESSON_07,
    LESSON_08,
    LESSON_09,
    LESSON_10,
    LESSON_11,
]
ANSWERS = {name: answers for lesson in LESSONS for name, answers in lesson.items()}


def test_each_exercise_has_some():
    assert set(ANSWERS) == {exercise.name for exercise in EXERCISES}
    assert all(len(answers) >= 2 for answers in ANSWERS.values())


@pytest.mark.parametrize(
    ("name", "answer"),
    [(name, answer) for name, answers in ANSWERS.items() for answer in answers],
    ids=[f"{name}-{i}" for name, answers in ANSWERS.items() for i in range(len(answers))],
)
def test_it_is_right(name, answer):
    assert repr(getattr(mnist_lib.exercises, name).check(answer)) == "Right."
