"""Language models are asked once, for all copies together, and no worker has to load one."""

from __future__ import annotations

from dataclasses import replace
from shutil import copytree, rmtree

import pytest

from augment import Sample, replay
from augment.parameters import Unavailable
from augment.text.models import answers, masked
from augment.text.models.answers import Answers
from recipes import materialise
from recipes.copying import Copier
from recipes.library import load_recipe
from recipes.online import AugmentedDataset
from recipes.preview import previews
from recipes.rehearsal import rehearse
from recipes.tasks import CopyWriter


@pytest.fixture
def wordy(masked_model):
    """Swap, then two model steps, one of which reads what the other wrote."""
    model = str(masked_model)
    return {
        "name": "wordy",
        "balance": {"target": {"copies": 3}},
        "augment": {
            "modalities": "text",
            "text": [
                {"random_swap": {"rate": 0.2, "p": 0.5}},
                {"contextual": {"model": model, "action": "substitute", "rate": 0.2}},
                {"some_of": {"n": 1, "of": [{"contextual": {"model": model, "action": ["insert", "substitute"]}}]}},
            ],
            "gates": {"min_similarity": 0.7},
        },
    }  # fmt: skip


@pytest.fixture
def asked(monkeypatch):
    """Numbers of questions of each time that a model ran."""
    sizes = []
    work_out = masked.Masked.work_out

    def counting(self, questions):
        sizes.append(len(questions))
        return work_out(self, questions)

    monkeypatch.setattr(masked.Masked, "work_out", counting)
    monkeypatch.setattr(answers, "_recent", type(answers._recent)())
    return sizes


def texts(corpus):
    return {u.id: (u.text, u.transforms) for u in corpus if u.is_copy}


