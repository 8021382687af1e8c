"""Splits: sizes, classes, groups that are never cut, and copies."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recipes.corpus.corpus import Corpus
from recipes.corpus.splits import hold_out_dev, make_splits, protocol_of
from recipes.corpus.utterance import Utterance
from recipes.errors import CorpusError


def corpus_of(*rows, **settings):
    made = [Utterance(id=f"u{i:05}", **row) for i, row in enumerate(rows)]
    return Corpus(tuple(made), Path(), **settings)


def groups_cut(corpus, axis):
    seen = {}
    for u in corpus:
        if getattr(u, axis):
            seen.setdefault(getattr(u, axis), set()).add(u.split)
    return [name for name, splits in seen.items() if len(splits) > 1]


def sizes(corpus):
    return Counter(u.split for u in corpus)


@st.composite
def corpora(draw, min_speakers=3):
    speakers = draw(st.integers(min_speakers, 12))
    classes = draw(st.integers(1, 4))
    lengths = draw(st.lists(st.integers(1, 15), min_size=speakers, max_size=speakers))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    rows = [
        {
            "label": f"c{int(rng.integers(classes))}",
            "speaker": f"s{s}" if s else "",
            "dialogue": f"d{s}{i // 3}",
        }
        for s, length in enumerate(lengths)
        for i in range(length)
    ]
    return corpus_of(*rows)


@settings(max_examples=60, deadline=None)
@given(corpus=corpora(min_speakers=4), seed=st.integers(0, 3))
def test_speakers_are_never_cut(corpus, seed):
    split, protocol = make_splits(corpus, seed)
    assert groups_cut(split, "speaker") == []
    assert len({u.split for u in split if not u.speaker}) == 1  # unknown speakers are one
    assert set(sizes(split)) == {"train", "dev", "test"}
    assert len(split) == len(corpus)
    # A nameless speaker may be anyone: nobody can say that these splits are independent.
    assert protocol == protocol_of(split) == "speaker-dependent"


@settings(max_examples=40, deadline=None)
@given(corpus=corpora(), seed=st.integers(0, 3))
def test_dialogues_are_never_cut_where_speakers_are_unknown(corpus, seed):
    corpus = corpus.replace(replace(u, speaker="") for u in corpus)
    if len({u.dialogue for u in corpus}) < 3:
        return
    split, protocol = make_splits(corpus, seed)
    assert groups_cut(split, "dialogue") == []
    assert protocol == "speaker-dependent"


@settings(max_examples=40, deadline=None)
@given(corpus=corpora(min_speakers=4), seed=st.integers(0, 3))
def test_held_out_speakers_are_never_cut(corpus, seed):
    split, _ = make_splits(corpus.replace(replace(u, speaker=u.speaker or "s0") for u in corpus), seed)
    train = split.replace(replace(u, split="train") if u.split == "dev" else u for u in split)
    if len({u.speaker for u in train.select("train")}) < 3:
        return
    held = hold_out_dev(train, seed)
    assert groups_cut(held, "speaker") == []
    assert sizes(held)["dev"] > 0
    assert sizes(held)["train"] > 0
    assert [u.id for u in held.select("test")] == [u.id for u in split.select("test")]


def test_seventy_fifteen_fifteen_of_every_class_by_whole_speakers():
    rows = [
        {"label": label, "speaker": f"s{s:02}"}
        for s in range(20)
        for label in ["neutral"] * 12 + ["joy"] * 6 + ["fear"] * 2
    ]
    split, protocol = make_splits(corpus_of(*rows))
    assert protocol == "speaker-independent"
    assert sizes(split) == {"train": 280, "dev": 60, "test": 60}
    for name, share in (("neutral", 240), ("joy", 120), ("fear", 40)):
        counts = Counter(u.split for u in split if u.label == name)
        assert counts == {"train": 0.7 * share, "dev": 0.15 * share, "test": 0.15 * share}
    assert split.notes == ("Split made by whole speakers (seed 0): train 280, dev 60, test 60 rows.",)


def test_dialogues_stay_whole_beside_speakers_where_they_can():
    # Three pairs of speakers talk among themselves, as in the sessions of IEMOCAP.
    rows = [
        {"label": "joy", "speaker": f"{pair}{i % 2}", "dialogue": f"{pair}-{i // 6}"}
        for pair in "abcdef"
        for i in range(30)
    ]
    split, _ = make_splits(corpus_of(*rows))
    assert groups_cut(split, "speaker") == groups_cut(split, "dialogue") == []
    # Everybody talks to everybody, as in a sitcom: speakers go first.
    rows = [{"label": "joy", "speaker": f"s{i % 7}", "dialogue": f"d{i // 7}"} for i in range(140)]
    split, protocol = make_splits(corpus_of(*rows))
    assert groups_cut(split, "speaker") == []
    assert protocol == "speaker-independent"
    assert sizes(split) == {"train": 100, "dev": 20, "test": 20}


def test_two_speakers_are_split_by_dialogue_and_dependent():
    rows = [{"label": "joy", "speaker": f"s{i % 2}", "dialogue": f"d{i // 10}"} for i in range(200)]
    split, protocol = make_splits(corpus_of(*rows))
    assert protocol == protocol_of(split) == "speaker-dependent"
    assert groups_cut(split, "dialogue") == []
    assert sizes(split) == {"train": 140, "dev": 30, "test": 30}
    assert "by whole dialogues" in split.notes[0]


def test_no_groups_at_all_split_by_utterance_class_by_class():
    split, protocol = make_splits(
        corpus_of(*[{"label": "joy"}] * 100, *[{"label": "fear"}] * 20, *[{"label": "x"}] * 3)
    )
    assert protocol == "speaker-dependent"
    assert protocol_of(split) == "speaker-dependent"
    by_class = Counter((u.label, u.split) for u in split)
    assert [by_class["joy", s] for s in ("train", "dev", "test")] == [70, 15, 15]
    assert [by_class["fear", s] for s in ("train", "dev", "test")] == [14, 3, 3]
    assert [by_class["x", s] for s in ("train", "dev", "test")] == [1, 1, 1]


def test_segments_of_one_file_stay_together():
    rows = [
        {"label": "joy", "audio": f"{i // 5}.wav", "start": float(i % 5), "end": i % 5 + 1.0}
        for i in range(200)
    ]
    split, _ = make_splits(corpus_of(*rows))
    assert groups_cut(split, "audio") == []
    assert sizes(split) == {"train": 140, "dev": 30, "test": 30}


def test_case_3_2_a_class_of_one_stays_in_train():
    split, _ = make_splits(corpus_of(*[{"label": "0"}] * 19, {"label": "1"}))
    assert [u.split for u in split if u.label == "1"] == ["train"]
    assert sizes(split)["test"] == 3
    assert split.notes[-1] == "Class '1' has 1 row, too few for every split: in train only."


def test_case_3_2_a_class_of_two_keeps_its_speaker_in_train():
    rows = [{"label": "joy", "speaker": f"s{i % 8}"} for i in range(160)]
    rows += [{"label": "rare", "speaker": "s3"}, {"label": "rare", "speaker": "s5"}]
    for seed in range(5):
        split, _ = make_splits(corpus_of(*rows), seed)
        assert {u.split for u in split if u.speaker in ("s3", "s5")} == {"train"}
        assert split.notes[-1] == "Class 'rare' has 2 rows, too few for every split: in train only."


def test_a_class_of_one_speaker_is_trained_on():
    rows = [{"label": "joy", "speaker": f"s{i % 6}"} for i in range(120)]
    rows += [{"label": "whisper", "speaker": "s2"}] * 9
    for seed in range(5):
        split, _ = make_splits(corpus_of(*rows), seed)
        assert {u.split for u in split if u.label == "whisper"} == {"train"}


def test_soft_labels_are_stratified_by_their_largest_share():
    rows = [{"label": {"joy": 0.6, "fear": 0.4}}] * 20 + [{"label": {"fear": 0.6, "joy": 0.4}}] * 20
    split, _ = make_splits(corpus_of(*rows))
    assert Counter((u.hard_label, u.split) for u in split)["fear", "train"] == 14


def test_case_3_13_copies_follow_their_source_or_are_left_out():
    rows = [Utterance(id=f"{i}", label="joy", text="x") for i in range(10)]
    copies = [
        Utterance(id=f"{u.id}~{k}", label="joy", source_id=u.id, copy=k) for u in rows for k in (1, 2, 3)
    ]
    corpus = Corpus((*rows, *copies), Path())
    split, _ = make_splits(corpus)
    alone, _ = make_splits(corpus.select(originals=True))
    assert split.select(originals=True).utterances == alone.utterances  # copies have no say
    trained = {u.id for u in alone if u.split == "train"}
    assert {u.source_id for u in split if u.is_copy} == trained
    assert {u.split for u in split if u.is_copy} == {"train"}
    assert len(split) == 10 + 3 * len(trained)
    assert f"{3 * (10 - len(trained))} copies of rows outside train were left out." in split.notes


def test_case_3_13_copies_are_left_out_where_a_partner_is_held_out():
    rows = [Utterance(id=f"{i}", label="joy", text="x") for i in range(10)]
    trained = [u.id for u in make_splits(Corpus(tuple(rows), Path()))[0] if u.split == "train"]
    held = next(u.id for u in rows if u.id not in trained)

    def pasted(key, partner):
        steps = [
            {"name": "copy_paste", "scope": "utterance", "settings": {}, "params": {"partners": [partner]}}
        ]
        return Utterance(id=f"{key}~1", label="joy", source_id=key, copy=1, transforms=steps)

    copies = [pasted(trained[0], held), pasted(trained[1], trained[0]), pasted(held, trained[0])]
    split, _ = make_splits(Corpus((*rows, *copies), Path()))
    assert [u.id for u in split if u.is_copy] == [f"{trained[1]}~1"]
    assert "2 copies of rows outside train were left out." in split.notes


def test_case_3_13_a_copy_without_its_source_is_refused():
    rows = [Utterance(id=f"{i}", label="joy") for i in range(10)]
    orphan = Utterance(id="z~1", label="joy", source_id="z", copy=1)
    with pytest.raises(CorpusError, match=r'id "z~1": its source \'z\' is not in the corpus'):
        make_splits(Corpus((*rows, orphan), Path()))


def test_held_out_rows_take_no_copies_along():
    rows = [Utterance(id=f"{i:02}", label="joy", speaker=f"s{i % 5}", split="train") for i in range(50)]
    rows += [Utterance(id=f"t{i}", label="joy", speaker="t", split="test") for i in range(5)]
    copies = [replace(u, id=f"{u.id}~1", source_id=u.id, copy=1) for u in rows if u.split == "train"]
    held = hold_out_dev(Corpus((*rows, *copies), Path()))
    assert Counter((u.split, u.is_copy) for u in held) == {
        ("train", False): 40, ("train", True): 40, ("dev", False): 10, ("test", False): 5,
    }  # fmt: skip
    assert held.notes[0] == "No dev split: 10 training rows were held out by whole speakers (seed 0)."


def test_the_split_depends_on_seed_and_rows_not_on_their_order():
    corpus = corpus_of(*[{"label": f"c{i % 3}", "speaker": f"s{i % 17}"} for i in range(300)])
    one = {u.id: u.split for u in make_splits(corpus, 0)[0]}
    turned = {u.id: u.split for u in make_splits(corpus.replace(corpus.utterances[::-1]), 0)[0]}
    assert one == turned
    assert one != {u.id: u.split for u in make_splits(corpus, 1)[0]}


def test_by_session_by_utterance_and_by_what_is_unknown():
    rows = [{"label": "joy", "speaker": f"s{i % 10}", "session": f"e{i % 5}"} for i in range(100)]
    split, protocol = make_splits(corpus_of(*rows), by="session")
    assert groups_cut(split, "session") == []
    assert protocol == "speaker-independent"
    split, protocol = make_splits(corpus_of(*rows), by="utterance")
    assert sizes(split) == {"train": 70, "dev": 15, "test": 15}
    assert protocol == "speaker-dependent"
    with pytest.raises(
        CorpusError, match="can't be split by 'sex'; choose one of speaker, dialogue, session, utterance"
    ):
        make_splits(corpus_of(*rows), by="sex")
    with pytest.raises(CorpusError, match="2 rows can't be split into train, dev, test by speaker"):
        make_splits(corpus_of({"label": "joy"}, {"label": "fear"}))


@pytest.mark.parametrize(
    ("speakers", "protocol"),
    [
        (("a", "b", "c"), "speaker-independent"),
        (("a", "a", "c"), "speaker-independent"),  # dev stops training; what is tested on is unseen
        (("a", "b", "a"), "speaker-dependent"),
        (("a", "c", "c"), "speaker-dependent"),
        (("", "b", "c"), "unknown"),
        (("a", "b", ""), "unknown"),
    ],
)
def test_protocols(speakers, protocol):
    rows = [
        {"label": "joy", "speaker": s, "split": w}
        for s, w in zip(speakers, ("train", "dev", "test"), strict=True)
    ]
    assert protocol_of(corpus_of(*rows)) == protocol


def test_without_test_rows_dev_is_what_is_tested_on():
    corpus = corpus_of(
        *[{"label": "joy", "speaker": s, "split": w} for s, w in (("a", "train"), ("a", "dev"))]
    )
    assert protocol_of(corpus) == "speaker-dependent"
    assert protocol_of(corpus.select("train")) == "unknown"


def test_thirteen_thousand_rows_by_utterance():
    rows = [{"label": f"c{i % 7}"} for i in range(13_000)]
    split, _ = make_splits(corpus_of(*rows))
    counts = Counter((u.label, u.split) for u in split)
    assert all(abs(counts[f"c{c}", "test"] - 0.15 * 13_000 / 7) < 2 for c in range(7))
