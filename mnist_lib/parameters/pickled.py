"""Read a pickle of arrays without executing it.

A pickle is a program, and unpickling runs it: a crafted file can do anything. Here its
instructions are followed on paper: names and calls are written down, not looked up and not made.
"""

import pickletools
from typing import Any

import numpy as np

from mnist_lib.checks import kind_of

ARRAY = {"numpy.core.multiarray _reconstruct", "numpy._core.multiarray _reconstruct"}
BUFFER = {"numpy.core.numeric _frombuffer", "numpy._core.numeric _frombuffer"}
ALLOWED = ARRAY | BUFFER | {"numpy dtype", "numpy ndarray"}
MARK = object()
CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}
LITERALS = {
    *("BININT", "BININT1", "BININT2", "LONG1", "INT", "LONG"),
    *("BINUNICODE", "SHORT_BINUNICODE", "UNICODE", "STRING", "BINSTRING", "SHORT_BINSTRING"),
    *("BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"),
}
IGNORED = {"PROTO", "FRAME", "STOP"}


class _Name(str):
    """A name that a pickle refers to."""

    __slots__ = ()


class _Call:
    """A call that a pickle asks for, and the state that it would give to the result."""

    def __init__(self, function: object, arguments: object) -> None:
        self.function, self.arguments = function, arguments
        self.state: object = None


def read_pickle(content: bytes) -> dict[str, np.ndarray]:
    """Read a pickled dict of arrays, protocol 3 or newer, of NumPy 1 or 2.

    The arrays are read-only floats of at most two dimensions. Anything else, and whatever asks for
    something that an array does not need, is a ValueError.
    """
    try:
        found = _follow(content)
        return {key: _build_array(key, value) for key, value in found.items()}
    except _RefusedError:
        raise
    except Exception as error:
        raise ValueError(
            "it is neither an .npz file nor a complete pickle of arrays. Get it again, or save it "
            "with np.savez(path, **network)."
        ) from error


class _RefusedError(ValueError):
    """A refusal that has a sentence of its own."""


def _follow(content: bytes) -> dict[str, Any]:
    stack: list[Any] = []
    memo: dict[int, Any] = {}
    for opcode, argument, _ in pickletools.genops(content):
        if opcode.name in LITERALS:
            stack.append(argument)
        elif opcode.name in CONSTANTS:
            stack.append(CONSTANTS[opcode.name])
        elif opcode.name not in IGNORED:
            _step(opcode.name, argument, stack, memo)
    (found,) = stack
    if not isinstance(found, dict):
        raise _RefusedError(f"it holds {kind_of(found)}, where a dict of arrays is expected.")
    return found


def _step(  # noqa: C901, PLR0912
    opcode: str,
    argument: Any,  # noqa: ANN401
    stack: list[Any],
    memo: dict[int, Any],
) -> None:
    match opcode:
        case "GLOBAL":
            stack.append(_name(argument))
        case "STACK_GLOBAL":
            name, module = stack.pop(), stack.pop()
            if not (isinstance(name, str) and isinstance(module, str)):
                raise TypeError("a name that is not text")
            stack.append(_name(f"{module} {name}"))
        case "REDUCE":
            arguments, function = stack.pop(), stack.pop()
            stack.append(_Call(function, arguments))
        case "BUILD":
            state = stack.pop()
            stack[-1].state = state
        case "MARK":
            stack.append(MARK)
        case "EMPTY_DICT":
            stack.append({})
        case "TUPLE" | "TUPLE1" | "TUPLE2" | "TUPLE3":
            stack.append(tuple(_pop(stack, int(opcode[5:] or -1))))
        case "SETITEM" | "SETITEMS":
            items = _pop(stack, 2 if opcode == "SETITEM" else -1)
            if not all(isinstance(key, str) for key in items[::2]):
                raise TypeError("a key that is not text")
            stack[-1].update(zip(items[::2], items[1::2], strict=True))
        case "MEMOIZE" | "BINPUT" | "LONG_BINPUT" | "PUT":
            memo[len(memo) if argument is None else argument] = stack[-1]
        case "BINGET" | "LONG_BINGET" | "GET":
            stack.append(memo[argument])
        case _:
            raise _RefusedError(
                f"it is a pickle with the instruction {opcode}, which a file of arrays has no "
                "use for. Nothing in it was executed."
            )


def _pop(stack: list[Any], count: int) -> list[Any]:
    """Take the last `count` objects off the stack; with -1, all down to the last mark."""
    start = len(stack) - count
    if count < 0:
        start = len(stack) - 1
        while stack[start] is not MARK:
            start -= 1
        stack.pop(start)
    items = stack[start:]
    del stack[start:]
    return items


def _name(name: str) -> _Name:
    if name not in ALLOWED:
        raise _RefusedError(
            f"it is a pickle that asks for {name[:80].replace(' ', '.')}, which a file of arrays "
            "has no use for and which may do harm. Nothing in it was executed."
        )
    return _Name(name)


def _build_array(key: str, value: object) -> np.ndarray:
    """Build the array that a pickled call describes, from its plain bytes."""
    if not (isinstance(value, _Call) and isinstance(value.function, _Name)):
        raise _RefusedError(f"{key[:20]!r} is {kind_of(value)}, where an array is expected.")
    if value.function in BUFFER:
        data, dtype, shape, order = value.arguments
    else:
        _, shape, dtype, fortran, data = value.state
        order = "F" if fortran else "C"
    # Anything else here may be built to do harm: text as a length, or tuples nested so deeply
    # that comparing them overflows the stack.
    if not (
        isinstance(data, bytes | bytearray)
        and isinstance(shape, tuple)
        and len(shape) <= 2
        and all(type(length) is int and length >= 0 for length in shape)
    ):
        raise ValueError("not a plain array")
    return np.frombuffer(data, _build_dtype(key, dtype)).reshape(shape, order=order)


def _build_dtype(key: str, call: _Call) -> np.dtype:
    code, byte_order = call.arguments[0], call.state[1]
    if not (isinstance(code, str) and isinstance(byte_order, str)):
        raise TypeError("a dtype that is not text")
    if code not in {"f2", "f4", "f8"} or byte_order not in {"<", ">"}:
        raise _RefusedError(
            f"{key[:20]!r} is of type {code[:20]!r}, where floating-point numbers are expected."
        )
    return np.dtype(byte_order + code)
