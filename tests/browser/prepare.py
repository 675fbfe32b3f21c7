"""Get what the tests need beyond Python: a browser, and axe-core from npm.

``make test-browser`` runs this first. What is there already is left as it is.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
AXE = HERE / "node_modules" / "axe-core"
CHROMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)
NO_CHROME = (
    "No Chrome or Chromium was found. Install one (on Debian: sudo apt-get install chromium), or "
    "say where yours is: make test-browser CHROME=/path/to/chrome"
)
NO_NPM = (
    "npm was not found, and it brings axe-core, which looks for barriers in web pages. Install "
    "Node.js, which has npm (on Debian: sudo apt-get install npm)."
)


class PreparationError(Exception):
    """What keeps the tests from running, as a sentence that says what to do."""


def main() -> int:
    """Get what is missing, and return an exit code."""
    try:
        if find_chrome() is None:
            install_chromium()
        if not has_axe():
            install_axe()
    except PreparationError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


def find_chrome() -> Path | None:
    """Return where a Chrome or Chromium is, or None if there is none.

    Raises
    ------
    PreparationError
        If the environment's ``CHROME`` names a file that is not there.
    """
    named = os.environ.get("CHROME")
    if named:
        if not Path(named).is_file():
            raise PreparationError(f"CHROME is {named}, and there is no such file. {NO_CHROME}")
        return Path(named)
    on_path = filter(None, map(shutil.which, CHROMES))
    return next((Path(place) for place in (*on_path, *PLACES) if Path(place).is_file()), None)


def install_chromium() -> None:
    """Install Debian's ``chromium`` with apt, as root or as who may become root unasked.

    Raises
    ------
    PreparationError
        If there is no apt, no such right, or no Chromium afterwards.
    """
    apt = shutil.which("apt-get")
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    become_root = [] if is_root else ["sudo", "--non-interactive"]
    if apt is None or not (is_root or _succeeds([*become_root, "true"])):
        raise PreparationError(NO_CHROME)
    wanted = ["install", "--yes", "--no-install-recommends", "chromium"]
    for words in (["update"], wanted):
        if not _succeeds([*become_root, apt, *words]):
            raise PreparationError(f"apt could not get it; the reason stands above. {NO_CHROME}")
    if find_chrome() is None:
        raise PreparationError(NO_CHROME)


def has_axe() -> bool:
    """Tell whether axe-core is there, in the version that is locked."""
    lock = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))
    try:
        found = json.loads((AXE / "package.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return False
    return found["version"] == lock["packages"]["node_modules/axe-core"]["version"]


def install_axe() -> None:
    """Install axe-core, checked against its hash.

    Raises
    ------
    PreparationError
        If there is no npm, or it fails.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise PreparationError(NO_NPM)
    if not _succeeds([npm, "ci"], cwd=HERE):
        raise PreparationError("npm could not get axe-core; the reason stands above.")


def _succeeds(command: list[str], cwd: Path | None = None) -> bool:
    """Run a command that asks nothing, and tell whether it could be run and went well."""
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
