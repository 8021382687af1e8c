import pytest
import torch
from transformers import BertConfig, BertModel

from merhan.model import FeatureDims, ModelSettings, build_model

LABELS = ("anger", "joy", "neutral", "sadness")
DIMS = FeatureDims(frames=9, functionals=11, text=16)
SMALL = {"lstm_size": 8, "width": 16, "heads": 2}


@pytest.fixture
def encoder():
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=50, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8,
        max_position_embeddings=32,
    )  # fmt: skip
    return BertModel(config).eval()


@pytest.fixture
def make_model(encoder):
    """A small model in evaluation mode, its own weights all random: heads that start at zero hide faults."""

    def make(text_encoder=encoder, *, randomise=True, **settings):
        model = build_model(ModelSettings(**(SMALL | settings)), DIMS, LABELS, text_encoder)
        if randomise:
            rng = torch.Generator().manual_seed(5)
            for name, parameter in model.named_parameters():
                if not name.startswith("text_encoder."):
                    parameter.data.copy_(torch.randn(parameter.shape, generator=rng) * 0.3)
        return model.eval()

    return make


@pytest.fixture
def make_batch():
    """Four rows of other lengths: 7, 3, 5 and 1 frames; 4, 6, 1 and 2 tokens."""

    def make(*, ids=False, extra_frames=0, extra_tokens=0, fill=0.0):
        rng = torch.Generator().manual_seed(11)
        steps, tokens = torch.tensor([7, 3, 5, 1]), torch.tensor([4, 6, 1, 2])
        frames, states = torch.randn(4, 7, 9, generator=rng), torch.randn(4, 6, 16, generator=rng)
        input_ids = torch.randint(1, 50, (4, 6), generator=rng)
        functionals = torch.randn(4, 11, generator=rng)

        def pad(x, extra):
            return torch.cat([x, torch.full((4, extra, *x.shape[2:]), fill).to(x.dtype)], dim=1)

        frames, states = pad(frames, extra_frames), pad(states, extra_tokens)
        input_ids = pad(input_ids, extra_tokens)
        frames_mask = torch.arange(frames.shape[1]) < steps[:, None]
        text_mask = torch.arange(states.shape[1]) < tokens[:, None]
        batch = {
            "frames": frames.masked_fill(~frames_mask[..., None], fill),
            "frames_mask": frames_mask,
            "functionals": functionals,
            "has_audio": torch.ones(4, dtype=torch.bool),
            "text_mask": text_mask,
            "has_text": torch.ones(4, dtype=torch.bool),
        }
        if ids:
            return batch | {"input_ids": input_ids}
        return batch | {"text_states": states.masked_fill(~text_mask[..., None], fill)}

    return make
