from __future__ import annotations

import numpy as np
import pytest

from augment import Audio, Gates, Sample
from augment.gates import REASONS, identical
from augment.parameters import ParameterError

BOTH = {"audio", "text"}


def heard(samples, rate: int = 16_000) -> Sample:
    return Sample("a", Audio(np.asarray(samples, dtype=np.float32), rate), None)


def said(text: str | None) -> Sample:
    return Sample("a", None, text)


@pytest.fixture
def tone() -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * 200 * np.arange(8000) / 16_000)).astype(np.float32)


class TestAudio:
    def refused(self, source, copy, **settings):
        others_off = {"min_snr_db": -60, "min_voiced": 0}
        return Gates(**others_off | settings).refuses(heard(source), heard(copy), {"audio"})

    def test_a_good_copy_passes(self, tone):
        assert self.refused(tone, 0.8 * tone) is None

    def test_finite(self, tone):
        broken = tone.copy()
        broken[5] = np.nan
        assert self.refused(tone, broken) == "finite"

    def test_duration(self, tone):
        assert self.refused(tone, tone[:1599]) == "duration"
        assert self.refused(tone, tone[:1600]) is None
        assert self.refused(tone, tone[:0], min_duration=0) == "duration"

    def test_a_short_source_is_not_the_copys_fault(self, tone):
        assert self.refused(tone[:800], tone[:700]) is None

    def test_clipping(self, tone):
        loud = tone.copy()
        loud[:8] = 1.0
        assert self.refused(tone, loud) is None  # 8 of 8000 is the limit
        loud[8] = -1.0
        assert self.refused(tone, loud) == "clipping"
        assert self.refused(tone, loud, max_clipped=0.01) is None

    def test_a_clipped_source_is_not_the_copys_fault(self, tone):
        clipped = np.clip(4 * tone, -1, 1)
        assert self.refused(clipped, clipped) is None
        assert self.refused(clipped, np.sign(clipped)) == "clipping"

    def test_too_little_speech_over_noise(self, tone):
        spoken = 0.2 * np.concatenate([tone, np.zeros(4000, dtype=np.float32)])
        noise = np.random.default_rng(0).standard_normal(len(spoken)).astype(np.float32)
        power = np.mean(spoken**2)
        for snr_db, refused in ((10, None), (6, None), (4, "snr"), (-5, "snr")):
            copy = spoken + noise * np.sqrt(power / 10 ** (snr_db / 10))
            assert self.refused(spoken, copy, min_snr_db=5) == refused
        assert self.refused(copy, copy + 0.1 * noise, min_snr_db=5) is None  # noisy already
        assert self.refused(spoken, copy, min_snr_db=-60) is None

    def test_too_little_voice_left(self, tone):
        half = tone.copy()
        half[4000:] = 0
        assert self.refused(tone, half, min_voiced=0.4) is None
        assert self.refused(tone, half, min_voiced=0.6) == "voicing"
        hiss = 0.1 * np.random.default_rng(0).standard_normal(8000)
        assert self.refused(tone, hiss, min_voiced=0.5) == "voicing"
        assert self.refused(hiss, 0.5 * hiss, min_voiced=0.5) is None  # a whisper has no voice to lose

    def test_every_gate_has_a_reason_to_show(self):
        shown = {"finite", "duration", "clipping", "silence", "snr", "voicing", "similarity", "protected"}
        assert shown < set(REASONS)

    def test_full_scale_of_16_bits_counts(self, tone):
        loud = tone.copy()
        loud[:100] = 32_767 / 32_768
        assert self.refused(tone, loud) == "clipping"

    def test_silence(self, tone):
        assert self.refused(tone, 1e-5 * tone) == "silence"
        assert self.refused(1e-5 * tone, 1e-6 * tone) is None


