import json

import numpy as np
import pytest
import soundfile
import torch

from augment.audio.files import AudioError
from augment.chain import Sample
from augment.transform import Audio, ParameterError
from merhan import MerHanForEmotionClassification, MerHanProcessor
from merhan.errors import MerhanError
from merhan.features.extract import hear
from merhan.features.featureset import features_of
from merhan.features.frames import frame_names
from merhan.features.functionals import functional_names
from merhan.features.moments import Scale
from merhan.features.normalise import Normaliser, Statistics
from merhan.features.scratch import new_encoder
from merhan.features.settings import FeatureSettings
from merhan.features.text import TextEncoder
from merhan.model import FeatureDims, ModelSettings, build_model

TEXTS = ["I can't believe you did that!", "Well, hello there.", "no"]
LABELS = ("anger", "joy", "neutral")


def _sound(seconds, hertz=180.0, rate=16_000):
    time = np.arange(int(seconds * rate)) / rate
    wave = 0.4 * np.sin(2 * np.pi * hertz * time) * (1 + 0.5 * np.sin(2 * np.pi * 3 * time))
    return Audio(wave.astype(np.float32), rate)


@pytest.fixture(scope="module")
def encoder():
    tokeniser, model = new_encoder(TEXTS)
    return TextEncoder(tokeniser, model.eval(), "scratch")


def _processor(encoder, **settings):
    settings, rng = FeatureSettings(**settings), np.random.default_rng(4)
    scales = (
        Scale(rng.normal(size=size), rng.uniform(0.5, 2.0, size=size))
        for size in (len(frame_names(settings)), len(functional_names(settings)))
    )
    return MerHanProcessor(Normaliser(settings, Statistics(*scales)), LABELS, encoder)


@pytest.fixture
def processor(encoder):
    return _processor(encoder)


def test_prediction_sees_what_training_saw(processor, encoder):
    sounds = [_sound(1.3), None, _sound(0.4, rate=22_050)]
    texts = [TEXTS[0], TEXTS[1], None]
    batch = processor(sounds, texts)
    samples = [Sample(str(n), sound, text) for n, (sound, text) in enumerate(zip(sounds, texts, strict=True))]
    trained_on = features_of(samples, processor.normaliser, encoder, LABELS, read_in_network=True).collate(
        [0, 1, 2]
    )
    assert set(batch) == set(trained_on) - {"labels"}
    for name in ("frames", "frames_mask", "functionals", "has_audio", "text_mask", "has_text"):
        assert torch.equal(batch[name], trained_on[name]), name
    assert torch.equal(
        batch["input_ids"][batch["text_mask"]], trained_on["input_ids"][trained_on["text_mask"]]
    )


def test_one_utterance_is_a_batch_of_one(processor, tmp_path):
    sound = _sound(0.5)
    soundfile.write(tmp_path / "a.wav", sound.samples, sound.rate, subtype="FLOAT")
    expected = processor([sound], [TEXTS[0]])
    assert expected["frames"].shape[0] == 1
    for given in (
        processor(sound, TEXTS[0]),
        processor(tmp_path / "a.wav", TEXTS[0]),
        processor(str(tmp_path / "a.wav"), TEXTS[0]),
        processor(sound.samples, TEXTS[0], rate=sound.rate),
    ):
        assert all(torch.equal(given[name], tensor) for name, tensor in expected.items())


def test_blank_text_and_absent_audio_are_missing(processor):
    batch = processor([None, _sound(0.3)], ["hello", "  "])
    assert batch["has_audio"].tolist() == [False, True]
    assert batch["has_text"].tolist() == [True, False]
    assert not batch["text_mask"][1].any()
    assert not batch["frames_mask"][0].any()
    assert processor(text="hello")["has_audio"].tolist() == [False]
    assert processor(_sound(0.02))["frames_mask"].sum() == 1


def test_saved_and_loaded_it_makes_the_same_inputs(processor, tmp_path):
    processor.save_pretrained(tmp_path)
    assert {path.suffix for path in tmp_path.iterdir()} <= {".json", ".safetensors", ".txt"}
    loaded = MerHanProcessor.from_pretrained(tmp_path)
    assert loaded.labels == LABELS
    assert loaded.settings == processor.settings
    sounds, texts = [_sound(0.5), None, None], TEXTS
    before, after = processor(sounds, texts), loaded(sounds, texts)
    assert all(torch.equal(after[name], tensor) for name, tensor in before.items())


def test_long_texts_are_cut_where_the_encoder_ends(processor, encoder, tmp_path):
    wordy = _processor(encoder, max_tokens=5000)
    wordy.save_pretrained(tmp_path)
    for each in (wordy, MerHanProcessor.from_pretrained(tmp_path)):
        assert each(text="no " * 3000)["input_ids"].shape == (1, 512)
    assert _processor(encoder, max_tokens=6)(text="no " * 3000)["input_ids"].shape == (1, 6)


