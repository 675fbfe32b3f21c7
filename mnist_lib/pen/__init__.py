"""Turn strokes of a pen, or any picture of a digit, into an image prepared as MNIST was.

MNIST's digits were scaled to fit a box of 20 x 20 pixels with their proportions kept, in greys
that soften the edges, and then moved until their centre of mass lay in the middle of 28 x 28
pixels (LeCun, Cortes and Burges, "The MNIST database of handwritten digits"). A network that
learned from them reads other digits well only if these were treated in the same way. Each step
is a function of its own here.

Everywhere here x goes to the right and y down, as on a screen, and a pixel's centre has whole
numbers: the pixel ``image[row, column]`` is the square of side 1 around the point
``(column, row)``, as Matplotlib draws it too.
"""

from mnist_lib.pen.drawings import (
    Drawing,
    DrawingError,
    load_drawings,
    save_drawings,
    to_arrays,
)
from mnist_lib.pen.pictures import (
    PictureError,
    find_ink,
    fit_ink,
    prepare_image,
    read_picture,
)
from mnist_lib.pen.strokes import (
    BOX,
    CENTER,
    PEN,
    SIDE,
    StrokesError,
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
    "DrawingError",
    "PictureError",
    "StrokesError",
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
