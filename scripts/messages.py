"""Find what a translator has to translate: the messages of today, in English.

They are the blocks of the lessons' prose and of some pages; the texts in the lessons' code that
may stand in a figure or a control; and the library's sentences and labels. In an f-string, ``{0}``
and ``{1}`` stand for its values.
"""

import ast
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
from babel.messages.catalog import Catalog

PROJECT = Path(__file__).resolve().parents[1]
LIBRARY = PROJECT / "mnist_lib"
NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))
PAGES = [PROJECT / path for path in ("README.md", "docs/glossary.md", "website/pages/index.md")]
SITE = [PROJECT / "website" / "pages" / path for path in ("build.py", "static/live.js")]
# Where the library speaks to a reader; elsewhere its words are for whoever writes code.
SPEAKING = {
    *("browser.py", "checks.py", "network.py", "course", "dataset", "exercises", "figures"),
    *("language.py", "parameters", "pen", "storage.py", "training", "widgets"),
}
CODE_PLACE = "#code"
SPOKEN = re.compile(rf"^mnist_lib/|^website/pages/(build|static)|{CODE_PLACE}$")
"""Places of messages that code speaks."""

# The library's code needs no marks: a message is a text with two words and no sign of being code,
# or what labels something. A test finds what a lesson shows untranslated.
WORD = re.compile(r"[A-Za-z]{2}")
SENTENCE = re.compile(r"[A-Za-z{}\d'-]+,? \(?[A-Za-z{}]+")
CODE = re.compile(
    r"^<[a-z]|^\^|\{\{\"|[\w\]]\|[\w\[]|^\W*\{\d+\}\W*$|^(lower|upper) (left|right)$|^[\w./-]+$"
)
LABELS = {"xlabel", "ylabel", "title", "label", "description", "alt"}
LABELING = {
    *("said", "Note", "choice", "digit_choice", "Slider"),
    *("set_title", "set_xlabel", "set_ylabel"),
}
# In a lesson's code nearly every text is shown, but for names and settings of a figure.
SHOWN = re.compile(r"[A-Za-z]{3}|^an? ")
NAME = re.compile(r"[\w.-]*[_.]\w+|utf-8")
STYLE = {"bbox", "cmap", "color", "ec", "fc", "ha", "layout", "ls", "loc", "va"}

# What is no prose: it must be the same in a message and its translation.
KEPT = re.compile(
    r"```.*?```|`[^`]+`|\$\$.+?\$\$|\$[^$\n]+\$|\]\([^)]+\)|<[a-z/!][^>]*>|\{\d+\}"
    r"|(?<![A-Za-z])\d[\d,.]*\d|(?<![A-Za-z])\d",
    re.DOTALL,
)


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
    else:
        found = strings(cell.source)
        yield from (text for text in found if SHOWN.search(text) and not NAME.fullmatch(text))


def blocks(text: str) -> list[str]:
    """Return the blocks of a Markdown text that have words: paragraphs, headings, table rows."""
    return [part for part in parts(text) if re.search("[A-Za-z]{2}", KEPT.sub("", part))]


def parts(text: str) -> list[str]:
    """Split a Markdown text into blocks and what stands between them."""
    return re.split(
        r"((?<=^)```.*?```$|\n{2,}|\n(?=\|)|\n\Z)", text, flags=re.DOTALL | re.MULTILINE
    )


def spoken(path: Path) -> Iterator[str]:
    """Yield the messages of one of the library's files, or of the site's."""
    if path in SITE or path.relative_to(LIBRARY).parts[0] in SPEAKING:
        read = READERS.get(path.name, READERS.get(path.suffix))
        if read:
            yield from read(path.read_text(encoding="utf-8"))


def _of_python(source: str) -> Iterator[str]:
    yield from labels(source)
    for text in strings(source):
        if SENTENCE.search(text) and not CODE.search(text) and WORD.search(text):
            yield text.strip()


def _of_questions(source: str) -> Iterator[str]:
    content = tomllib.loads(source)
    for question in content.get("questions", content.values()):
        yield question["ask"]
        for choice in question["choices"]:
            yield from (choice["text"], choice["because"])


def _of_drawings(source: str) -> Iterator[str]:
    for drawing in json.loads(source)["drawings"]:
        yield from drawing["about"].split(", ")


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


READERS: dict[str, Callable[[str], Iterator[str]]] = {
    ".py": _of_python,
    ".js": lambda source: iter(re.findall(r'\bsay\("([^"]+)"', source)),
    ".toml": _of_questions,
    "drawings.json": _of_drawings,
    # It says to its user what it does; what it writes into pages is marked.
    "build.py": labels,
}
