"""The balanced corpus on disk: what is in it, and that the same job gives the same bytes."""

from __future__ import annotations

import filecmp
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from augment import replay
from recipes import Corpus, CorpusError, RecipeError, materialise
from recipes.corpus.leaks import find_leaks


def differences(a: Path, b: Path) -> list[str]:
    """As diff -r: what only one has, and files of other bytes."""
    compared = filecmp.dircmp(a, b)
    found = [*compared.left_only, *compared.right_only]
    found += filecmp.cmpfiles(a, b, compared.common_files, shallow=False)[1]
    for name in compared.common_dirs:
        found += differences(a / name, b / name)
    return found


def test_every_class_reaches_the_majority(tones, lively, tmp_path):
    made = materialise(tones, lively, tmp_path / "out")
    assert made.before == {"fear": 3, "joy": 6, "neutral": 15}
    assert made.after == {"fear": 15, "joy": 15, "neutral": 15}
    assert (made.copies, made.missed, made.done_before) == (21, {}, False)
    assert Counter(u.split for u in made.corpus) == {"train": 45, "dev": 3, "test": 3}
    assert find_leaks(made.corpus) == []


def test_rows_files_and_settings(tones, lively, tmp_path):
    corpus = materialise(tones, lively, tmp_path / "out", seed=7).corpus
    originals = [u for u in corpus if not u.is_copy]
    assert [replace(u, audio=u.audio.removeprefix("source:")) for u in originals] == list(tones)
    previous = None
    for u in corpus:
        if u.is_copy:  # behind its source, in order
            assert u.id == f"{u.source_id}~{u.copy}"
            assert u.audio == f"audio/{u.id}.flac"
            source = tones.by_id[u.source_id]
            assert (u.label, u.speaker, u.split) == (source.label, source.speaker, "train")
            assert previous.id == u.source_id or (previous.source_id, previous.copy) == (
                u.source_id,
                u.copy - 1,
            )
        previous = u
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "audio",
        "corpus.json",
        "manifest.parquet",
    ]
    written = {p.name for p in (tmp_path / "out" / "audio").iterdir()}
    assert written == {f"{u.id}.flac" for u in corpus if u.is_copy}
    settings = json.loads((tmp_path / "out" / "corpus.json").read_text())
    assert settings["roots"] == {"source": str(tones.folder)}
    assert settings["recipe"]["name"] == "lively"
    assert settings["seed"] == 7


def test_a_copy_is_replayed_from_its_row(tones, lively, tmp_path):
    corpus = materialise(tones, lively, tmp_path / "out").corpus
    for u in [u for u in corpus if u.is_copy][:6]:
        again = replay(corpus.read(corpus.by_id[u.source_id]), u.transforms)
        heard = corpus.read(u)
        assert again.text == u.text != corpus.by_id[u.source_id].text
        np.testing.assert_allclose(again.audio.samples, heard.audio.samples, atol=1 / 32768)
        assert [step["name"] for step in u.transforms] == ["speed", "gain", "random_swap"]


def test_voices_follow_the_rule(tones, lively, tmp_path):
    corpus = materialise(tones, lively, tmp_path / "out").corpus
    for u in corpus:
        if not u.is_copy:
            assert u.voice == ""
            continue
        same = sorted(o.id for o in tones.select("train") if (o.speaker, o.label) == (u.speaker, u.label))
        v = (same.index(u.source_id) + u.copy - 1) % 3 + 1
        assert u.voice == f"{u.speaker}#{v}"
    factors = {}
    for u in corpus:
        if u.is_copy:
            factors.setdefault(u.voice, set()).add(u.transforms[0]["params"]["factor"])
    assert all(len(drawn) == 1 for drawn in factors.values())  # one draw a voice
    assert len({min(drawn) for drawn in factors.values()}) == len(factors)


def test_the_same_job_gives_the_same_bytes_whatever_the_workers(tones, lively, tmp_path):
    one = materialise(tones, lively, tmp_path / "one", workers=1)
    two = materialise(tones, lively, tmp_path / "deep" / "two", workers=2)
    assert differences(tmp_path / "one", tmp_path / "deep" / "two") == []
    assert (one.after, one.refused) == (two.after, two.refused)
    other = materialise(tones, lively, tmp_path / "other", seed=1)
    assert one.corpus.fingerprint() != other.corpus.fingerprint()


