"""Turn strokes of a pen, or any picture of a digit, into an image prepared as MNIST's were.

MNIST's digits were scaled to fit a box of 20 x 20 pixels with their proportions kept, in greys
that soften the edges, and then moved so that their center of mass lay in the middle of 28 x 28
pixels (LeCun, Cortes and Burges, "The MNIST database of handwritten digits"). A network that
learned from them reads other digits well only if these were prepared in the same way. Each step
is a function here.

Everywhere x goes to the right and y down, as on a screen, and a pixel's center has whole numbers:
the pixel ``image[row, column]`` is the square of side 1 around the point ``(column, row)``, as in
Matplotlib.
"""

from mnist_lib.checks import SIDE
from mnist_lib.pen.drawings import Drawing, load_drawings, save_drawings, to_arrays
from mnist_lib.pen.ink import find_ink, fit_ink
from mnist_lib.pen.pictures import prepare_image, read_picture
from mnist_lib.pen.strokes import (
    BOX,
    CENTER,
    PEN,
    center_of_mass,
    center_strokes,
    draw_strokes,
    fit_strokes,
    strokes_to_image,
)

__all__ = [
    "BOX",
    "CENTER",
    "PEN",
    "SIDE",
    "Drawing",
    "center_of_mass",
    "center_strokes",
    "draw_strokes",
    "find_ink",
    "fit_ink",
    "fit_strokes",
    "load_drawings",
    "prepare_image",
    "read_picture",
    "save_drawings",
    "strokes_to_image",
    "to_arrays",
]
