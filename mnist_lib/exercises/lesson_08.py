"""Exercises of lesson 08, training."""

import numpy as np

from mnist_lib.exercises.exercise import Exercise, Mistake

rng = np.random.default_rng(8)


def step(w, slope, rate):  # weights, the slopes along them, a learning rate, to the new weights
    return w - rate * slope  # gap: return ...


step_downhill = Exercise(
    "step_downhill",
    step,
    [
        (np.array([1.0, -2.0, 0.5]), np.array([0.5, 0.25, -1.0]), 0.1),
        (rng.normal(size=(3, 4)), rng.normal(size=(3, 4)), 0.3),
    ],
    [
        Mistake(
            lambda w, slope, rate: w + rate * slope,
            "That goes uphill: where the slope is positive, a larger weight makes a larger loss.",
        ),
        Mistake(
            lambda w, slope, rate: w - slope,
            "The right direction, by the whole slope. The learning rate says how far.",
        ),
        Mistake(
            lambda w, slope, rate: -rate * slope,
            "That is the step. Where does it lead, from w?",
        ),
        Mistake(
            lambda w, slope, rate: w - rate * np.sign(slope),
            "Each weight moves by the same amount. Where it is steeper, a step is longer.",
        ),
    ],
    [
        "The slope points uphill.",
        "A step is the learning rate times the slope.",
        "w - ..., and behind it the step",
    ],
)


def move(w, v, slope, rate, momentum):  # v is the velocity: to the new w, and the new v
    v = momentum * v - rate * slope  # gap: v = ...
    return w + v, v  # gap: return ...


def _with_the_old_step(w, v, slope, rate, momentum):
    return w + v, momentum * v - rate * slope


def _without_the_step_before(w, v, slope, rate, momentum):
    return w - rate * slope, -rate * slope


def _without_the_momentum(w, v, slope, rate, momentum):
    v = v - rate * slope
    return w + v, v


def _exchanged(w, v, slope, rate, momentum):
    v = momentum * v - rate * slope
    return v, w + v


def _uphill(w, v, slope, rate, momentum):
    v = momentum * v + rate * slope
    return w + v, v


step_with_momentum = Exercise(
    "step_with_momentum",
    move,
    [
        (np.array([1.0, -2.0, 3.0]), np.array([0.1, 0.2, 0.0]), np.array([0.5, -1, 2]), 0.1, 0.9),
        (rng.normal(size=(3, 2)), rng.normal(size=(3, 2)), rng.normal(size=(3, 2)), 0.3, 0.5),
    ],
    [
        Mistake(
            _with_the_old_step,
            "The weights move by the old velocity. The new one has to be known first.",
        ),
        Mistake(
            _without_the_step_before,
            "The old velocity is forgotten. A part of it belongs in the new one.",
        ),
        Mistake(
            _without_the_momentum,
            "The whole old velocity is kept, so the steps grow and grow. The momentum says how "
            "much of it stays.",
        ),
        Mistake(_exchanged, "Both are right, in the wrong order: first w, then v."),
        Mistake(_uphill, "The new part of the velocity goes uphill. The slope points upward."),
    ],
    [
        "The new velocity is a part of the old one, and a step downhill.",
        "The momentum says how much of v stays. Downhill is minus the rate times the slope.",
        "v = momentum * v - rate * slope, and then return w + ..., v",
    ],
)


def cosine(progress):  # 0 at the start of the training, 1 at its end; to the share of the rate
    return (1 + np.cos(np.pi * progress)) / 2  # gap: return ...


