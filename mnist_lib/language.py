"""The language in which the library speaks to a reader: English, or one that has messages.

The library is written in English. Where its words reach a reader, in a picture, a control, a note
or an error, they pass `said`, which looks them up in ``messages/<language>.json``, made by
``make translations``. A message with values in it stands there with ``{0}``, ``{1}`` in their
places, so its text is found by what stands between them. In this order, as the first is surest:

1. the whole text is a message, and no value reaches over ``; ``, a new line or ``. ``:
   ``image 7, label 1``;
2. each part between ``; `` or new lines is a message: ``image 7, label 1; image 8, label 2``;
3. the whole text is a message, and a value holds several of them: ``Bars. a: 1; b: 2.``;
4. parts between other joints are messages, and the others stay: ``7, image 8``;
5. the text begins with a message without values: ``Its answer [0, 1]``.

What is not found stays as it is.
"""

import functools
import json
import re
import sys
from pathlib import Path
from types import TracebackType

__all__ = ["current", "said", "use", "words"]

LIBRARY = Path(__file__).parent
MESSAGES = LIBRARY / "messages"
ENGLISH = "en"
JOINTS = ("\n", "; ", ". ", ": ", ", ")
"""What joins messages to a longer text, from the loosest on."""

LONGEST = 3_000
"""A longer text than the library ever says is somebody else's, and stays as it is."""

FEW = 5
"""A message of fewer letters is found in too much."""

DEEPEST = 8
"""So deep a message may stand in the values of another."""

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
def _translate(text: str, language: str, depth: int = 0) -> str:
    core = text.strip()
    if core in _messages(language)[0]:
        return text.replace(core, _messages(language)[0][core])
    if depth > DEEPEST or len(core) > LONGEST or not re.search("[A-Za-z]", core):
        return text
    found = (
        _by_message(core, language, depth, JOINTS[:3])
        or _by_messages(core, language, depth)
        or _by_message(core, language, depth)
        or _by_parts(core, language, depth)
        or _by_first_words(core, language, depth)
    )
    return text.replace(core, found) if found else text


def _by_message(text: str, language: str, depth: int, outside: tuple[str, ...] = ()) -> str | None:
    """Translate a text that is one message, no value of which holds what is to stay outside."""
    exact, templates = _messages(language)
    if text in exact:
        return exact[text]
    for literals, translation in templates:
        values = _values(text, literals)
        if values is None or any(joint in value for value in values for joint in outside):
            continue
        # "a {0}" says little of what it may match: of such a message a value is one word.
        few = sum(map(str.isalpha, "".join(literals))) < FEW
        if not (few and any(" " in value for value in values)):
            return translation.format(*(_translate(v, language, depth + 1) for v in values))
    return None


def _values(text: str, literals: tuple[str, ...]) -> list[str] | None:
    """Return what stands between the literals in a text; None if they are not all in it."""
    first, *middle, last = literals
    end = len(text) - len(last)
    if not (text.startswith(first) and text.endswith(last)):
        return None
    values, place = [], len(first)
    for literal in middle:
        found = text.find(literal, place, end)
        if found < 0:
            return None
        values.append(text[place:found])
        place = found + len(literal)
    return [*values, text[place:end]] if place <= end else None


def _by_messages(text: str, language: str, depth: int) -> str | None:
    """Translate several messages in a row, if each of them is known."""
    for joint in JOINTS[:2]:
        parts = text.split(joint)
        if len(parts) > 1:
            known = [_by_message(part.strip(), language, depth, JOINTS[:3]) for part in parts]
            if all(known):
                return joint.join(known)
    return None


def _by_parts(text: str, language: str, depth: int) -> str | None:
    """Translate what stands between joints, as far as it is known; None if nothing of it is."""
    for joint in JOINTS:
        parts = text.split(joint)
        if len(parts) > 1:
            translated = [_translate(part, language, depth + 1) for part in parts]
            if translated != parts:
                return joint.join(translated)
    return None


def _by_first_words(text: str, language: str, depth: int) -> str | None:
    """Translate a message without values and, behind a space, what follows it."""
    exact, _ = _messages(language)
    for space in re.finditer(" ", text):
        first, rest = text[: space.start()], text[space.end() :]
        if first in exact:
            return f"{exact[first]} {_translate(rest, language, depth + 1)}"
    return None


@functools.cache
def _messages(language: str) -> tuple[dict[str, str], list[tuple[tuple[str, ...], str]]]:
    """Return messages without values by their texts; and the others, the most telling first."""
    messages = json.loads((MESSAGES / f"{language}.json").read_text(encoding="utf-8"))
    exact, templates = {}, []
    for message, translation in messages.items():
        # The places are in order in the English; in the translation they need not be.
        parts = re.split(r"\{\d+\}", message.strip())
        literals = tuple(part.replace("{{", "{").replace("}}", "}") for part in parts)
        if len(literals) == 1:
            exact[literals[0]] = translation.strip().format()
        else:
            templates.append((literals, translation.strip()))
    templates.sort(key=lambda template: -max(map(len, template[0])))
    return exact, templates


def _speak_beneath_errors() -> None:
    """Have a notebook say beneath an error of the library what it says, in the language."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        return

    def show(shell, kind, error, trace, tb_offset=None) -> None:  # noqa: ANN001 - IPython's own
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
        if _is_of_the_library(trace) and said(str(error)) != str(error):
            print(said(str(error)), file=sys.stderr)  # noqa: T201 - beneath the traceback

    shell.set_custom_exc((Exception,), show)


def _is_of_the_library(trace: TracebackType) -> bool:
    """Tell whether an error was raised in the library, and not in the reader's own code."""
    while trace.tb_next is not None:
        trace = trace.tb_next
    return LIBRARY in Path(trace.tb_frame.f_code.co_filename).parents
