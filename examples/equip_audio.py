"""A recipe in Hugging Face's Trainer, sound alone: a tiny wav2vec2 with random weights, nothing downloaded.

    python examples/equip_audio.py

`pseudo_speakers` says every utterance once more in each of four new voices, drawn once a speaker; in each epoch a copy
takes the next voice. What the recipe changes is the waveform, before the feature extractor sees it.
"""

from __future__ import annotations

import tempfile

import numpy as np
from transformers import (
    Trainer,
    TrainingArguments,
    Wav2Vec2Config,
    Wav2Vec2FeatureExtractor,
    Wav2Vec2ForSequenceClassification,
    set_seed,
)

from recipes import equip

RATE = 16_000  # Hz
COUNTS = {"neutral": 16, "joy": 6, "fear": 2}


def tone(pitch: float, glide: float, seconds: float = 0.4) -> np.ndarray:
    """A voice-like sound whose pitch (Hz) glides by a factor, float32 (samples,)."""
    time = np.arange(round(seconds * RATE)) / RATE
    phase = 2 * np.pi * pitch * (time + (glide - 1) * time**2 / (2 * seconds))
    wave = sum(np.sin(harmonic * phase) / harmonic for harmonic in range(1, 8))
    return (0.2 * wave * np.sin(np.pi * time / seconds)).astype(np.float32)


def rows() -> list[dict]:
    """Falling, rising and level pitch, by two speakers."""
    glides = {"neutral": 1.0, "joy": 1.5, "fear": 0.7}
    return [
        {
            "audio": {"array": tone(110 + 90 * (i % 2) + i, glides[label]), "sampling_rate": RATE},
            "label": label,
            "speaker": ("low", "high")[i % 2],
        }
        for label, count in COUNTS.items()
        for i in range(count)
    ]


def main() -> float:
    """Train for two epochs; the mean training loss."""
    set_seed(0)
    names = dict(enumerate(COUNTS))
    model = Wav2Vec2ForSequenceClassification(
        Wav2Vec2Config(
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=32,
            conv_dim=(16, 16, 16),
            conv_stride=(5, 4, 4),
            conv_kernel=(10, 8, 8),
            num_conv_pos_embeddings=16,
            num_conv_pos_embedding_groups=2,
            classifier_proj_size=16,
            mask_time_prob=0.0,
            id2label=names,
            label2id={name: at for at, name in names.items()},
        )
    )
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder,
            num_train_epochs=2,
            per_device_train_batch_size=8,
            report_to="none",
            disable_tqdm=True,
            save_strategy="no",
            use_cpu=True,
        )
        trainer = equip(Trainer, "pseudo_speakers")(
            model, arguments, train_dataset=rows(), processing_class=Wav2Vec2FeatureExtractor()
        )
        print(f"{trainer.augmented.originals} utterances, {len(trainer.augmented)} with copies")
        place = trainer.augmented.made.are_copies.index(True)
        for epoch in (0, 1):
            copy = trainer.augmented.made.at(place, epoch)[0]
            print(f"{copy.id} in epoch {epoch}: voice {copy.voice}, {copy.transforms[0]['params']}")
        loss = trainer.train().training_loss
    print(f"training loss {loss:.3f}")
    return loss


if __name__ == "__main__":
    main()
