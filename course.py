"""Build the course's environment and run it: ``python course.py lab``, or ``test``.

The Makefile calls this file, and so does whoever has no make. It needs nothing but Python, and
keeps to a syntax that even a Python too old for the course can read, so that it can say so.
"""

import hashlib
import json
import os
import socket
import subprocess
import sys

OLDEST = (3, 11)
HERE = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(HERE, ".venv")
PYTHON = os.path.join(VENV, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")))
LOCK = os.path.join(HERE, "requirements.lock")
STAMP = os.path.join(VENV, "built-from.txt")
COMMANDS = ("environment", "lab", "test")
# Without this, JupyterLab begins by asking whether it may fetch news from the internet.
LAB_SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}
}


class CourseError(Exception):
    """What keeps the course from running, as a sentence for the reader."""


def main(words):
    """Run the command that the words ask for, and return its exit code."""
    command, options = (words[0] if words else ""), words[1:]
    try:
        if command not in COMMANDS:
            raise CourseError("Usage: python course.py " + " | ".join(COMMANDS))
        check_python(command)
        os.chdir(HERE)
        if not is_built():
            build()
    except CourseError as problem:
        sys.stderr.write("%s\n" % problem)
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. The same command builds the environment from its beginning.\n")
        return 1
    if command == "lab":
        return lab(options)
    if command == "test":
        # The tests run side by side; if each also multiplied its matrices on every core, they
        # would wait for each other most of the time.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        return run(["-m", "pytest", "-n", "auto"] + options)
    return 0


def check_python(command):
    """Raise a CourseError if this Python is too old, or can't make a virtual environment."""
    version = sys.version_info[:2]
    if version < OLDEST:
        raise CourseError(
            "The course needs Python %d.%d or newer, and this is Python %d.%d. Install one from "
            "python.org, or name one that you have: make %s PYTHON=python3.12"
            % (OLDEST + version + (command,))
        )
    try:
        import ensurepip
        import venv
    except ImportError as error:
        raise CourseError(
            "This Python can't make a virtual environment (%s). On Debian and Ubuntu, "
            "`sudo apt install python%d.%d-venv` adds what is missing; elsewhere, install Python "
            "from python.org." % ((error,) + version)
        )


def is_built():
    """Tell whether .venv was built to its end, here, from the lock file as it is now."""
    try:
        with open(STAMP) as stamp:
            return stamp.read() == fingerprint() and os.path.exists(PYTHON)
    except (IOError, OSError):
        return False


def fingerprint():
    """Return what changes when the environment must be built anew."""
    with open(LOCK, "rb") as lock:
        packages = hashlib.sha256(lock.read()).hexdigest()
    # An environment knows its own place and its Python: moved, copied or begun with another
    # Python, it is another one.
    return "\n".join([packages, HERE, "%d.%d" % sys.version_info[:2]])


def build():
    """Make .venv from the lock file; every package is checked against its hash."""
    print("Building the environment in .venv. This takes a minute or two, once.")
    pip = ["-m", "pip", "--disable-pip-version-check", "install"]
    made = (
        subprocess.call([sys.executable, "-m", "venv", "--clear", VENV]) == 0
        and run(pip + ["--require-hashes", "-r", LOCK]) == 0
        and run(pip + ["--no-deps", "--no-build-isolation", "-e", "."]) == 0
    )
    if not made:
        raise CourseError(
            "The environment could not be built; the reason stands above. Mend it (is there a "
            "connection, and room on the disk?) and run the same command again."
        )
    settings = os.path.join(VENV, "share", "jupyter", "lab", "settings")
    os.makedirs(settings, exist_ok=True)
    with open(os.path.join(settings, "overrides.json"), "w") as file:
        json.dump(LAB_SETTINGS, file)
    with open(STAMP, "w") as stamp:
        stamp.write(fingerprint())


def lab(options):
    """Open JupyterLab on the first notebook."""
    asked = [option for option in options if option.startswith("--port=")]
    wanted = asked[-1][len("--port=") :] if asked else "8888"
    if not (wanted.isdigit() and 0 < int(wanted) < 65536):
        sys.stderr.write("%s is no port. Name one: make lab PORT=9000\n" % wanted)
        return 1
    wanted = int(wanted)
    port = next((port for port in range(wanted, min(wanted + 50, 65536)) if is_free(port)), None)
    if port is None:
        sys.stderr.write(
            "Port %d and those after it are taken. Name another: make lab PORT=9000\n" % wanted
        )
        return 1
    if port != wanted:
        print(
            "Port %d is taken, perhaps by a JupyterLab that still runs; this one opens on port %d."
            % (wanted, port)
        )
    # A product that is split over every core waits for its slowest part, and the browser needs
    # a core, too: with all of them a step of training can take a hundred times as long.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // 2)))
    # Jupyter refuses to run as root, which is who one is in many a container.
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return run(
        ["-m", "jupyterlab", "--ServerApp.root_dir=notebooks", "--port=%d" % port]
        + ["--LabApp.default_url=/lab/tree/00_start_here.ipynb"]
        # A saved control is its picture: its kernel will be gone when it is opened again.
        + ["--ContentsManager.pre_save_hook=mnist_lib.course.saving.keep_static_outputs"]
        + root
        + [option for option in options if option not in asked]
    )


def is_free(port):
    """Tell whether a server can open this port."""
    with socket.socket() as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def run(words):
    """Run the environment's Python and return its exit code; Ctrl-C is left to it."""
    process = subprocess.Popen([PYTHON] + words)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
