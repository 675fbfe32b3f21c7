"""Put deliberate faults into copies of the project, and see whether the tests notice.

``make faults``, or ``make faults ARGS="network pen"`` for some of the rooms. The faults stand in
``tests/faults``, one file for each room, each fault as

    [[fault]]
    name = "Pixels are divided by 256"
    file = "mnist_lib/dataset/__init__.py"
    old = "np.float32(255)"
    new = "np.float32(256)"
    tests = "tests/dataset"

``old`` stands exactly once in the file. ``tests`` is what pytest is given. A fault that no test
can notice has ``survives``, with the reason.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

PROJECT = Path(__file__).resolve().parents[1]
FAULTS = PROJECT / "tests" / "faults"
SECONDS = 300
"""A fault that makes the tests take longer than this has been noticed."""

MOST_SURVIVORS = 0.03


@dataclass(frozen=True)
class Fault:
    """One deliberate fault; see the module for what the fields say."""

    room: str
    name: str
    file: str
    old: str
    new: str
    tests: str
    survives: str = ""

    def is_noticed(self, copy: Path) -> bool:
        """Put the fault into a copy of the project, run its tests there, and take it out again."""
        path = copy / self.file
        whole = path.read_text(encoding="utf-8")
        if whole.count(self.old) != 1:
            raise ValueError(
                f"{self.name}: {self.old!r} stands {whole.count(self.old)} times in {self.file}, "
                "where exactly once is expected. Correct the fault."
            )
        path.write_text(whole.replace(self.old, self.new), encoding="utf-8")
        try:
            return not passes(copy, self.tests.split())
        finally:
            path.write_text(whole, encoding="utf-8")


def main() -> int:
    """Try all faults, or those of the named rooms, and print which ones survive."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rooms", nargs="*", help="names of files in tests/faults")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    faults = read_faults(arguments.rooms)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(arguments.workers) as pool:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(arguments.workers):
            copies.put(copy_project(Path(folder) / str(number)))

        def check(fault: Fault) -> bool:
            copy = copies.get()
            try:
                return fault.is_noticed(copy)
            finally:
                copies.put(copy)

        survivors = []
        for fault, noticed in zip(faults, pool.map(check, faults), strict=True):
            print(
                f"{'noticed ' if noticed else 'SURVIVES'} {fault.room}: {fault.name}", flush=True
            )
            if not noticed:
                survivors.append(fault)
    return report(faults, survivors)


def read_faults(rooms: list[str]) -> list[Fault]:
    """Read the faults of these rooms, or of all."""
    paths = [FAULTS / f"{room}.toml" for room in rooms] or sorted(FAULTS.glob("*.toml"))
    return [
        Fault(room=path.stem, **fields)
        for path in paths
        for fields in tomllib.loads(path.read_text(encoding="utf-8"))["fault"]
    ]


def copy_project(folder: Path) -> Path:
    """Copy what git knows of the project, and what it does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (PROJECT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, folder / name)
    return folder


def passes(copy: Path, tests: list[str]) -> bool:
    """Run tests in a copy, and tell whether all passed."""
    for name in tests:
        if name.startswith(("tests/", "notebooks/")) and not (copy / name.split("::")[0]).exists():
            raise ValueError(f"There is no {name}. Correct the fault.")
    # A compiled module of the same second and size would be taken for the changed one.
    environment = os.environ | {
        "PYTHONPATH": str(copy),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HYPOTHESIS_PROFILE": "faults",
    }
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    try:
        result = subprocess.run(
            command,
            cwd=copy,
            env=environment,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    # 4 may be a module that can't be imported any more, 5 a name of a test that does not exist.
    if result.returncode not in {0, 1, 2, 4}:
        raise ValueError(
            f"pytest ended with {result.returncode} for {tests}, which is neither passed nor "
            f"failed:\n{result.stdout.decode()}"
        )
    return result.returncode == 0


def report(faults: list[Fault], survivors: list[Fault]) -> int:
    """Print the result, and return an exit code."""
    print(f"\n{len(faults) - len(survivors)} of {len(faults)} faults are noticed.")
    for fault in survivors:
        print(f"  survives: {fault.room}: {fault.name}: {fault.survives or 'NO REASON IS GIVEN'}")
    for fault in faults:
        if fault.survives and fault not in survivors:
            print(f"  is noticed after all: {fault.room}: {fault.name}")
    unexplained = [fault for fault in survivors if not fault.survives]
    return 1 if unexplained or len(survivors) > MOST_SURVIVORS * len(faults) else 0


if __name__ == "__main__":
    sys.exit(main())
