"""Make the course in other languages from ``translations/``: ``make translations``.

Each ``translations/<language>.po`` holds a message for each block of the lessons' prose, for each
sentence of the library that reaches a reader, and for each word in the lessons' figures. It is
all that a translator edits. From it are made the lessons and the glossary in that language, and
the messages that the library reads. A changed English sentence becomes a message that is missing
or marked fuzzy, and the course is not made until it is translated again.
"""

import ast
import json
import os
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import nbformat
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from mnist_lib.storage import write_whole

PROJECT = Path(__file__).resolve().parents[1]
TRANSLATIONS = PROJECT / "translations"
LIBRARY = PROJECT / "mnist_lib"
NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))
PAGES = [PROJECT / path for path in ("README.md", "docs/glossary.md", "website/pages/index.md")]
FIRST_LINES = {"ko": "import mnist_lib.korean"}

# What is a message is found by what it looks like, so that the library's code needs no marks: a
# text with two words and no sign of being code. A test finds what a lesson shows untranslated.
# Where the library speaks to a reader; elsewhere its words are for whoever writes code.
SPEAKING = {
    *("browser.py", "checks.py", "network.py", "course", "dataset", "exercises", "figures"),
    *("language.py", "parameters", "pen", "storage.py", "training", "widgets"),
}
SENTENCE = re.compile(r"[A-Za-z{}\d'-]+,? \(?[A-Za-z{}]+")
CODE = re.compile(
    r"^<[a-z]|^\^|\{\{\"|[\w\]]\|[\w\[]|^\W*\{\d+\}\W*$|^(lower|upper) (left|right)$|^[\w./-]+$"
)
# What code shows in a figure or a control, be it a single word.
LABELS = {"xlabel", "ylabel", "title", "label", "description", "alt"}
LABELING = {
    "said",
    "Note",
    "choice",
    "digit_choice",
    "Slider",
    "set_title",
    "set_xlabel",
    "set_ylabel",
}
CODE_PLACE = "#code"
SPOKEN = re.compile(rf"^mnist_lib/|^website/pages/(build|static)|{CODE_PLACE}$")
"""Places of messages that code speaks."""

WORD = re.compile(r"[A-Za-z]{2}")
DIGITS = "zero one two three four five six seven eight nine ten".split()  # noqa: SIM905
STYLE = {"bbox", "cmap", "color", "ec", "fc", "ha", "layout", "ls", "loc", "va"}
DRAWS = re.compile(r"\b(draw_\w+|img_show|Picture|Control|LongControl|Slider|choose_\w+)\(")

SITE = [PROJECT / "website" / "pages" / path for path in ("build.py", "static/live.js")]

# What must be the same in a message and its translation.
KEPT = re.compile(
    r"```.*?```|`[^`]+`|\$\$.+?\$\$|\$[^$\n]+\$|\]\([^)]+\)|<[a-z/!][^>]*>|\{\d+\}"
    r"|(?<![A-Za-z])\d[\d,.]*\d|(?<![A-Za-z])\d",
    re.DOTALL,
)


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


def messages() -> Catalog:
    """Return all messages of today, with their places."""
    catalog = Catalog()
    for path in NOTEBOOKS:
        for cell in nbformat.read(path, as_version=4).cells:
            place = str(path.relative_to(PROJECT)) + (
                CODE_PLACE if cell.cell_type == "code" else ""
            )
            for message in texts(cell):
                catalog.add(message, locations=[(place, None)])
    for path in PAGES:
        for block in blocks(path.read_text(encoding="utf-8")):
            catalog.add(block, locations=[(str(path.relative_to(PROJECT)), None)])
    for path in [*sorted(LIBRARY.rglob("*")), *SITE]:
        for message in spoken(path):
            catalog.add(message, locations=[(str(path.relative_to(PROJECT)), None)])
    return catalog


def texts(cell: nbformat.NotebookNode) -> Iterator[str]:
    """Yield the messages of a cell: its blocks, or the words in its figures and controls."""
    if cell.cell_type == "markdown":
        yield from blocks(cell.source)
    elif DRAWS.search(cell.source):
        yield from (text for text in strings(cell.source) if re.search("[A-Za-z]{3}", text))


def blocks(text: str) -> list[str]:
    """Return the blocks of a Markdown text that have words: paragraphs, headings, table rows."""
    return [part for part in _parts(text) if re.search("[A-Za-z]{2}", KEPT.sub("", part))]


def _parts(text: str) -> list[str]:
    """Split a Markdown text into blocks and what stands between them."""
    return re.split(
        r"((?<=^)```.*?```$|\n{2,}|\n(?=\|)|\n\Z)", text, flags=re.DOTALL | re.MULTILINE
    )


def spoken(path: Path) -> Iterator[str]:
    """Yield the messages of one of the library's files."""
    if path not in SITE and path.relative_to(LIBRARY).parts[0] not in SPEAKING:
        return
    if path.suffix == ".py":
        source = path.read_text(encoding="utf-8")
        yield from labels(source)
        for text in strings(source) if path not in SITE else ():
            if SENTENCE.search(text) and not CODE.search(text) and WORD.search(text):
                yield text.strip()
    elif path.suffix == ".js":
        yield from re.findall(r'\bsay\("([^"]+)"', path.read_text(encoding="utf-8"))
    elif path.suffix == ".toml":
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        for question in content.get("questions", content.values()):
            yield question["ask"]
            for choice in question["choices"]:
                yield from (choice["text"], choice["because"])


def strings(source: str) -> Iterator[str]:
    """Yield the texts in code that are no docstrings, an f-string with ``{0}`` for its values."""
    waiting: list[ast.AST] = [ast.parse(source)]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.JoinedStr):
            yield _template(node)
            waiting += [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield _template(ast.JoinedStr([node]))
        elif not _is_silent(node):
            waiting += ast.iter_child_nodes(node)


def _is_silent(node: ast.AST) -> bool:
    """Tell whether a part of code says nothing to a reader in its texts, or prints as it is."""
    return (
        (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        or isinstance(node, ast.Assert)
        or (isinstance(node, ast.keyword) and node.arg in STYLE)
        or (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print")
        or (isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant))
    )


def labels(source: str) -> Iterator[str]:
    """Yield the texts that code passes to what labels something."""
    for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        named = [key.value for key in call.keywords if key.arg in LABELS]
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        for value in named + (call.args if name in LABELING else []):
            for node in ast.walk(value):
                text = node.value if isinstance(node, ast.Constant) else None
                if isinstance(text, str) and re.fullmatch("[A-Za-z][A-Za-z ]+[.]?", text):
                    yield text


def _template(node: ast.JoinedStr) -> str:
    places = iter(range(len(node.values)))
    return "".join(
        part.value.replace("{", "{{").replace("}", "}}")
        if isinstance(part, ast.Constant)
        else f"{{{next(places)}}}"
        for part in node.values
    )


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

    parts = [catalog[part].string if catalog.get(part) else part for part in _parts(text)]
    return re.sub(r"\]\(([^)\s]+)\)", lead, "".join(parts))


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