def files(folder):
    return {p.relative_to(folder): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_model_runs_a_few_times_for_all_copies_and_never_in_between(tones, wordy, asked, tmp_path) -> None:
    made = materialise(tones, wordy, tmp_path / "out")
    assert made.copies == 3 * 24
    assert sum(u.text != tones.by_id[u.source_id].text for u in made.corpus if u.is_copy) > 60
    assert sum(asked) > 150
    # Two model steps and, of texts that a gate refused, up to five redraws of both.
    assert asked[0] > 60
    assert len([size for size in asked if size > 20]) <= 4
    assert not (tmp_path / "out" / ".answers.sqlite").exists()


def test_workers_give_the_same_bytes(tones, wordy, tmp_path) -> None:
    one = materialise(tones, wordy, tmp_path / "one", workers=1)
    two = materialise(tones, wordy, tmp_path / "two", workers=2)
    assert one.copies == two.copies > 0
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_asked_beforehand_or_on_demand_the_answers_are_the_same(tones, wordy, asked, tmp_path) -> None:
    made = materialise(tones, wordy, tmp_path / "out", seed=3)
    together = len(asked)
    recipe = load_recipe(wordy)
    copier = Copier(recipe, 3)
    answers._recent.clear()
    for row in tones.select("train"):
        siblings = []
        for k in range(1, 4):
            copy = copier(tones.read(row), row, k, "", siblings)
            siblings.append(copy.sample)
            assert copy.sample.text == made.corpus.by_id[f"{row.id}~{k}"].text
    assert len(asked) - together > 100  # one by one


def test_nothing_is_asked_twice(tones, wordy, asked, tmp_path) -> None:
    recipe = load_recipe(wordy)
    copies = [(row, 1) for row in tones.select("train")]
    kept = Answers(tmp_path / "answers.sqlite")
    rehearse(Copier(recipe, 0), copies, kept)
    before = list(asked)
    assert before
    kept.close()
    rehearse(Copier(recipe, 0), copies, Answers(tmp_path / "answers.sqlite"))
    assert asked == before


def test_a_run_that_was_cut_off_goes_on_without_asking_again(tones, wordy, asked, tmp_path) -> None:
    def stop(done, total):
        if done > 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        materialise(tones, wordy, tmp_path / "out", progress=stop)
    assert (tmp_path / "out" / ".answers.sqlite").is_file()
    before = sum(asked)
    materialise(tones, wordy, tmp_path / "out")
    assert sum(asked) == before
    materialise(tones, wordy, tmp_path / "whole")
    assert files(tmp_path / "out") == files(tmp_path / "whole")


def test_online_a_model_is_asked_at_the_start_of_an_epoch(tones, wordy, asked, tmp_path) -> None:
    dataset = AugmentedDataset(tones, wordy)
    made = materialise(tones, wordy, tmp_path / "out").corpus
    before = len(asked)
    rows = [dataset[at][0] for at in range(len(dataset))]
    assert {u.id: (u.text, u.transforms) for u in rows if u.is_copy} == texts(made)
    assert len(asked) == before
    dataset.set_epoch(1)
    assert len(asked) > before
    before = len(asked)
    assert [dataset[at][0].text for at in range(len(dataset))] != [row.text for row in rows]
    assert len(asked) == before
    folder = dataset._answers.path.parent
    assert folder.is_dir()
    del dataset
    assert not folder.exists()


def test_a_model_that_is_missing_is_said_before_anything_is_made(tones, wordy, tmp_path) -> None:
    wordy["augment"]["text"][1]["contextual"]["model"] = "nobody/no-such-model"
    recipe = load_recipe(wordy)  # validation asks no network
    message = (
        "augment.text.contextual.model: 'nobody/no-such-model' is neither a folder nor in the Hugging Face"
    )
    with pytest.raises(Unavailable, match=message):
        materialise(tones, recipe, tmp_path / "out")
    assert not list((tmp_path / "out").rglob("*.flac"))
    with pytest.raises(Unavailable, match=message):
        next(previews(tones, recipe))
    with pytest.raises(Unavailable, match=message):
        AugmentedDataset(tones, recipe)


def test_workers_load_no_model(tones, wordy, masked_model, tmp_path, monkeypatch) -> None:
    model = copytree(masked_model, tmp_path / "model")
    wordy["balance"]["target"] = {"copies": 4}
    wordy["augment"]["gates"] = {"min_similarity": 0}
    wordy["augment"]["text"] = [
        {"contextual": {"model": str(model), "rate": 0.1, "top_k": 2}}
    ]  # many are alike
    prepare = CopyWriter.prepare

    def prepare_and_lose_the_model(self, tasks):
        prepare(self, tasks)
        rmtree(model, ignore_errors=True)

    monkeypatch.setattr(CopyWriter, "prepare", prepare_and_lose_the_model)
    made = materialise(tones, wordy, tmp_path / "out", workers=2)
    assert made.copies > 60
    assert made.redrawn["identical"] > 10
    assert not model.exists()


def test_translations_are_asked_for_beforehand_too(tones, wordy, translation_model, tmp_path) -> None:
    place = str(translation_model)
    wordy["balance"]["target"] = {"copies": 1}
    wordy["augment"]["text"] = [{"back_translation": {"forward": place, "backward": place, "variants": 8}}]
    wordy["augment"]["gates"] = {"min_similarity": 0, "protect": []}
    quiet = tones.replace(replace(u, text=u.text.split(" ", 3)[-1]) for u in tones)
    one = materialise(quiet, wordy, tmp_path / "one")
    two = materialise(quiet, wordy, tmp_path / "two", workers=2)
    assert files(tmp_path / "one") == files(tmp_path / "two")
    changed = [u for u in one.corpus if u.is_copy and u.text != quiet.by_id[u.source_id].text]
    assert len(changed) > 5
    for copy in changed:
        source = Sample("a", None, quiet.by_id[copy.source_id].text)
        assert replay(source, copy.transforms).text == copy.text
    assert two.copies == one.copies
