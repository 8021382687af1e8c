"""Field cases that show only where a whole corpus is written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from recipes import Corpus, materialise


def test_case_1_4_a_stretched_copy_is_as_long_as_its_rate_says(tones, lively, tmp_path: Path) -> None:
    """Nothing is padded or trimmed to the source's length, and no segment times of the source are left."""
    lively["augment"]["audio"] = [{"time_stretch": {"rate": [[0.8, 0.9], [1.1, 1.25]]}}]
    lively["augment"]["modalities"] = "audio"
    cut = tones.replace(replace(u, start=0.05, end=0.35) for u in tones)
    corpus = materialise(cut, lively, tmp_path / "out").corpus
    copies = [u for u in corpus if u.is_copy]
    assert len(copies) > 10
    for copy in copies:
        (step,) = copy.transforms
        assert len(corpus.read(copy).audio.samples) == round(2400 / step["params"]["rate"])
        assert (copy.start, copy.end) == (None, None)
    assert all((u.start, u.end) == (0.05, 0.35) for u in corpus if not u.is_copy)


WORKERS = """
import json, sys
from recipes import Corpus, materialise
from merhan.features.extract import extract
from merhan.features.settings import FeatureSettings

if __name__ == "__main__":
    corpus, recipe, out = sys.argv[1:]
    made = materialise(corpus, json.loads(recipe), out, workers=2).corpus
    heard = extract(made, FeatureSettings(), workers=2)
    print(len(made), int(heard.has_audio.sum()), sorted({"torchcodec", "datasets"} & set(sys.modules)))
"""


def test_case_6_2_workers_decode_without_datasets_or_torchcodec(tone_folder, lively, tmp_path: Path) -> None:
    """Both are there and can't load, as with a missing FFmpeg; a fallback of the parent would not reach workers."""
    broken = tmp_path / "broken"
    broken.mkdir()
    for name in ("torchcodec", "datasets"):
        (broken / f"{name}.py").write_text(f"raise RuntimeError('Could not load lib{name}')\n")
    script = tmp_path / "job.py"
    script.write_text(WORKERS)
    done = subprocess.run(
        [sys.executable, script, tone_folder, json.dumps(lively), tmp_path / "out"],
        env={**os.environ, "PYTHONPATH": str(broken)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    rows = len(Corpus.load(tmp_path / "out"))
    assert rows > 45
    assert done.stdout.split(maxsplit=2) == [str(rows), str(rows), "[]\n"]


def test_what_is_out_of_the_ordinary_is_said_once(tones, lively, tmp_path: Path) -> None:
    rows = [replace(u, text="") if u.label == "joy" else u for u in tones]
    folder = tmp_path / "corpus"
    tones.replace(replace(u, audio=str(tones.audio_path(u))) for u in rows).save(folder, "csv")
    for done_before in (False, True):
        made = materialise(folder, lively, tmp_path / "out")
        assert made.done_before is done_before
        assert [note for note in made.corpus.notes if "without text" in note] == ["8 rows without text."]
