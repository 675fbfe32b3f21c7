"""What reaches a reader is in the reader's language, whatever numbers stand in it."""

import json
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest

from mnist_lib import language
from mnist_lib.figures import Picture, draw_gallery, draw_layers
from mnist_lib.language import said, use
from mnist_lib.network import predict_layers
from mnist_lib.widgets import Control, Quiz, Slider

MESSAGES = {
    "Picture": "그림",
    "batch size": "배치 크기",
    "Check": "확인",
    "{0} images{1}.": "이미지 {0}장{1}.",
    "{0} images: {1}.": "이미지 {0}장: {1}.",
    "image {0}, label {1}": "이미지 {0}, 레이블 {1}",
    "{0} has the shape {1}, where {2} is expected.": "{0}의 형상은 {1}인데, {2}이(가) 필요합니다.",
    "a list of {0}": "{0}의 목록",
    "a {0}": "{0}",
    "There is no ink.": "잉크가 없습니다.",
    "a set {{0}}": "집합 {{0}}",
    "{0}: {1} at first": "{0}: 처음에 {1}",
}


@pytest.fixture
def korean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Speak a Korean of a few messages."""
    (tmp_path / "few.json").write_text(json.dumps(MESSAGES), encoding="utf-8")
    monkeypatch.setattr(language, "MESSAGES", tmp_path)
    use("few")
    yield
    use("en")
    language._messages.cache_clear()
    language._translate.cache_clear()


@pytest.mark.parametrize(
    ("english", "korean_text"),
    [
        ("There is no ink.", "잉크가 없습니다."),
        ("image 7, label 1,000", "이미지 7, 레이블 1,000"),
        (
            "x has the shape (3, 2), where (784,) is expected.",
            "x의 형상은 (3, 2)인데, (784,)이(가) 필요합니다.",
        ),
        # A message within a message, and messages in a row.
        (
            "x has the shape (3,), where a list of axes is expected.",
            "x의 형상은 (3,)인데, axes의 목록이(가) 필요합니다.",
        ),
        ("image 7, label 1; image 8, label 2", "이미지 7, 레이블 1; 이미지 8, 레이블 2"),
        ("There is no ink.\nimage 7, label 1", "잉크가 없습니다.\n이미지 7, 레이블 1"),
        ("a set {0}", "집합 {0}"),
        ("A: 1 at first; B: 2 at first", "A: 처음에 1; B: 처음에 2"),
        ("image 7, label 1; what nobody translated", "이미지 7, 레이블 1; what nobody translated"),
        (" There is no ink. ", " 잉크가 없습니다. "),
        # Nothing is made up for what nobody translated.
        ("A sentence that nobody translated.", "A sentence that nobody translated."),
        ("0.9352", "0.9352"),
    ],
)
def test_a_text_is_found_with_its_numbers(korean, english, korean_text):
    assert said(english) == korean_text


def test_a_message_in_a_message_in_a_message_comes_to_an_end(korean):
    text = said("a list of " * 200 + "axes")
    assert text.endswith("의 목록")
    assert "a list of" in text


def test_english_stays_as_it_is():
    assert said("There is no ink.") == "There is no ink."


def test_a_language_without_messages_is_refused_with_those_that_there_are():
    with pytest.raises(ValueError, match=r"'xx'\. Choose from en"):
        use("xx")


def test_controls_and_quizzes_speak_it(korean):
    slider = Slider("batch size", range(3))
    assert slider.label == "배치 크기"
    control = Control("x", lambda n: (f"image {n}, label 1", None), n=slider)
    assert control.text == "이미지 0, 레이블 1"
    slider.position = 2
    assert control.view.text == "이미지 2, 레이블 1"
    quiz = Quiz([{"ask": "There is no ink.", "choices": []}])
    assert quiz.questions[0]["ask"] == "잉크가 없습니다."
    assert quiz.words["Check"] == "확인"


def test_a_picture_speaks_it_and_the_same_figure_is_english_again(korean):
    images = np.zeros((2, 784))
    picture = draw_gallery(images, ["batch size", "batch size"])
    assert picture.alt == "이미지 2장: 배치 크기, 배치 크기."
    assert repr(picture) == f"그림: {picture.alt}"
    use("en")
    assert draw_gallery(images, ["batch size"] * 2).png != picture.png


def test_english_figures_are_the_same_bytes_after_another_language(
    korean, network, mnist, monkeypatch
):
    _, (x, t) = mnist

    def pictures():
        layers = predict_layers(network, x[0])  # drawn on a stage, most of which is drawn once
        return draw_gallery(x[:1], ["batch size"]).png, draw_layers(layers, t[0]).png

    use("en")
    before = pictures()
    monkeypatch.undo()
    use("ko")
    other = pictures()
    use("en")
    assert pictures() == before
    assert other[1] != before[1]


def test_a_reader_s_own_figure_is_given_back_as_it_was(korean):
    fig, ax = plt.subplots()
    title = ax.set_title("batch size", fontfamily="monospace")
    Picture(fig, "There is no ink.")
    assert (title.get_text(), title.get_fontfamily()) == ("batch size", ["monospace"])


@pytest.mark.parametrize(
    "error",
    [
        "name 'x' is not defined",
        "'int' object is not subscriptable",
        "'NoneType' object is not callable",
        "'a' is not in list",
        "f() takes 1 positional argument but 2 were given",
        "invalid literal for int() with base 10: 'a'",
        "index 10 is out of bounds for axis 0 with size 10",
        "operands could not be broadcast together with shapes (2,) (3,)",
        "setting an array element with a sequence.",
        "unsupported operand type(s) for +: 'int' and 'str'",
    ],
)
def test_what_python_says_is_left_alone(error):
    use("ko")
    try:
        assert said(error) == error
        assert said(f"This did not work: NameError: {error}").endswith(error)
    finally:
        use("en")


@pytest.mark.parametrize(
    "hostile",
    [
        " is x y" * 100 + ", where x y" * 100 + " is expected. qq",
        " is not ".join("a" * 300),
        "a, " * 900,
        "a. b; c\n" * 300,
        "x" * 100_000,
        "a {0} {x} {",
    ],
)
def test_a_hostile_text_neither_hangs_nor_breaks_anything(hostile):
    use("ko")
    try:
        assert isinstance(said(hostile), str)
    finally:
        use("en")


def run_in_a_notebook(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a cell where Korean is spoken."""
    program = (
        "from IPython.testing.globalipapp import start_ipython\n"
        "shell = start_ipython()\n"
        "from mnist_lib.language import use\n"
        "use('ko')\n"
        f"shell.run_cell({code!r})\n"
    )
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=folder
    )


def test_an_error_in_a_notebook_is_said_beneath_its_traceback(tmp_path: Path):
    ran = run_in_a_notebook("from mnist_lib import predict; predict(5, 5)", tmp_path)
    assert "TypeError" in ran.stdout
    assert any("가" <= letter <= "힣" for letter in ran.stderr)


def test_an_error_of_the_reader_s_own_is_not_said_again(tmp_path: Path):
    ran = run_in_a_notebook("raise ValueError('Draw a digit first.')", tmp_path)
    assert "ValueError" in ran.stdout
    assert ran.stderr == ""
