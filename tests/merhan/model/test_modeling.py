import pytest
import torch
from transformers import BertForMaskedLM, BertModel, T5Config, T5Model

from merhan.errors import MerhanError
from merhan.model import FeatureDims, ModelSettings, build_model

HEADS = ("logits", "audio_logits", "text_logits")
VARIANTS = [
    {},
    {"fusion": "concat", "pooling": "mean", "text_layers": 2, "audio_layers": 2},
    {"direct_path": False, "functionals_token": False},
    {"late_fusion": False, "frame_norm": "none", "pool_summary": False},
    {"network": False},
]


def _run(model, **batch):
    with torch.no_grad():
        return model(**batch)


def _assert_same(one, other, rows=slice(None)):
    for head in HEADS:
        torch.testing.assert_close(one[head][rows], other[head], atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("settings", VARIANTS)
@pytest.mark.parametrize("ids", [False, True])
def test_padding_changes_nothing(make_model, make_batch, settings, ids):
    model = make_model(**settings)
    plain = _run(model, **make_batch(ids=ids))
    garbage = 1e4 if ids else torch.nan  # ids are whole numbers, here beyond the vocabulary
    _assert_same(plain, _run(model, **make_batch(ids=ids, extra_frames=20, extra_tokens=9, fill=garbage)))


@pytest.mark.parametrize("settings", VARIANTS)
def test_a_row_alone_is_what_it_is_in_a_batch(make_model, make_batch, settings):
    model, batch = make_model(**settings), make_batch()
    together = _run(model, **batch)
    for row in range(4):
        alone = {name: x[row : row + 1] for name, x in batch.items()}
        for steps, mask in (("frames", "frames_mask"), ("text_states", "text_mask")):
            length = batch[mask][row].sum()
            alone |= {name: alone[name][:, :length] for name in (steps, mask)}
        _assert_same(together, _run(model, **alone), slice(row, row + 1))


@pytest.mark.parametrize("settings", VARIANTS)
@pytest.mark.parametrize("ids", [False, True])
def test_missing_modalities_are_finite_and_blind_to_garbage(make_model, make_batch, settings, ids):
    model, batch = make_model(**settings), make_batch(ids=ids)
    batch["has_audio"] = torch.tensor([True, False, True, False])
    batch["has_text"] = torch.tensor([True, True, False, False])
    found = _run(model, **batch)
    assert all(torch.isfinite(found[head]).all() for head in HEADS)

    silent, wordless = ~batch["has_audio"], ~batch["has_text"]
    text, garbage = ("input_ids", -7) if ids else ("text_states", torch.nan)
    for name in ("frames", "functionals"):
        batch[name][silent] = torch.nan
    batch[text][wordless] = garbage
    batch["frames_mask"] ^= silent[:, None]
    batch["text_mask"] ^= wordless[:, None]
    _assert_same(found, _run(model, **batch))


def test_tensors_may_be_absent_where_the_modality_is(make_model, make_batch):
    model, batch = make_model(), make_batch()
    nobody = torch.zeros(4, dtype=torch.bool)
    audio = {name: batch[name] for name in ("frames", "frames_mask", "functionals")}
    text = {name: batch[name] for name in ("text_states", "text_mask")}
    _assert_same(_run(model, **batch | {"has_text": nobody}), _run(model, **audio))
    _assert_same(_run(model, **batch | {"has_audio": nobody}), _run(model, **text))
    with pytest.raises(MerhanError, match="neither audio nor text"):
        model()


def test_unimodal_heads_hear_their_own_modality_only(make_model, make_batch):
    model, batch = make_model(), make_batch()
    plain = _run(model, **batch)
    other_text = _run(model, **batch | {"text_states": batch["text_states"] + 1.0})
    other_audio = _run(model, **batch | {"frames": batch["frames"].flip(-1)})
    torch.testing.assert_close(plain.audio_logits, other_text.audio_logits)
    torch.testing.assert_close(plain.text_logits, other_audio.text_logits)
    for changed in (other_text, other_audio):
        assert not torch.allclose(plain.logits, changed.logits, atol=1e-3)


def test_joint_logits_are_the_sum_of_what_is_there_and_the_joint_head(make_model, make_batch):
    model, batch = make_model(), make_batch()
    batch["has_audio"] = torch.tensor([True, False, True, False])
    batch["has_text"] = torch.tensor([True, True, False, False])
    heads = []
    model.network.joint_head.register_forward_hook(lambda module, given, logits: heads.append(logits))
    found = _run(model, **batch)
    audio = found.audio_logits * batch["has_audio"][:, None]
    text = found.text_logits * batch["has_text"][:, None]
    torch.testing.assert_close(found.logits, heads[0] + audio + text)
    alone = make_model(late_fusion=False, direct_path=False)
    alone.network.joint_head.register_forward_hook(lambda module, given, logits: heads.append(logits))
    torch.testing.assert_close(_run(alone, **batch).logits, heads[1])


def test_the_level_of_frames_is_left_to_the_functionals(make_model, make_batch):
    batch = make_batch()
    louder = batch | {"frames": 2 * batch["frames"] + 3.0}
    levelled, plain = make_model(), make_model(frame_norm="none")
    _assert_same(_run(levelled, **batch), _run(levelled, **louder), rows=slice(None))
    assert not torch.allclose(_run(plain, **batch).logits, _run(plain, **louder).logits, atol=1e-3)


def test_without_frames_the_functionals_are_still_heard(make_model, make_batch):
    model, batch = make_model(direct_path=False), make_batch()
    batch["frames_mask"] = torch.zeros_like(batch["frames_mask"])
    found = _run(model, **batch)
    none_at_all = {name: batch[name][:, :0] for name in ("frames", "frames_mask")}
    _assert_same(found, _run(model, **batch | none_at_all))
    other = _run(model, **batch | {"functionals": batch["functionals"] + 1.0})
    assert torch.isfinite(found.logits).all()
    assert not torch.allclose(found.audio_logits, other.audio_logits, atol=1e-3)


def test_ids_and_the_encoders_states_are_the_same_thing(make_model, make_batch, encoder):
    model, batch = make_model(), make_batch(ids=True)
    from_ids = _run(model, **batch)
    ids, mask = batch.pop("input_ids"), batch["text_mask"]
    states = encoder(input_ids=ids, attention_mask=mask.long()).last_hidden_state.detach()
    _assert_same(from_ids, _run(model, **batch, text_states=states))
    mean = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
    _assert_same(from_ids, _run(model, **batch, text_states=states, text_mean=mean))


def test_training_starts_from_even_odds_and_the_network_joins_in(make_model, make_batch):
    model, batch = make_model(randomise=False).train(), make_batch()
    labels = torch.tensor([0, 1, 2, 3])
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.1)
    losses = []
    for _ in range(2):
        found = model(**batch, labels=labels)
        losses.append(found.loss.item())
        optimizer.zero_grad()
        found.loss.backward()
        optimizer.step()
    assert losses[0] == pytest.approx(torch.log(torch.tensor(4.0)).item(), abs=1e-6)
    assert model.network.audio.project[0].weight.grad.abs().sum() > 0


