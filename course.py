"""Build the course's environment and run it: ``python course.py lab``, or ``test``.

The Makefile calls this file, and so can anyone without make. It needs nothing but Python, and its
syntax is one that a Python too old for the course can read, so that it can say so.
"""

import hashlib
import json
import os
import re
import subprocess
import sys

OLDEST = (3, 11)
HERE = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(HERE, ".venv")
PYTHON = os.path.join(VENV, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")))
LOCK = os.path.join(HERE, "requirements.lock")
STAMP = os.path.join(VENV, "built-from.txt")
LOG = os.path.join(VENV, "build.log")
COMMANDS = ("environment", "lab", "test")
LAB_OPTIONS = (
    "--ip=127.0.0.1",  # reached from this machine only, whatever the reader's own settings are
    "--ServerApp.port_retries=50",
    "--ServerApp.root_dir=notebooks",
    # A saved control is its picture: its kernel will be gone when it is opened again.
    "--ContentsManager.pre_save_hook=mnist_lib.course.saving.clean_notebook",
)
FIRST = "--LabApp.default_url=/lab/tree/%s00_start_here.ipynb"
# Without this, JupyterLab begins by asking whether it may fetch news from the internet.
LAB_SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}
}
# What stands in the last lines of a build that failed, and what it means for the reader.
REASONS = (
    (
        r"No space left|\[Errno 28\]|\[WinError 112\]",
        "The disk is full: the environment needs 480 MB.",
    ),
    (
        r"[Cc]onnection|getaddrinfo|name resolution|timed out",
        "The packages could not be downloaded. Check the internet connection and try again.",
    ),
    (
        r"\[Errno 13\]|\[WinError 5\]|Read-only file system",
        "The folder of the course may not be written to. Copy it to a folder of your own.",
    ),
)


class CourseError(Exception):
    """Why the course can't run, as a sentence for the reader."""


def main(words):
    """Run a command with its options, and return its exit code."""
    command, options = (words[0] if words else ""), words[1:]
    try:
        if command not in COMMANDS:
            raise CourseError("Usage: python course.py " + " | ".join(COMMANDS))
        check_python(command)
        check_port(options)
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


def check_port(options):
    """Raise a CourseError if an option names a port that no computer has."""
    for option in options:
        port = option.partition("=")[2]
        if name_of(option) == "--port" and not (port.isdigit() and 0 < int(port) < 65536):
            raise CourseError(
                "%s is not a port. Choose a number from 1024 to 65535, such as make lab PORT=9000"
                % port
            )


def is_built():
    """Return whether .venv was built completely, here, from the lock file as it is now."""
    try:
        with open(STAMP, encoding="utf-8") as stamp:
            return stamp.read() == fingerprint() and os.path.exists(PYTHON)
    except (OSError, ValueError):
        return False


def fingerprint():
    """Return a text that changes when the environment must be built again."""
    with open(LOCK, "rb") as lock:
        found = hashlib.sha256(lock.read())
    # A virtual environment holds its own path: one that was moved or copied does not work.
    found.update(os.fsencode(HERE) + b"%d.%d" % sys.version_info[:2])
    return found.hexdigest()


def build():
    """Make .venv from the lock file; every package is checked against its hash."""
    say("Building the environment in .venv, once: 110 MB to download, 480 MB on the disk.")
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    settings = os.path.join(VENV, "share", "jupyter", "lab", "settings")
    try:
        call([sys.executable, "-m", "venv", "--clear", VENV])
        call(pip + ["--require-hashes", "-r", LOCK])
        call(pip + ["--no-deps", "--no-build-isolation", "-e", "."])
        os.makedirs(settings, exist_ok=True)
        with open(os.path.join(settings, "overrides.json"), "w", encoding="utf-8") as file:
            json.dump(LAB_SETTINGS, file)
        with open(STAMP, "w", encoding="utf-8") as file:
            file.write(fingerprint())
    except OSError as error:
        raise CourseError(reason(str(error)))
    say("The environment is built; the log is in .venv/build.log.")


def call(words):
    """Run one step of the build, and keep what it prints in the log; show that it goes on."""
    environment = dict(os.environ, PYTHONIOENCODING="utf-8")
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment
    )
    lines, found = [], 0
    for line in process.stdout:
        lines.append(line.decode("utf-8", "replace"))
        if lines[-1].startswith(("Collecting ", "Processing ")):
            found += 1
            if found % 20 == 0:
                say("  %d packages" % found)
        elif found and lines[-1].startswith("Installing collected packages"):
            say("  %d packages are here and are now installed" % found)
    if os.path.isdir(VENV):
        with open(LOG, "a", encoding="utf-8") as log:
            log.writelines(lines)
    if process.wait() != 0:
        raise CourseError(reason("".join(lines[-20:])))


def reason(text):
    """Return why a build failed, as a sentence, from the last lines that it printed."""
    for signs, sentence in REASONS:
        if re.search(signs, text):
            return sentence + (" The log is .venv/build.log." if os.path.exists(LOG) else "")
    return (
        "%s\nThe environment could not be built; the last lines of .venv/build.log stand above. "
        "The same command builds it from its beginning." % text.rstrip()
    )


def say(text):
    """Print a line at once, even where the output goes to a file."""
    sys.stdout.write("%s\n" % text)
    sys.stdout.flush()


def lab(options):
    """Open JupyterLab on the first notebook, in Korean if that is this machine's language."""
    first = FIRST % ("ko/" if os.environ.get("LANG", "").lower().startswith("ko") else "")
    # An option that is given twice is an error for Jupyter.
    given = [name_of(option) for option in options]
    settings = [option for option in LAB_OPTIONS + (first,) if name_of(option) not in given]
    # Jupyter refuses to run as root, which is the user in many containers.
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return run(["-m", "jupyterlab"] + settings + root + options)


def name_of(option):
    """Return the name of one of Jupyter's options, which has a short and a long form."""
    return option.split("=")[0].replace("--ServerApp.", "--")


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
