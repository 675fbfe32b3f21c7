"""Build the pages of ``site/``: the lessons as they are stored, to be read without Python.

Nothing is executed. What a reader can do on a page without Python, draw on a pad and answer
questions, is done by `static/live.js`, which finds its place by the classes written here.
"""

import html
import json
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import nbformat
import numpy as np
from PIL import Image

from mnist_lib import language
from mnist_lib.language import said

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
SITE = PROJECT / "site"
VERSION = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"]
LAB = "lab/lab/index.html?path=digits-{}/notebooks/{}"
"""Where the built JupyterLite opens a notebook, of a version and a name."""

KEPT = {"lab"}
PLACES = {"en": "", "ko": "ko"}
"""The languages, and the folder of each within those of lessons, docs and pages."""

ARTICLE = '<article role="main"[^>]*>'
MAP_TABLE = r"^\|[^\n]*\n\|[- |]*\n\|.*?(?=\n\n)"
MAP = "<!-- the map of the first lesson -->"


def main(python: str) -> None:
    """Build the pages anew with the Sphinx of this Python, and leave what else is in the site."""
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "built"
        for code, inside in PLACES.items():
            language.use(code)
            source = Path(folder) / code
            write_source(source, inside)
            command = [python, "-m", "sphinx", "--fail-on-warning", "--quiet", "-b", "html"]
            title = said("Handwritten digits from scratch")
            settings = ["-D", f"language={code}", "-D", f"html_title={title}"]
            places = ["-d", Path(folder) / f"cache-{code}", source, built / inside]
            subprocess.run([*command, *settings, *places], check=True)
            for page in (built / inside).rglob("*.html"):
                page.write_text(remove_barriers(page.read_text("utf-8")), encoding="utf-8")
        link_languages(built)
        SITE.mkdir(exist_ok=True)
        for old in SITE.iterdir():
            if old.name not in KEPT:
                shutil.rmtree(old) if old.is_dir() else old.unlink()
        shutil.copytree(built, SITE, dirs_exist_ok=True)
    (SITE / ".nojekyll").touch()  # GitHub Pages would leave out folders that begin with "_"
    print(f"The pages stand in {SITE.relative_to(PROJECT)}.")