class TestText:
    def refused(self, source, copy, **settings):
        return Gates(**settings).refuses(said(source), said(copy), {"text"})

    def test_similarity_is_by_characters_of_lower_case(self):
        assert self.refused("Put the kettle on", "PUT THE KETTLE ON") is None
        assert self.refused("Put the kettle on", "I would rather walk") == "similarity"
        # 2 * 3 / (4 + 4) characters in common
        assert self.refused("abcd", "abcx", min_similarity=0.75) is None
        assert self.refused("abcd", "abcx", min_similarity=0.76) == "similarity"
        assert self.refused("abcd", "") == "similarity"

    @pytest.mark.parametrize(
        ("source", "copy"),
        [
            ("it is not on the table", "it is on the table"),
            ("bring 12 of the chairs", "bring 13 of the chairs"),
            ("look at www.example.com today", "look at it today"),
            ("tell @anna about the plan", "tell me about the plan"),
            ("no no that is the door", "no that is the door"),
        ],
    )
    def test_protected_words_are_all_there_as_often(self, source, copy):
        assert self.refused(source, copy, min_similarity=0) == "protected"
        assert self.refused(source, copy, min_similarity=0, protect=()) is None

    def test_a_name_may_move_to_the_front(self):
        assert self.refused("yesterday Ross went out", "Ross went out yesterday", min_similarity=0) is None

    def test_an_encoder_is_asked_where_one_is_given(self):
        vectors = {"one": [1.0, 0.0], "two": [1.0, 1.0], "three": [0.0, 2.0]}

        def encoder(texts):
            return np.array([vectors[text] for text in texts])

        assert self.refused("one", "two", similarity="encoder", encoder=encoder, protect=()) is None  # 0.71
        assert self.refused("one", "three", similarity="encoder", encoder=encoder, protect=()) == "similarity"

    def test_no_text_is_nothing_to_judge(self):
        assert self.refused("", "") is None
        assert self.refused(None, None) is None


def test_only_what_was_to_change_is_judged(tone):
    source = Sample("a", Audio(tone, 16_000), "it is not here")
    copy = Sample("a", Audio(0 * tone, 16_000), "it is here")
    gates = Gates()
    assert gates.refuses(source, copy, BOTH) == "silence"
    assert gates.refuses(source, copy, {"text"}) == "protected"
    assert gates.refuses(source, copy, set()) is None


def test_settings_out_of_bounds_are_refused():
    with pytest.raises(ParameterError, match="similarity: encoder asked for, but there is none"):
        Gates(similarity="encoder")
    with pytest.raises(ParameterError, match=r"min_similarity: 1\.2 is outside 0 to 1"):
        Gates(min_similarity=1.2)
    with pytest.raises(ParameterError, match="'verbs' is not one of negation"):
        Gates(protect=["verbs"])


def test_identity_is_of_both_or_of_the_one_that_was_changed(tone):
    a = Sample("a", Audio(tone, 16_000), "hello there")
    assert identical(a, Sample("b", Audio(tone.copy(), 16_000), "hello there"))
    other_text = Sample("b", Audio(tone.copy(), 16_000), "hello you")
    assert not identical(a, other_text)
    assert identical(a, other_text, by=("audio",))
    other_sound = Sample("b", Audio(tone * np.float32(0.9), 16_000), "hello there")
    assert not identical(a, other_sound)
    assert identical(a, other_sound, by=("text",))
    assert not identical(a, Sample("b", None, "hello there"))
    assert not identical(a, Sample("b", Audio(tone, 8000), "hello there"))
    assert not identical(a, Sample("b", Audio(tone[:-1], 16_000), "hello there"))


def test_identity_is_of_the_sound_as_it_is_written(tone):
    fainter = tone + np.float32(1e-7)  # far below half a step of 16 bits
    rounded = np.round(tone * 32_768).astype(np.float32) / 32_768
    assert identical(heard(rounded), heard(rounded + np.float32(1e-7)))
    assert not np.array_equal(fainter, tone)