cosine_schedule = Exercise(
    "cosine_schedule",
    cosine,
    [(0.0,), (0.25,), (0.6,), (1.0,)],
    [
        Mistake(
            lambda progress: 1 + np.cos(np.pi * progress),
            "It begins at 2. At the start the rate should be the whole one, and no more.",
        ),
        Mistake(
            lambda progress: (1 - np.cos(np.pi * progress)) / 2,
            "It climbs from 0 to 1. It should begin at 1 and sink to 0.",
        ),
        Mistake(
            lambda progress: np.cos(np.pi * progress),
            "It sinks to -1, and a negative rate goes uphill. Lift the curve, then halve it.",
        ),
        Mistake(
            lambda progress: (1 + np.cos(2 * np.pi * progress)) / 2,
            "It comes back up to 1 at the end. Half a wave is enough.",
        ),
        Mistake(
            lambda progress: 1 - progress,
            "That is a straight line. Both ends are right, and in between the cosine bends.",
        ),
    ],
    [
        "The cosine of 0 is 1, and that of pi is -1.",
        "From 1 to -1: lifted by 1 it goes from 2 to 0, and half of that from 1 to 0.",
        "(1 + np.cos(...)) / 2, which reaches pi at the end",
    ],
)


def fool(x, slope, epsilon):  # pixels, and the slopes of the loss along them: to pixels that fool
    return np.clip(x + epsilon * np.sign(slope), 0, 1)  # gap: return ...


image_that_fools = Exercise(
    "image_that_fools",
    fool,
    [
        (np.array([0.0, 1.0, 0.5, 0.5]), np.array([-0.2, 0.1, 0.03, -0.4]), 0.1),
        (rng.random((4, 4)), rng.normal(size=(4, 4)), 0.3),
    ],
    [
        Mistake(
            lambda x, slope, epsilon: np.clip(x + epsilon * slope, 0, 1),
            "Each pixel moves by its slope, most of them hardly. All should move equally far: "
            "only the direction of the slope counts.",
        ),
        Mistake(
            lambda x, slope, epsilon: np.clip(x - epsilon * np.sign(slope), 0, 1),
            "That makes the loss smaller, and the network surer. It should be fooled.",
        ),
        Mistake(
            lambda x, slope, epsilon: x + epsilon * np.sign(slope),
            "Some pixels are below 0 or above 1 now, and no image has such ones. Cut them off.",
        ),
        Mistake(
            lambda x, slope, epsilon: np.clip(epsilon * np.sign(slope), 0, 1),
            "That is the change alone. It is to be added to the image.",
        ),
    ],
    [
        "A pixel moves in the direction in which the loss grows.",
        "np.sign makes 1 or -1 of each slope. np.clip keeps numbers within two bounds.",
        "np.clip(x + epsilon * ..., 0, 1)",
    ],
)


def go(w, slopes_at, rate, steps):  # slopes_at(w) returns the slopes at w; to the last w
    for _ in range(steps):
        w = w - rate * slopes_at(w)  # gap: w = ...
    return w


def _by_the_first_slopes(w, slopes_at, rate, steps):
    return w - steps * rate * slopes_at(w)


def _one_step(w, slopes_at, rate, steps):
    return w - rate * slopes_at(w)


def _many_steps_uphill(w, slopes_at, rate, steps):
    for _ in range(steps):
        w = w + rate * slopes_at(w)
    return w


def _the_last_step(w, slopes_at, rate, steps):
    for _ in range(steps - 1):
        w = w - rate * slopes_at(w)
    return -rate * slopes_at(w)


def _slopes_of_a_bowl(w):
    return 2 * w


def _slopes_of_a_valley(w):
    return w * np.array([0.1, 1.0])


steps_downhill = Exercise(
    "steps_downhill",
    go,
    [
        (np.array([1.0, -2.0, 0.5]), _slopes_of_a_bowl, 0.1, 4),
        (np.array([-3.0, 1.0]), _slopes_of_a_valley, 0.5, 7),
    ],
    [
        Mistake(
            _by_the_first_slopes,
            "All steps go by the slopes at the start. Ask for them again after each step.",
        ),
        Mistake(_one_step, "That is a single step. Where do all of them lead?"),
        Mistake(
            _many_steps_uphill,
            "That goes uphill: where the slope is positive, a larger weight makes a larger loss.",
        ),
        Mistake(
            _the_last_step,
            "That is the last step alone. Each step begins where the one before has ended.",
        ),
    ],
    [
        "Each turn of the loop is one step of gradient descent, as in exercise 1.",
        "slopes_at(w) gives the slopes at the place that is reached.",
        "w = w - rate * ...",
    ],
)
