from __future__ import annotations

import pytest

from merhan.report.difference import text_difference


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("I can't go.", "I can't go.", "I can't go."),
        ("a big house", "a large house", "a [-big-]{+large+} house"),
        ("we go home now", "we home now", "we[- go-] home now"),
        ("we go", "we then go", "we {+then +}go"),
    ],
)
def test_difference_marks_words(before: str, after: str, shown: str) -> None:
    assert text_difference(before, after).plain == shown
