"""A browser is found, or installed where that can be done, or asked for in a sentence."""

import json
import os
import shutil
import stat

import pytest

from . import prepare

# They stand for apt and sudo, which would change the machine, and use nothing of it.
APT = '#!/bin/sh\necho "$@" >> "$0.log"\n[ "$1" = update ] || ln -s /bin/true "${0%/*}/chromium"\n'
BROKEN_APT = '#!/bin/sh\necho "E: nothing can be reached" >&2\nexit 100\n'
SUDO = '#!/bin/sh\nshift\nexec "$@"\n'
REFUSING_SUDO = "#!/bin/sh\nexit 1\n"


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A PATH that has nothing but the shell's own tools; returns a way to add more to it."""
    monkeypatch.delenv("CHROME", raising=False)
    monkeypatch.setattr(prepare, "PLACES", ())
    monkeypatch.setenv("PATH", str(tmp_path))

    def add(**programs):
        for name, text in {"ln": None, "true": None, **programs}.items():
            file = tmp_path / name.replace("_", "-")
            if text is None:
                file.symlink_to(shutil.which(file.name, path=os.defpath))
            else:
                file.write_text(text)
                file.chmod(file.stat().st_mode | stat.S_IXUSR)
        return tmp_path

    return add


def test_an_installed_browser_is_found():
    assert prepare.find_chrome().is_file()


def test_a_browser_can_be_named(tmp_path, monkeypatch):
    mine = tmp_path / "my chrome"
    mine.touch()
    monkeypatch.setenv("CHROME", str(mine))
    assert prepare.find_chrome() == mine


def test_a_named_browser_that_is_not_there_is_asked_for(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CHROME", str(tmp_path / "none"))
    assert prepare.main() == 1
    assert "none, and there is no such file" in capsys.readouterr().err


@pytest.mark.parametrize("who", [0, 1000])
def test_debians_chromium_is_installed_where_there_is_none(machine, monkeypatch, who):
    folder = machine(apt_get=APT, sudo=SUDO)
    monkeypatch.setattr(os, "geteuid", lambda: who)
    assert prepare.find_chrome() is None
    prepare.install_chromium()
    assert prepare.find_chrome() == folder / "chromium"
    assert (folder / "apt-get.log").read_text().splitlines() == [
        "update",
        "install --yes --no-install-recommends chromium",
    ]


@pytest.mark.parametrize(
    "programs",
    [{}, {"apt_get": APT}, {"apt_get": APT, "sudo": REFUSING_SUDO}],
    ids=["no apt", "no sudo", "no right"],
)
def test_where_none_can_be_installed_a_sentence_asks_for_one(
    machine, monkeypatch, capsys, programs
):
    machine(**programs)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert prepare.main() == 1
    assert capsys.readouterr().err == f"{prepare.NO_CHROME}\n"


def test_apts_own_reason_is_left_to_be_read(machine, monkeypatch, capfd):
    machine(apt_get=BROKEN_APT)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert prepare.main() == 1
    said = capfd.readouterr().err
    assert said.startswith("E: nothing can be reached\n")
    assert "apt could not get it; the reason stands above." in said


def test_without_npm_a_sentence_says_what_it_is_for(machine):
    machine()
    with pytest.raises(prepare.PreparationError, match="npm was not found, and it brings axe"):
        prepare.install_axe()


def test_axe_is_locked_with_a_hash_and_without_an_address():
    text = (prepare.HERE / "package-lock.json").read_text(encoding="utf-8")
    packages = json.loads(text)["packages"]
    assert packages["node_modules/axe-core"]["integrity"].startswith("sha512-")
    assert "://" not in text
    assert prepare.has_axe()
