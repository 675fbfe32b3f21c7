"""What a learner is told, whatever the answer."""

import json
import multiprocessing

import numpy as np
import pytest

from mnist_lib.course import progress
from mnist_lib.exercises import Exercise, Mistake, softmax_of_a_batch


@pytest.fixture(autouse=True)
def noted(tmp_path, monkeypatch):
    path = tmp_path / "noted" / "progress.json"
    monkeypatch.setenv(progress.VARIABLE, str(path))
    return path


def double(a):
    return 2 * a  # gap: return ...


CASES = [(np.arange(3.0),), (np.full((2, 2), 3.0),)]


def make_exercise(right=double, cases=CASES, **others):
    return Exercise("double", right, cases, **others)


def squared(a):
    return a**2


class TestRightAnswers:
    """However they are written."""

    @pytest.mark.parametrize(
        "answer",
        [
            lambda a: a + a,
            lambda a: (2 * a).tolist(),
            lambda a: (2 * a).astype(np.float32),
            lambda a: 2 * a + 1e-9,
            lambda a: np.asfortranarray(2 * a),
            lambda a, *_rest, more=1: 2 * a * more,
        ],
    )
    def test_a_right_answer_is_right(self, answer):
        assert repr(make_exercise().check(answer)) == "Right."

    def test_an_ellipsis_within_an_index_is_no_gap(self):
        def softmax(a):
            e = np.exp(a - a.max(axis=-1)[..., None])
            return e / e.sum(axis=-1)[..., None]

        assert repr(softmax_of_a_batch.check(softmax)) == "Right."

    def test_a_loop_over_rows_and_numbers_is_right(self):
        def softmax(a):
            rows = []
            for row in a:
                e = [np.exp(value - max(row)) for value in row]
                rows.append([value / sum(e) for value in e])
            return rows

        assert repr(softmax_of_a_batch.check(softmax)) == "Right."

    def test_nan_is_right_where_it_is_wanted_and_nowhere_else(self):
        exercise = make_exercise(cases=[(np.array([1.0, np.nan]),)])
        assert repr(exercise.check(double)) == "Right."
        assert "2 is expected" in exercise.check(lambda a: a * np.nan).text


def boom(a):
    return a.nothing


def forever(a):
    while True:
        pass


def forever_but_careful(a):
    while True:
        try:
            a = a + 1
        except Exception:  # noqa: BLE001
            return a


def in_place(a):
    a *= 2
    return a


def printed(a):
    print(2 * a)  # noqa: T201


class TestOtherAnswers:
    @pytest.mark.parametrize(
        ("answer", "says"),
        [
            (lambda a: None, "It gives back None. Is there a return, with the answer behind it?"),
            (printed, "It prints its answer and gives back None. Write return in place of print."),
            (boom, "With an array of shape (3,) it raises AttributeError: "),
            (forever, "It was still running after 0.2 seconds and was stopped. "),
            (forever_but_careful, "It was still running after 0.2 seconds and was stopped. "),
            (in_place, "It changes what it is given. "),
            (lambda: 1, "It takes (), and it is called with 1 argument: an array of shape (3,)."),
            (lambda a: 0, "Its answer has the shape (), where (3,) is expected."),
            (lambda a: [[1], [2, 3]], "Its answer is a list whose rows are not equally long."),
            (
                lambda a: "text",
                "Its answer holds text, where decimal numbers are expected.",
            ),
            (
                lambda a: b"\0\1",
                "Its answer holds bytes, where decimal numbers are expected.",
            ),
            (
                lambda a: a.sum,
                "Its answer holds values of type object, where decimal numbers are",
            ),
            (
                lambda a: np.int64(2 * a),
                "Its answer holds whole numbers, where decimal numbers are expected.",
            ),
            (lambda a: np.append(2 * a[:-1], 5.0), "Its answer at [2] is 5, where 4 is expected."),
            (lambda a: a * np.nan, "Its answer at [0] is nan, where 0 is expected."),
        ],
    )
    def test_it_says_what_is_wrong(self, answer, says):
        note = make_exercise(seconds=0.2).check(answer)
        assert note.state == "Not yet"
        assert note.text.startswith(says)

    @pytest.mark.parametrize(
        ("argument", "called"),
        [
            (bytes(16), "16 bytes"),
            (np.sin, "sin"),
            (squared, "squared"),
            (str, "str"),
            ([object()] * 3, "a list"),
            (2, "2"),
        ],
    )
    def test_it_says_what_it_was_called_with(self, argument, called):
        note = make_exercise(lambda a: 1, [(argument,)]).check(boom)
        assert note.text.startswith(f"With {called} it raises AttributeError: ")

    def test_the_order_of_a_list_of_objects_must_stay(self):
        def reverse(things):
            things.reverse()
            return things[0]

        things = [squared, printed]
        note = make_exercise(lambda things: 1, [(things,)]).check(reverse)
        assert note.text.startswith("It changes what it is given.")
        assert things == [squared, printed]

    def test_what_is_printed_is_shown(self, capsys):
        make_exercise().check(printed)
        assert "0. 2. 4." in capsys.readouterr().out

    def test_the_result_in_place_of_the_function(self):
        note = make_exercise().check(np.arange(3.0))
        assert note.text.startswith("Pass the function itself: check(double)")

    def test_the_cases_stay_as_they_were(self):
        exercise = make_exercise()
        before = [case[0].copy() for case in exercise.cases]
        exercise.check(in_place)
        for case, old in zip(exercise.cases, before, strict=True):
            np.testing.assert_array_equal(case[0], old)

    @pytest.mark.parametrize("answer", [squared, lambda a: a * a, lambda a: (a**2).tolist()])
    def test_a_mistake_is_known_however_it_is_written(self, answer):
        exercise = make_exercise(mistakes=[Mistake(squared, "That is the square.")])
        assert exercise.check(answer).text == "That is the square."

    def test_a_mistake_that_fits_some_cases_only_is_not_named(self):
        exercise = make_exercise(mistakes=[Mistake(squared, "That is the square.")])
        assert "square" not in exercise.check(lambda a: a**2 if a.ndim == 1 else a).text

    def test_a_mistake_that_raises_is_known(self):
        def without_keepdims(a):
            e = np.exp(a - a.max(axis=1))
            return e / np.sum(e, axis=1)

        assert "keepdims=True" in softmax_of_a_batch.check(without_keepdims).text