def test_a_finished_folder_is_left_as_it_is(tones, lively, tmp_path):
    out = tmp_path / "out"
    first = materialise(tones, lively, out)
    stamps = {p: p.stat().st_mtime_ns for p in out.rglob("*")}
    again = materialise(tones, lively, out)
    assert again.done_before
    assert {p: p.stat().st_mtime_ns for p in out.rglob("*")} == stamps
    assert (again.after, again.copies, again.missed, again.refused) == (
        first.after, first.copies, first.missed, first.refused,
    )  # fmt: skip
    # What the copies do not depend on makes no other job.
    assert materialise(tones, {**lively, "train": {"epochs": 3}}, out).done_before
    (out / "audio" / "anna-fear-0~1.flac").unlink()
    with pytest.raises(
        CorpusError, match=r"the audio of 1 copies is gone \(anna-fear-0~1 first\); .* --force"
    ):
        materialise(tones, lively, out)
    assert not materialise(tones, lively, out, force=True).done_before


def test_a_corpus_that_moved_is_found_again(lively, tone_folder, tmp_path):
    import shutil

    shutil.copytree(tone_folder, tmp_path / "here")
    materialise(tmp_path / "here", lively, tmp_path / "out")
    (tmp_path / "here").rename(tmp_path / "there")
    made = materialise(tmp_path / "there", lively, tmp_path / "out")
    assert made.done_before
    assert Corpus.load(tmp_path / "out").roots == {"source": tmp_path / "there"}
    assert all(made.corpus.audio_path(u).is_file() for u in made.corpus)


@pytest.mark.parametrize("format", ["csv", "jsonl"])
def test_other_manifests_hold_the_same(tones, lively, tmp_path, format):
    made = materialise(tones, lively, tmp_path / "out", format=format)
    assert (tmp_path / "out" / f"manifest.{format}").is_file()
    assert made.corpus.utterances == materialise(tones, lively, tmp_path / "parquet").corpus.utterances


def test_originals_are_copied_when_asked(tones, lively, tmp_path):
    made = materialise(tones, lively, tmp_path / "out", copy_originals=True)
    for u in tones:
        there = made.corpus.audio_path(made.corpus.by_id[u.id])
        assert there == tmp_path / "out" / "audio" / f"{u.id}.wav"
        assert there.read_bytes() == tones.audio_path(u).read_bytes()
    assert "roots" not in json.loads((tmp_path / "out" / "corpus.json").read_text())


def test_duplicates_point_to_their_source_and_have_no_voice(tones, tmp_path):
    recipe = {"balance": {"target": "majority"}}
    made = materialise(tones, recipe, tmp_path / "out")
    assert made.after == {"fear": 15, "joy": 15, "neutral": 15}
    assert made.refused == {}
    for u in made.corpus:
        if u.is_copy:
            source = tones.by_id[u.source_id]
            assert (u.audio, u.text, u.voice, u.transforms) == (f"source:{source.audio}", source.text, "", [])
    assert not (tmp_path / "out" / "audio").exists()


def test_either_changes_one_modality_of_each_copy(tones, lively, tmp_path):
    lively["augment"]["modalities"] = "either"
    corpus = materialise(tones, lively, tmp_path / "out").corpus
    kinds = Counter()
    for u in corpus:
        if u.is_copy:
            names = {step["name"] for step in u.transforms}
            assert names in ({"speed", "gain"}, {"random_swap"})
            kinds[len(names)] += 1
            assert bool(u.voice) == ("speed" in names)
            assert u.audio.startswith("source:") == ("speed" not in names)
    assert min(kinds.values()) >= 4


def test_an_original_whose_file_is_called_like_a_copy(tone_folder, tones, lively, tmp_path):
    import shutil

    folder = shutil.copytree(tone_folder, tmp_path / "corpus")
    (folder / "audio" / "dev-joy.wav").rename(folder / "audio" / "ben-fear-0~1.flac")
    rows = [replace(u, audio="audio/ben-fear-0~1.flac") if u.id == "dev-joy" else u for u in tones]
    made = materialise(replace(tones, utterances=tuple(rows), folder=folder), lively, tmp_path / "out").corpus
    assert made.by_id["dev-joy"].audio == "source:audio/ben-fear-0~1.flac"
    assert made.by_id["ben-fear-0~1"].audio == "audio/ben-fear-0~1.flac"
    assert (
        made.audio_path(made.by_id["dev-joy"]).read_bytes()
        == tones.audio_path(tones.by_id["dev-joy"]).read_bytes()
    )


def test_a_corpus_below_roots_of_its_own_keeps_them(tones, lively, tmp_path):
    rows = [replace(u, audio=f"takes:{u.audio}") if u.split == "train" else u for u in tones]
    rooted = replace(tones, utterances=tuple(rows), roots={"takes": tones.folder})
    made = materialise(rooted, lively, tmp_path / "out").corpus
    assert made.roots == {"takes": tones.folder, "source": tones.folder}
    assert {u.audio.split(":")[0] for u in made if u.split == "dev"} == {"source"}
    assert all(made.audio_path(u).is_file() for u in made)


def test_a_format_that_is_none_is_refused_at_once(tones, lively, tmp_path):
    with pytest.raises(CorpusError, match="'xml' is no manifest format"):
        materialise(tones, lively, tmp_path / "out", format="xml")
    assert not (tmp_path / "out").exists()


