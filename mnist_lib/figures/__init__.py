"""Draw arrays: each function turns arrays into a `Picture`, which has a text alternative.

All raise a ValueError for arrays that have other shapes, or hold other numbers, than documented.
"""

from mnist_lib.figures.answers import (
    draw_comparison,
    draw_confusion,
    draw_layers,
    draw_probabilities,
    draw_readings,
)
from mnist_lib.figures.chains import draw_chain, draw_two_ways
from mnist_lib.figures.curves import (
    draw_batch_times,
    draw_learning_curve,
    draw_losses,
    draw_progress,
)
from mnist_lib.figures.diagrams import draw_flow, draw_routes
from mnist_lib.figures.images import (
    draw_counts,
    draw_gallery,
    draw_greys,
    draw_numbers,
    draw_weights,
    img_show,
)
from mnist_lib.figures.picture import BLUE, GREEN, GREY, ORANGE, RED, Picture

__all__ = [
    "BLUE",
    "GREEN",
    "GREY",
    "ORANGE",
    "RED",
    "Picture",
    "draw_batch_times",
    "draw_chain",
    "draw_comparison",
    "draw_confusion",
    "draw_counts",
    "draw_flow",
    "draw_gallery",
    "draw_greys",
    "draw_layers",
    "draw_learning_curve",
    "draw_losses",
    "draw_numbers",
    "draw_probabilities",
    "draw_progress",
    "draw_readings",
    "draw_routes",
    "draw_two_ways",
    "draw_weights",
    "img_show",
]
