"""Back-translation: what is chosen among a translator's variants, and tiny random Marian models that give some."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping

import pytest

from augment import Chain, Sample, generator, replay
from augment.parameters import ParameterError, Unavailable
from augment.text.back_translation import BackTranslation
from augment.text.models import answers as answers_module
from augment.text.models import translation
from augment.text.models.translation import Translator


@pytest.fixture
def says(monkeypatch):
    """(answers by sentence) -> None: what the translator gives; the sentences that it was asked come back."""

    def make(answers: Mapping[str, list[str]]) -> list[str]:
        asked: list[str] = []

        def work_out(self, questions):
            asked.extend(sentence for (sentence,) in questions)
            return [answers.get(sentence, []) for (sentence,) in questions]

        monkeypatch.setattr(Translator, "work_out", work_out)
        return asked

    monkeypatch.setattr(answers_module, "_recent", OrderedDict())
    return make


def outs(text: str, times: int = 12, **arguments) -> set[str]:
    transform = BackTranslation(**arguments)
    return {transform(text, generator(seed, text)) for seed in range(times)}


def test_one_of_the_variants_is_drawn(says) -> None:
    says({"She left the room.": ["She went out.", "She has left the room."]})
    assert outs("She left the room.") == {"She went out.", "She has left the room."}


def test_sentences_are_asked_one_by_one_and_short_ones_never(says) -> None:
    text = "  Okay. “She left the room.” Then we walked home!  Right?"
    asked = says({"She left the room.”": ["She went out of the room.”"], "Then we walked home!": []})
    assert outs(text) == {"  Okay. “She went out of the room.” Then we walked home!  Right?"}
    assert set(asked) == {"She left the room.”", "Then we walked home!"}


def test_a_rate_touches_that_share_of_the_sentences(says) -> None:
    text = "We saw one bird. We saw two birds. We saw three birds. We saw four birds."
    says({f"{part}.": [f"{part} there."] for part in text.rstrip(".").split(". ")})
    assert {out.count("there") for out in outs(text, rate=0.5)} == {2}
    assert {out.count("there") for out in outs(text + " ", rate=0.1)} == {1}


@pytest.mark.parametrize(
    ("sentence", "variant"),
    [
        ("I do not like the house.", "I like the house."),  # lost its negation
        ("We met Rachel at the shop.", "We met her at the shop."),  # a name
        ("They waited 10 minutes for us.", "They waited ten minutes for us."),  # a number
        ("It was a terrible old house.", "It was a bad old house."),  # a word that bears emotion
        ("We saw the small house.", "House."),  # half is gone
        ("We saw it.", "We saw it we saw it we saw it."),  # runs on
        ("We saw the house.", "we saw the house"),  # the sentence itself
        ("We saw the house.", "..."),
    ],
)
def test_a_variant_that_will_not_do_is_no_choice(says, sentence: str, variant: str) -> None:
    says({sentence: [variant]})
    assert outs(sentence) == {sentence}


@pytest.mark.parametrize(
    ("sentence", "variant", "made"),
    [
        ("we saw the small house", "We saw the little house.", "we saw the little house"),
        ("We saw the house.", "there we saw the house.", "There we saw the house."),
        ("rachel saw the house", "Rachel looked at the house.", "Rachel looked at the house"),
    ],
)
def test_capitals_and_ends_are_those_of_the_sentence(says, sentence: str, variant: str, made: str) -> None:
    says({sentence: [variant]})
    assert outs(sentence) == {made}


def test_what_is_shouted_is_asked_quietly_and_shouted_again(says) -> None:
    assert says({"we saw the house": ["We looked at the house."]}) == []
    assert outs("WE SAW THE HOUSE") == {"WE LOOKED AT THE HOUSE"}


def test_the_models_are_those_of_the_languages() -> None:
    assert BackTranslation()._translator == Translator(
        "Helsinki-NLP/opus-mt-en-de", "Helsinki-NLP/opus-mt-de-en", 4
    )
    assert BackTranslation(language="Polish", via="en")._translator.forward == "Helsinki-NLP/opus-mt-pl-en"
    assert BackTranslation(forward="a", backward="b")._translator == Translator("a", "b", 4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"forward": "a"}, "backward: is missing: forward names one of the two models"),
        ({"via": "en"}, "via: 'en' is the language of the texts; choose another"),
        ({"via": ""}, "via: '' is no language"),
        ({"variants": 0}, "variants: 0 is outside 1 to 20 variants"),
        ({"variants": 1.5}, "variants: 1.5 must be a whole number"),
        ({"language": "xx"}, "language: 'xx' is no language known here"),
    ],
)
def test_arguments_are_checked_without_a_model(arguments: dict, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        BackTranslation(**arguments)


def test_a_missing_model_or_package_is_one_sentence(translation_model, monkeypatch) -> None:
    with pytest.raises(
        Unavailable, match=r"^forward: 'Helsinki-NLP/opus-mt-en-de' is neither a folder nor in"
    ):
        BackTranslation().ready()
    with pytest.raises(
        Unavailable, match=r"^backward: there is no folder /no/where; give that of a saved tran"
    ):
        BackTranslation(forward=str(translation_model), backward="/no/where").ready()
    monkeypatch.setattr(translation, "PACKAGES", ("no_such_package",))
    with pytest.raises(
        Unavailable, match=r"needs the package no_such_package: pip install 'merhan-balance\["
    ):
        BackTranslation(forward=str(translation_model), backward=str(translation_model)).ready()


def test_marian_gives_variants_the_same_alone_and_together(translation_model) -> None:
    translator = Translator(str(translation_model), str(translation_model), 6)
    sentences = [
        "The house is on a small street.", "green river walk", "we carry heavy letters", "Walk to the river!",
        "green river walk", "the old paper in the kitchen",
    ]  # fmt: skip
    together = translator.work_out([(sentence,) for sentence in sentences])
    assert together == [translator.work_out([(sentence,)])[0] for sentence in sentences]
    assert all(1 < len(found) <= 6 for found in together)
    assert all(len(set(found)) == len(found) for found in together)
    assert len({tuple(found) for found in together}) == 5
    assert translator.work_out([("walk " * 500,)]) == [[]]  # too long to be read


def test_a_replay_needs_no_model(translation_model) -> None:
    place = str(translation_model)
    chain = Chain([BackTranslation(forward=place, backward=place, variants=20)], protect=())
    sample = Sample("a", None, "green river walk")
    made, provenance = chain(sample, generator(0, "a"))
    assert made.text != sample.text
    provenance[0]["settings"] |= {"forward": "/nowhere", "backward": "/nowhere"}
    assert replay(sample, json.loads(json.dumps(provenance))).text == made.text