def test_segments_are_written_alone(tones, lively, tmp_path):
    rows = [replace(u, start=0.1, end=0.3) for u in tones]
    corpus = materialise(tones.replace(rows), lively, tmp_path / "out").corpus
    for u in corpus:
        if u.is_copy:
            assert (u.start, u.end) == (None, None)
            factor = u.transforms[0]["params"]["factor"]
            assert len(corpus.read(u).audio.samples) == round(1600 / factor)
        else:
            assert (u.start, u.end) == (0.1, 0.3)


def test_speakers_unknown_are_one_nameless_speaker(tones, lively, tmp_path):
    made = materialise(tones.replace(replace(u, speaker="") for u in tones), lively, tmp_path / "out")
    assert {u.voice for u in made.corpus if u.is_copy} == {"#1", "#2", "#3"}


def test_rows_of_one_modality(tones, lively, tmp_path):
    rows = [
        replace(u, audio="")
        if u.id.startswith("anna")
        else replace(u, text="")
        if u.id.startswith("ben")
        else u
        for u in tones
    ]
    corpus = materialise(tones.replace(rows), lively, tmp_path / "out").corpus
    for u in corpus:
        if u.is_copy:
            source = tones.by_id[u.source_id]
            assert bool(u.voice) == bool(u.audio) == (u.speaker != "anna")
            assert bool(u.text) == (u.speaker != "ben")
            assert (u.text != source.text) or not u.text


def test_further_columns_and_soft_labels_come_along(tones, lively, tmp_path):
    rows = [
        replace(u, label={"fear": 0.6, "joy": 0.4}, extra={"age": "31"}) if u.label == "fear" else u
        for u in tones
    ]
    made = materialise(tones.replace(rows), lively, tmp_path / "out")
    copies = [u for u in made.corpus if u.is_copy and u.hard_label == "fear"]
    assert copies
    assert all(u.label == {"fear": 0.6, "joy": 0.4} and u.extra == {"age": "31"} for u in copies)
    assert made.before["fear"] == pytest.approx(1.8)


def test_ids_that_no_file_can_be_called(tones, lively, tmp_path):
    names = ["a/b?", "x" * 150, "Ä" * 40, "Case", "case"]
    rows = list(tones)
    fears = [i for i, u in enumerate(rows) if u.split == "train" and u.label != "neutral"][: len(names)]
    for i, name in zip(fears, names, strict=True):
        rows[i] = replace(rows[i], id=name)
    lively["balance"]["target"] = {"copies": 1}
    made = materialise(tones.replace(rows), lively, tmp_path / "out")
    files = [p.name for p in (tmp_path / "out" / "audio").iterdir()]
    assert "a%2Fb%3F~1.flac" in files
    assert max(len(name) for name in files) <= 100
    assert len({name.lower() for name in files}) == len(files) == made.copies == 24
    assert all(made.corpus.audio_path(u).is_file() for u in made.corpus)


def test_progress_counts_copies(tones, lively, tmp_path):
    told = []
    materialise(tones, lively, tmp_path / "out", progress=lambda done, total: told.append((done, total)))
    assert told[0] == (0, 21)
    assert told[-1][0] == told[-1][1]
    assert told == sorted(told)


def test_splits_are_asked_for_and_then_made(tones, lively, tmp_path):
    unsplit = tones.replace(replace(u, split="", speaker=f"{u.speaker}{u.id[-1]}") for u in tones)
    with pytest.raises(CorpusError, match=r"no split column, .* run with --split-by speaker"):
        materialise(unsplit, lively, tmp_path / "out")
    made = materialise(unsplit, lively, tmp_path / "out", split_by="speaker")
    assert {u.split for u in made.corpus} == {"train", "dev", "test"}
    assert {leak.kind for leak in find_leaks(made.corpus)} <= {"text", "similar_text"}
    assert made.corpus.settings["split"] == {"by": "speaker", "seed": 0, "protocol": "speaker-independent"}
    assert made.corpus.notes[0].startswith("Split made by whole speakers (seed 0):")
    with pytest.raises(CorpusError, match="has a split column already; leave --split-by out"):
        materialise(tones, lively, tmp_path / "out2", split_by="speaker")


def test_case_3_11_a_class_above_its_target_stays_whole(tones, lively, tmp_path):
    lively["balance"]["target"] = {"ratio": 0.25}
    made = materialise(tones, lively, tmp_path / "out")
    assert made.after == {"fear": 4, "joy": 6, "neutral": 15}


def test_case_3_10_only_rows_are_counted_never_the_sound(tones, tmp_path):
    """Planning reads no audio: rows whose sound is anything at all are copied as they are."""
    recipe = {"balance": {"target": "majority"}}
    silent = tones.replace(replace(u, audio="") for u in tones)
    assert materialise(silent, recipe, tmp_path / "out").copies == 21


