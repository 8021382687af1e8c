from __future__ import annotations

import json
import os
import random
import subprocess
import sys

import numpy as np
import pytest

from augment import Chain, Sample, generator, replay
from augment.adapters import adapter_names, find_adapter
from augment.parameters import ParameterError, Unavailable
from augment.text.tokens import tokenise

TEXT = "I can't believe what you told Rachel about the 3 wonderful dogs, honestly."
NAMES = ["KeyboardAug", "OcrAug", "RandomCharAug", "RandomWordAug", "SpellingAug", "SplitAug"]


@pytest.mark.parametrize("name", NAMES)
def test_is_a_step_like_any_other(name):
    step = find_adapter(f"nlpaug.{name}")()
    state = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    made = [Chain([step])(Sample("utt", None, TEXT), generator(0, "utt", copy)) for copy in (1, 1, 2, 3)]
    assert state == (random.getstate(), np.random.get_state()[1].tolist())  # noqa: NPY002
    texts = [copy.text for copy, _ in made]
    assert texts[0] == texts[1]
    assert len({TEXT, *texts}) > 2
    provenance = json.loads(json.dumps(made[2][1]))
    assert replay(Sample("utt", None, TEXT), provenance).text == texts[2]


@pytest.mark.parametrize("name", NAMES)
def test_protected_words_spaces_and_marks_stay(name):
    step = find_adapter(f"nlpaug.{name}")()
    protected = [word.text for word in tokenise(TEXT).words if word.protected]
    assert {"can't", "Rachel", "3"} < set(protected)
    for seed in range(30):
        out = step(TEXT, generator(seed, name))
        kept = [word.text for word in tokenise(out, ()).words]
        assert set(protected) <= set(kept), out
        assert "  " not in out
        assert out.endswith(".")


@pytest.mark.parametrize("text", ["", "Okay", "!!!", "no", "| 4 || 0 || -", "a b"])
@pytest.mark.parametrize("name", NAMES)
def test_few_words_or_none(name, text):
    step = find_adapter(f"nlpaug.{name}")()
    for seed in range(5):
        assert bool(step(text, generator(seed, name)).strip()) == bool(text)


def test_words_do_not_depend_on_the_process():
    """nlpaug keeps SpellingAug's words in the order of sets, another in each process."""
    script = (
        "from augment import generator; from augment.transform import find_transform; "
        "step = find_transform('nlpaug.SpellingAug')(); "
        "print([step('I beleive that their house is beautiful', generator(0, str(k))) for k in range(30)])"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
    assert "believe" in said.pop()


def test_missing_data_is_said_before_any_text():
    step = find_adapter("nlpaug.KeyboardAug")()
    step.ready()

    class Lacking:
        def augment(self, text):
            raise LookupError("\n***\n  Resource tagger not found.\n  >>> nltk.download('tagger')\n")

    object.__setattr__(step, "_made", Lacking())
    with pytest.raises(Unavailable, match=r"Resource tagger not found.*python -m nltk.downloader tagger"):
        step.ready()


def test_whether_words_still_match_the_sound():
    says_same = {name: find_adapter(f"nlpaug.{name}").says_same for name in NAMES}
    assert says_same == dict.fromkeys(NAMES, True) | {"RandomWordAug": False}


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("Keyboard", {}, "nlpaug has no word or character augmenter called 'Keyboard'"),
        ("RandomWordAug", {"action": "fly"}, "action: RandomWordAug refuses it: Action must be one of"),
        ("KeyboardAug", {"lang": "xx"}, "KeyboardAug refuses it: Only support en and th"),
    ],
)
def test_what_can_not_be_is_said(name, arguments, message):
    with pytest.raises(ParameterError, match=message):
        find_adapter(f"nlpaug.{name}")(**arguments)


def test_arguments_that_are_ours_are_not_offered():
    with pytest.raises(TypeError, match="tokenizer"):
        find_adapter("nlpaug.KeyboardAug")(tokenizer=str.split)


def test_all_of_the_peers_augmenters_have_a_name():
    assert {"nlpaug.KeyboardAug", "nlpaug.SynonymAug"} < set(adapter_names("nlpaug"))
