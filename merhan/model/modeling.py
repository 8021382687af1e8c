"""MER-HAN: multimodal emotion recognition with hierarchical attention, and a linear path beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F
from transformers import AutoModel, PreTrainedModel
from transformers import initialization as init
from transformers.utils import ModelOutput

from merhan.errors import MerhanError
from merhan.model.configuration import MerHanConfig
from merhan.model.cross_modal import CrossModal
from merhan.model.encoders import Branch
from merhan.model.fusion import fusions
from merhan.model.heads import ClassifierHead, DirectPath, ZeroLinear
from merhan.model.inputs import Modality, clean
from merhan.model.mixing import UNMIXED, Mixing
from merhan.model.modality_dropout import drop_modalities
from merhan.model.pooled import Pooled
from merhan.model.pooling import MeanPooling, Pooling

__all__ = ["MerHanForEmotionClassification", "MerHanOutput", "drop_modalities"]


@dataclass
class MerHanOutput(ModelOutput):
    """What MER-HAN says of a batch.

    Attributes
    ----------
    loss : scalar, where labels were given.
    logits, audio_logits, text_logits : (batch, classes), joint and of either modality alone; those of a
        modality that a row lacks mean nothing.
    embedding : (batch, embedding_size), the fused vector that the joint head reads; None without a network.
    attentions : on request, by name (audio, text, audio_to_text, text_to_audio, inter_modal), each (batch,
        heads, queries, keys); position 0 of either modality is its summary token.
    """

    loss: torch.Tensor | None = None
    logits: torch.Tensor | None = None
    audio_logits: torch.Tensor | None = None
    text_logits: torch.Tensor | None = None
    embedding: torch.Tensor | None = None
    attentions: dict[str, torch.Tensor] | None = None
    pooled: Pooled | None = None


class MerHanForEmotionClassification(PreTrainedModel):
    """Emotion classes from speech and text.  Source: Zhang et al. 2023, doi 10.1016/j.bspc.2023.105052.

    A branch a modality (projection, BiLSTM, local intra-modal attention), cross-modal attention both ways and
    global inter-modal attention, pooling, fusion, joint head. The audio and text heads read their own branch
    before the modalities meet, so that they say what one modality alone says. Functionals and the mean text
    vector enter as one more token each, and linearly, as logits added to those heads' (`direct_path`).

    The joint logits are the sum of both heads' and the joint head's (`late_fusion`): where the modalities are
    independent given the emotion, the sum is all there is to say, and the joint head learns the rest. Left to
    itself, the joint loss is soon satisfied by the text that it memorises, and audio stops learning.
    """

    config_class = MerHanConfig
    base_model_prefix = "merhan"
    main_input_name = "frames"
    _supports_sdpa = True

    def __init__(self, config: MerHanConfig):
        super().__init__(config)
        settings, classes = config.model_settings, config.num_labels
        self.late_fusion = settings.late_fusion
        self.frozen_text_encoder = settings.freeze_text_encoder
        self.text_encoder = None if config.text_config is None else AutoModel.from_config(config.text_config)
        self.direct_path = None
        if settings.direct_path:
            self.direct_path = DirectPath(
                config.functional_dim,
                config.text_dim,
                classes,
                settings.direct_dropout,
                joint=not settings.late_fusion,
            )
        self.network = _Network(config) if settings.network else None
        self.post_init()
        self.train(self.training)

    def forward(
        self,
        frames: torch.Tensor | None = None,
        frames_mask: torch.Tensor | None = None,
        functionals: torch.Tensor | None = None,
        has_audio: torch.Tensor | None = None,
        text_states: torch.Tensor | None = None,
        input_ids: torch.Tensor | None = None,
        text_mask: torch.Tensor | None = None,
        text_mean: torch.Tensor | None = None,
        has_text: torch.Tensor | None = None,
        mix_with: torch.Tensor | None = None,
        mix_pooled: torch.Tensor | None = None,
        mix_fused: torch.Tensor | None = None,
        labels: torch.Tensor | None = None,
        output_attentions: bool = False,
        output_pooled: bool = False,
    ) -> MerHanOutput:
        """Logits of every head, and plain cross-entropy of the joint one where labels are given.

        Parameters
        ----------
        frames : (batch, steps, frame_dim), normalised, padded at the end; frames_mask (batch, steps).
        functionals : (batch, functional_dim), normalised.
        has_audio, has_text : (batch,); false where a row lacks the modality, whatever its tensors hold.
        text_states : (batch, tokens, text_dim), the text encoder's last hidden states; or
        input_ids : (batch, tokens), for the encoder inside the model; text_mask (batch, tokens) for either.
        text_mean : (batch, text_dim); the masked mean of the text states where absent.
        mix_with, mix_pooled, mix_fused : (batch,), for manifold mixup: the row that each is mixed with, and the
            share that it keeps of its pooled vectors, and of the fused one.
        labels : (batch,), or soft (batch, classes).
        """
        like = self._like(frames, functionals, text_states, input_ids, text_mean)
        if has_text is None and text_states is None and input_ids is None and text_mean is None:
            has_text = torch.zeros(len(like), dtype=torch.bool, device=like.device)
        if text_states is None and input_ids is not None:
            text_states, text_mask = self._encode(input_ids, text_mask, has_text)
        config = self.config
        audio = clean(
            frames, frames_mask, functionals, has_audio,
            step_dim=config.frame_dim, summary_dim=config.functional_dim, like=like,
        )  # fmt: skip
        text = clean(
            text_states, text_mask, text_mean, has_text,
            step_dim=config.text_dim, summary_dim=config.text_dim, like=like,
        )  # fmt: skip
        if text_mean is None:
            text = Modality(text.steps, text.mask, MeanPooling()(text.steps, text.mask), text.present)

        mixing = Mixing(mix_with, mix_pooled, mix_fused)
        pooled, attentions = self._pool(audio, text, output_attentions, mixing)
        joint, heard, read = self.classify(pooled, mixing)
        return MerHanOutput(
            loss=None if labels is None else F.cross_entropy(joint.float(), labels),
            logits=joint,
            audio_logits=heard,
            text_logits=read,
            embedding=pooled.fused,
            attentions=attentions,
            pooled=pooled if output_pooled else None,
        )

    def classify(self, pooled: Pooled, mixing: Mixing = UNMIXED) -> list[torch.Tensor]:
        """Joint, audio and text logits, each (batch, classes), of what was pooled: the three heads and the direct path.

        What `forward` ends with, and what decoupled training trains again. `mixing` is for the direct path: the
        vectors are mixed already.
        """
        parts = []
        if self.direct_path is not None:
            linear = self.direct_path(pooled.functionals, pooled.has_audio, pooled.text_mean, pooled.has_text)
            parts.append(
                [mixing.everywhere(logits) for logits in linear]
            )  # linear: as if its input were mixed
        if self.network is not None:
            parts.append(self.network.classify(pooled))
        joint, heard, read = (sum(head) for head in zip(*parts, strict=True))
        if self.late_fusion:
            joint = joint + heard * pooled.has_audio[:, None] + read * pooled.has_text[:, None]
        return [joint, heard, read]

    @property
    def embedding_size(self) -> int | None:
        """Channels of the fused vector; None without a network."""
        return None if self.network is None else self.network.fusion.out_size

    def train(self, mode: bool = True) -> MerHanForEmotionClassification:
        """Training mode; a frozen text encoder stays in evaluation mode, or its dropout would go on.

        Freezing is done here because `from_pretrained` makes new parameters, then calls `eval`.
        """
        super().train(mode)
        if self.text_encoder is None:
            return self
        if self.frozen_text_encoder:
            self.text_encoder.eval().requires_grad_(False)
        elif getattr(self.text_encoder, "pooler", None) is not None:
            # Nothing here reads it, and DistributedDataParallel stops at parameters without a gradient.
            self.text_encoder.pooler.requires_grad_(False)
        return self

    def _pool(
        self, audio: Modality, text: Modality, output_attentions: bool, mixing: Mixing
    ) -> tuple[Pooled, dict[str, torch.Tensor] | None]:
        heard = read = fused = attentions = None
        if self.network is not None:
            heard, read, fused, attentions = self.network(audio, text, output_attentions, mixing)
        return Pooled(
            audio.summary, text.summary, audio.present, text.present, heard, read, fused
        ), attentions

    def _like(self, *given: torch.Tensor | None) -> torch.Tensor:
        """An empty tensor (batch, 0) of the model's device and dtype."""
        for tensor in given:
            if tensor is not None:
                return torch.empty(len(tensor), 0, device=tensor.device, dtype=self._own_dtype())
        raise MerhanError("MER-HAN got neither audio nor text: give frames, or text_states or input_ids.")

    def _own_dtype(self) -> torch.dtype:
        return next(p.dtype for name, p in self.named_parameters() if not name.startswith("text_encoder."))

    def _encode(
        self, input_ids: torch.Tensor, text_mask: torch.Tensor | None, has_text: torch.Tensor | None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        if self.text_encoder is None:
            raise MerhanError("This model was built without a text encoder: give text_states, not input_ids.")
        mask = torch.ones_like(input_ids, dtype=torch.bool) if text_mask is None else text_mask.bool()
        if has_text is not None:
            mask = mask & has_text.to(mask.device).bool()[:, None]
        # An encoder that may look nowhere gives NaN: rows without text show it their first position.
        shown = mask.clone()
        shown[:, 0] |= ~mask.any(1)
        ids = input_ids.masked_fill(~mask, 0)
        with torch.set_grad_enabled(torch.is_grad_enabled() and not self.frozen_text_encoder):
            states = self.text_encoder(input_ids=ids, attention_mask=shown.long()).last_hidden_state
        return states, mask

    @torch.no_grad()
    def _init_weights(self, module: nn.Module) -> None:
        if isinstance(module, ZeroLinear):
            init.zeros_(module.weight)
            if module.bias is not None:
                init.zeros_(module.bias)
        elif isinstance(module, nn.Linear | nn.Conv1d):
            init.xavier_uniform_(module.weight)
            if module.bias is not None:
                init.zeros_(module.bias)
        elif isinstance(module, nn.LSTM):
            _init_lstm(module)
        elif isinstance(module, nn.LayerNorm):
            init.ones_(module.weight)
            init.zeros_(module.bias)
        elif isinstance(module, Branch):
            init.normal_(module.tokens, std=module.size**-0.5)


class _Network(nn.Module):
    """Everything but the text encoder and the direct path."""

    def __init__(self, config: MerHanConfig):
        super().__init__()
        settings, classes = config.model_settings, config.num_labels
        pooling = partial(Pooling, settings=settings)
        functional_dim = config.functional_dim if settings.functionals_token else 0
        centre = settings.frame_norm == "utterance"
        self.audio = Branch(config.frame_dim, functional_dim, settings.audio_layers, settings, centre=centre)
        self.text = Branch(config.text_dim, config.text_dim, settings.text_layers, settings)
        self.audio_pooling, self.text_pooling = pooling(self.audio.size), pooling(self.text.size)
        self.cross_modal = CrossModal(self.audio.size, self.text.size, settings)
        self.heard_pooling, self.read_pooling = pooling(settings.width), pooling(settings.width)
        self.fusion = fusions.get(settings.fusion)(settings.width)
        self.joint_head, self.audio_head, self.text_head = (
            ClassifierHead(size, settings.width, classes, settings.dropout)
            for size in (self.fusion.out_size, self.audio.size, self.text.size)
        )

    def forward(
        self, audio: Modality, text: Modality, weights: bool, mixing: Mixing
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, dict[str, Any] | None]:
        """Audio, text and fused vectors, each (batch, its size), and attention weights on request."""
        heard, heard_mask, own_audio = self.audio(audio, weights)
        read, read_mask, own_text = self.text(text, weights)
        alone = (
            mixing.everywhere(self.audio_pooling(heard, heard_mask)),
            mixing.everywhere(self.text_pooling(read, read_mask)),
        )
        heard, read, maps = self.cross_modal(heard, heard_mask, read, read_mask, weights)
        pooled = self.heard_pooling(heard, heard_mask), self.read_pooling(read, read_mask)
        fused = mixing.fused(self.fusion(*map(mixing.pooled, pooled)))
        maps = {"audio": own_audio, "text": own_text} | maps if weights else None
        return *alone, fused, maps

    def classify(self, pooled: Pooled) -> list[torch.Tensor]:
        """Joint, audio and text logits, each (batch, classes)."""
        return [
            self.joint_head(pooled.fused),
            self.audio_head(pooled.audio),
            self.text_head(pooled.text),
        ]


def _init_lstm(lstm: nn.LSTM) -> None:
    """Xavier into the cell, orthogonal within it, forget gates open.  Source: Jozefowicz et al. 2015."""
    for name, parameter in lstm.named_parameters():
        if name.startswith("weight_ih"):
            init.xavier_uniform_(parameter)
        elif name.startswith("weight_hh"):
            init.orthogonal_(parameter)
        else:
            bias = torch.zeros_like(parameter)
            if name.startswith("bias_ih"):
                bias[lstm.hidden_size : 2 * lstm.hidden_size] = 1.0
            init.copy_(parameter, bias)


AutoModel.register(MerHanConfig, MerHanForEmotionClassification, exist_ok=True)
