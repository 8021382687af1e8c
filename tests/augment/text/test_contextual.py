"""Words from a masked language model; a tiny random one stands in for those that people use."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import OrderedDict
from itertools import pairwise

import pytest

from augment import Chain, Sample, generator, replay
from augment.parameters import ParameterError, Unavailable
from augment.text.contextual import Contextual
from augment.text.models import answers
from augment.text.models.masked import Masked
from augment.text.protect import protected_words
from augment.text.tokens import tokenise

TEXTS = [
    "The big man quickly bought a small car near the old shop and closed the window.",
    "I was really worried about the old house, but Rachel never walked home at 10:30.",
    "She opened the kitchen window and put three green bottles on the table.",
    "THE OLD MAN CARRIED A WOODEN BOX",
    "We talked about the long train journey.  It was in the morning.",
    "Train after train: 😀 she said it wasn't well-known, or goin' anywhere.",
]


def made(model, action: str, text: str, seed: int = 0, **arguments) -> str:
    return Contextual(model=str(model), action=action, **arguments)(text, generator(seed, text))


def words(text: str) -> list[str]:
    return [word.text.lower() for word in tokenise(text).words]


def test_a_substitution_takes_one_word_for_one_and_never_itself(masked_model, plain_words) -> None:
    for text in TEXTS:
        for seed in range(10):
            before, after = words(text), words(made(masked_model, "substitute", text, seed, rate=0.3))
            assert len(after) == len(before)
            articles = {"a", "an"}
            changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b and a not in articles]
            assert 1 <= len(changed) <= round(0.3 * len(before))
            # Neither function words nor pieces, names, words that bear emotion, negations: all in its vocabulary.
            assert {new for _, new in changed} <= plain_words
            assert not {old for old, _ in changed} & {"the", "and", "she", "well-known", "goin'", "wasn't"}


def test_an_insertion_keeps_every_word_and_doubles_none(masked_model, plain_words) -> None:
    for text in TEXTS:
        for seed in range(10):
            before, after = words(text), words(made(masked_model, "insert", text, seed, rate=0.2))
            rest = iter(after)
            assert len(after) > len(before)
            assert all(word in rest for word in before if word not in ("a", "an"))
            assert set(after) - set(before) <= plain_words | {"a", "an"}
            assert not any(one == other for one, other in pairwise(after))


def test_capitals_and_articles_are_put_right(masked_model) -> None:
    text = "Houses burn. A car stood there."
    outs = {made(masked_model, "substitute", text, seed, rate=1.0, top_k=60) for seed in range(120)}
    assert len(outs) > 10
    assert any(" An e" in out or " An i" in out or " An o" in out for out in outs)
    for out in outs:
        first, second = out.split(". ")
        assert first[0].isupper(), out
        assert second.startswith(("A ", "An ")), out
        article, noun = second.split()[:2]
        assert (article == "An") == (noun[0] in "aeiou"), out


def test_a_shouted_text_stays_shouted(masked_model) -> None:
    for action in ("substitute", "insert"):
        out = made(masked_model, action, TEXTS[3], rate=0.5)
        assert out != TEXTS[3]
        assert out.isupper()


def test_neighbours_are_not_both_touched(masked_model) -> None:
    text = "green wooden boxes carry heavy letters"
    for seed in range(20):
        before, after = words(text), words(made(masked_model, "substitute", text, seed, rate=1.0))
        changed = [at for at, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
        assert all(b - a > 1 for a, b in pairwise(changed))


def test_of_a_long_text_each_gap_is_read_with_what_is_around_it(masked_model) -> None:
    text = "It is the bridge. " + "The letter was in the office. " * 30 + "It is the forest."
    out = made(masked_model, "substitute", text, rate=1.0)
    before, after = words(text), words(out)
    assert sum(a != b for a, b in zip(before, after, strict=True)) > 40
    assert before[3] != after[3]
    assert before[-1] != after[-1]
    assert made(masked_model, "substitute", "A\0 house", rate=1.0) == "A\0 house"


def test_protected_words_are_never_asked_about(masked_model) -> None:
    for text in TEXTS:
        for action in ("substitute", "insert"):
            for seed in range(5):
                out = made(masked_model, action, text, seed, rate=1.0)
                kept = iter(words(out))
                assert all(word in kept for word in protected_words(text))


def test_top_k_of_one_is_the_likeliest_word_each_time(masked_model) -> None:
    text = "The house is on a street."
    assert (
        len({made(masked_model, "substitute", text, seed, top_k=1) for seed in range(10)}) <= 2
    )  # two places
    assert len({made(masked_model, "substitute", text, seed, top_k=30) for seed in range(30)}) > 8


def test_the_gap_and_not_the_word_in_it_decides(masked_model) -> None:
    transform = Contextual(model=str(masked_model), action="substitute", top_k=5, language="pl")
    one, other = (
        transform.apply(text, **transform.draw(generator(0, "x"), tokenise(text)))
        for text in ("Bridge", "Forest")
    )
    assert one == other


def test_a_replay_needs_no_model(masked_model) -> None:
    chain = Chain([Contextual(model=str(masked_model))])
    samples = [Sample(str(at), None, text) for at, text in enumerate(TEXTS)]
    done = [chain(sample, generator(0, sample.id)) for sample in samples]
    kept = [
        [{**entry, "settings": {**entry["settings"], "model": "/nowhere/at/all"}} for entry in provenance]
        for _, provenance in done
    ]
    again = [replay(sample, json.loads(json.dumps(p))) for sample, p in zip(samples, kept, strict=True)]
    assert [sample.text for sample in again] == [sample.text for sample, _ in done]
    assert [sample.text for sample in again] != TEXTS
    code = (
        "import json, sys; from augment import Sample, replay\n"
        "for text, provenance in json.load(sys.stdin): print(replay(Sample('a', None, text), provenance).text)\n"
        "assert not {'torch', 'transformers'} & set(sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(list(zip(TEXTS, kept, strict=True))),
        capture_output=True, text=True, check=True, env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert run.stdout.splitlines() == [sample.text for sample in again]


def test_many_texts_are_one_batch_and_come_out_as_one_by_one(masked_model, monkeypatch) -> None:
    model = str(masked_model)
    chain = Chain([Contextual(model=model, action="insert"), Contextual(model=model, rate=0.3)])
    samples = [Sample(f"{at}", None, text) for at, text in enumerate(TEXTS * 3)]

    def rngs():
        return [generator(5, sample.id) for sample in samples]

    one_by_one = [chain(sample, rng) for sample, rng in zip(samples, rngs(), strict=True)]
    monkeypatch.setattr(answers, "_recent", OrderedDict())
    sizes = []
    work_out = Masked.work_out
    monkeypatch.setattr(
        Masked, "work_out", lambda self, asked: sizes.append(len(asked)) or work_out(self, asked)
    )
    assert chain.many(samples, rngs()) == one_by_one
    assert len(sizes) == 2  # steps
    assert min(sizes) > 15
    assert chain.many([], []) == []


def test_other_languages_take_any_whole_word(masked_model) -> None:
    text = "Kot widział stary dom"
    out = Contextual(model=str(masked_model), action="substitute", rate=1.0, language="pl")(
        text, generator(1, text)
    )
    assert out != text
    assert len(out.split()) == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"action": "delete"}, "action: 'delete' is not one of substitute, insert"),
        ({"top_k": 0}, "top_k: 0 is outside 1 to 100 words"),
        ({"top_k": 2.5}, "top_k: 2.5 must be a whole number"),
        ({"rate": 2}, "rate: 2 is outside 0 to 1 share of the words"),
        ({"model": ""}, "model: '' is no name of a model, nor a folder"),
        ({"language": "klingon"}, "language: 'klingon' is no language known here; choose ar, "),
    ],
)
def test_arguments_are_checked_without_a_model(arguments: dict, message: str) -> None:
    with pytest.raises(ParameterError, match=message.replace("(", r"\(")):
        Contextual(**arguments)


def test_a_model_that_is_not_there_is_one_sentence(tmp_path) -> None:
    (tmp_path / "empty").mkdir()
    for name, message in {
        "nobody/no-such-model": "'nobody/no-such-model' is neither a folder nor in the Hugging Face cache .*, and "
        "HF_HUB_OFFLINE forbids to download it; unset that once, or give the folder of a saved masked language model",
        "./no/such/folder": "there is no folder ./no/such/folder; give that of a saved masked language model",
        str(
            tmp_path / "empty"
        ): "the folder .*empty holds no masked language model that transformers can load",
    }.items():
        with pytest.raises(Unavailable, match=message) as caught:
            Contextual(model=name).ready()
        assert caught.value.parameter == "model"
        assert "\n" not in str(caught.value)


def test_an_encoder_without_a_head_is_refused_rather_than_read_as_noise(masked_model, tmp_path) -> None:
    from transformers import AutoModel, AutoTokenizer

    AutoModel.from_pretrained(masked_model).save_pretrained(tmp_path)
    AutoTokenizer.from_pretrained(masked_model).save_pretrained(tmp_path)
    with pytest.raises(Unavailable, match="is no masked language model: its weights for that are not in the"):
        Contextual(model=str(tmp_path)).ready()
