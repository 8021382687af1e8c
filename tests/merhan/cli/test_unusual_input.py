"""Input that is out of the ordinary and fine: handled by augment, train and predict, and said once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from typer.testing import Result

Command = Callable[..., Result]
MINUTES = 10
SOUNDS = {  # seconds, rate, channels
    "long": (60 * MINUTES, 8000, 1),
    "short": (0.02, 16_000, 1),
    "sample": (1 / 16_000, 16_000, 1),
    "telephone": (1.0, 8000, 1),
    "stereo": (0.8, 44_100, 2),
}


@pytest.fixture(scope="module")
def unusual(voices_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus of voices and, in train and in test, a row of each kind; one class has one utterance."""
    folder = tmp_path_factory.mktemp("unusual") / "corpus"
    shutil.copytree(voices_folder, folder)
    lines = []
    for name, (seconds, rate, channels) in SOUNDS.items():
        time = np.arange(max(1, round(seconds * rate))) / rate
        wave = 0.2 * (np.sin(2 * np.pi * 200 * time) + np.sin(2 * np.pi * 400 * time))
        wave = wave * (0.6 + 0.4 * np.sin(2 * np.pi * 1.3 * time))
        soundfile.write(
            folder / "audio" / f"{name}.wav", np.stack([wave, -0.5 * wave][:channels], axis=1), rate
        )
        lines.append(f"{name},audio/{name}.wav,,joy,ann,train")
        lines.append(f"test-{name},audio/{name}.wav,Nobody answered.,joy,dan,test")
    lines.append("lone,audio/telephone.wav,Look at the stars above the harbour.,awe,ben,train")
    lines.append("words,,Only words were written down of this one.,joy,ann,train")
    with (folder / "manifest.csv").open("a") as file:
        file.write("\n".join(lines) + "\n")
    return folder


def notes(result: Result) -> list[str]:
    return [line.removeprefix("note: ") for line in result.stderr.splitlines() if line.startswith("note: ")]


SAID = (
    "Class 'awe' has one utterance to learn from.",
    "5 rows without text.",
    "2 rows with several channels, which are averaged.",
    "5 rows of less than 16000 Hz, which hold no high frequencies.",
    "4 rows of less than 0.1 s of sound.",
    "2 rows of more than 60 s of sound, of which features may use a part.",
)


def test_augment_train_and_predict(command: Command, unusual: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    recipe = ("-r", "pseudo_speakers", "-s", "balance.target.copies=1")
    made = command("augment", *recipe, "-c", unusual, "-o", out, "--workers", 1, "--json")
    assert made.exit_code == 0, made.output
    facts = json.loads(made.stdout)
    assert facts["after"]["awe"] == 2
    assert facts["refused"] == {"identical": 2}  # a sample alone has no other speed, words have none at all
    assert facts["missed"] == {"joy": 2}
    copy = soundfile.info(out / "audio" / "long~1.flac")
    assert 0.85 < copy.duration / (60 * MINUTES) < 1.15
    assert soundfile.info(out / "audio" / "stereo~1.flac").channels == 1
    assert soundfile.info(out / "audio" / "short~1.flac").frames > 0

    sizes = ("-s", "model.lstm_size=8", "-s", "model.width=16", "-s", "model.heads=2", "--epochs", 1)
    trained = command("train", *recipe, *sizes, "-c", unusual, "-o", tmp_path / "run", "--workers", 1)
    assert trained.exit_code == 0, trained.output
    told = notes(trained)
    assert len(told) == len(set(told))
    assert set(SAID) <= set(told)
    assert any(note.startswith("Audio is heard up to features.max_seconds") for note in told)
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert metrics["test"]["per_class"]["joy"]["support"] == 3 + len(SOUNDS)
    assert metrics["test"]["per_class"]["awe"]["support"] == 0
    assert np.isfinite(metrics["test"]["loss"])

    for name in SOUNDS:
        found = command("predict", tmp_path / "run", "--audio", unusual / "audio" / f"{name}.wav", "--json")
        assert found.exit_code == 0, (name, found.output)
        assert sum(json.loads(found.stdout)["probabilities"].values()) == pytest.approx(1, abs=1e-5)


def test_what_is_unusual_is_said_once_by_augment(command: Command, unusual: Path, tmp_path: Path) -> None:
    result = command("augment", "-r", "duplicate", "-c", unusual, "-o", tmp_path / "out")
    assert result.exit_code == 0
    told = notes(result)
    assert [note for note in told if note in SAID] == list(SAID)


def test_what_is_unusual_is_said_once_by_predict(command: Command, finished: Path, unusual: Path) -> None:
    wanted = {
        "long": ["8000 Hz hold no high frequencies.", "of 600 s, the first 30 s are heard."],
        "short": ["0.02 s is little to go by."],
        "stereo": ["2 channels are averaged."],
    }
    for name, said in wanted.items():
        file = unusual / "audio" / f"{name}.wav"
        result = command("predict", finished, "--audio", file)
        assert result.exit_code == 0, result.output
        assert notes(result) == [f"{file}: {sentence}" for sentence in said]
    assert notes(command("predict", finished, "--audio", unusual / "audio" / "dan-joy-0.wav")) == []


def test_what_a_training_lacks_is_said_once(command: Command, voices_folder: Path, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "audio").symlink_to(voices_folder / "audio")
    lines = (voices_folder / "manifest.csv").read_text().splitlines()
    german = "Das ist der Lappen und sie will ihn am Mittwoch auf dem Eisschrank haben."
    rows = [line.split(",") for line in lines[1:] if not line.endswith("test")]
    for row in rows:
        row[2] = f'"{german}"'
    (corpus / "manifest.csv").write_text("\n".join([lines[0], *map(",".join, rows)]) + "\n")
    sizes = ("-s", "model.lstm_size=8", "-s", "model.width=16", "-s", "model.heads=2", "--epochs", 1)
    result = command(
        "train", "-r", "minority_boost", *sizes, "-c", corpus, "-o", tmp_path / "run", "--workers", 1
    )
    assert result.exit_code == 0, result.output
    told = notes(result)
    assert len(told) == len(set(told))
    assert sum(note.startswith("No test split: ") for note in told) == 1
    (english,) = [note for note in told if "English" in note]
    assert english.startswith("The texts do not look English (")
    assert json.loads((tmp_path / "run" / "metrics.json").read_text())["test"] is None
