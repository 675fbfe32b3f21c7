"""Make the course in other languages from ``translations/``: ``make translations``.

Each ``translations/<language>.po`` holds a message for each block of the lessons' prose, for each
sentence of the library that reaches a reader, and for each word in the lessons' figures. It is
all that a translator edits. From it are made the lessons and the glossary in that language, and
the messages that the library reads. A changed English sentence becomes a message that is missing
or marked fuzzy, and the course is not made until it is translated again.
"""

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import nbformat
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from mnist_lib.storage import write_whole
from scripts.messages import KEPT, LIBRARY, NOTEBOOKS, PAGES, PROJECT, SPOKEN, messages, parts

TRANSLATIONS = PROJECT / "translations"
FIRST_LINES = {"ko": "import mnist_lib.korean"}
DIGITS = "zero one two three four five six seven eight nine ten".split()  # noqa: SIM905


def main() -> None:
    """Make everything in every language; say what is wrong and make nothing of a faulty one."""
    for path in sorted(TRANSLATIONS.glob("*.po")):
        catalog = update(path)
        faults = list(check(catalog))
        if faults:
            sys.exit("\n".join([f"{path.name} has {len(faults)} faults.", *faults]))
        make(catalog, path.stem)


def update(path: Path) -> Catalog:
    """Merge the messages of today into a file of translations, and write it.

    What is no longer a message stays in the file, at its end, for the day when it is one again.
    """
    catalog, template = read(path), messages()
    template.creation_date = catalog.creation_date  # or each run would change the file
    catalog.update(template)
    content = BytesIO()
    write_po(content, catalog, width=99)
    write_whole(path, content.getvalue())
    return catalog


def read(path: Path) -> Catalog:
    """Read a file of translations."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem)


def check(catalog: Catalog) -> Iterator[str]:
    """Yield a sentence for each fault of the translations."""
    template = messages()
    for message in template:
        if not message.id:
            continue
        found = catalog.get(message.id)
        if found is None or not found.string:
            yield f"Missing: {message.id!r}"
        elif found.fuzzy:
            yield f"The English was changed: {message.id!r}"
        elif different := lost(message.id, found.string):
            yield f"{sorted(different)} not in both: {message.id!r} and {found.string!r}"
    for message in catalog:
        if message.id and template.get(message.id) is None:
            yield f"No longer in the English: {message.id!r}"


def lost(english: str, translation: str) -> set[str]:
    """Return what is not as often in both, but for a digit that the English has as a word."""
    said, saying = _kept(english), _kept(translation)
    words = [rf"\b{word}(e?s)?\b" for word in DIGITS]
    named = {str(n) for n, word in enumerate(words) if re.search(word, english, re.IGNORECASE)}
    return {*(said - saying), *(part for part in saying - said if part not in named)}


def _kept(text: str) -> Counter[str]:
    return Counter(part.rstrip(".,") for part in KEPT.findall(text))


def make(catalog: Catalog, language: str) -> None:
    """Write the lessons, to be run yet, the pages and the messages in a language."""
    for path in NOTEBOOKS:
        place(path, language).parent.mkdir(exist_ok=True)
        nbformat.write(translated_notebook(path, catalog, language), place(path, language))
    for path in PAGES:
        place(path, language).parent.mkdir(exist_ok=True)
        text = translated_text(path.read_text(encoding="utf-8"), catalog, path, language)
        place(path, language).write_text(text, encoding="utf-8")
    target = LIBRARY / "messages" / f"{language}.json"
    target.write_text(library_messages(catalog), encoding="utf-8")


def place(path: Path, language: str) -> Path:
    """Return where the translation of a lesson or a page stands."""
    if path.parent.name in {"notebooks", "docs"}:
        return path.parent / language / path.name
    return path.with_suffix(f".{language}{path.suffix}")


def translated_notebook(path: Path, catalog: Catalog, language: str) -> nbformat.NotebookNode:
    """Return a lesson with its prose translated, and a line more in its first cell of code."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = translated_text(cell.source, catalog, path, language)
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    first.source = f"{FIRST_LINES[language]}\n{first.source}"
    return notebook


def translated_text(text: str, catalog: Catalog, path: Path, language: str) -> str:
    """Return a Markdown text of a file in another language, with links to that language."""

    def lead(link: re.Match[str]) -> str:
        target, mark, heading = link[1].partition("#")
        if not target or ":" in target:
            return link[0]
        there, here = (path.parent / target).resolve(), place(path, language)
        if there == here:  # a link from one language to the other
            there = path
        elif there in {*NOTEBOOKS, *PAGES}:
            there, mark = place(there, language), ""
        relative = Path(os.path.relpath(there, here.parent)).as_posix()
        return f"]({relative}{mark}{heading if mark else ''})"

    translated = [catalog[p].string if catalog.get(p) else p for p in parts(text)]
    linked = re.sub(r"\]\(([^)\s]+)\)", lead, "".join(translated))
    # Where a text tells to do something with a lesson, it is the lesson in this language.
    return re.sub(r"(?<=[ `])notebooks/(?=\d\d_)", f"notebooks/{language}/", linked)


def library_messages(catalog: Catalog) -> str:
    """Return what the library reads: each message that code speaks, and its translation."""
    spoken_ones = {
        message.id: message.string
        for message in catalog
        if any(SPOKEN.search(place) for place, _ in message.locations)
    }
    return json.dumps(dict(sorted(spoken_ones.items())), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    main()
