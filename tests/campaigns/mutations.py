"""Damage done to bytes at random: flipped, cut, doubled, spliced, with odd numbers in headers."""

import random
import struct

NUMBERS = 0, 1, 2, 127, 128, 255, 256, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF
WORDS = [
    struct.pack(form, number)
    for form in ("B", "<H", ">H", "<I", ">I", "<Q", ">Q")
    for number in (*NUMBERS, 2**63 - 1, 2**64 - 1)
    if number < 1 << 8 * struct.calcsize(form)
]


def mutate(rng: random.Random, content: bytes, other: bytes, words: list[bytes]) -> bytes:
    """Damage a file in one place or in several, perhaps with a part of another file."""
    result = bytearray(content)
    for _ in range(rng.choice((1, 1, 1, 2, 4, 8))):
        _damage(rng, result, other, words)
    return bytes(result)


def _damage(rng: random.Random, result: bytearray, other: bytes, words: list[bytes]) -> None:
    place = _place(rng, len(result))
    end = place + rng.randint(1, 16)
    match rng.choice("bbbyyycidrsooow"):
        case "b" if place < len(result):
            result[place] ^= 1 << rng.randrange(8)
        case "y":
            result[place : place + 1] = rng.randbytes(1)
        case "c":
            del result[place:]
        case "i":
            result[place:place] = rng.randbytes(end - place)
        case "d":
            result[place:place] = result[place:end] * rng.choice((1, 2, 100))
        case "r":
            del result[place:end]
        case "s":
            result[place:] = other[_place(rng, len(other)) :]
        case "o":
            word = rng.choice(words)
            result[place : place + len(word)] = word
        case "w":
            result[place:place] = rng.choice(words)


def _place(rng: random.Random, length: int) -> int:
    """Choose any place, or one near the beginning or the end, where headers and indexes stand."""
    kind, near = rng.random(), rng.randrange(64)
    if kind < 0.4:
        return min(near, length)
    return max(0, length - near) if kind < 0.5 else rng.randint(0, length)
