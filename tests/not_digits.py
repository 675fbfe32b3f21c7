"""Drawings of what is not a digit: letters, signs, scribbles, several digits at once.

The detector has not learned from any of them. Letters that can't be told from a digit in some
hands (B b D g I i l O o q S s Z z) are left out.
"""

from collections.abc import Iterator

import numpy as np

from mnist_lib.pen import load_drawings

Strokes = list[np.ndarray]

# Strokes are parted by "|", points by spaces; "(" stands before a curve's points.
LETTERS = {
    "A": "0,10 4,0 8,10 | 1.6,6 6.4,6",
    "C": "( 8,1 4,0 0.5,3 0.5,7 4,10 8,9",
    "E": "6,0 0,0 0,10 6,10 | 0,5 5,5",
    "F": "6,0 0,0 0,10 | 0,5 5,5",
    "G": "( 8,1 4,0 0.5,3 0.5,7 4,10 7,9 8,6 | 4.5,6 9,6",
    "H": "0,0 0,10 | 7,0 7,10 | 0,5 7,5",
    "J": "( 5,0 5,4 5,8 3,10 1,9.5 0,8",
    "K": "0,0 0,10 | 6,0 0,6 | 2,4.5 6.5,10",
    "L": "0,0 0,10 6,10",
    "M": "0,10 0,0 4,6 8,0 8,10",
    "N": "0,10 0,0 7,10 7,0",
    "P": "0,10 0,0 | ( 0,0 4,0 6,2.5 4,5 0,5",
    "Q": "( 4,0 0,3 0,7 4,10 8,7 8,3 4,0 | 5,7 9,11",
    "R": "0,10 0,0 | ( 0,0 4,0 6,2.5 4,5 0,5 | 2,5 6,10",
    "T": "0,0 8,0 | 4,0 4,10",
    "U": "( 0,0 0,4 0.5,8 3.5,10 6.5,8 7,4 7,0",
    "V": "0,0 4,10 8,0",
    "W": "0,0 2.5,10 5,2 7.5,10 10,0",
    "X": "0,0 7,10 | 7,0 0,10",
    "Y": "0,0 4,5 8,0 | 4,5 4,10",
    "a": "( 6,5 3,4 0,6 0,8.5 3,10 6,8 | 6,4 6,10",
    "d": "( 6,5 3,4 0,6 0,8.5 3,10 6,8 | 6,0 6,10",
    "e": "( 0,7 6,7 5.5,4.5 3,4 0,6 0,8.5 3,10 6,9",
    "f": "( 6,1 4,0 2,2 2,6 2,10 | 0,4.5 5,4.5",
    "h": "0,0 0,10 | ( 0,6 2.5,4.5 5,6 5,10",
    "k": "0,0 0,10 | 5,4 0,7.5 5,10",
    "m": "0,4 0,10 | ( 0,6 2,4 4,6 4,10 | ( 4,6 6,4 8,6 8,10",
    "n": "0,4 0,10 | ( 0,6 2.5,4 5,6 5,10",
    "p": "0,4 0,13 | ( 0,5 3,4 6,6 6,8 3,10 0,9",
    "r": "0,4 0,10 | ( 0,7 1.5,4.5 4,4 5,5",
    "t": "( 2,0 2,5 2.5,9 4.5,10 6,9 | 0,3.5 5,3.5",
    "u": "( 0,4 0,7 1,9.5 3,10 5,8 | 5,4 5,10",
    "w": "0,4 2,10 4,5 6,10 8,4",
    "x": "0,4 5,10 | 5,4 0,10",
    "y": "0,4 3,9 | 6,4 1.5,13",
    "가": "0,0 5,0 3,7 | 8,-1 8,11 | 8,5 11,5",
    "한": "2,-1 4,-1 | 0,1 6,1 | ( 3,2 1,4 3,6 5,4 3,2 | 8,-1 8,7 | 8,3 10,3 | 1,7 1,10 9,10",
    "글": "1,0 8,0 7.5,3 | 0,4.5 10,4.5 | 1,6.5 8,6.5 8,8.5 1,8.5 1,10.5 9,10.5",
    "@": "( 7,3.5 4.5,3 3.5,5 5,7 7,5.5 7,3.5 7.5,7 9.5,5 8,1 4.5,0 0.5,3 1,8 5,10 9,8.5",
    "&": "( 8,10 1,2 3,0 5,2 0,7 2,10 5,9.5 8,6",
    "#": "3,0 2,10 | 7,0 6,10 | 0,3 9,3 | 0,7 9,7",
    "+": "0,5 10,5 | 5,0 5,10",
    "=": "0,3 10,3 | 0,7 10,7",
}
SIGNS = {
    "heart": "( 5,3 4,0 0,0 0,5 5,10 | ( 5,3 6,0 10,0 10,5 5,10",
    "dot": "5,5",
    "lying line": "0,0 10,0.3",
    "smiley": "( 5,0 1,0 0,5 1,9 5,10 9,9 10,5 9,1 5,0 | 3,3 | 7,3 | ( 2.5,6 5,8 7.5,6",
    "star": "5,0 8,10 0,4 10,4 2,10 5,0",
    "check": "0,5 3,9 10,0",
    "arrow": "0,5 10,5 | 7,2 10,5 7,8",
    "house": "0,10 0,4 5,0 10,4 10,10 0,10",
    "wave": "( 0,3 2,0 4,3 6,6 8,3 10,0 12,3 14,6 16,3",
    "crossed circle": "( 5,0 1,0 0,5 1,9 5,10 9,9 10,5 9,1 5,0 | 2,2 8,8 | 8,2 2,8",
    "grid": "0,3 10,3 | 0,6 10,6 | 3,0 3,10 | 6,0 6,10",
    "three dots": "0,0 | 5,0 | 10,0",
    "fish": "( 0,5 4,1 8,4 11,8 | ( 0,5 4,9 8,6 11,2 | 11,2 11,8 | 2.5,4",
    "flower": "( 5,5 3,1 5,0 7,1 5,5 9,3 10,5 9,7 5,5 7,9 5,10 3,9 5,5 1,7 0,5 1,3 5,5",
    "stairs": "0,10 2,10 2,7.5 4,7.5 4,5 6,5 6,2.5 8,2.5 8,0 10,0",
}