def test_loss_is_plain_cross_entropy_for_hard_and_soft_labels(make_model, make_batch):
    model, batch = make_model(), make_batch()
    labels = torch.tensor([3, 0, 2, 1])
    hard = _run(model, **batch, labels=labels)
    picked = hard.logits.log_softmax(-1)[torch.arange(4), labels]
    torch.testing.assert_close(hard.loss, -picked.mean())
    soft = torch.nn.functional.one_hot(labels, 4).float()
    torch.testing.assert_close(_run(model, **batch, labels=soft).loss, hard.loss)
    assert _run(model, **batch).loss is None


@pytest.mark.parametrize("ids", [False, True])
def test_bfloat16_autocast_trains_without_nan(make_model, make_batch, ids):
    model, batch = make_model().train(), make_batch(ids=ids)
    batch["has_audio"] = torch.tensor([True, False, True, True])
    with torch.autocast("cpu", torch.bfloat16):
        found = model(**batch, labels=torch.tensor([0, 1, 2, 3]))
    found.loss.backward()
    assert torch.isfinite(found.loss)
    grads = {name: p.grad for name, p in model.named_parameters() if p.grad is not None}
    assert all(torch.isfinite(grad).all() for grad in grads.values())
    assert {name.split(".")[0] for name in grads} == {"network", "direct_path"}
    with torch.autocast("cpu", torch.bfloat16):
        half = _run(model.eval(), **batch)
    torch.testing.assert_close(half.logits.float(), _run(model, **batch).logits, atol=0.3, rtol=0.1)


def test_evaluation_is_deterministic_and_training_is_not(make_model, make_batch):
    model, batch = make_model(), make_batch(ids=True)
    assert torch.equal(_run(model, **batch).logits, _run(model, **batch).logits)
    model.train()
    assert not torch.equal(_run(model, **batch).logits, _run(model, **batch).logits)