def test_model_and_processor_share_a_folder(processor, encoder, tmp_path):
    dims = FeatureDims(len(frame_names()), len(functional_names()), encoder.hidden)
    model = build_model(ModelSettings(lstm_size=8, width=16), dims, LABELS, encoder.model).eval()
    torch.nn.init.normal_(model.network.joint_head.output.weight)
    model.save_pretrained(tmp_path)
    processor.save_pretrained(tmp_path)
    loaded = MerHanForEmotionClassification.from_pretrained(tmp_path)
    again = MerHanProcessor.from_pretrained(tmp_path)
    assert loaded.config.labels == again.labels
    sounds, texts = [_sound(0.4), None], [None, TEXTS[1]]
    with torch.no_grad():
        torch.testing.assert_close(
            loaded(**again(sounds, texts)).logits, model(**processor(sounds, texts)).logits
        )

    read = again.text_encoder(loaded)
    assert read.fingerprint == processor.text_encoder(model).fingerprint
    with torch.no_grad():
        by_states = model(text_states=torch.from_numpy(read.states([TEXTS[1]])[0].astype(np.float32))[None])
        torch.testing.assert_close(
            by_states.logits, model(**processor(text=TEXTS[1])).logits, atol=1e-2, rtol=1e-2
        )  # states are kept in half precision


def test_settings_without_functionals_give_none(encoder):
    assert _processor(encoder, functionals=False)(_sound(0.3))["functionals"].shape == (1, 0)


def test_a_processor_without_text(tmp_path):
    deaf = _processor(None)
    deaf.save_pretrained(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        "processor_config.json",
        "feature_statistics.safetensors",
    }
    batch = MerHanProcessor.from_pretrained(tmp_path)(_sound(0.3))
    assert not {"input_ids", "text_mask", "has_text"} & set(batch)
    with pytest.raises(MerhanError, match="trained without text"):
        deaf(_sound(0.3), "hello")


def test_enrolment_measures_against_the_speaker(processor, tmp_path):
    recordings = [_sound(0.6, hertz) for hertz in (110.0, 120.0, 130.0)]
    (tmp_path / "more").mkdir()
    for place, sound in zip(("a.wav", "b.WAV", "more/c.wav"), recordings, strict=True):
        soundfile.write(tmp_path / place, sound.samples, sound.rate, subtype="FLOAT", format="WAV")
    (tmp_path / "notes.txt").write_text("no sound")
    speaker = processor.enrol(tmp_path)
    expected = processor.normaliser.enrol([hear(sound, processor.settings) for sound in recordings])
    np.testing.assert_allclose(speaker.functionals.mean, expected.functionals.mean, rtol=1e-6)
    np.testing.assert_allclose(processor.enrol(recordings).frames.mean, expected.frames.mean, rtol=1e-6)

    heard = hear(recordings[0], processor.settings)
    batch = processor(recordings[0], speaker=speaker)
    wanted = processor.normaliser.functionals(heard.functionals, speaker)
    assert np.array_equal(batch["functionals"][0].numpy(), wanted)
    assert not torch.equal(batch["frames"], processor(recordings[0])["frames"])


def test_enrolment_that_cannot_be_is_refused(processor, encoder, tmp_path):
    with pytest.raises(MerhanError, match="holds no sound file"):
        processor.enrol(tmp_path)
    with pytest.raises(MerhanError, match="normalised by corpus, not by speaker"):
        _processor(encoder, normalise="corpus").enrol([_sound(0.3)])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "nothing to predict from"),
        ({"audio": [], "text": []}, "nothing to predict from"),
        ({"text": ["hello", " "]}, "Utterance 2 of 2 has neither audio nor text"),
        ({"audio": [_sound(0.3)], "text": ["a", "b"]}, "1 recordings and 2 texts"),
        ({"audio": np.zeros(100, np.float32)}, "pass rate=16000"),
    ],
)
def test_wrong_inputs_are_refused_with_what_to_do(processor, given, said):
    with pytest.raises(MerhanError, match=said):
        processor(**given)


def test_case_1_2_stereo_samples_are_refused_with_the_shape_expected(processor):
    with pytest.raises(ParameterError, match=r"expected mono of shape \(samples,\)"):
        processor(np.zeros((44_100, 2), np.float32), rate=44_100)


def test_what_is_not_audio_is_named(processor, tmp_path):
    path = tmp_path / "page.wav"
    path.write_text("<html>")
    with pytest.raises(AudioError, match=r"page\.wav"):
        processor(path)


def test_a_folder_without_processor_is_named(tmp_path):
    with pytest.raises(MerhanError, match=r"holds no processor_config\.json"):
        MerHanProcessor.from_pretrained(tmp_path)


def test_nothing_of_this_machine_is_saved(processor, encoder, tmp_path):
    processor.save_pretrained(tmp_path)
    dims = FeatureDims(5, 3, encoder.hidden)
    encoder.model.config.name_or_path = "/home/somebody/models/encoder"
    build_model(ModelSettings(lstm_size=8, width=16), dims, LABELS, encoder.model).save_pretrained(tmp_path)
    encoder.model.config.name_or_path = ""
    for path in tmp_path.glob("*.json"):
        assert "somebody" not in path.read_text(), path.name
        assert json.loads(path.read_text())
