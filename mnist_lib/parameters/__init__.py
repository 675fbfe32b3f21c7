"""Read a network's parameters from a file, and believe nothing in it unchecked.

Two formats are read. ``.npz`` is NumPy's own, read with pickles forbidden. ``.pkl`` is for
readers who come with the ``sample_weight.pkl`` of "Deep Learning from Scratch": a pickle is a
program, and running a stranger's program to get at some numbers is a bad bargain. So the
program is read here like a text, one instruction after the other, and never run.
"""

import io
import math
import pickletools
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

__all__ = ["NAMES", "SHIPPED", "ParameterError", "check_parameters", "read_parameters"]

NAMES = ("W1", "b1", "W2", "b2", "W3", "b3")
SHIPPED = Path(__file__).parents[1] / "weights" / "mnist_50_100.npz"
_LARGEST = 100_000_000
_INPUTS = 784
_OUTPUTS = 10


class ParameterError(ValueError):
    """A file or dict that does not hold the parameters of a three-layer network."""


def read_parameters(path: str | Path = SHIPPED) -> dict[str, np.ndarray]:
    """Read the parameters of a three-layer network.

    Parameters
    ----------
    path : str or Path
        An ``.npz`` file, or a pickle in the form of the book's ``sample_weight.pkl``. Which of
        the two it is is told from its first bytes.

    Returns
    -------
    dict of str to numpy.ndarray
        ``W1 (784, n1)``, ``b1 (n1,)``, ``W2 (n1, n2)``, ``b2 (n2,)``, ``W3 (n2, 10)``,
        ``b3 (10,)``, all float32.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ParameterError
        If the file holds anything else. Nothing in it is ever executed.
    """
    path = Path(path)
    content = path.read_bytes()
    try:
        if len(content) > _LARGEST:
            raise ParameterError(f"it has {len(content):,} bytes, and {_LARGEST:,} are plenty.")
        found = _read_npz(content) if content.startswith(b"PK") else _read_pickle(content)
        return check_parameters(found)
    except ParameterError as error:
        raise ParameterError(f"{path} was not read: {error}") from error


def check_parameters(found: dict[str, Any]) -> dict[str, np.ndarray]:
    """Check that a dict holds the parameters of a three-layer network.

    Parameters
    ----------
    found : dict
        What is to be checked; it stays as it is.

    Returns
    -------
    dict of str to numpy.ndarray
        The six arrays in the order of the layers, float32 and C-contiguous.

    Raises
    ------
    ParameterError
        If a name is missing or unknown, a shape does not fit its neighbours, a type is not
        floating point, or a number is not finite.
    """
    _check_names(list(found))
    arrays = {name: np.asarray(found[name]) for name in NAMES}
    for name, array in arrays.items():
        if array.dtype.kind != "f":
            raise ParameterError(
                f"{name} is of type {array.dtype}, where floating-point numbers are expected."
            )
    _check_shapes(arrays)
    with np.errstate(over="ignore"):
        checked = {name: np.ascontiguousarray(a, np.float32) for name, a in arrays.items()}
    for name, array in checked.items():
        if not np.isfinite(array).all():
            raise ParameterError(
                f"{name} holds numbers that are not finite in float32 (nan or inf). "
                "Use the parameters from before training went wrong."
            )
    return checked


def _check_names(names: list[str]) -> None:
    if set(names) != set(NAMES):
        hint = ""
        if "train_img" in names:
            hint = " This looks like the book's mnist.pkl: the images, not the parameters."
        shown = ", ".join(repr(name[:20]) for name in names[:10]) or "nothing"
        raise ParameterError(
            f"it holds {shown}, where exactly {', '.join(NAMES)} are expected.{hint}"
        )


def _check_shapes(arrays: dict[str, np.ndarray]) -> None:
    widths = [_INPUTS, *(array.size for name, array in arrays.items() if name[0] == "b")]
    widths[-1] = _OUTPUTS
    for layer in (1, 2, 3):
        shapes = {f"W{layer}": (widths[layer - 1], widths[layer]), f"b{layer}": (widths[layer],)}
        for name, expected in shapes.items():
            if arrays[name].shape != expected:
                raise ParameterError(
                    f"{name} has the shape {arrays[name].shape}, where {expected} is expected: "
                    f"{_INPUTS} inputs, {_OUTPUTS} outputs, and as many rows in each layer as "
                    "the one before has columns."
                )


def _read_npz(content: bytes) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            # Looked at before anything is unpacked: a small archive may hold gigabytes.
            members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
        _check_names(list(members))
        if sum(info.file_size for info in members.values()) > _LARGEST:
            raise ParameterError("its arrays are far larger than any that are expected.")
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            return dict(archive)
    except ParameterError:
        raise
    except Exception as error:
        raise ParameterError(
            f"it is no whole .npz file of plain arrays ({error}). Save it again with "
            "np.savez(path, **network)."
        ) from error


class _Named(NamedTuple):
    """A name that a pickle refers to, not looked up."""

    name: str


class _Call:
    """A call that a pickle asks for, not made."""

    def __init__(self, function: object, arguments: object) -> None:
        self.function = function
        self.arguments = arguments
        self.state: object = None


