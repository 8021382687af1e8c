import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from transformers import AutoModel

from merhan.calibration import ModelCalibration
from merhan.model import MerHanConfig, MerHanForEmotionClassification, ModelSettings, register_auto_classes


def test_a_saved_model_answers_the_same_without_its_encoder_at_hand(tmp_path, make_model, make_batch):
    model = make_model(text_layers=1)
    model.save_pretrained(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} >= {"config.json", "model.safetensors"}
    assert not list(tmp_path.glob("*.bin"))

    register_auto_classes()
    for load in (MerHanForEmotionClassification.from_pretrained, AutoModel.from_pretrained):
        loaded = load(tmp_path)
        assert type(loaded) is MerHanForEmotionClassification
        assert not loaded.training
        for name, weight in model.state_dict().items():
            assert torch.equal(loaded.state_dict()[name], weight), name
        with torch.no_grad():
            assert torch.equal(loaded(**make_batch(ids=True)).logits, model(**make_batch(ids=True)).logits)
        assert not any(p.requires_grad for p in loaded.text_encoder.parameters())


def test_loading_warns_of_nothing_missing(tmp_path, make_model):
    make_model().save_pretrained(tmp_path)
    _, info = MerHanForEmotionClassification.from_pretrained(tmp_path, output_loading_info=True)
    assert not any(info[kind] for kind in ("missing_keys", "unexpected_keys", "mismatched_keys"))


def test_a_model_without_encoder_is_saved_too(tmp_path, make_model, make_batch):
    model = make_model(text_encoder=None)
    model.save_pretrained(tmp_path)
    loaded = MerHanForEmotionClassification.from_pretrained(tmp_path)
    assert loaded.text_encoder is None
    with torch.no_grad():
        assert torch.equal(loaded(**make_batch()).logits, model(**make_batch()).logits)


def test_config_round_trips(tmp_path, make_model):
    config = make_model(fusion="concat").config
    config.save_pretrained(tmp_path)
    loaded = MerHanConfig.from_pretrained(tmp_path)
    for again in (loaded, MerHanConfig.from_dict(config.to_dict())):
        assert again.model_settings == config.model_settings
        assert again.labels == ("anger", "joy", "neutral", "sadness")
        assert again.label2id == {"anger": 0, "joy": 1, "neutral": 2, "sadness": 3}
        assert (again.frame_dim, again.functional_dim, again.text_dim) == (9, 11, 16)
        assert again.text_config.to_dict() == config.text_config.to_dict()
    saved = json.loads((tmp_path / "config.json").read_text())
    assert saved["model_type"] == "merhan"
    assert saved["text_config"]["model_type"] == "bert"


def test_config_without_arguments_is_the_default(tmp_path):
    assert MerHanConfig().model_settings == ModelSettings()
    assert MerHanConfig().text_config is None
    assert MerHanConfig().calibration is None


def test_a_calibration_goes_where_the_model_goes(tmp_path, make_model):
    labels = ("anger", "joy", "neutral", "sadness")
    rng = np.random.default_rng(0)
    kept = ModelCalibration.fit(rng.normal(size=(80, 4)), np.arange(80) % 4, labels, [1, 2, 3, 4])
    model = make_model()
    model.config.calibration = kept.dump()
    model.save_pretrained(tmp_path)
    for config in (AutoModel.from_pretrained(tmp_path).config, MerHanConfig.from_pretrained(tmp_path)):
        assert ModelCalibration.load(config.calibration, config.labels) == kept


@pytest.mark.parametrize("transformers_first", [False, True])
def test_auto_model_knows_merhan_after_registration(tmp_path, make_model, transformers_first):
    make_model().save_pretrained(tmp_path)
    lines = [
        "from merhan.model import register_auto_classes; register_auto_classes()",
        "import sys; print('transformers' in sys.modules)",
        "from transformers import AutoModel; print(type(AutoModel.from_pretrained(sys.argv[1])).__name__)",
    ]
    if transformers_first:
        lines.insert(0, "from transformers import AutoConfig, AutoModel")
    done = subprocess.run(
        [sys.executable, "-W", "error:::merhan", "-c", "\n".join(lines), str(tmp_path)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == [str(transformers_first), "MerHanForEmotionClassification"]