def write_source(source: Path, inside: str) -> None:
    """Write what Sphinx makes the pages of a language from, in the same folders for each."""
    shutil.copytree(
        PROJECT / "docs" / inside, source / "docs", ignore=shutil.ignore_patterns("ko")
    )
    shutil.copytree(HERE / "static", source / "static")
    shutil.copy(HERE / "conf.py", source)
    front = (HERE / f"index.{inside}.md" if inside else HERE / "index.md").read_text("utf-8")
    front = re.sub(r"(\.\./)+notebooks/(ko/)?", "notebooks/", front)
    if inside:
        first = LAB.format(VERSION, f"{inside}/00_start_here.ipynb")
        front = front.replace('href="lab/lab/index.html"', f'href="../{first}"')
        front = front.replace("docs/teaching\ndocs/room\n", "")  # in English only
        front = front.replace(":caption: Lessons", f":caption: {said('Lessons')}")
        front = front.replace(":caption: More", f":caption: {said('More')}")
        front = front.replace("00 Start here <", f"00 {said('Start here')} <")
    (source / "index.md").write_text(front.replace(MAP, course_map(inside)), encoding="utf-8")
    (source / "notebooks").mkdir()
    for path in sorted((PROJECT / "notebooks" / inside).glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        prepare(notebook, path.name, inside)
        nbformat.write(notebook, source / "notebooks" / path.name)
        shutil.copy(path, source / "static" / path.name)
    write_assets(source / "static")


def link_languages(built: Path) -> None:
    """Link each page to the same page in the other language, where there is one."""
    for page in (built / "ko").rglob("*.html"):
        name = page.relative_to(built / "ko")
        up = "../" * (len(name.parts) - 1)
        for here, there, code, label in (
            (page, f"{up}../{name}", "en", "English"),
            (built / name, f"{up}ko/{name}", "ko", "한국어"),
        ):
            link = f'<a class="course-language" lang="{code}" href="{there}">{label}</a>'
            text = here.read_text(encoding="utf-8")
            here.write_text(re.sub(ARTICLE, rf"\g<0>{link}", text, count=1), encoding="utf-8")


def remove_barriers(page: str) -> str:
    """Add what the theme leaves out for readers with a keyboard or a screen reader."""
    for tag, attribute in (
        ('<p class="caption" role="heading"', 'aria-level="2"'),
        ('<aside class="sidebar-drawer"', f'aria-label="{said("All pages")}"'),
        ('<aside class="toc-drawer"', f'aria-label="{said("This page")}"'),
        ("<pre", 'tabindex="0"'),
        ('<div class="math-wrapper docutils container"', 'tabindex="0"'),
    ):
        page = page.replace(f"{tag}>", f"{tag} {attribute}>")
    return page


def course_map(inside: str) -> str:
    """Return the table of lessons that the first one shows, with links from the front page."""
    first = nbformat.read(PROJECT / "notebooks" / inside / "00_start_here.ipynb", as_version=4)
    prose = "\n".join(cell.source for cell in first.cells)
    table = re.search(MAP_TABLE, prose, re.MULTILINE | re.DOTALL)[0]
    return table.replace("](", "](notebooks/")


def prepare(notebook: nbformat.NotebookNode, name: str, inside: str) -> None:
    """Add to a lesson what its page has and a notebook has not."""
    up = "../../" if inside else "../"
    lab = up + LAB.format(VERSION, f"{inside}/{name}" if inside else name)
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        # Where the pages of a language stand by themselves, there is no folder for it.
        cell.source = re.sub(r"\]\(\.\./\.\./(docs/)?(?:ko/)?", r"](../\1", cell.source)
        if cell.cell_type == "code":
            for output in cell.outputs:
                make_live(cell, output, lab)
            if "exercise" in cell.metadata:
                cells.append(nbformat.v4.new_markdown_cell(fold_hints(cell.metadata["exercise"])))
    title, _, rest = cells[0].source.partition("\n\n# ")
    ways = (
        f'<p class="course-ways"><a href="{lab}">{said("Open in a tab")}</a> '
        f'<a href="../_static/{name}" download>{said("Download")}</a></p>'
    )
    cells[0].source = f"# {rest}" if rest else title
    heading, _, text = cells[0].source.partition("\n")
    cells[0].source = f"{heading}\n\n{ways}\n{text}"
    notebook.cells = cells


def make_live(cell: nbformat.NotebookNode, output: nbformat.NotebookNode, lab: str) -> None:
    """Mark an output that the page can bring to life, and say where the others live."""
    data = output.get("data", {})
    if "text/html" not in data:
        return
    shown = data["text/html"].replace(
        f"<em>{said('Run the cell above to use this control.')}</em>",
        f'<a href="{lab}">{said("Open this lesson in a tab to use this control.")}</a>',
    )
    if questions := questions_of(cell.source):
        asked = html.escape(json.dumps(questions))
        shown = f'<div class="live-quiz" data-questions="{asked}">{shown}</div>'
    elif "DrawingPad(" in cell.source:
        shown = f'<div class="live-pad">{shown}</div>'
    # Sphinx would show the picture, which stands in the HTML, with its alternative.
    output.data = {"text/html": shown}


def questions_of(source: str) -> list[dict]:
    """Return the questions that a cell asks."""
    from mnist_lib.exercises import prediction, quiz

    if found := re.search(r"^quiz\((\d+)\)$", source, re.MULTILINE):
        return quiz(int(found[1])).questions
    if found := re.search(r'^prediction\("(\w+)"\)$', source, re.MULTILINE):
        return prediction(found[1]).questions
    return []


def fold_hints(name: str) -> str:
    """Return the hints of an exercise and a solution, each to be opened."""
    import mnist_lib.exercises

    exercise = getattr(mnist_lib.exercises, name)
    folded = [
        f"<details><summary>{said('Hint')} {number}</summary>\n\n{said(hint)}\n\n</details>"
        for number, hint in enumerate(exercise.hints, start=1)
    ]
    solution = f"```python\n{exercise.solution()}\n```"
    folded.append(f"<details><summary>{said('A solution')}</summary>\n\n{solution}\n\n</details>")
    return "\n\n".join(folded)


def write_assets(static: Path) -> None:
    """Write the scripts and the parameters that the live parts need."""
    from mnist_lib import get_data, init_network
    from mnist_lib.detector import init_detector

    for name in ("pad.js", "pad.css", "quiz.js", "quiz.css"):
        shutil.copy(PROJECT / "mnist_lib" / "widgets" / name, static / name)
    spoken = [*static.glob("*.js")]
    words = {text: word for script in spoken for text, word in language.words(script).items()}
    text = json.dumps(words, ensure_ascii=False, indent=1)
    (static / "words.js").write_text(f"export default {text};\n", encoding="utf-8")
    image = np.uint8(255 * get_data()[0][0].reshape(28, 28))
    Image.fromarray(image).resize((112, 112)).save(static / "icon.png")
    for name, network in ("network", init_network()), ("detector", init_detector()):
        (static / f"{name}.bin").write_bytes(pack(network))


def pack(network: dict[str, np.ndarray]) -> bytes:
    """Write a network as `static/reader.js` reads it: sizes, then weights and biases in order."""
    depth = len(network) // 2
    sizes = [len(network["W1"]), *(len(network[f"b{i}"]) for i in range(1, depth + 1))]
    arrays = [network[f"{kind}{i}"] for i in range(1, depth + 1) for kind in "Wb"]
    numbers = b"".join(array.astype("<f4").tobytes() for array in arrays)
    return struct.pack(f"<{1 + len(sizes)}i", len(sizes), *sizes) + numbers


if __name__ == "__main__":
    main(sys.argv[1])
