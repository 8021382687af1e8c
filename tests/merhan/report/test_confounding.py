"""How closely classes go with speakers: in words and as figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from merhan.report.confounding import association_line, confounding_facts, render_confounding
from merhan.report.inspection import inspection, render_inspection
from recipes.confounded import confounding
from recipes.corpus.corpus import Corpus
from recipes.corpus.utterance import Utterance


def rows():
    speakers = ["KS0", "KD0", "WR0"] * 3 + ["KS0", "KS0", "WR0"]
    labels = ["neutral"] * 9 + ["fear"] * 3
    return [
        Utterance(id=f"u{i}", label=label, speaker=speaker, text="well", split="train")
        for i, (label, speaker) in enumerate(zip(labels, speakers, strict=True))
    ]


USES = np.array([1] * 9 + [8, 8, 4])


def test_facts_are_plain_and_sentences_readable():
    found = confounding(rows(), USES)
    facts = confounding_facts(found)
    assert set(facts["association"]) == {"speaker"}
    assert facts["association"]["speaker"]["after"] > facts["association"]["speaker"]["before"]
    assert facts["dominated"] == [
        {"label": "fear", "axis": "speaker", "value": "KS0", "share": 0.8, "sources": 2, "originals": 3}
    ]
    line, first, second = render_confounding(found)
    assert line.startswith("class goes with speaker 0.")
    assert " → 0." in line
    assert first.endswith("80 % of fear's rows come from speaker KS0 (2 of 3 originals).")
    assert second.endswith(
        "even it out too with balance.axes: [[label, speaker]].".replace("[[", "\\[").replace("]]", "]")
    )


def test_evened_axes_are_not_advised_again():
    sentence = confounding(rows(), USES, ["label", "speaker"]).sentences()[1]
    assert "Cells that stay short of their target are why" in sentence


def test_a_corpus_with_copies_shows_both_in_inspect(tmp_path: Path):
    copies = [
        Utterance(id=f"{row.id}~{k}", label=row.label, speaker=row.speaker, text="well", split="train",
                  source_id=row.id, copy=k, transforms=[])
        for row, n in zip(rows(), USES.tolist(), strict=True)
        for k in range(1, n)
    ]  # fmt: skip
    facts = inspection(Corpus((*rows(), *copies), tmp_path))
    assert facts["association"] == confounding_facts(confounding(rows(), USES))["association"]
    assert facts["dominated"][0]["label"] == "fear"
    lines = [str(item) for item in render_inspection(facts)]
    assert any("class goes with speaker" in line for line in lines)
    assert any("80 % of fear's rows come from speaker KS0 (2 of 3 originals)." in line for line in lines)
    plain = inspection(Corpus(tuple(rows()), tmp_path))
    assert plain["association"]["speaker"]["before"] == plain["association"]["speaker"]["after"]
    assert plain["dominated"] == []


def test_nothing_is_said_of_a_corpus_with_one_speaker():
    assert list(association_line({})) == []
    assert confounding([rows()[0]], np.ones(1)).association == {}
