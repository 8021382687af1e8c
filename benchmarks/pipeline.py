"""`merhan-balance augment` whole, against the loop that people write today.

Decode, pitch + stretch + noise, two text edits, gates, FLAC encode: seconds an utterance in steady state, with one
worker and with two; then the whole command, start-up and all, beside the loop in its steady state and beside a script
that is that loop. The limit is decoding and encoding alone. With one worker it is the process's own time that counts,
which a machine busy with other things hardly lengthens; where several processes work, the clock, on both sides.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from benchmarks.timing import Comparison, most_memory

NEMO = Path(__file__).parents[2] / "shared" / "data" / "nemo_meld"
LOOP = "audiomentations + NLTK loop"
MOST = "the limit: 400 MB"
COPIES = 240  # a round; every copy of another source
ROUNDS = 5
COMMANDS = 3  # runs of the whole command, and of the script
RECIPE = {
    "name": "bench",
    "summary": "What the loop does: pitch, tempo, noise, two text edits, for one copy of every utterance.",
    "evidence": ["docs/evidence.md"],
    "balance": {"target": {"copies": 1}},
    "augment": {
        "audio": [
            {"pitch_shift": {"semitones": [-2, 2], "formants": "move"}},
            {"time_stretch": {"rate": [0.9, 1.1]}},
            {"add_noise": {"snr_db": [15, 35], "color": "white"}},
        ],
        "text": [{"synonym_replacement": {"rate": 0.1}}, {"random_swap": {"rate": 0.1}}],
    },
}


def run() -> Iterator[Comparison]:
    """Yield one comparison a way of running, in seconds an utterance; the limit and the memory have lines of their own."""
    corpus = _corpus()
    rows = _rows(corpus)[:COPIES]
    loop, ours, limit = _Loop(corpus), _ours(corpus), _Limit(corpus)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        for side in (loop, ours, limit):  # compiling, loading WordNet
            side(rows[:20], _new(out))
        own: dict[str, list[float]] = {"loop": [], "ours": [], "limit": []}
        clock: list[float] = []
        twice: list[float] = []
        for _ in range(ROUNDS):
            for name, side in (("loop", loop), ("ours", ours), ("limit", limit)):
                place = _new(out)  # to replace a file costs more than to write one
                began, start = time.process_time(), time.perf_counter()
                side(rows, place)
                own[name].append((time.process_time() - began) / len(rows))
                if name == "loop":
                    clock.append((time.perf_counter() - start) / len(rows))
            twice.append(_two_workers(corpus, _new(out)))
        peer, one, least = (statistics.median(own[name]) for name in ("loop", "ours", "limit"))
        passed = statistics.median(clock)
        yield Comparison("augment, one worker, steady state", one, peer, LOOP)
        yield Comparison("augment, two workers, steady state", statistics.median(twice), passed, LOOP)
        yield Comparison("limit: decode + FLAC encode alone, one worker", least, peer, LOOP)
        yield from _commands(passed, out)
    yield from _memory()


def script(copies: int, out: str) -> None:
    """The loop as a program of its own, for so many copies."""
    corpus = _corpus()
    rows = _rows(corpus)
    _Loop(corpus)([rows[n % len(rows)] for n in range(copies)], Path(out))


def memory() -> dict[str, float]:
    """MB that a worker holds at most, above what it holds once everything is imported; run in a fresh process."""
    import lemminflect  # noqa: F401
    import rapidfuzz.fuzz  # noqa: F401
    import scipy.fft  # noqa: F401
    import soundfile  # noqa: F401

    import recipes.tasks  # noqa: F401

    corpus = _corpus()
    rows = _rows(corpus)
    imported = most_memory()
    ours = _ours(corpus)
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for share in (4, 1):
            ours(rows[: max(1, len(rows) // share)], _new(Path(folder)))
            found[f"{max(1, len(rows) // share)} copies"] = most_memory() - imported
    return found


def _memory() -> Iterator[Comparison]:
    told = _python("import json; from benchmarks.pipeline import memory; print(json.dumps(memory()))")
    for copies, held in json.loads(told).items():
        yield Comparison(f"memory of a worker above import, {copies}", held, None, MOST, unit="MB")


def _python(code: str, *arguments: str) -> str:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(
        command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1]
    ).stdout


def _corpus():  # -> Corpus, imported late
    from recipes.corpus.corpus import Corpus
    from recipes.corpus.demo import demo_corpus

    return Corpus.load(NEMO) if NEMO.is_dir() else demo_corpus()


def _rows(corpus):  # -> list[Utterance]
    return [row for row in corpus.select("train") if row.audio and row.text]


def _writer(corpus, out: Path):  # -> CopyWriter
    from recipes.library import load_recipe
    from recipes.naming import FileNames
    from recipes.tasks import CopyWriter

    return CopyWriter(corpus.replace(()), load_recipe(RECIPE), 0, out, FileNames(u.id for u in corpus))


def _tasks(corpus, rows):
    from recipes.library import load_recipe
    from recipes.tasks import tasks_of

    return tasks_of(list(corpus.select("train")), load_recipe(RECIPE), {row.id: [1] for row in rows})


def _ours(corpus) -> Callable:
    """What one worker does."""
    writer = _writer(corpus, Path())

    def work(rows, out: Path) -> None:
        writer.folder = out
        for task in _tasks(corpus, rows):
            writer(task)

    return work


def _new(folder: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=folder))


def _two_workers(corpus, out: Path) -> float:
    """Seconds an utterance once both workers are at work: from a tenth of the results to the last."""
    from recipes.engines.local import run as local

    tasks = _tasks(corpus, _rows(corpus))
    done = [time.perf_counter() for _ in local(_writer(corpus, out), tasks, workers=2)]
    first = len(done) // 10
    return (done[-1] - done[first]) / (len(done) - 1 - first)


def _commands(peer: float, out: Path) -> Iterator[Comparison]:
    """The command as a user types it, with minority_boost and two workers, against the loop for as many copies.

    The loop in its steady state first, which spares it what it loads; then as the script that a user would run.
    """
    times: dict[str, list[float]] = {"ours": [], "script": []}
    copies = 0
    for _ in range(COMMANDS):
        place = _new(out) / "balanced"
        corpus = ["--corpus", str(NEMO)] if NEMO.is_dir() else []
        words = [
            "augment",
            "--recipe",
            "minority_boost",
            *corpus,
            "--out",
            str(place),
            "--workers",
            "2",
            "--quiet",
        ]
        start = time.perf_counter()
        _python("from merhan.cli.app import main; main()", *words)
        between = time.perf_counter()
        copies = sum(1 for _ in (place / "audio").iterdir())
        then = time.perf_counter()
        _python(f"from benchmarks.pipeline import script; script({copies}, {str(_new(out))!r})")
        times["ours"].append((between - start) / copies)
        times["script"].append((time.perf_counter() - then) / copies)
    ours, theirs = (statistics.median(times[name]) for name in ("ours", "script"))
    what = f"the whole command, {copies} copies, two workers, start-up included"
    yield Comparison(what, ours, peer, f"{LOOP}, without its start-up")
    yield Comparison(what, ours, theirs, f"{LOOP} as a script")


class _Loop:
    """The loop of today: soundfile, audiomentations, EDA's synonyms through NLTK, a swap, soundfile."""

    def __init__(self, corpus):
        import audiomentations as am

        warnings.filterwarnings("ignore", module="audiomentations")
        self.corpus = corpus
        self.chain = am.Compose(
            [
                am.PitchShift(min_semitones=-2, max_semitones=2, p=1.0),
                am.TimeStretch(min_rate=0.9, max_rate=1.1, leave_length_unchanged=False, p=1.0),
                am.AddGaussianSNR(min_snr_db=15, max_snr_db=35, p=1.0),
            ]
        )
        self.rng = np.random.default_rng(0)

    def __call__(self, rows, out: Path) -> None:
        import soundfile

        from benchmarks.eda import random_swap, synonym_replacement

        for row in rows:
            samples, rate = soundfile.read(self.corpus.audio_path(row), dtype="float32")
            soundfile.write(out / f"{row.id}.flac", self.chain(samples, rate), rate)
            random_swap(synonym_replacement(row.text, self.rng), self.rng)


class _Limit:
    """Decoding and encoding, without anything between them."""

    def __init__(self, corpus):
        self.corpus = corpus

    def __call__(self, rows, out: Path) -> None:
        from augment.audio.files import read_audio, write_audio

        for row in rows:
            write_audio(out / f"{row.id}.flac", read_audio(self.corpus.audio_path(row)))
