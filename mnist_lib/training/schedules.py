"""How the learning rate changes during a training."""

import math


def constant(_progress: float) -> float:
    """Keep the learning rate as it is; a schedule for `train`."""
    return 1.0


def cosine(progress: float) -> float:
    """Lower the learning rate from full to nothing along half a cosine; a schedule for `train`.

    Parameters
    ----------
    progress : float
        0 at the first step, nearly 1 at the last.

    Returns
    -------
    float
        What to multiply the learning rate by (Loshchilov and Hutter, "SGDR", 2017, no restarts).
    """
    return (1 + math.cos(math.pi * progress)) / 2
