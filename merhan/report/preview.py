"""One augmented sample beside its original, in the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console, ConsoleOptions
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from merhan.features.prosody import REFERENCE
from merhan.report.difference import text_difference
from merhan.report.drawn import parameter_lines
from merhan.report.picture import spectrogram, waveform

if TYPE_CHECKING:
    from augment.transform import Audio
    from recipes.preview import Preview


class PreviewPanel:
    """Text difference, waveform and log-mel spectrogram before and after, drawn parameters, what the gates said."""

    def __init__(self, preview: Preview):
        self.preview = preview

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Any]:
        row, source, copy = self.preview.utterance, self.preview.source, self.preview.copy
        voice = f" · voice {copy.voice}" if copy.voice else ""
        title = Text.assemble((row.id, "bold"), f" · {row.hard_label}{voice}")
        yield Rule(title, align="left", style="dim")
        if copy.sample is None:
            yield Text(f"no copy: the gate {copy.refused} refused every draw")
            return
        if source.text:
            yield text_difference(source.text, copy.sample.text or "")
        if source.audio is not None and copy.sample.audio is not None:
            yield _pictures(source.audio, copy.sample.audio, options.max_width, _coloured(console))
        yield from parameter_lines(copy.transforms, console, options.max_width)
        yield Text("gates: passed" + ("; the text could not be changed" if copy.unchanged else ""), "dim")


def facts(preview: Preview) -> dict[str, Any]:
    """The same as plain values, for `--json`."""
    source, copy = preview.source, preview.copy
    sounds = {"before": source.audio, "after": copy.sample.audio if copy.sample else None}
    return {
        "id": preview.utterance.id,
        "label": preview.utterance.hard_label,
        "voice": copy.voice or None,
        "refused": copy.refused if copy.sample is None else None,
        "text": {"before": source.text, "after": copy.sample.text if copy.sample else None},
        "seconds": {name: sound and round(sound.duration, 3) for name, sound in sounds.items()},
        "pitch_hz": {name: sound and _rounded(median_pitch(sound)) for name, sound in sounds.items()},
        "transforms": list(copy.transforms),
    }


def _coloured(console: Console) -> bool:
    return console.color_system is not None and not console.no_color


def median_pitch(audio: Audio) -> float | None:
    """Median F0 of the voiced frames in Hz; None where nothing is voiced."""
    frames, names = _frames(audio)
    pitch, voiced = frames[:, names.index("f0")], frames[:, names.index("voiced")]
    heard = pitch[voiced > 0.5]
    return float(REFERENCE * 2 ** (np.median(heard) / 12)) if len(heard) else None


def _pictures(before: Audio, after: Audio, width: int, colour: bool) -> Table:
    """Both sounds on one time axis, so that a tempo change is seen."""
    longest = max(before.duration, after.duration, 1e-3)
    half = max(20, (width - 2) // 2)
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=half)
    table.add_column(width=half)
    table.add_row(*(_caption(name, sound) for name, sound in (("before", before), ("after", after))))
    shares = [sound.duration / longest for sound in (before, after)]
    sounds = list(zip((before, after), shares, strict=True))
    full = max(float(np.abs(s.samples).max(initial=0.0)) for s, _ in sounds)
    table.add_row(*(waveform(s.samples, half - 1, 3, share, full) for s, share in sounds))
    table.add_row(*(spectrogram(_mel(s), half - 1, 6, colour, share) for s, share in sounds))
    return table


def _caption(name: str, audio: Audio) -> Text:
    pitch = median_pitch(audio)
    level = 10 * math.log10(float(np.mean(audio.samples.astype(float) ** 2)) + 1e-12)
    heard = f"{pitch:.0f} Hz" if pitch else "unvoiced"
    return Text(f"{name}  {audio.duration:.2f} s · {heard} · {level:.0f} dBFS", "bold")


def _mel(audio: Audio) -> np.ndarray:
    frames, names = _frames(audio)
    columns = [i for i, name in enumerate(names) if name.startswith("mel_")]
    return frames[:, columns].astype(float)


def _frames(audio: Audio) -> tuple[np.ndarray, list[str]]:
    from merhan.features.frames import frame_features, frame_names
    from merhan.features.settings import FeatureSettings

    settings = FeatureSettings()
    return frame_features(audio.samples, audio.rate, settings), list(frame_names(settings))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
