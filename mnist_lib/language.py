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
from collections.abc import Iterator
from pathlib import Path

__all__ = ["current", "said", "use", "words"]

MESSAGES = Path(__file__).parent / "messages"
ENGLISH = "en"
# What joins messages to a longer text, from the loosest on.
JOINTS = ("\n", "; ", ". ", ": ", ", ")

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
    return text.replace(core, _by_message(core, language) or _by_parts(core, language))


def _by_message(text: str, language: str) -> str | None:
    exact, patterns = _messages(language)
    if text in exact:
        return exact[text]
    for pattern, longest, translation in patterns:
        if longest in text and (found := pattern.fullmatch(text)):
            parts = (_translate(part, language) for part in found.groups())
            return translation.format(*parts)
    return None


def _by_parts(text: str, language: str) -> str:
    for joint in JOINTS:
        parts = text.split(joint)
        translated = [_translate(part, language) for part in parts] if len(parts) > 1 else parts
        if translated != parts:
            return joint.join(translated)
    return text


@functools.cache
def _messages(language: str) -> tuple[dict[str, str], list[tuple[re.Pattern[str], str, str]]]:
    """Return messages without numbers by their texts; and the others, the most telling first."""
    messages = json.loads((MESSAGES / f"{language}.json").read_text(encoding="utf-8"))
    exact, patterns = {}, []
    for message, translation in messages.items():
        literals = list(_literals(message))
        if len(literals) == 1:
            exact[literals[0]] = translation.format()
        else:
            pattern = re.compile("(.*?)".join(map(re.escape, literals)), re.DOTALL)
            patterns.append(
                (sum(map(len, literals)), pattern, max(literals, key=len), translation)
            )
    patterns.sort(key=lambda found: -found[0])
    return exact, [rest for _, *rest in patterns]


def _literals(message: str) -> Iterator[str]:
    """Yield what stands between the places of a message's numbers, which must be in order."""
    for part in re.split(r"\{\d+\}", message):
        yield part.replace("{{", "{").replace("}}", "}")


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
