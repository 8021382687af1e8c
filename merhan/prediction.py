"""A trained model on one utterance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from augment.transform import Audio
from merhan.answer import Heads, answer
from merhan.calibration import ModelCalibration
from merhan.errors import MerhanError
from merhan.model.modeling import MerHanForEmotionClassification
from merhan.priors import Prior
from merhan.processor import MerHanProcessor
from merhan.reading import read_json
from recipes.corpus.checks import FULL_RATE, SHORT

if TYPE_CHECKING:
    from merhan.ensembles.predictor import Ensemble
    from merhan.evaluation.predictions import Predictions
    from recipes import Corpus


@dataclass(frozen=True)
class Predictor:
    """A model and what makes its inputs."""

    model: MerHanForEmotionClassification
    processor: MerHanProcessor

    @classmethod
    def load(cls, run: str | Path) -> Predictor | Ensemble:
        """From a run's folder, or the folder of a saved model; nothing is looked for elsewhere.

        Where an ensemble lies there, that is what is loaded; it answers the same calls.

        Raises
        ------
        MerhanError : where there is no model of ours, or one of which something is broken or gone.
        """
        folder = Path(run)
        folder = folder / "model" if (folder / "model").is_dir() else folder
        if (folder / "ensemble.json").is_file():
            from merhan.ensembles.predictor import Ensemble

            return Ensemble.load(folder)
        if not (folder / "config.json").is_file():
            raise MerhanError(f"{run} holds no model: give the folder of a finished run, or its model/.")
        try:
            found = cls(_model(folder), MerHanProcessor.from_pretrained(folder))
            found.calibration  # noqa: B018  what is broken in it is said here
            return found
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

    @property
    def calibration(self) -> ModelCalibration | None:
        """Fitted on dev at the end of training; None in models that were saved without."""
        return ModelCalibration.load(self.model.config.calibration, self.classes)

    def predict(
        self,
        audio: str | Path | Audio | np.ndarray | None = None,
        text: str | None = None,
        rate: int | None = None,
        speaker_audio: str | Path | None = None,
        prior: Prior | None = None,
    ) -> dict[str, Any]:
        """The label, and the probabilities of the joint head and of either modality's (None where absent).

        Beside these, which are the model's own, what its calibration makes of them (None where it keeps none):
        `balanced`, {label, probabilities} were all classes equally frequent, and `deployment`, {label,
        probabilities, prior} where they are as frequent as `prior` says.

        Parameters
        ----------
        audio : a file, an Audio, or mono samples with their `rate` in Hz.
        speaker_audio : a folder of further recordings, from which the speaker's statistics are taken.
        prior : of the place of use, see `merhan.priors.read_prior`; dev's class distribution by default.

        Raises
        ------
        MerhanError, AudioError, FeatureError, ParameterError : as the processor; for lists.
        PriorError : a prior that does not fit the model's classes.
        """
        heads = self.heads(audio, text, rate, speaker_audio)
        return answer(heads, self.classes, self.calibration, prior)

    def heads(
        self,
        audio: str | Path | Audio | np.ndarray | None = None,
        text: str | None = None,
        rate: int | None = None,
        speaker_audio: str | Path | None = None,
    ) -> Heads:
        """The logits of one utterance; parameters and errors of `predict`."""
        import torch

        if isinstance(audio, list | tuple) or isinstance(text, list | tuple):
            raise MerhanError(
                "predict takes one utterance: give lists to the processor, its batch to the model."
            )
        speaker = self.processor.enrol(speaker_audio) if speaker_audio is not None else None
        inputs = self.processor(audio=audio, text=text, rate=rate, speaker=speaker)
        with torch.inference_mode():
            outputs = self.model(**{name: value.to(self.model.device) for name, value in inputs.items()})
        return Heads(
            joint=_numbers(outputs.logits),
            audio=_numbers(outputs.audio_logits) if bool(inputs["has_audio"]) else None,
            text=_numbers(outputs.text_logits) if bool(inputs.get("has_text", False)) else None,
        )

    def rows(self, corpus: Corpus, progress: Callable[[int, int], None] | None = None) -> Predictions:
        """What the model says of every row of a corpus, whose labels are among its classes.

        Speakers are normalised by their unlabelled utterances there, as in training.
        """
        from merhan.evaluation.predictions import predict_rows
        from merhan.features.featureset import build_features

        features = build_features(
            corpus,
            classes=self.classes,
            encoder=self.processor.text_encoder(self.model),
            normaliser=self.processor.normaliser,
            read_in_network=not self.model.frozen_text_encoder,
            progress=progress,
        )
        return predict_rows(self.model, features)

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


def _numbers(logits: Any) -> np.ndarray:
    """The only row of a batch, (classes,)."""
    return logits[0].float().cpu().numpy()


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
