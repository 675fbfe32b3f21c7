"""Give each learner the lessons, and bring one back: what a learner's server runs at its start.

``lessons.py serve ...`` copies the lessons that are not there yet, and starts the server.
``lessons.py alone`` does the same for a single learner, and ``lessons.py hub`` starts a hub.
``lessons.py restore 03`` brings lesson 03 back, ``restore ko/03`` the Korean one; what the learner
made of it is kept beside it.
``lessons.py unpack`` fills the folder of unpacked data that all learners share.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
COURSE = HERE.parents[1]
MINE = Path.home() / "digits"
# Jupyter refuses to run as root, which is the user in many containers.
ROOT = ["--allow-root"] if os.geteuid() == 0 else []


def main(command: str, *arguments: str) -> None:
    """Run one of the commands."""
    if command == "serve":
        copy_new()
        program = Path(sys.executable).with_name("jupyterhub-singleuser")
        config = f"--config={HERE / 'jupyter_server_config.py'}"
        os.execv(program, [str(program), config, *ROOT, *arguments])  # noqa: S606 - this very environment
    elif command == "alone":
        copy_new()
        lab = ["-m", "jupyterlab", "--ip=0.0.0.0", "--no-browser", f"--ServerApp.root_dir={MINE}"]
        page = "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb"
        config = f"--config={HERE / 'jupyter_server_config.py'}"
        os.execv(sys.executable, [sys.executable, *lab, page, config, *ROOT, *arguments])  # noqa: S606
    elif command == "hub":
        unpack()
        os.chdir(HERE if os.access(HERE, os.W_OK) else Path.home())
        config = f"--config={HERE / 'jupyterhub_config.py'}"
        os.execv(sys.executable, [sys.executable, "-m", "jupyterhub", config])  # noqa: S606
    elif command == "restore" and len(arguments) == 1:
        print(restore(arguments[0]))
    elif command == "unpack" and not arguments:
        unpack()
    else:
        sys.exit(__doc__)


def files() -> Iterator[Path]:
    """Yield what a learner gets, by its path in the course."""
    for pattern in ("notebooks/**/*.ipynb", "docs/**/*"):
        yield from (path.relative_to(COURSE) for path in COURSE.glob(pattern) if path.is_file())


def copy_new() -> None:
    """Copy what the learner has not got yet, and leave the rest alone."""
    for path in files():
        copy = MINE / path
        if not copy.exists() and ".ipynb_checkpoints" not in path.parts:
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(COURSE / path, copy)


def unpack() -> None:
    """Unpack the data, or renew the receipts of the copies, which a folder that moved has lost."""
    from mnist_lib import load_mnist

    os.environ.setdefault("MNIST_LIB_CACHE", str(HERE / "data"))
    load_mnist(normalize=False)


def restore(number: str) -> str:
    """Bring a lesson back by its number, ``03`` or ``ko/03``, and say where one's own is."""
    folder, _, lesson = number.rpartition("/")
    found = [
        path
        for path in files()
        if path.parent == Path("notebooks", folder) and path.name.startswith(f"{lesson}_")
    ]
    if len(found) != 1:
        return (
            f"There is no lesson {number}. Name one from 00 to 11, such as restore-lesson 03, or "
            "restore-lesson ko/03 for the Korean one."
        )
    copy = MINE / found[0]
    said = f"{copy.name} is as it was."
    if copy.exists():
        kept = copy.with_name(f"mine_{datetime.now():%Y-%m-%d_%H-%M-%S}_{copy.name}")
        copy.rename(kept)
        said += f" Yours is {kept.name}, beside it."
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(COURSE / found[0], copy)
    return said


if __name__ == "__main__":
    main(*sys.argv[1:] or [""])
