"""Exercises of lesson 07, loss and gradient."""

import numpy as np

from mnist_lib.exercises.exercise import Exercise, Mistake

rng = np.random.default_rng(7)


def _probabilities(count):
    e = np.exp(rng.normal(size=(count, 10)))
    return e / e.sum(axis=1, keepdims=True)


def loss_of(y, t):  # ten probabilities and the right digit, to the loss
    return -np.log(y[t])  # gap: return ...


loss_of_one_answer = Exercise(
    "loss_of_one_answer",
    loss_of,
    [
        (np.array([0.2, 0.5, 0.3]), 1),
        (_probabilities(1)[0], 7),
        (_probabilities(1)[0], 2),
    ],
    [
        Mistake(
            lambda y, t: -np.log10(y[t]),
            "This logarithm counts powers of ten. The natural one is wanted.",
        ),
        Mistake(
            lambda y, t: np.log(y[t]),
            "The logarithm of a probability is negative. A loss is positive, and 0 at its best.",
        ),
        Mistake(
            lambda y, t: 1 - y[t],
            "It falls as it should, but it never exceeds 1: an answer that is sure and wrong "
            "costs hardly more than one that is unsure. The logarithm makes it costly.",
        ),
        Mistake(
            lambda y, t: -np.log(y.max()),
            "That is the probability of its own guess. The loss asks for that of the right digit.",
        ),
    ],
    [
        "Which of the ten probabilities belongs to the right digit?",
        "The loss is 0 where it is 1, and grows as it falls: a logarithm, with a minus.",
        "-np.log(y[...])",
    ],
)


def batch_loss(y, t):  # (N, 10) probabilities and N digits, to the mean loss
    of_the_right = y[np.arange(len(t)), t]  # gap: of_the_right = ...
    return -np.log(of_the_right).mean()  # gap: return ...


loss_of_a_batch = Exercise(
    "loss_of_a_batch",
    batch_loss,
    [
        (_probabilities(4), np.array([3, 1, 4, 1])),
        (_probabilities(10), rng.integers(0, 10, 10)),
    ],
    [
        Mistake(
            lambda y, t: -np.log(y[np.arange(len(t)), t]).sum(),
            "That is the sum of the losses, which grows with the batch. Their mean is wanted.",
        ),
        Mistake(
            lambda y, t: -np.log(y[:, t]).mean(),
            "The colon takes each label in every row, N times N numbers in all. One of each row "
            "is wanted: row 0 with label 0, row 1 with label 1.",
        ),
        Mistake(
            lambda y, t: -np.log(y[np.arange(len(t)), t].mean()),
            "The logarithm of the mean is not the mean of the logarithms. A loss for each image "
            "comes first.",
        ),
        Mistake(
            lambda y, t: -np.log(y.max(axis=1)).mean(),
            "These are the probabilities of its own guesses. The loss asks for those of the right "
            "digits.",
        ),
        Mistake(
            lambda y, t: np.log(y[np.arange(len(t)), t]).mean(),
            "It is negative. A minus makes it a loss, which is 0 at its best.",
        ),
    ],
    [
        "One probability of each row, then the logarithm, then the mean.",
        "y[rows, columns] takes two lists in pairs. The rows are 0, 1, 2 and so on: np.arange.",
        "y[np.arange(len(t)), t], then minus the mean of its np.log",
    ],
)


def slope_at(f, w, h):  # how steep f is at w, seen from h to either side
    return (f(w + h) - f(w - h)) / (2 * h)  # gap: return ...


slope_by_moving = Exercise(
    "slope_by_moving",
    slope_at,
    [(np.exp, 1.0, 0.1), (np.sin, 0.5, 0.2), (np.square, 3.0, 0.01)],
    [
        Mistake(
            lambda f, w, h: (f(w + h) - f(w)) / h,
            "This looks to one side only, and where f is curved it is off by about h. Look to "
            "both sides of w.",
        ),
        Mistake(
            lambda f, w, h: (f(w + h) - f(w - h)) / h,
            "Twice as steep as it should be: from w - h to w + h is farther than h.",
        ),
        Mistake(
            lambda f, w, h: (f(w + h) - f(w - h)) / 2 * h,
            "/ and * are taken from left to right, so this divides by 2 and multiplies by h. "
            "Parentheses keep the two together.",
        ),
        Mistake(
            lambda f, w, h: (f(w - h) - f(w + h)) / (2 * h),
            "The sign is reversed: where f rises, the slope is positive.",
        ),
    ],
    [
        "How much higher is f a little to the right than a little to the left?",
        "A slope is the rise divided by the run, and from w - h to w + h the run is two steps.",
        "(f(w + h) - f(w - h)) / (...)",
    ],
)


