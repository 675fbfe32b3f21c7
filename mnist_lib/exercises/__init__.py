"""Exercises that check themselves; each is imported by its name.

An exercise is data: a solution with its gaps marked, cases, the mistakes that people make, hints.
"""

from mnist_lib.exercises.exercise import Exercise, Mistake, Note
from mnist_lib.exercises.lesson_04 import (
    batches_with_the_last,
    digits_of_a_batch,
    score_in_batches,
    softmax_of_a_batch,
)
from mnist_lib.exercises.questions import prediction, quiz

__all__ = [
    "Exercise",
    "Mistake",
    "Note",
    "batches_with_the_last",
    "digits_of_a_batch",
    "prediction",
    "quiz",
    "score_in_batches",
    "softmax_of_a_batch",
]