_ARRAY = {"numpy.core.multiarray _reconstruct", "numpy._core.multiarray _reconstruct"}
_BUFFER = {"numpy.core.numeric _frombuffer", "numpy._core.numeric _frombuffer"}
_DTYPE = {"numpy dtype"}
_ALLOWED = _ARRAY | _BUFFER | _DTYPE | {"numpy ndarray"}
_MARK = object()
_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}
_LITERALS = {
    *("BININT", "BININT1", "BININT2", "LONG1", "INT", "LONG"),
    *("BINUNICODE", "SHORT_BINUNICODE", "UNICODE", "STRING", "BINSTRING", "SHORT_BINSTRING"),
    *("BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"),
}
_IGNORED = {"PROTO", "FRAME", "STOP"}


def _read_pickle(content: bytes) -> dict[str, Any]:
    try:
        found = _Reader().read(content)
        return {key: _to_array(key, value) for key, value in found.items()}
    except ParameterError:
        raise
    except Exception as error:
        raise ParameterError(
            "it is neither an .npz file nor a whole pickle of six arrays. Get it again, or save "
            "it with np.savez(path, **network)."
        ) from error


class _Reader:
    """Follow a pickle's instructions on paper: names and calls are written down, not done."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def read(self, content: bytes) -> dict[str, Any]:
        for opcode, argument, _ in pickletools.genops(content):
            if opcode.name in _LITERALS:
                self.stack.append(argument)
            elif opcode.name in _CONSTANTS:
                self.stack.append(_CONSTANTS[opcode.name])
            elif opcode.name not in _IGNORED:
                self._step(opcode.name, argument)
        (found,) = self.stack
        if not isinstance(found, dict):
            raise ParameterError(
                f"it holds a {type(found).__name__}, where a dict of six arrays is expected."
            )
        return found

    def _step(self, opcode: str, argument: Any) -> None:  # noqa: ANN401, C901, PLR0912
        stack = self.stack
        match opcode:
            case "GLOBAL":
                stack.append(_named(argument))
            case "STACK_GLOBAL":
                name, module = stack.pop(), stack.pop()
                if not (isinstance(name, str) and isinstance(module, str)):
                    raise TypeError("a name that is no text")
                stack.append(_named(f"{module} {name}"))
            case "REDUCE":
                arguments, function = stack.pop(), stack.pop()
                stack.append(_Call(function, arguments))
            case "BUILD":
                state = stack.pop()
                stack[-1].state = state
            case "MARK":
                stack.append(_MARK)
            case "EMPTY_DICT":
                stack.append({})
            case "TUPLE" | "TUPLE1" | "TUPLE2" | "TUPLE3":
                count = int(opcode[5:]) if opcode[5:] else None
                stack.append(tuple(self._pop(count)))
            case "SETITEM" | "SETITEMS":
                items = self._pop(2 if opcode == "SETITEM" else None)
                if not all(isinstance(key, str) for key in items[::2]):
                    raise ValueError("a key that is no name")
                stack[-1].update(zip(items[::2], items[1::2], strict=True))
            case "MEMOIZE" | "BINPUT" | "LONG_BINPUT" | "PUT":
                self.memo[len(self.memo) if argument is None else argument] = stack[-1]
            case "BINGET" | "LONG_BINGET" | "GET":
                stack.append(self.memo[argument])
            case _:
                raise ParameterError(
                    f"it is a pickle with the instruction {opcode}, which a file of six arrays "
                    "has no use for. Nothing in it was run."
                )

    def _pop(self, count: int | None) -> list[Any]:
        """Take the last `count` objects off the stack, or all down to the last mark."""
        if count is None:
            start = len(self.stack) - 1
            while self.stack[start] is not _MARK:
                start -= 1
            items = self.stack[start + 1 :]
        else:
            start = len(self.stack) - count
            items = self.stack[start:]
        del self.stack[start:]
        return items


def _named(name: str) -> _Named:
    if name not in _ALLOWED:
        raise ParameterError(
            f"it is a pickle that asks for {name[:80].replace(' ', '.')}, which has no place "
            "among six arrays and may do harm. It was refused, and nothing in it was run."
        )
    return _Named(name)


def _to_array(key: object, value: Any) -> np.ndarray:  # noqa: ANN401
    """Build the array that a pickled call describes, from its plain bytes."""
    if not isinstance(value, _Call):
        raise ParameterError(f"{key!r} is a {type(value).__name__}, where an array is expected.")
    if value.function.name in _BUFFER:
        data, dtype, shape, order = value.arguments
    else:
        _, shape, dtype, fortran, data = value.state
        order = "F" if fortran else "C"
    # Whatever is not what it should be may be built to do harm: a text as a length, or tuples
    # nested so deeply that comparing them overflows the stack.
    if not (
        isinstance(data, bytes | bytearray)
        and isinstance(shape, tuple)
        and len(shape) <= 2
        and all(type(length) is int and length >= 0 for length in shape)
    ):
        raise ValueError("no plain array")
    dtype = _to_dtype(key, dtype)
    if math.prod(shape) * dtype.itemsize != len(data):
        raise ParameterError(
            f"{key!r} is cut short or altered: {len(data):,} bytes for the shape {shape}."
        )
    return np.frombuffer(data, dtype).reshape(shape, order=order)


def _to_dtype(key: object, call: _Call) -> np.dtype:
    code, byte_order = call.arguments[0], call.state[1]
    if not (isinstance(code, str) and isinstance(byte_order, str)):
        raise TypeError("a type that is no text")
    if code not in {"f2", "f4", "f8"} or byte_order not in {"<", ">"}:
        raise ParameterError(
            f"{key!r} is of type {code[:20]!r}, where floating-point numbers are expected."
        )
    return np.dtype(byte_order + code)
