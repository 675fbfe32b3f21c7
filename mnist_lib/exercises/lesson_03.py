"""Exercises of lesson 03, the shapes of a single image."""

from itertools import pairwise

import numpy as np

from mnist_lib.exercises.exercise import Exercise, Mistake

rng = np.random.default_rng(3)


def unit(x, w, b):  # pixels, as many weights, and a bias, to the unit's a, before its bend
    a = b  # gap: a = ...
    for i in range(len(x)):
        a += x[i] * w[i]  # gap: a += ...
    return a


def _begun_with_the_bias_and_in_each_turn(x, w, b):
    return x @ w + (len(x) + 1) * b


one_unit_by_a_loop = Exercise(
    "one_unit_by_a_loop",
    unit,
    [
        (np.array([1.0, 2.0, 3.0]), np.array([0.5, -1.0, 2.0]), 0.25),
        (rng.random(16), rng.normal(size=16), -1.5),
    ],
    [
        Mistake(lambda x, w, b: x @ w, "The bias is missing. It is where the sum begins."),
        Mistake(
            lambda x, w, b: x @ w + len(x) * b,
            "The bias is added in each turn of the loop. A unit has one, and adds it once.",
        ),
        Mistake(
            _begun_with_the_bias_and_in_each_turn,
            "The sum begins with the bias, and gets it again in each turn. Once is enough.",
        ),
        Mistake(
            lambda x, w, b: b + x[0] * w[0],
            "Only the first pixel counts. Is the return within the loop? Then it ends in the "
            "first turn.",
        ),
        Mistake(
            lambda x, w, b: x[-1] * w[-1],
            "Only the last pixel counts. = puts a new value in place of the sum, += adds to it.",
        ),
    ],
    [
        "A unit adds up each pixel times its weight, and one bias.",
        "The bias does not depend on the pixel, so it stands before the loop.",
        "a = b, and in the loop a += x[i] * ...",
    ],
)


def layer(x, W, b):  # x (inputs,), W (inputs, units), b (units,), to z (units,)
    a = x @ W + b  # gap: a = ...
    return 1 / (1 + np.exp(-a))  # gap: return ...


hidden_layer = Exercise(
    "hidden_layer",
    layer,
    [
        (rng.random(4), rng.normal(size=(4, 4)), rng.normal(size=4)),
        (rng.random(6), rng.normal(size=(6, 3)), rng.normal(size=3)),
    ],
    [
        Mistake(
            lambda x, W, b: 1 / (1 + np.exp(-(W @ x + b))),
            "The weights stand on the wrong side of @. W has a row for each input, so x comes "
            "first.",
        ),
        Mistake(
            lambda x, W, b: x @ W + b,
            "These are the sums with their biases. The bend is missing: each still goes through "
            "the sigmoid.",
        ),
        Mistake(
            lambda x, W, b: 1 / (1 + np.exp(-(x @ W))) + b,
            "The bias comes after the bend. It belongs to the sum that is bent.",
        ),
        Mistake(lambda x, W, b: 1 / (1 + np.exp(-(x @ W))), "The bias is missing."),
        Mistake(
            lambda x, W, b: 1 / (1 + np.exp(x @ W + b)),
            "The curve is mirrored: a large sum gives nearly 0, and should give nearly 1. Look "
            "at the sign within exp.",
        ),
    ],
    [
        "First the weighted sums of all units at once, then the biases, then the bend.",
        "x @ W has a sum for each unit, and b a bias. The sigmoid of a is 1 / (1 + exp(-a)).",
        "a = x @ W + b, then 1 / (1 + np.exp(...))",
    ],
)


def softmax(a):  # (10,) scores, to (10,) probabilities that sum to 1
    e = np.exp(a - a.max())  # gap: e = ...
    return e / e.sum()  # gap: return ...


def _without_shift(a):
    e = np.exp(a)
    return e / e.sum()


def _divided_by_the_largest(a):
    e = np.exp(a - a.max())
    return e / e.max()


def _scaled_scores(a):
    e = np.exp(a / a.max())
    return e / e.sum()


softmax_of_one_image = Exercise(
    "softmax_of_one_image",
    softmax,
    [
        (np.array([1.0, 2.0, 4.0]),),
        (rng.normal(size=10),),
        (np.array([1010.0, 1000.0, 990.0]),),
        (np.array([1000.0, -1000.0, 0.0]),),
    ],
    [
        Mistake(
            _without_shift,
            "Right for small scores, nan for large ones: exp(1000) is more than a float holds. "
            "Bring the scores down first.",
        ),
        Mistake(
            _divided_by_the_largest,
            "The largest is 1, and together they are more. Probabilities sum to 1.",
        ),
        Mistake(
            lambda a: a / a.sum(),
            "These are shares of the scores themselves, and a negative score would have a "
            "negative one. exp comes first.",
        ),
        Mistake(
            _scaled_scores,
            "Divided by the largest score, the scores come closer together, and so do the "
            "probabilities. To subtract it keeps their distances.",
        ),
    ],
    [
        "Two steps: exp makes every score positive, and a division makes the sum 1.",
        "Subtract a number from all scores, and the shares stay. Which one keeps exp small?",
        "e = np.exp(a - a.max()), then e / ...",
    ],
)


def count_parameters(network):  # a dict of arrays, to how many numbers they hold together
    return sum(array.size for array in network.values())  # gap: return ...


def _network(*sizes):
    network = {}
    for i, (inputs, units) in enumerate(pairwise(sizes), start=1):
        network[f"W{i}"] = rng.normal(size=(inputs, units))
        network[f"b{i}"] = rng.normal(size=units)
    return network


count_of_parameters = Exercise(
    "count_of_parameters",
    count_parameters,
    [(_network(4, 3, 2),), (_network(16, 5, 6, 10),), (_network(7, 2),)],
    [
        Mistake(
            lambda network: sum(array.size for array in network.values() if array.ndim == 2),
            "The weights are all there, and the biases are not. They are learned as well.",
        ),
        Mistake(
            len,
            "That is how many arrays there are. How many numbers are in them?",
        ),
        Mistake(
            lambda network: sum(len(array) for array in network.values()),
            "len counts the rows of an array. In a row of weights there are many.",
        ),
        Mistake(
            lambda network: sum(array.sum() for array in network.values()),
            "The parameters themselves are added up. How many they are is wanted.",
        ),
    ],
    [
        "A loop over network.values() gives the arrays, weights and biases alike.",
        "An array knows how many numbers it holds: size.",
        "sum(... for array in network.values()), with the size of each",
    ],
)
