"""The Korean course says what the English one says, and is what the tool makes of it."""

import json
import re

import nbformat
import pytest
from babel.messages.catalog import Catalog

from scripts import make_font, translate
from scripts.messages import LIBRARY, NOTEBOOKS, PAGES, parts
from tests.conftest import PROJECT

LANGUAGES = [path.stem for path in translate.TRANSLATIONS.glob("*.po")]
PAIRS = [(language, path) for language in LANGUAGES for path in NOTEBOOKS]
ENGLISH_SENTENCE = re.compile(r"\b[a-z']+(?:,? [a-z']+){3,}")
GLOSSARY = re.findall(
    r"^\| ([^|]+?) \| ([^|]+?) \| .+? \| \d\d \|$",
    (PROJECT / "docs" / "glossary.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


def cells(path):
    return nbformat.read(path, as_version=4).cells


def outputs(cell):
    """Yield what a cell shows, as text: what is printed, and what stands for a picture."""
    for output in cell.get("outputs", []):
        yield output.get("text") or output.get("data", {}).get("text/plain", "")


def test_there_is_korean():
    assert LANGUAGES == ["ko"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_and_keeps_code_formulas_links_and_numbers(language):
    catalog = translate.read(translate.TRANSLATIONS / f"{language}.po")
    assert list(translate.check(catalog)) == []


@pytest.mark.parametrize(("language", "path"), PAIRS)
def test_a_lesson_is_what_the_tool_makes(language, path):
    catalog = translate.read(translate.TRANSLATIONS / f"{language}.po")
    made = translate.translated_notebook(path, catalog, language).cells
    stored = cells(translate.place(path, language))
    assert [cell.source for cell in stored] == [cell.source for cell in made]


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_and_messages_are_what_the_tool_makes(language):
    catalog = translate.read(translate.TRANSLATIONS / f"{language}.po")
    for path in PAGES:
        made = translate.translated_text(path.read_text(encoding="utf-8"), catalog, path, language)
        assert translate.place(path, language).read_text(encoding="utf-8") == made
    stored = LIBRARY / "messages" / f"{language}.json"
    assert stored.read_text(encoding="utf-8") == translate.library_messages(catalog)


@pytest.mark.parametrize(("language", "path"), PAIRS)
def test_code_is_the_same_but_for_one_line(language, path):
    english, other = (
        [c.source for c in cells(p) if c.cell_type == "code"]
        for p in (path, translate.place(path, language))
    )
    line, _, rest = other[0].partition("\n")
    assert line == translate.FIRST_LINES[language]
    assert [rest, *other[1:]] == english


@pytest.mark.parametrize(("language", "path"), PAIRS)
def test_outputs_have_the_numbers_of_the_english_ones(language, path):
    for english, other in zip(cells(path), cells(translate.place(path, language)), strict=True):
        if "nbval-ignore-output" in english.metadata.get("tags", []):
            continue
        for shown, said in zip(outputs(english), outputs(other), strict=True):
            assert translate.lost(shown, said) == set(), said


@pytest.mark.parametrize(("language", "path"), PAIRS)
def test_no_english_sentence_is_left_in_what_the_library_shows(language, path):
    """What a lesson's own code prints stays as it is; pictures, controls and notes do not."""
    left = []
    for cell in cells(translate.place(path, language)):
        for output in cell.get("outputs", []):
            if "data" in output:
                text = re.sub(r"`[^`]*`|<[^>]*>", " ", output["data"].get("text/plain", ""))
                left += ENGLISH_SENTENCE.findall(text)
    assert left == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_glossary_s_term_is_used(language):
    """In headings, where a term is named; a sentence may say it otherwise."""
    catalog = translate.read(translate.TRANSLATIONS / f"{language}.po")
    terms = {word: re.split(r" \(|, ", korean.strip(")")) for word, korean in GLOSSARY}
    missing = [
        (word, message.id, message.string)
        for message in catalog
        for word in terms
        if message.id
        and re.search(rf"\*\*{re.escape(word)}s?\*\*", message.id, re.IGNORECASE)
        and not any(term.strip(" )") in message.string for term in terms[word])
    ]
    assert missing == []


def test_the_font_has_every_letter_and_no_name_that_is_reserved():
    from fontTools.ttLib import TTFont

    font = TTFont(make_font.FONT)
    assert {ord(letter) for letter in make_font.letters()} <= set(font.getBestCmap())
    names = {str(font["name"].getDebugName(number)) for number in (1, 3, 4, 6)}
    assert not any("nanum" in name.lower() for name in names)
    assert (make_font.FONT.parent / "LICENSE").exists()


SAYS = Catalog(locale="ko")
SAYS.add(
    "It reads `x` in 0.93 of [all](a.md) $x$ cases.",
    "[모든](a.md) $x$ 가운데 0.93에서 `x`를 읽습니다.",
)


@pytest.mark.parametrize(
    ("spoiled", "named"),
    [
        ("[모든](a.md) $x$ 가운데 0.39에서 `x`를 읽습니다.", "0.39"),
        ("[모든](b.md) $x$ 가운데 0.93에서 `x`를 읽습니다.", "b.md"),
        ("[모든](a.md) $y$ 가운데 0.93에서 `x`를 읽습니다.", "$y$"),
        ("[모든](a.md) $x$ 가운데 0.93에서 `z`를 읽습니다.", "`z`"),
        ("", "Missing"),
    ],
)
def test_a_fault_is_found_and_named(spoiled, named, monkeypatch):
    monkeypatch.setattr(translate, "messages", lambda: SAYS)
    assert list(translate.check(SAYS)) == []
    catalog = Catalog(locale="ko")
    catalog.add(next(m.id for m in SAYS if m.id), spoiled)
    (fault,) = translate.check(catalog)
    assert named in fault


def test_a_changed_english_sentence_is_found(monkeypatch):
    catalog = Catalog(locale="ko")
    catalog.add("It reads all.", "모두 읽습니다.")
    changed = Catalog()
    changed.add("It reads none.")
    monkeypatch.setattr(translate, "messages", lambda: changed)
    assert [fault.split(":")[0] for fault in translate.check(catalog)] == [
        "Missing",
        "No longer in the English",
    ]


def test_every_text_is_put_together_again_byte_for_byte():
    texts = [c.source for path in NOTEBOOKS for c in cells(path)]
    texts += [path.read_text(encoding="utf-8") for path in PAGES]
    for text in texts:
        assert "".join(parts(text)) == text
    assert json.loads(translate.library_messages(Catalog())) == {}
