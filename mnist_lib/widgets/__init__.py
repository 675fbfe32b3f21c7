"""Controls for notebooks: move an input, and the picture of what follows from it is drawn."""

from mnist_lib.widgets.batches import choose_batch_size, measure_batches, view_batch_size
from mnist_lib.widgets.control import Control, LongControl, View
from mnist_lib.widgets.images import (
    browse_answers,
    browse_images,
    follow_image,
    view_answer,
    view_image,
    view_layers,
)
from mnist_lib.widgets.learning import (
    TrainingView,
    choose_learning_rate,
    choose_step_size,
    choose_training_size,
    view_learning_rate,
    view_progress,
    view_step_size,
    view_training_size,
)
from mnist_lib.widgets.pad import Canvas, DrawingPad, view_drawing
from mnist_lib.widgets.quiz import Quiz
from mnist_lib.widgets.slider import Slider
from mnist_lib.widgets.wiggle import choose_wiggle, view_wiggle

__all__ = [
    "Canvas",
    "Control",
    "DrawingPad",
    "LongControl",
    "Quiz",
    "Slider",
    "TrainingView",
    "View",
    "browse_answers",
    "browse_images",
    "choose_batch_size",
    "choose_learning_rate",
    "choose_step_size",
    "choose_training_size",
    "choose_wiggle",
    "follow_image",
    "measure_batches",
    "view_answer",
    "view_batch_size",
    "view_drawing",
    "view_image",
    "view_layers",
    "view_learning_rate",
    "view_progress",
    "view_step_size",
    "view_training_size",
    "view_wiggle",
]
