"""The drawings that a reader keeps: in a file that several pads may write to, or in memory."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import platformdirs

from mnist_lib.checks import check_type
from mnist_lib.pen import Drawing, load_drawings, save_drawings
from mnist_lib.storage import lock

SECONDS_TO_WAIT = 10


class Collection:
    """Drawings that were kept in a file, or without a path in memory only.

    If the file's folder cannot be written, a file of the same name in the reader's own data folder
    is used. `place` tells the reader where they are saved; it is empty without a path.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        check_type("path", path, (str, Path, type(None)), "the path of a file, or None,")
        self._in_memory: list[Drawing] = []
        self._given = self._path = None if path is None else Path(path)
        self.place = ""
        if self._given is not None:
            self.place = self._given.name
            if not _can_write(self._given.parent):
                self._path = platformdirs.user_data_path("mnist_lib", appauthor=False) / self.place
                self.place = f"{self._path}, as {self._given.parent} cannot be written"

    @property
    def drawings(self) -> list[Drawing]:
        """What is kept now, read from the file each time: another pad may have written to it."""
        if self._path is None:
            return list(self._in_memory)
        # Before the first drawing is saved elsewhere, those in the given place are all there is.
        for path in (self._path, self._given):
            if path.exists():
                return load_drawings(path)
        return []

    def add(self, drawing: Drawing) -> None:
        """Keep one more; an OSError if it cannot be saved, a ValueError if the file is damaged."""
        self._change(lambda drawings: [*drawings, drawing])

    def drop_last(self) -> None:
        """Drop the one that was kept last; a ValueError if there is none, others as for `add`."""

        def drop(drawings: list[Drawing]) -> list[Drawing]:
            if not drawings:
                raise ValueError("There is none to drop.")
            return drawings[:-1]

        self._change(drop)

    def _change(self, change: Callable[[list[Drawing]], list[Drawing]]) -> None:
        if self._path is None:
            self._in_memory = change(self._in_memory)
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with lock(self._path.with_name(f".{self._path.name}.lock"), SECONDS_TO_WAIT):
            save_drawings(self._path, change(self.drawings))


def _can_write(folder: Path) -> bool:
    """Try it: permissions alone do not tell on every system."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True
