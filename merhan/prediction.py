"""A trained model on one utterance."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from augment.transform import Audio
from merhan.errors import MerhanError
from merhan.model.modeling import MerHanForEmotionClassification
from merhan.processor import MerHanProcessor
from merhan.reading import read_json
from recipes.corpus.checks import FULL_RATE, SHORT


@dataclass(frozen=True)
class Predictor:
    """A model and what makes its inputs."""

    model: MerHanForEmotionClassification
    processor: MerHanProcessor

    @classmethod
    def load(cls, run: str | Path) -> Predictor:
        """From a run's folder, or the folder of a saved model; nothing is looked for elsewhere.

        Raises
        ------
        MerhanError : where there is no model of ours, or one of which something is broken or gone.
        """
        folder = Path(run)
        folder = folder / "model" if (folder / "model").is_dir() else folder
        if not (folder / "config.json").is_file():
            raise MerhanError(f"{run} holds no model: give the folder of a finished run, or its model/.")
        try:
            return cls(_model(folder), MerHanProcessor.from_pretrained(folder))
        except MerhanError:
            raise
        except Exception as error:  # each file has a library of its own, and each library its own errors
            reason = str(error).strip().partition("\n")[0].rstrip(". ")
            raise MerhanError(
                f"The model in {folder} can't be loaded ({reason}): put the missing or broken file back, or "
                "train again."
            ) from error

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names in the order of the logits."""
        return tuple(self.model.config.id2label[number] for number in range(self.model.config.num_labels))

    def predict(
        self,
        audio: str | Path | Audio | np.ndarray | None = None,
        text: str | None = None,
        rate: int | None = None,
        speaker_audio: str | Path | None = None,
    ) -> dict[str, Any]:
        """The label, and the probabilities of the joint head and of either modality's (None where absent).

        Parameters
        ----------
        audio : a file, an Audio, or mono samples with their `rate` in Hz.
        speaker_audio : a folder of further recordings, from which the speaker's statistics are taken.

        Raises
        ------
        MerhanError, AudioError, FeatureError, ParameterError : as the processor; for lists.
        """
        import torch

        if isinstance(audio, list | tuple) or isinstance(text, list | tuple):
            raise MerhanError(
                "predict takes one utterance: give lists to the processor, its batch to the model."
            )
        speaker = self.processor.enrol(speaker_audio) if speaker_audio is not None else None
        inputs = self.processor(audio=audio, text=text, rate=rate, speaker=speaker)
        with torch.inference_mode():
            outputs = self.model(**{name: value.to(self.model.device) for name, value in inputs.items()})
        joint = self._shares(outputs.logits)
        return {
            "label": max(joint, key=joint.__getitem__),
            "probabilities": joint,
            "audio": self._shares(outputs.audio_logits) if bool(inputs["has_audio"]) else None,
            "text": self._shares(outputs.text_logits) if bool(inputs.get("has_text", False)) else None,
        }

    def notes(self, audio: str | Path) -> list[str]:
        """What is to be said of a file that can be heard and is yet out of the ordinary, a sentence each."""
        from augment.audio.files import read_header

        header, longest = read_header(audio), self.processor.settings.max_seconds
        said = (
            (header.channels > 1, f"{header.channels} channels are averaged"),
            (header.rate < FULL_RATE, f"{header.rate} Hz hold no high frequencies"),
            (header.duration < SHORT, f"{header.duration:g} s is little to go by"),
            (header.duration > longest, f"of {header.duration:.0f} s, the first {longest:g} s are heard"),
        )
        return [f"{audio}: {what}." for applies, what in said if applies]

    def _shares(self, logits: Any) -> dict[str, float]:
        shares = logits[0].float().softmax(dim=0).tolist()
        return dict(zip(self.classes, shares, strict=True))


def _model(folder: Path) -> MerHanForEmotionClassification:
    """The model; transformers would fill weights that the file lacks with random ones, and go on."""
    kind = read_json(folder / "config.json").get("model_type")
    ours = MerHanForEmotionClassification.config_class.model_type
    if kind != ours:
        raise MerhanError(
            f"{folder} holds a model of type {kind!r}, not {ours}: give the folder of a run of ours."
        )
    model, found = MerHanForEmotionClassification.from_pretrained(
        folder, local_files_only=True, output_loading_info=True
    )
    lacking = sorted(found["missing_keys"])
    if lacking:
        raise MerhanError(
            f"{folder / 'model.safetensors'} lacks {len(lacking)} of its weights ({lacking[0]} first): train again."
        )
    return model.eval()
