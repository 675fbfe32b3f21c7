"""Run campaigns and print what came of them, or read one damaged input again."""

import argparse
import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from tests.campaigns import HEADER

NAMES = "downloads", "kills", "races", "disk", "inputs"


def main() -> int:
    """Run the named campaigns, or all; return 1 if anything failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], help="all, if none is named")
    parser.add_argument("--short", action="store_true", help="a few tries of each")
    parser.add_argument("--tries", type=int, help="how many of each")
    parser.add_argument("--replay", nargs=2, metavar=("TARGET", "SEED"), help="of inputs")
    arguments = parser.parse_args()
    if arguments.replay:
        from tests.campaigns.inputs import replay

        target, seed = arguments.replay
        replay(target, int(seed))
        return 0
    tallies = []
    for name in arguments.names or NAMES:
        campaign = import_module(f"tests.campaigns.{name}")
        tries = arguments.tries or (campaign.SHORT if arguments.short else campaign.LONG)
        print(f"{name}: {tries:,} tries", file=sys.stderr, flush=True)
        tallies += campaign.run(tries)
    print(HEADER, *(tally.row() for tally in tallies), sep="\n")
    failures = [f"{tally.campaign}: {text}" for tally in tallies for text in tally.failures]
    print("", *failures[:MOST_SHOWN], sep="\n")
    if len(failures) > MOST_SHOWN:
        print(f"... and {len(failures) - MOST_SHOWN:,} more")
    return 1 if failures else 0


MOST_SHOWN = 100

if __name__ == "__main__":
    # A reader's own files are neither read nor written.
    os.environ.pop("MNIST_DATA_DIR", None)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = str(Path(folder) / "cache")
        sys.exit(main())