class TestOtherKindsOfAnswers:
    @pytest.mark.parametrize(
        ("right", "answer", "says"),
        [
            ("#.\n.#", "#.\n.#\n", ""),
            ("#.\n.#", "#.", "Its answer has 1 line, where 2 lines are expected."),
            ("#.\n.#", "#.\n#.", "Line 2 is '#.', where '.#' is expected."),
            ("#", 1, "Its answer is an int, where a text is expected."),
            ((1, 2.5), [1, 2.5], ""),
            ((1.5, 2.5), np.array([1.5, 2.5]), ""),
            ((1.5, 2.5), np.arange(3), "Its answer is an ndarray, where 2 values are expected"),
            ((1.5, 2.5), np.array(1.5), "Its answer is an ndarray, where 2 values are expected"),
            ((1, 2.5), (1,), "Its answer is 1, where 2 values are expected"),
            ((1, 2.5), (1, 2.0), "Value 2 is 2, where 2.5 is expected."),
            ({"W1": 1.0}, {"W2": 1.0}, "Its answer has the names ['W2'], where ['W1'] are"),
            ({"W1": 1.0}, {"W1": 2.0}, "'W1' is 2, where 1 is expected."),
            ([(0, 2), (2, 3)], np.array([(0, 2), (2, 3)]), ""),
            (True, np.True_, ""),
            (60_000, 60_001, "Its answer is 60001, where 60000 is expected."),
            (1_234_567, 1_234_568, "Its answer is 1234568, where 1234567 is expected."),
            (True, 0, "Its answer is 0, where True is expected."),
        ],
    )
    def test_it_is_compared_as_what_it_is(self, right, answer, says):
        note = make_exercise(lambda: right, [()]).check(lambda: answer)
        assert note.state == ("Not yet" if says else "Right")
        assert note.text.startswith(says)


class TestWhatIsShown:
    def test_wrong_numbers_are_drawn_beside_the_right_ones(self):
        note = make_exercise().check(lambda a: a + 1)
        data, metadata = note._repr_mimebundle_()
        assert data["text/plain"] == "Not yet. Its answer at [0] is 1, where 0 is expected."
        assert 'role="status"' in data["text/html"]
        assert "2 numbers are framed" in metadata["image/png"]["alt"]
        assert "<img" in data["text/html"]

    def test_a_learners_text_is_no_html(self):
        def named(a):
            raise ValueError("<b>")

        data, _ = make_exercise().check(named)._repr_mimebundle_()
        assert "&lt;b&gt;" in data["text/html"]
        assert "image/png" not in data

    def test_hints_tell_more_and_more(self):
        exercise = make_exercise(hints=["one", "two"])
        said = [repr(exercise.hint()) for _ in range(3)]
        assert said == ["Hint 1 of 2. one", "Hint 2 of 2. two", "Hint 2 of 2. two"]

    def test_the_solution_is_code_without_its_marks(self):
        exercise = make_exercise()
        assert repr(exercise.solution()) == "def double(a):\n    return 2 * a"
        assert exercise.solution()._repr_html_().startswith("<pre><code>def double")
        assert exercise.stub == "def double(a):\n    return ..."


class TestProgress:
    def test_what_was_right_is_noted_once_and_nothing_else(self, noted):
        make_exercise().check(squared)
        assert progress.done() == set()
        for _ in range(2):
            make_exercise().check(double)
        assert progress.done() == {"double"}
        assert json.loads(noted.read_text()) == {"done": ["double"]}

    def test_two_notebooks_at_once_lose_nothing(self):
        with multiprocessing.get_context("spawn").Pool(2) as pool:
            pool.map(progress.note_done, [f"exercise {number}" for number in range(20)])
        assert progress.done() == {f"exercise {number}" for number in range(20)}

    @pytest.mark.parametrize("content", [b"", b"[]", b'{"done": 1}', b"\xff", b"[" * 100_000])
    def test_a_damaged_file_is_begun_anew(self, noted, content):
        noted.parent.mkdir()
        noted.write_bytes(content)
        assert progress.done() == set()
        make_exercise().check(double)
        assert progress.done() == {"double"}

    def test_where_it_cannot_be_written_the_check_goes_on(self, noted):
        noted.parent.write_text("a file in place of the folder")
        assert repr(make_exercise().check(double)) == "Right."

    def test_it_can_be_switched_off(self, noted, monkeypatch):
        monkeypatch.setenv(progress.VARIABLE, "")
        make_exercise().check(double)
        assert progress.done() == set()
        assert not noted.exists()