@pytest.mark.parametrize(
    "case", ["copies", "rows", "class", "id", "nothing", "no balance", "engine", "gate", "label"]
)
def test_what_does_not_go_together_is_refused(tones, lively, tmp_path, case):
    rows, engine = list(tones), "local"
    expected, kind = {
        "copies": ("is a copy already; augment the corpus that it was made from", CorpusError),
        "rows": ("has no training rows; give some the split train", CorpusError),
        "class": ("Class 'awe' has rows in test and none in train, so that it can't be learnt", CorpusError),
        "id": (r"a copy of 'anna-neutral-0' would be called that; rename the row", CorpusError),
        "nothing": ("nothing to do for any row of this corpus: it changes audio, which no row", RecipeError),
        "no balance": ("recipe lively makes no copies: it has no balance section", RecipeError),
        "engine": ("no engine is called 'lokal'; did you mean local", RecipeError),
        "gate": ("recipe lively: augment.gates.similarity: encoder asked for", RecipeError),
        "label": ("the corpus has no such class", RecipeError),
    }[case]
    if case == "copies":
        rows.insert(1, replace(rows[0], id="anna-neutral-0~1", source_id="anna-neutral-0", copy=1))
    elif case == "rows":
        rows = [u for u in rows if u.split != "train"]
    elif case == "class":
        rows[-1] = replace(rows[-1], label="awe")
    elif case == "id":
        rows[-1] = replace(rows[-1], id="anna-neutral-0~12")
    elif case == "nothing":
        rows = [replace(u, audio="") for u in rows]
        lively["augment"]["modalities"] = "audio"
    elif case == "no balance":
        lively["balance"] = None
    elif case == "engine":
        engine = "lokal"
    elif case == "gate":
        lively["augment"]["gates"] = {"similarity": "encoder"}
    elif case == "label":
        lively["augment"]["per_class"] = {"joyy": {"modalities": "audio"}}
    with pytest.raises(kind, match=expected):
        materialise(tones.replace(rows), lively, tmp_path / "out", engine=engine)
    assert not (tmp_path / "out").exists()


def test_transforms_that_workers_can_not_see_are_refused_by_name(tones, lively, tmp_path, monkeypatch):
    from augment.text.swap import RandomSwap

    monkeypatch.setattr(RandomSwap, "__module__", "__main__")
    lively["augment"]["text"] = [{"one_of": {"of": [{"some_of": {"n": 1, "of": ["random_swap"]}}]}}]
    with pytest.raises(RecipeError, match=r"random_swap is registered in __main__, .* run with --workers 1"):
        materialise(tones, lively, tmp_path / "out", workers=2)
    assert materialise(tones, lively, tmp_path / "out").copies == 21


def test_broken_audio_is_refused_whole_or_skipped_and_counted(tones, lively, tmp_path):
    rows = [replace(u, audio="audio/gone.wav") if u.id == "ben-neutral-0" else u for u in tones]
    corpus = tones.replace(rows)
    with pytest.raises(CorpusError, match=r"1 of 30 rows has broken audio.*\n.*gone.wav does not exist"):
        materialise(corpus, lively, tmp_path / "out")
    made = materialise(corpus, lively, tmp_path / "out", skip_broken=True)
    assert made.after == {"fear": 14, "joy": 14, "neutral": 14}  # targets are of what is left
    assert "ben-neutral-0" not in made.corpus.by_id
    assert any(
        note.startswith("Skipped for broken audio: 1 row: ben-neutral-0") for note in made.corpus.notes
    )


def test_audio_that_breaks_off_behind_a_good_header(tones, lively, tone_folder, tmp_path):
    import shutil

    import soundfile

    shutil.copytree(tone_folder, tmp_path / "corpus")
    path = tmp_path / "corpus" / "audio" / "ben-joy-0.wav"
    samples, rate = soundfile.read(path)
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 40_000)
    soundfile.write(path.with_suffix(".flac"), np.concatenate([samples, noise]), rate)
    whole = path.with_suffix(".flac").read_bytes()
    path.unlink()
    middle = len(whole) // 2  # its end is there, which a look at the file ahead would miss
    path.write_bytes(whole[:middle] + bytes(20_000) + whole[middle + 20_000 :])
    with pytest.raises(CorpusError, match=r"1 training rows have audio that breaks off.*\n.*ben-joy-0"):
        materialise(tmp_path / "corpus", lively, tmp_path / "out")
    made = materialise(tmp_path / "corpus", lively, tmp_path / "skipped", skip_broken=True)
    assert "ben-joy-0" not in made.corpus.by_id
    assert made.after["joy"] >= 14
    assert made.refused["broken"] >= 1
