"""Exercises that check themselves; each is imported by its name.

An exercise is data: a solution with its gaps marked, cases, the mistakes that people make, hints.
"""

from mnist_lib.exercises.exercise import Exercise, Mistake, Note, Source
from mnist_lib.exercises.lesson_01 import (
    count_in_a_header,
    image_as_text,
    label_in_the_bytes,
    one_hot_rows,
    pixels_from_0_to_1,
)
from mnist_lib.exercises.lesson_02 import (
    mean_image_of_a_digit,
    negative_of_an_image,
    shift_to_the_right,
    strip_to_image,
)
from mnist_lib.exercises.lesson_03 import (
    count_of_parameters,
    hidden_layer,
    one_unit_by_a_loop,
    softmax_of_one_image,
)
from mnist_lib.exercises.lesson_04 import (
    batches_with_the_last,
    digits_of_a_batch,
    score_in_batches,
    softmax_of_a_batch,
)
from mnist_lib.exercises.lesson_05 import (
    confusion_matrix,
    precision_of_a_digit,
    recall_of_a_digit,
    rows_as_shares,
)
from mnist_lib.exercises.lesson_06 import (
    means_of_zones,
    nearest_mean,
    vote_of_neighbors,
)
from mnist_lib.exercises.lesson_07 import (
    back_through_a_layer,
    error_of_the_scores,
    loss_of_a_batch,
    loss_of_one_answer,
    slope_by_moving,
    slopes_of_a_layer,
)
from mnist_lib.exercises.lesson_08 import (
    cosine_schedule,
    image_that_fools,
    step_downhill,
    step_with_momentum,
    steps_downhill,
)
from mnist_lib.exercises.lesson_09 import (
    center_of_the_ink,
    crop_to_the_ink,
    scale_into_a_box,
)
from mnist_lib.exercises.lesson_10 import (
    affine_backward,
    backward_through_all,
    leaky_relu_backward,
    relu_forward,
)
from mnist_lib.exercises.lesson_11 import (
    convolution_of_an_image,
    largest_of_each_block,
    parameters_with_a_convolution,
)
from mnist_lib.exercises.overview import overview
from mnist_lib.exercises.questions import prediction, quiz

__all__ = [
    "Exercise",
    "Mistake",
    "Note",
    "affine_backward",
    "back_through_a_layer",
    "backward_through_all",
    "batches_with_the_last",
    "center_of_the_ink",
    "confusion_matrix",
    "convolution_of_an_image",
    "cosine_schedule",
    "count_in_a_header",
    "count_of_parameters",
    "crop_to_the_ink",
    "digits_of_a_batch",
    "error_of_the_scores",
    "hidden_layer",
    "image_as_text",
    "image_that_fools",
    "label_in_the_bytes",
    "largest_of_each_block",
    "leaky_relu_backward",
    "loss_of_a_batch",
    "loss_of_one_answer",
    "mean_image_of_a_digit",
    "means_of_zones",
    "nearest_mean",
    "negative_of_an_image",
    "one_hot_rows",
    "one_unit_by_a_loop",
    "parameters_with_a_convolution",
    "pixels_from_0_to_1",
    "precision_of_a_digit",
    "prediction",
    "quiz",
    "recall_of_a_digit",
    "relu_forward",
    "rows_as_shares",
    "scale_into_a_box",
    "score_in_batches",
    "shift_to_the_right",
    "show_progress",
    "slope_by_moving",
    "slopes_of_a_layer",
    "softmax_of_a_batch",
    "softmax_of_one_image",
    "step_downhill",
    "step_with_momentum",
    "steps_downhill",
    "strip_to_image",
    "vote_of_neighbors",
]


def show_progress() -> Source:
    """Show which exercises of each lesson were done."""
    return overview(value for value in globals().values() if isinstance(value, Exercise))
