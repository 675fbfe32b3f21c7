"""Measure all, or the parts that are named: ``python -m benchmarks loading inference``."""

import argparse
import os
from importlib import import_module

from benchmarks import machine
from benchmarks.racing import THREADS, Row

PARTS = ("loading", "training", "inference", "threads")


def main() -> None:
    """Print where the measuring happens, then a table that grows row by row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(PARTS))
    parts = parser.parse_args().parts or PARTS
    if unknown := set(parts) - set(PARTS):
        parser.error(f"There is no part {', '.join(unknown)}; there are {', '.join(PARTS)}.")
    # Another processor's settings, left in the environment, would slow all of NumPy.
    for setting in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
        os.environ.pop(setting, None)
    print(machine.describe(THREADS), end="\n\n")
    print(Row.HEAD)
    for part in parts:
        # Imported this late because the contenders' processes import this file, too.
        for row in import_module(f"benchmarks.{part}").rows():
            print(row, flush=True)


if __name__ == "__main__":
    main()
