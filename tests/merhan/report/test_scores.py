import io

import numpy as np
import pytest
from rich.console import Console

from merhan.evaluation.metrics import classification_report
from merhan.report.terminal import metrics_table, verdict

NAMES = ["anger", "joy"]


def _block(right=(70, 50), rows=(100, 100)):
    labels = np.repeat([0, 1], rows)
    predicted = np.r_[
        np.repeat([0, 1], [right[0], rows[0] - right[0]]), np.repeat([1, 0], [right[1], rows[1] - right[1]])
    ]
    return classification_report(labels, np.eye(2)[predicted], NAMES, losses=np.full(sum(rows), 1.25))


def _metrics(both=0.5, **more):
    return {
        "dev": _block((60, 60)),
        "test": _block(),
        "yardstick": {"audio": 0.45, "text": 0.4, "both": both},
        **more,
    }


def _lines(renderable, width=80):
    stream = io.StringIO()
    Console(file=stream, width=width, highlight=False).print(renderable)
    return [line.rstrip() for line in stream.getvalue().splitlines()]


def test_figures_of_dev_and_test_with_both_names_of_accuracy():
    lines = _lines(metrics_table(_metrics()))
    assert lines[1].split()[:3] == ["UAR", "0.600", "0.600"]
    assert "WA (accuracy)  0.600  0.600" in lines[2]
    assert "macro-F1" in lines[3]
    assert "weighted F1" in lines[4]
    assert lines[5].split()[:3] == ["loss", "1.250", "1.250"]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_yardstick_stands_beside_or_below(width):
    lines = _lines(metrics_table(_metrics()), width)
    assert max(map(len, lines)) <= width
    names = ("MER-HAN", "linear, both", "linear, audio", "linear, text", "chance")
    beside = {name: next(line[line.find(name) :] for line in lines if name in line) for name in names}
    assert beside["MER-HAN"].split()[-1] == "0.600"
    assert beside["linear, both"].split()[-1] == "0.500"
    assert beside["linear, text"].split()[-1] == "0.400"
    assert beside["chance"].split()[-1] == "0.500"
    assert (
        beside["MER-HAN"].count("█") > beside["linear, both"].count("█") > beside["linear, text"].count("█")
    )


def test_the_network_that_beats_the_best_linear_model_earns_its_keep():
    good, sentence = verdict(_metrics(both=0.5))
    assert good is True
    # √((0.7·0.3 + 0.5·0.5)/100)/2 = 0.0339
    assert sentence == (
        "The network earns its keep: test UAR 0.600 is 10.0 points above the best linear model (both: 0.500); "
        "one standard deviation of this test set is 3.4 points."
    )


def test_a_lead_within_one_deviation_is_too_close_to_call():
    good, sentence = verdict(_metrics(both=0.58))
    assert good is False
    assert sentence.startswith("Too close to call: test UAR 0.600 is 2.0 points above")


@pytest.mark.parametrize(("both", "words"), [(0.65, "5.0 points below"), (0.6, "level with")])
def test_the_network_that_does_not_is_told_so(both, words):
    good, sentence = verdict(_metrics(both=both))
    assert good is False
    assert sentence.startswith("The network does not earn its keep")
    assert words in sentence


def test_the_best_linear_model_may_be_of_one_modality():
    metrics = _metrics(both=None)
    assert "(audio: 0.450)" in verdict(metrics)[1]


def test_what_does_not_exist_is_left_out():
    assert verdict({"test": _block()}) == (None, "There is no yardstick to measure the network by.")
    lines = _lines(metrics_table({"test": _block(), "dev": None, "yardstick": None}))
    assert lines[1].split() == ["UAR", "–", "0.600"]
    assert not any("linear" in line.split(",")[0] for line in lines)
    empty = {"test": classification_report([], np.zeros((0, 2)), NAMES), "yardstick": {"both": 0.5}}
    assert verdict(empty) == (None, "There is no test UAR: the corpus has no test rows.")
    assert _lines(metrics_table({}))[1].split() == ["UAR", "–", "–"]


def test_transductive_normalisation_is_said_with_the_figure_without_it():
    normalisation = {"mode": "speaker", "transductive": True, "test_uar_corpus_statistics": 0.4321}
    more = {"protocol": "speaker-independent", "recipe": "duplicate", "seed": 0}
    text = " ".join(_lines(metrics_table(_metrics(normalisation=normalisation, **more))))
    assert "(transductive); with corpus statistics alone the test UAR is 0.432." in text
    assert "protocol speaker-independent · recipe duplicate · seed 0" in text
