"""Without a browser, a sentence says what to install."""

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import PROJECT


def test_without_a_browser_a_sentence_asks_for_one(tmp_path):
    missing = tmp_path / "chrome"
    tests = Path(__file__).with_name("test_made_controls.py")
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tests)],
        cwd=PROJECT,
        env=os.environ | {"CHROME": str(missing)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert f"There is no browser at {missing}. Install Chromium" in result.stdout
    assert "Traceback" not in result.stdout + result.stderr
