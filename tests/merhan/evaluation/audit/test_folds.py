from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from merhan.evaluation.audit.folds import AuditError, folds_of, originals_of, others, sample
from recipes.corpus.corpus import Corpus
from recipes.corpus.utterance import Utterance


def rows(*counts: tuple[str, str, int]) -> list[Utterance]:
    return [
        Utterance(id=f"{speaker}{label}{n}", label=label, speaker=speaker, text="a")
        for speaker, label, many in counts
        for n in range(many)
    ]


def corpus(utterances, tmp_path) -> Corpus:
    return Corpus(tuple(utterances), tmp_path)


def test_training_originals_alone_and_all_where_there_is_no_split(tmp_path):
    plain = rows(("s", "x", 2), ("t", "y", 2))
    assert {row.split for row in originals_of(corpus(plain, tmp_path))} == {"train"}
    told = [replace(row, split="test" if row.id == "sx0" else "train") for row in plain]
    told.append(replace(plain[1], id="copy", source_id="sx1", split="train"))
    assert [row.id for row in originals_of(corpus(told, tmp_path))] == ["sx1", "ty0", "ty1"]


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ([], "no training originals"),
        (rows(("s", "x", 2), ("t", "x", 2)), "all 4 rows to train on are 'x'; it needs two classes"),
        (rows(("s", "x", 2), ("s", "y", 2)), "all spoken by 's'; give the manifest a speaker column"),
        (rows(("", "x", 2), ("", "y", 2)), "the 4 rows to train on have no speaker; give the manifest"),
    ],
)
def test_what_cannot_be_audited_is_said(made, said, tmp_path):
    with pytest.raises(AuditError, match=said):
        originals_of(corpus(made, tmp_path))


def test_speakers_are_held_out_whole_and_evenly(tmp_path):
    many = [(f"s{n:02}", "x", 1 + n % 3) for n in range(25)]
    made = corpus(rows(*many), tmp_path)
    fold = folds_of(made)
    of = {}
    for row, number in zip(made, fold.tolist(), strict=True):
        assert of.setdefault(row.speaker, number) == number
    sizes = Counter(fold.tolist())
    assert len(sizes) == 10
    assert max(sizes.values()) - min(sizes.values()) <= 2
    assert len(set(folds_of(corpus(rows(("s", "x", 3), ("t", "y", 1)), tmp_path)))) == 2


def test_each_class_is_sampled_over_its_speakers():
    made = rows(("s", "x", 5), ("t", "x", 2), ("u", "x", 1), ("s", "y", 1))
    assert [made[at].id for at in sample(made, 5)] == ["sx0", "sx1", "tx0", "tx1", "ux0", "sy0"]
    assert len(sample(made, 100)) == len(made)
    assert sample([], 5).tolist() == []


def test_with_many_speakers_the_leading_ones_come_first():
    made = rows(*((f"s{n:02}", "x", 3) for n in range(16)), *((f"t{n:02}", "x", 1) for n in range(9)))
    made += rows(("t00", "y", 1), ("s00", "y", 1))
    chosen = [made[at] for at in sample(made, 50)]
    assert {row.speaker[0] for row in chosen if row.hard_label == "x"} == {"s", "t"}
    assert sum(row.speaker[0] == "t" for row in chosen if row.hard_label == "x") == 2
    assert [row.id for row in chosen if row.hard_label == "y"] == ["t00y0", "s00y0"]  # none else has it


def test_the_other_utterance_is_of_the_same_speaker_and_class():
    made = rows(("s", "x", 3), ("t", "x", 1))
    assert others(made, sample(made, 9)).tolist() == [1, 2, 0, -1]
