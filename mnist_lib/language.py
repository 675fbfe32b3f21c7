"""The language in which the library speaks to a reader: English, or one that has messages.

The library is written in English. Where its words reach a reader, in a picture, a control, a note
or an error, they pass `said`, which looks them up in ``messages/<language>.json``. A message with
numbers in it stands there with ``{0}``, ``{1}`` in their places. ``make translations`` writes
these files from ``translations/``.
"""

import functools
import json
import re
import sys
from pathlib import Path

__all__ = ["current", "said", "use", "words"]

MESSAGES = Path(__file__).parent / "messages"
ENGLISH = "en"
JOINTS = ("\n", "; ", ". ", ": ", ", ")
"""What joins messages to a longer text, from the loosest on."""

WITHIN = r"(?:(?!; |\n|\. ).)*?"
"""A value that does not reach into the next of several messages in a row."""

_current = ENGLISH


def current() -> str:
    """Return the language's code, such as ``en``."""
    return _current


def use(language: str) -> None:
    """Speak this language from now on, also beneath the errors of a notebook.

    Parameters
    ----------
    language : str
        ``en``, or the name of a file of messages, such as ``ko``.
    """
    global _current  # noqa: PLW0603 - a reader has one language
    known = [ENGLISH, *sorted(path.stem for path in MESSAGES.glob("*.json"))]
    if language not in known:
        raise ValueError(
            f"There are no messages in the language {language!r}. Choose from {', '.join(known)}."
        )
    _current = language
    if "IPython" in sys.modules:
        _speak_beneath_errors()


def said(text: str) -> str:
    """Return a text of the library in the current language; what is not known stays as it is."""
    return text if _current == ENGLISH else _translate(text, _current)


def words(script: Path) -> dict[str, str]:
    """Return what a script says in the page, ``say("...")``, and what to say in its place."""
    if _current == ENGLISH:
        return {}
    found = re.findall(r'\bsay\("([^"]+)"', script.read_text(encoding="utf-8"))
    return {text: said(text) for text in found}


@functools.lru_cache(maxsize=4096)
def _translate(text: str, language: str) -> str:
    core = text.strip()
    if not re.search("[A-Za-z]", core):
        return text
    found = (
        _by_message(core, language, WITHIN)
        or _by_messages(core, language)
        or _by_message(core, language, ".*?")
        or _by_parts(core, language)
        or _by_words(core, language)
    )
    return text.replace(core, found) if found else text


def _by_message(text: str, language: str, value: str) -> str | None:
    """Translate by one message, whose values match a pattern."""
    exact, templates = _messages(language)
    if text in exact:
        return exact[text]
    for literals, translation in templates:
        if all(literal in text for literal in literals):
            # "a {0}" says little of what it may match: of such a message a value is one word.
            few = sum(map(str.isalpha, "".join(literals))) < 5
            if found := _pattern(literals, r"\S*?" if few else value).fullmatch(text):
                parts = (_translate(part, language) for part in found.groups())
                return translation.format(*parts)
    return None


def _by_messages(text: str, language: str) -> str | None:
    """Translate several messages in a row, if each of them is known."""
    for joint in JOINTS[:2]:
        parts = text.split(joint)
        known = [_by_message(part.strip(), language, WITHIN) for part in parts]
        if len(parts) > 1 and all(known):
            return joint.join(known)
    return None


def _by_parts(text: str, language: str) -> str | None:
    """Translate what stands between joints, as far as it is known; None if nothing of it is."""
    for joint in JOINTS:
        parts = text.split(joint)
        translated = [_translate(part, language) for part in parts] if len(parts) > 1 else parts
        if translated != parts:
            return joint.join(translated)
    return None


def _by_words(text: str, language: str) -> str | None:
    """Translate a message and what follows it, where nothing but a space joins them."""
    exact, _ = _messages(language)
    for space in re.finditer(" ", text):
        first, rest = text[: space.start()], text[space.end() :]
        if first in exact:
            return f"{exact[first]} {_translate(rest, language)}"
    return None


@functools.cache
def _messages(language: str) -> tuple[dict[str, str], list[tuple[tuple[str, ...], str]]]:
    """Return messages without values by their texts; and the others, the most telling first."""
    messages = json.loads((MESSAGES / f"{language}.json").read_text(encoding="utf-8"))
    exact, templates = {}, []
    for message, translation in messages.items():
        # Many end with what joins them to the next one, where a text was taken apart already.
        literals = _literals(message.strip(" ,:"))
        if len(literals) == 1:
            exact[message] = translation.format()
            exact[literals[0]] = translation.strip(" ,:").format()
        else:
            templates.append((literals, translation.strip(" ,:")))
    templates.sort(key=lambda template: -max(map(len, template[0])))
    return exact, templates


def _literals(message: str) -> tuple[str, ...]:
    """Return what stands between the places of a message's values, which must be in order."""
    parts = re.split(r"\{\d+\}", message)
    return tuple(part.replace("{{", "{").replace("}}", "}") for part in parts)


@functools.cache
def _pattern(literals: tuple[str, ...], value: str) -> re.Pattern[str]:
    return re.compile(f"({value})".join(map(re.escape, literals)), re.DOTALL)


def _speak_beneath_errors() -> None:
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        return

    def show(shell, kind, error, trace, tb_offset=None) -> None:  # noqa: ANN001 - IPython's own
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
        if said(str(error)) != str(error):
            print(said(str(error)), file=sys.stderr)  # noqa: T201 - beneath the traceback

    shell.set_custom_exc((Exception,), show)
