from dataclasses import replace

import pytest

from recipes import CorpusError, load_recipe
from recipes.consensus import learnt_from


def _with_ties(tones):
    tied = {"anna-joy-0", "ben-joy-0", "dev-joy"}
    return tones.replace(replace(u, label={"fear": 0.5, "joy": 0.5}) if u.id in tied else u for u in tones)


def test_training_rows_without_consensus_are_left_out_and_counted(tones):
    corpus = _with_ties(tones)
    copy = replace(corpus.by_id["ben-joy-0"], id="ben-joy-0~1", source_id="ben-joy-0", copy=1, transforms=[])
    corpus = corpus.replace([*corpus, copy])
    left = learnt_from(corpus, load_recipe({}))
    assert {u.id for u in corpus} - {u.id for u in left} == {"anna-joy-0", "ben-joy-0", "ben-joy-0~1"}
    assert left.notes[-1].startswith(
        "2 training rows without consensus (several classes have the largest share)"
    )
    assert "train.no_consensus: keep" in left.notes[-1]


def test_they_are_kept_on_request_and_where_there_are_none_nothing_is_said(tones):
    corpus = _with_ties(tones)
    assert learnt_from(corpus, load_recipe({"train": {"no_consensus": "keep"}})) is corpus
    assert learnt_from(tones, load_recipe({})) is tones


def test_where_nobody_ever_agreed_the_error_says_how_to_learn_all_the_same(tones):
    tied = tones.replace(replace(u, label={"fear": 0.5, "joy": 0.5}) for u in tones)
    with pytest.raises(CorpusError, match="in no training row one class has the largest share"):
        learnt_from(tied, load_recipe({}))