def test_frozen_encoder_has_no_gradient_and_no_dropout(make_model):
    frozen, free = make_model().train(), make_model(freeze_text_encoder=False).train()
    assert not frozen.text_encoder.training
    assert not any(p.requires_grad for p in frozen.text_encoder.parameters())
    assert free.text_encoder.training
    assert all(p.requires_grad for name, p in free.text_encoder.named_parameters() if "pooler" not in name)


def test_free_encoder_learns_from_ids(make_model, make_batch):
    model = make_model(freeze_text_encoder=False).train()
    model(**make_batch(ids=True), labels=torch.tensor([0, 1, 2, 3])).loss.backward()
    trained = {name: p for name, p in model.named_parameters() if p.requires_grad}
    assert trained["text_encoder.embeddings.word_embeddings.weight"].grad.abs().sum() > 0
    # DistributedDataParallel wants a gradient for everything that asks for one, but for the unimodal heads.
    without = {name for name, p in trained.items() if p.grad is None}
    assert {name.split(".")[1].rsplit("_")[0] for name in without} <= {"audio", "text"}


def test_attention_maps_on_request(make_model, make_batch):
    model, batch = make_model(), make_batch()
    assert _run(model, **batch).attentions is None
    found = _run(model, **batch, output_attentions=True)
    shapes = {name: tuple(maps.shape) for name, maps in found.attentions.items()}
    steps, tokens = 1 + 7, 1 + 6
    assert shapes == {
        "audio": (4, 2, steps, steps),
        "text": (4, 2, tokens, tokens),
        "audio_to_text": (4, 2, steps, tokens),
        "text_to_audio": (4, 2, tokens, steps),
        "inter_modal": (4, 2, steps + tokens, steps + tokens),
    }
    seen = found.attentions["audio_to_text"][0, 0, 0]
    assert seen.sum() == pytest.approx(1.0, abs=1e-5)
    assert seen[5:].abs().sum() == 0  # the summary and four tokens, then padding
    _assert_same(found, _run(model, **batch))


def test_same_seed_same_weights_and_torch_is_left_alone():
    settings, dims = ModelSettings(lstm_size=8, width=16), FeatureDims(5, 3, 16)
    state = torch.get_rng_state()
    one, same, other = (build_model(settings, dims, ["a", "b"], seed=seed) for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), state)
    weights = [model.network.audio.project[0].weight for model in (one, same, other)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_the_encoder_is_copied_as_it_is(make_model, encoder):
    model = make_model(freeze_text_encoder=False)
    for name, parameter in encoder.state_dict().items():
        assert torch.equal(model.text_encoder.state_dict()[name], parameter)
    model.text_encoder.embeddings.word_embeddings.weight.data += 1.0
    assert not torch.equal(
        model.text_encoder.embeddings.word_embeddings.weight, encoder.embeddings.word_embeddings.weight
    )


@pytest.mark.parametrize(
    ("dims", "labels", "said"),
    [
        (FeatureDims(5, 3, 17), ["a", "b"], "16 numbers a token and the text features have 17"),
        (FeatureDims(5, 3, 16), ["a"], "at least two emotion classes"),
    ],
)
def test_what_does_not_fit_is_refused(encoder, dims, labels, said):
    with pytest.raises(MerhanError, match=said):
        build_model(ModelSettings(lstm_size=8, width=16), dims, labels, encoder)


def test_an_encoder_without_pooler_is_copied_too(make_model, make_batch, encoder):
    bare = BertModel(encoder.config, add_pooling_layer=False).eval()
    bare.load_state_dict(encoder.state_dict(), strict=False)
    with_pooler, without = make_model(encoder), make_model(bare)
    _assert_same(_run(with_pooler, **make_batch(ids=True)), _run(without, **make_batch(ids=True)))


def test_encoders_that_are_none_are_refused(encoder):
    settings, dims = ModelSettings(lstm_size=8, width=16), FeatureDims(5, 3, 16)
    with pytest.raises(MerhanError, match=r"load it with AutoModel\.from_pretrained"):
        build_model(settings, dims, ["a", "b"], BertForMaskedLM(encoder.config))
    with pytest.raises(MerhanError, match="also has a decoder"):
        build_model(
            settings, dims, ["a", "b"], T5Model(T5Config(d_model=16, num_layers=1, vocab_size=9, d_ff=4))
        )


def test_ids_without_an_encoder_are_refused(make_model, make_batch):
    with pytest.raises(MerhanError, match="built without a text encoder"):
        make_model(text_encoder=None)(**make_batch(ids=True))


def test_default_preset_is_small():
    model = build_model(ModelSettings(), FeatureDims(147, 900, 384), list("abcdefg"))
    assert sum(p.numel() for p in model.parameters()) < 1_000_000
