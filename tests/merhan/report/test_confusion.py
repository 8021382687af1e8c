import io

import numpy as np
import pytest
from rich.console import Console

from merhan.evaluation.metrics import classification_report
from merhan.report.terminal import confusion_table, recall_bars

NAMES = ["anger", "joy", "neutral"]
MATRIX = [[6, 2, 2], [0, 4, 0], [3, 0, 7]]


def _report(matrix=MATRIX, names=NAMES):
    pairs = [(t, p) for t, row in enumerate(matrix) for p, n in enumerate(row) for _ in range(n)]
    labels, predicted = np.array(pairs, dtype=int).reshape(-1, 2).T
    return classification_report(labels, np.eye(len(names))[predicted], names)


def _lines(renderable, width=80, **options):
    stream = io.StringIO()
    Console(file=stream, width=width, highlight=False, **options).print(renderable)
    return stream.getvalue().splitlines()


def test_counts_and_recall_are_readable_without_colour():
    lines = _lines(confusion_table(_report()), color_system=None)
    assert lines[0].split() == ["anger", "joy", "neutral", "recall"]
    assert lines[1].split()[:5] == ["anger", "6", "2", "2", "0.600"]
    assert lines[2].split()[:5] == ["joy", "·", "4", "·", "1.000"]
    assert lines[3].split()[:5] == ["neutral", "3", "·", "7", "0.700"]
    assert lines[4] == "rows: true class, columns: predicted class, colour: share of the true class"


def test_colour_grows_with_the_share_and_tells_right_from_wrong():
    lines = _lines(confusion_table(_report()), force_terminal=True, color_system="truecolor")

    def ground(line, text):
        before = line.split(f" {text} ")[0]
        return tuple(map(int, before.rsplit("48;2;", 1)[1].split("m")[0].split(";")))

    few, right = ground(lines[1], 2), ground(lines[1], 6)
    assert right[1] > right[0]  # green
    assert few[0] > few[1]  # red
    assert ground(lines[3], 3)[0] > few[0]  # 3 of 10 is redder than 2 of 10


def test_a_class_without_rows_has_no_recall():
    report = _report([[1, 1, 0], [0, 0, 0], [0, 0, 2]])
    assert _lines(confusion_table(report))[2].split() == ["joy", "·", "·", "·", "–"]
    assert _lines(recall_bars(report))[2].split()[-4:] == ["–", "0.000", "–", "0"]


@pytest.mark.parametrize(("classes", "width"), [(7, 80), (12, 80), (28, 80), (28, 120), (7, 40), (2, 80)])
def test_any_number_of_classes_keeps_to_the_width_and_shows_the_recall(classes, width):
    names = [f"emotion{n}" for n in range(classes)]
    report = _report((np.eye(classes, dtype=int) * 30).tolist(), names)
    lines = _lines(confusion_table(report), width)
    assert max(map(len, lines)) <= width
    assert all("1.000" in line for line in lines[1 : classes + 1])
    assert max(map(len, _lines(recall_bars(report), width))) <= width
    if (classes, width) == (28, 80):
        assert "columns do not fit here" in " ".join(lines)


def test_short_names_stay_names():
    assert _lines(confusion_table(_report([[1, 0], [0, 1]], ["a", "b"])))[0].split() == ["a", "b", "recall"]


def test_recall_bars_give_each_class_and_the_mean():
    lines = _lines(recall_bars(_report()), color_system=None)
    assert lines[0].split() == ["recall", "precision", "F1", "rows"]
    assert lines[1].split()[2:] == ["0.600", "0.667", "0.632", "10"]
    assert lines[4].split()[0] == "UAR"
    assert lines[4].split()[2] == "0.767"
    whole = lines[2].count("█")
    assert lines[1].count("█") == int(0.6 * whole)
