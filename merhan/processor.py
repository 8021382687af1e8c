"""From a recording and what was said in it to what MER-HAN takes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from augment.transform import Audio, as_samples
from merhan.errors import MerhanError
from merhan.features.batches import pad
from merhan.features.extract import hear
from merhan.features.normalise import Normaliser, Statistics
from merhan.features.settings import FeatureSettings
from merhan.features.text import TextEncoder
from merhan.reading import read_json

if TYPE_CHECKING:
    import torch

    from merhan.features.featureset import FeatureSet
    from merhan.model.modeling import MerHanForEmotionClassification

CONFIG_FILE = "processor_config.json"

Sound = str | Path | Audio | np.ndarray  # a file, a sound, or mono samples with `rate`


@dataclass(frozen=True)
class MerHanProcessor:
    """Makes the inputs of one model; saved beside it, in JSON, safetensors and tokeniser files.

    normaliser : feature settings and the statistics of the corpus that the model learnt from. labels : class
    names in the order of the logits. encoder : tokeniser of the model's text encoder, None where it reads no
    text; only its ids are used here, the encoder itself is in the model.
    """

    normaliser: Normaliser
    labels: tuple[str, ...]
    encoder: TextEncoder | None = None

    @classmethod
    def of(cls, features: FeatureSet) -> MerHanProcessor:
        """The processor of a model that is trained on these features."""
        return cls(features.normaliser, tuple(features.classes), features.encoder)

    @property
    def settings(self) -> FeatureSettings:
        """What is heard and read."""
        return self.normaliser.settings

    def __call__(
        self,
        audio: Sound | Sequence[Sound | None] | None = None,
        text: str | Sequence[str | None] | None = None,
        rate: int | None = None,
        speaker: Statistics | None = None,
    ) -> dict[str, torch.Tensor]:
        """A batch for `MerHanForEmotionClassification.forward`, of one utterance or of lists of them.

        Parameters
        ----------
        audio : a file, an `Audio`, or samples (samples,) at `rate`; None, in a list too, for none.
        text : the transcript; None or blank for none.
        rate : Hz, for bare samples.
        speaker : what the audio is measured against, from `enrol`; the training corpus where absent.

        Raises
        ------
        MerhanError : neither audio nor text, lists of different lengths, samples without a rate, or text for
            a model that reads none.
        AudioError, FeatureError, ParameterError : audio that can't be read or heard.
        """
        sounds, texts = _rows(audio, text)
        frames, functionals, has_audio = self._heard([_sound(sound, rate) for sound in sounds], speaker)
        ids, has_text = self._read(texts)
        if not (has_audio | has_text).all():
            row = int(np.argmin(has_audio | has_text))
            raise MerhanError(
                f"Utterance {row + 1} of {len(sounds)} has neither audio nor text: give one of them."
            )
        padded, frames_mask = pad(frames, has_audio)
        input_ids, text_mask = pad(ids, has_text)
        return _tensors(
            frames=padded,
            frames_mask=frames_mask,
            functionals=functionals[:, : None if self.settings.functionals else 0],
            has_audio=has_audio,
            **(
                {"input_ids": input_ids, "text_mask": text_mask, "has_text": has_text} if self.encoder else {}
            ),
        )

    def enrol(self, recordings: str | Path | Sequence[Sound], rate: int | None = None) -> Statistics:
        """What a speaker's audio is measured against, from other recordings of that speaker.

        Parameters
        ----------
        recordings : a folder (its sound files), one file, or several sounds. rate : Hz, for bare samples.

        Raises
        ------
        MerhanError : a folder without sound files, or a model that does not measure against speakers.
        AudioError, FeatureError : a recording that can't be read or heard; the message names the file.
        """
        mode = self.settings.normalise
        if mode != "speaker":
            raise MerhanError(
                f"This model's features are normalised by {mode}, not by speaker: leave the speaker's audio "
                "out."
            )
        sounds = _recordings(recordings) if isinstance(recordings, str | Path) else recordings
        return self.normaliser.enrol([hear(_sound(sound, rate), self.settings) for sound in sounds])

    def text_encoder(self, model: MerHanForEmotionClassification) -> TextEncoder | None:
        """The model's text encoder with its tokeniser, for `build_features(…, encoder=…)`."""
        return None if self.encoder is None else replace(self.encoder, model=model.text_encoder)

    def save_pretrained(self, folder: str | Path) -> None:
        """Write the processor into `folder`, where the model may be too."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.normaliser.save(folder)
        kept: dict[str, Any] = {"processor_class": type(self).__name__, "labels": list(self.labels)}
        if self.encoder is not None:
            self.encoder.tokeniser.save_pretrained(folder)
            positions = getattr(self.encoder.model.config, "max_position_embeddings", None)
            kept["text_encoder"] = {"source": self.encoder.source, "max_position_embeddings": positions}
        (folder / CONFIG_FILE).write_text(
            json.dumps(kept, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
        )

    @classmethod
    def from_pretrained(cls, folder: str | Path) -> MerHanProcessor:
        """What `save_pretrained` wrote.

        Raises
        ------
        MerhanError : the folder holds no processor of ours, or a broken one.
        """
        folder = Path(folder)
        path = folder / CONFIG_FILE
        if not path.is_file():
            raise MerhanError(f"{folder} holds no {CONFIG_FILE}: give the model/ folder of a run.")
        kept = read_json(path)
        return cls(Normaliser.load(folder), tuple(kept["labels"]), _reader(folder, kept.get("text_encoder")))

    def _heard(
        self, sounds: Sequence[Audio | None], speaker: Statistics | None
    ) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
        """Normalised frames a row, functionals (rows, FUNCTIONAL_DIM), has_audio (rows,)."""
        corpus = self.normaliser.corpus
        frames = [np.zeros((0, len(corpus.frames.mean)), np.float32)] * len(sounds)
        functionals = np.zeros((len(sounds), len(corpus.functionals.mean)), np.float32)
        for row, sound in enumerate(sounds):
            if sound is not None:
                heard = hear(sound, self.settings)
                frames[row] = self.normaliser.frames(heard.frames, speaker)
                functionals[row] = self.normaliser.functionals(heard.functionals, speaker)
        return frames, functionals, np.array([sound is not None for sound in sounds], bool)

    def _read(self, texts: Sequence[str | None]) -> tuple[list[np.ndarray], np.ndarray]:
        """Token ids a row, has_text (rows,)."""
        has_text = np.array([bool(text and text.strip()) for text in texts], bool)
        if self.encoder is None:
            if has_text.any():
                raise MerhanError("This model was trained without text and reads none: give audio alone.")
            return [np.zeros(1, np.int64)] * len(texts), has_text
        return self.encoder.ids(texts, self.settings.max_tokens), has_text


def _rows(audio: Any, text: Any) -> tuple[list[Any], list[Any]]:
    """Both as lists of one length."""
    sounds = list(audio) if isinstance(audio, list | tuple) else None if audio is None else [audio]
    texts = list(text) if isinstance(text, list | tuple) else None if text is None else [text]
    count = len(sounds if sounds is not None else texts or ())
    if not count:
        raise MerhanError("There is nothing to predict from: give audio, text or both.")
    sounds, texts = sounds or [None] * count, texts or [None] * count
    if len(sounds) != len(texts):
        raise MerhanError(
            f"{len(sounds)} recordings and {len(texts)} texts: give one of each for every utterance."
        )
    return sounds, texts


def _sound(sound: Sound | None, rate: int | None) -> Audio | None:
    if sound is None or isinstance(sound, Audio):
        return sound
    if isinstance(sound, str | Path):
        from augment.audio.files import read_audio

        return read_audio(sound)
    if not rate or rate < 1:
        raise MerhanError(
            "Samples came without their rate: pass rate=16000, or whatever they were recorded at (Hz)."
        )
    return Audio(as_samples(sound), int(rate))


def _recordings(place: str | Path) -> list[Path]:
    """The sound files of a folder, subfolders included, in order; or one file."""
    from augment.audio.files import SUFFIXES

    place = Path(place)
    if not place.is_dir():
        return [place]
    found = sorted(path for path in place.rglob("*") if path.suffix.lower() in SUFFIXES)
    if not found:
        raise MerhanError(
            f"{place} holds no sound file ({', '.join(sorted(SUFFIXES))}): name a folder that does."
        )
    return found


def _reader(folder: Path, kept: dict[str, Any] | None) -> TextEncoder | None:
    """A tokeniser and as much of its encoder as making ids takes."""
    if kept is None:
        return None
    from transformers import PreTrainedTokenizerFast

    # AutoTokenizer would look for a tokeniser of model type merhan; tokenizer.json says everything.
    tokeniser = PreTrainedTokenizerFast.from_pretrained(folder)
    config = SimpleNamespace(max_position_embeddings=kept["max_position_embeddings"])
    return TextEncoder(tokeniser, SimpleNamespace(config=config), kept["source"])


def _tensors(**arrays: np.ndarray) -> dict[str, torch.Tensor]:
    import torch

    return {name: torch.from_numpy(np.ascontiguousarray(array)) for name, array in arrays.items()}