def errors(y, t):  # (N, 10) probabilities, N digits, to the slopes of the mean loss at the scores
    targets = np.eye(10)[t]  # gap: targets = ...
    return (y - targets) / len(y)  # gap: return ...


error_of_the_scores = Exercise(
    "error_of_the_scores",
    errors,
    [
        (_probabilities(10), rng.integers(0, 10, 10)),
        (_probabilities(4), np.array([5, 0, 4, 1])),
    ],
    [
        Mistake(
            lambda y, t: y - np.eye(10)[t],
            "These are the slopes of the sum of the losses. Those of their mean are smaller.",
        ),
        Mistake(
            lambda y, t: (y - t) / len(y),
            "The labels themselves are subtracted: with ten images that goes through in silence, "
            "and is wrong. Turn each label into a row of ten first.",
        ),
        Mistake(
            lambda y, t: (y - t[:, np.newaxis]) / len(y),
            "Each label is subtracted from all ten probabilities of its row. A 1 belongs at the "
            "right digit, and 0 elsewhere.",
        ),
        Mistake(
            lambda y, t: (np.eye(10)[t] - y) / len(y),
            "The sign is reversed. The score of the right digit should grow, so its slope is "
            "negative.",
        ),
    ],
    [
        "What the network says, minus what it should say.",
        "What it should say is one-hot. A mean over N images makes each slope N times smaller.",
        "targets = np.eye(10)[t], then (y - targets) / ...",
    ],
)


def layer_slopes(z, error):  # z (N, inputs) went in, error (N, units) came back: slopes of W, b
    slope_W = z.T @ error  # gap: slope_W = ...
    slope_b = error.sum(axis=0)  # gap: slope_b = ...
    return slope_W, slope_b


slopes_of_a_layer = Exercise(
    "slopes_of_a_layer",
    layer_slopes,
    [
        (rng.random((5, 4)), rng.normal(size=(5, 3))),
        (rng.random((4, 4)), rng.normal(size=(4, 4))),
    ],
    [
        Mistake(
            lambda z, error: (z.T @ error, error.mean(axis=0)),
            "The slopes of the biases are divided by N. That was done at the scores already: add "
            "them up.",
        ),
        Mistake(
            lambda z, error: (z.T @ error / len(z), error.mean(axis=0)),
            "Both are divided by N. That was done at the scores already, and once is enough.",
        ),
        Mistake(
            lambda z, error: (error.T @ z, error.sum(axis=0)),
            "The slopes of the weights lie on their side. They need the shape of W.",
        ),
        Mistake(
            lambda z, error: (z.T @ error, error.sum(axis=1)),
            "The sum for the biases ran along the units. It should run over the images, and leave "
            "one number for each unit.",
        ),
        Mistake(
            lambda z, error: (z.T @ error, error.sum()),
            "One number for all biases. Each unit has its own.",
        ),
    ],
    [
        "The slopes have the shapes of W and b: (inputs, units) and (units,).",
        "Both add up over the images. For W, @ does so, if z is turned on its side.",
        "z.T @ error, and error.sum(axis=...)",
    ],
)


def back(error, W, z):  # z (N, inputs) went into W, error (N, units) came back: the error before z
    return (error @ W.T) * z * (1 - z)  # gap: return ...


back_through_a_layer = Exercise(
    "back_through_a_layer",
    back,
    [
        (rng.normal(size=(5, 4)), rng.normal(size=(4, 4)), rng.random((5, 4))),
        (rng.normal(size=(2, 3)), rng.normal(size=(5, 3)), rng.random((2, 5))),
    ],
    [
        Mistake(
            lambda error, W, z: (error @ W.T) * z,
            "Half of the sigmoid's slope is missing: it vanishes where z is near 0, and also "
            "where z is near 1.",
        ),
        Mistake(
            lambda error, W, z: error @ W.T,
            "This goes back through the weights, and stops before the sigmoid. The slope of the "
            "sigmoid is missing.",
        ),
        Mistake(
            lambda error, W, z: (error @ W) * z * (1 - z),
            "W is used as on the way forward. Backward it leads from its columns to its rows.",
        ),
        Mistake(
            lambda error, W, z: (error @ W.T) * (1 - z),
            "The slope of the sigmoid has two factors, and the one that vanishes near 0 is "
            "missing.",
        ),
    ],
    [
        "Two steps: back through the weights, and back through the sigmoid.",
        "Back through the weights, W lies on its side. The sigmoid's slope is z * (1 - z).",
        "(error @ ...) * z * (1 - z)",
    ],
)
