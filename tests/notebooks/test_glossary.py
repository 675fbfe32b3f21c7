"""Each word of the glossary stands in the lesson that it names."""

import re

import nbformat

from tests.conftest import PROJECT

TEXT = (PROJECT / "docs" / "glossary.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \| (\d\d) \|$", TEXT, re.MULTILINE)


def test_every_row_is_read():
    assert len(ROWS) == TEXT.count("\n|") - 2


def test_the_words_stand_in_order_and_once():
    words = [word.split(",")[0].strip("`").lower() for word, *_ in ROWS]
    assert words == sorted(set(words))


def test_each_word_stands_in_its_lesson():
    lessons = {path.name[:2]: source_of(path) for path in (PROJECT / "notebooks").glob("*.ipynb")}
    missing = [
        (word, lesson)
        for word, _, _, lesson in ROWS
        if not any(is_in(lessons[lesson], name) for name in word.split(", "))
    ]
    assert missing == []


def source_of(path) -> str:
    cells = nbformat.read(path, as_version=4).cells
    return " ".join(" ".join(cell.source.split()) for cell in cells)


def is_in(text: str, name: str) -> bool:
    word = re.sub(r"\(.*?\)", "", name).strip(" `")
    return re.search(rf"\b{re.escape(word)}", text, re.IGNORECASE) is not None