def drawn(name: str) -> Strokes:
    """Return the strokes of one letter or sign, by its name."""
    return _parse((LETTERS | SIGNS)[name])


def letters(count: int, rng: np.random.Generator) -> Iterator[Strokes]:
    """Yield each letter, so many times, in changing hands."""
    for text in LETTERS.values():
        yield from (in_a_hand(_parse(text), rng) for _ in range(count))


def signs(count: int, rng: np.random.Generator) -> Iterator[Strokes]:
    """Yield each sign, so many times, in changing hands."""
    for text in SIGNS.values():
        yield from (in_a_hand(_parse(text), rng) for _ in range(count))


def scribbles(count: int, rng: np.random.Generator) -> Iterator[Strokes]:
    """Yield lines of a restless hand: a point that is driven at random, and slowed down."""
    for _ in range(count):
        pushes = rng.normal(0, 1, (rng.integers(150, 500), 2))
        speed, place, places = np.zeros(2), np.zeros(2), []
        for push in pushes:
            speed = 0.9 * speed + push - 0.02 * place
            place = place + speed
            places.append(place)
        yield [np.array(places[::3])]


def several_digits(count: int, rng: np.random.Generator) -> Iterator[Strokes]:
    """Yield two or three of the course's drawings, side by side."""
    drawings = load_drawings()
    for _ in range(count):
        right, strokes = 0.0, []
        for drawing in rng.choice(np.array(drawings, object), rng.choice([2, 3])):
            points = np.concatenate(drawing.strokes)
            low, high = points.min(axis=0), points.max(axis=0)
            height = (high - low).max()
            start = [low[0], (low[1] + high[1]) / 2]
            strokes += [(stroke - start) / height + [right, 0] for stroke in drawing.strokes]
            right += (high[0] - low[0]) / height + rng.uniform(0.1, 0.4)
        yield strokes


def in_a_hand(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Turn, slant and stretch strokes a little, and let the hand shake."""
    turn, slant = rng.normal(0, 0.1), rng.normal(0, 0.12)
    turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    change = turned @ [[1, slant], [0, 1]] @ np.diag(np.exp(rng.normal(0, 0.12, 2)))
    return [
        stroke @ change.T + np.cumsum(rng.normal(0, 0.02, stroke.shape), axis=0)
        for stroke in strokes
    ]


def _parse(text: str) -> Strokes:
    return [_stroke(part.split()) for part in text.split("|")]


def _stroke(words: list[str]) -> np.ndarray:
    is_curve = words[0] == "("
    points = np.array([word.split(",") for word in words[is_curve:]], float)
    if is_curve:
        # As the pad draws: from middle to middle of the points, which pull the curve.
        middles = (points[1:] + points[:-1]) / 2
        s = np.linspace(0, 1, 8)[:, np.newaxis, np.newaxis]
        curve = (1 - s) ** 2 * middles[:-1] + 2 * s * (1 - s) * points[1:-1] + s**2 * middles[1:]
        return np.vstack([points[:1], curve.transpose(1, 0, 2).reshape(-1, 2), points[-1:]])
    at = np.linspace(0, len(points) - 1, 12 * len(points) - 11)
    return np.stack([np.interp(at, range(len(points)), side) for side in points.T], axis=1)
