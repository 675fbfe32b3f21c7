"""A few tries of each campaign, and that a campaign notices what it is there to notice."""

import itertools
import json
import operator
import os
import sys
import warnings
from functools import partial
from importlib import import_module
from pathlib import Path

import pytest

from tests.campaigns import DOCUMENTED, RIGHT, Tally, judge
from tests.campaigns.__main__ import main
from tests.campaigns.inputs import TARGETS, Target, make_input
from tests.campaigns.workers import read_all

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has no limits of this kind")


@pytest.mark.parametrize("name", ["downloads", "kills", "races", "disk", "inputs"])
def test_nothing_fails(name: str):
    campaign = import_module(f"tests.campaigns.{name}")
    tallies = campaign.run(campaign.SHORT)
    assert [failure for tally in tallies for failure in tally.failures] == []
    assert all(tally.right + tally.documented >= campaign.SHORT for tally in tallies)


def _warn() -> None:
    warnings.warn("careful", stacklevel=1)


def _raise(error: Exception) -> None:
    raise error


def test_only_right_results_and_sentences_pass():
    assert judge(lambda: None) == RIGHT
    assert judge(partial(_raise, ValueError("This is a sentence."))) == DOCUMENTED
    failures = {
        "warned": _warn,
        "AssertionError": partial(_raise, AssertionError("another result")),
        "KeyError": partial(_raise, KeyError("W1")),
        "JSONDecodeError": partial(json.loads, "["),
        "not a sentence, 14": partial(_raise, ValueError("not a sentence")),
        "not a sentence, 2001": partial(_raise, ValueError("a" * 2000 + ".")),
        "can't be printed": partial(_raise, OSError("\udcff.")),
    }
    for words, attempt in failures.items():
        assert words in judge(attempt)
    tally = Tally("this one")
    for growth in 0, 1 << 40:
        tally.add("a try", RIGHT, growth)
    assert tally.right == len(tally.failures) == 1


WRONGS = {
    b"crash": "SIGABRT",
    b"loop": "SIGPROF",
    b"grow": "right, grew by 5",
    b"refuse": "a whole file was refused",
    b"mistake": "a wrong result",
    b"warn": "warned",
}


def broken(_: Path) -> Target:
    """Make a reader that does to each input what it says."""
    deeds = {
        b"crash": os.abort,
        b"loop": lambda: all(map(bool, itertools.count(1))),
        b"grow": partial(operator.mul, b"x", 600 << 20),
        b"refuse": partial(_raise, ValueError("It is refused.")),
        b"mistake": partial(_raise, AssertionError("a wrong result")),
        b"warn": _warn,
        b"read": bool,
    }
    return Target(list(deeds), lambda content: deeds[content]())


def test_a_reader_that_crashes_or_grows_is_a_failure_and_the_rest_are_read():
    tally = Tally("broken")
    cases = [("broken", seed) for seed in range(len(WRONGS) + 1)]
    for _, outcome, growth, _ in read_all(cases, {"broken": broken}, limits=(4, 120)):
        tally.add("an input", outcome, growth)
    assert tally.right == 1
    for words, failure in zip(WRONGS.values(), tally.failures, strict=True):
        assert words in failure


def test_a_command_says_what_failed(monkeypatch, capsys):
    failed = Tally("disk")
    failed.add("--replay me", "KeyError: 'W1'")
    monkeypatch.setattr("tests.campaigns.disk.run", lambda _: [failed])
    monkeypatch.setattr(sys, "argv", ["campaigns", "disk", "--short"])
    assert main() == 1
    assert "| disk | 1 | 0 | 0 | 1 |" in (shown := capsys.readouterr().out)
    assert "disk: --replay me: KeyError: 'W1'" in shown


def test_the_same_seed_makes_the_same_input(tmp_path):
    for name, make in TARGETS.items():
        one, two = make(tmp_path), make(tmp_path)
        for seed in (0, 1000, 1001):
            assert make_input(name, one, seed) == make_input(name, two, seed)
