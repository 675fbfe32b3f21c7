"""A quiz shows its questions wherever it is, and does not give its answers away."""

from mnist_lib.widgets import Quiz

QUESTIONS = [
    {
        "ask": "Which is `a < b`?",
        "choices": [
            {"text": "`1 < 2`", "right": True, "because": "1 is less."},
            {"text": "two", "right": False, "because": "2 is <not> less."},
        ],
    },
    {"ask": "Again?", "choices": [{"text": "yes", "right": True, "because": "Twice."}]},
]


def test_its_text_is_the_questions_and_the_choices_alone():
    assert repr(Quiz(QUESTIONS)).splitlines() == [
        "Which is `a < b`?",
        "  ( ) `1 < 2`",
        "  ( ) two",
        "Again?",
        "  ( ) yes",
    ]


def test_a_page_that_runs_nothing_has_the_answers_folded_away():
    data, _ = Quiz(QUESTIONS)._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    shown, *folded = data["text/html"].split("<details>")
    assert "<code>a &lt; b</code>" in shown
    assert "1 is less" not in shown
    assert "<code>1 &lt; 2</code>: right. 1 is less." in folded[0]
    assert "two: no. 2 is &lt;not&gt; less." in folded[0]
    assert len(folded) == 2
