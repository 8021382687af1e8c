import io

import pytest
from rich.console import Console

from merhan.report.terminal import distribution_bars

BEFORE = {"anger": 20, "fear": 5, "neutral": 100}
AFTER = {"anger": 50, "fear": 50, "neutral": 100}


def _lines(renderable, width=80, encoding="utf-8", **options):
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    Console(file=stream, width=width, highlight=False, **options).print(renderable)
    stream.flush()
    return raw.getvalue().decode(encoding).splitlines()


def test_counts_shares_and_figures_largest_class_first():
    lines = _lines(distribution_bars(BEFORE))
    assert [line.split()[0] for line in lines[:3]] == ["neutral", "anger", "fear"]
    assert lines[0].split()[-3:] == ["100", "80", "%"]
    assert lines[2].split()[-3:] == ["5", "4", "%"]
    assert lines[-1] == "125 utterances · imbalance ratio 20.0 · entropy 0.55"
    full = lines[0].count("█")
    assert lines[1].count("█") == full // 5


def test_copies_are_told_from_originals_without_colour():
    lines = _lines(distribution_bars(BEFORE, AFTER), color_system=None)
    neutral, anger, fear = lines[:3]
    assert neutral.split()[2:] == ["100", "→", "100", "80", "→", "50", "%"]
    assert fear.split()[2:] == ["5", "→", "50", "4", "→", "25", "%"]
    assert "▒" not in neutral
    assert anger.count("█") + anger.count("▒") == round(neutral.count("█") / 2)
    assert anger.count("▒") > anger.count("█") > fear.count("█") > 0
    assert "125 → 200 utterances · imbalance ratio 20.0 → 2.0 · entropy 0.55 → 0.95" in lines
    assert lines[-1] == "█ originals   ▒ copies"


def test_what_is_left_out_is_told_from_what_stays():
    lines = _lines(distribution_bars(BEFORE, {"anger": 50, "fear": 5, "neutral": 50}), color_system=None)
    assert lines[0].count("░") == pytest.approx(lines[0].count("█"), abs=1)
    assert "░" not in lines[1] + lines[2]
    assert lines[-1] == "█ originals   ▒ copies   ░ left out"


@pytest.mark.parametrize("width", [40, 80, 120])
def test_every_line_keeps_to_the_width_and_uses_it(width):
    lines = _lines(distribution_bars(BEFORE, AFTER), width)
    assert max(map(len, lines)) <= width
    if width >= 80:
        assert len(lines[0]) == width


def test_nothing_copied_is_shown_once():
    assert _lines(distribution_bars(BEFORE, dict(BEFORE))) == _lines(distribution_bars(BEFORE))


def test_soft_counts_absent_classes_and_none_at_all():
    lines = _lines(distribution_bars({"a": 3.6, "b": 1.4, "c": 0}))
    assert lines[0].split()[-3:] == ["3.6", "72", "%"]
    assert lines[2].split() == ["c", "0", "0", "%"]
    assert lines[-1].startswith("5 utterances · imbalance ratio 2.6")
    assert _lines(distribution_bars({})) == ["no utterances"]
    assert _lines(distribution_bars({"a": 0}, {"a": 0})) == ["no utterances"]


def test_a_terminal_without_utf8_gets_plain_signs():
    lines = _lines(distribution_bars(BEFORE, AFTER), encoding="ascii")
    assert "#" in lines[0]
    assert "+" in lines[1]
    assert "->" in lines[1]
