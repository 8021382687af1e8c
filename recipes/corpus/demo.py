"""The built-in demo corpus: synthetic speech to try things on, made once and kept in the cache.

libespeak-ng says sentences written for this project, unbalanced like MELD. It shows that the tools work;
figures on it say nothing of how well they would do on people.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from augment.randomness import generator
from recipes.cache import cache_folder
from recipes.corpus.corpus import SETTINGS, Corpus
from recipes.corpus.demo_prosody import draw_prosody
from recipes.corpus.demo_script import Part, write_script
from recipes.corpus.utterance import Utterance
from recipes.disk import is_full
from recipes.errors import CorpusError

NAME = "merhan-demo (synthetic)"
NOTE = "The demo corpus is synthetic speech (libespeak-ng); figures on it claim nothing about real speech."
_SOURCES = ("demo.py", "demo_prosody.py", "demo_script.py", "demo_lines.tsv", "speech.py")
_README = f"""{NAME}

{NOTE}

The sentences were written for merhan-balance; nobody said them. manifest.csv lists the utterances, audio/
holds them. Seven emotions, unbalanced in train as in MELD, even in dev and test; speakers and sentences are
disjoint between the splits. `merhan-balance demo --out DIR` makes it again, with the same bytes.
"""


def demo_corpus(folder: str | Path | None = None, seed: int = 0) -> Corpus:
    """The demo corpus in `folder`, or in the user's cache (None), made there if it is not there yet."""
    return make_demo(cache_folder() / "demo" / f"{_version()}-{seed}" if folder is None else folder, seed)


def make_demo(folder: str | Path, seed: int = 0) -> Corpus:
    """Write the demo corpus to `folder`: the same seed gives the same bytes.  Takes some seconds.

    Raises
    ------
    CorpusError : `folder` holds something else or can't be written, the disk is full, espeakng-loader is not
        installed, or speaking failed; nothing is left half-written.
    """
    folder = Path(folder).expanduser()
    wanted = {"corpus": NAME, "synthetic": True, "note": NOTE, "version": _version(), "seed": seed}
    try:
        if not _is_there(folder, wanted):
            _make(folder, seed, wanted)
    except OSError as error:
        if is_full(error):
            raise CorpusError(f"The disk is full while writing {folder}; make room and run again.") from error
        raise CorpusError(
            f"{folder} can't be written to: {error.strerror or error}; name another folder."
        ) from error
    return Corpus.load(folder).noting(NOTE)


def _make(folder: Path, seed: int, wanted: dict) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as partial:
        made = Path(partial) / "corpus"
        _write(made, seed, wanted)
        try:
            made.rename(folder)  # onto nothing or an empty folder
        except OSError:
            if not _is_there(folder, wanted):  # else another process was quicker
                raise


def _is_there(folder: Path, wanted: dict) -> bool:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return False
    try:
        settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        settings = None
    if settings == wanted:
        return True
    raise CorpusError(
        f"{folder} holds something else than the demo corpus of seed {wanted['seed']}; name another folder."
    )


def _write(folder: Path, seed: int, settings: dict) -> None:
    script = write_script(seed)
    (folder / "audio").mkdir(parents=True)
    _speak([_request(part, seed) for part in script], folder)
    (folder / "README.txt").write_text(_README, encoding="utf-8")
    Corpus(tuple(_row(part) for part in script), folder, settings=settings).save(folder, format="csv")


def _row(part: Part) -> Utterance:
    return Utterance(
        id=part.id,
        audio=f"audio/{part.id}.flac",
        text=part.line.text,
        label=part.emotion,
        speaker=part.speaker.name,
        split=part.split,
        gender=part.speaker.gender,
        language="en",
        corpus=NAME,
    )


def _request(part: Part, seed: int) -> dict:
    """What speech.py is to say, where; `pad` and `noise_db` are the room of this utterance."""
    rng = generator(seed, part.id, stream="demo")
    return {
        "file": f"audio/{part.id}.flac",
        "text": part.line.text,
        "voice": part.speaker.voice,
        "pad": float(rng.uniform(0.15, 0.35)),
        "noise_db": float(rng.uniform(-66, -56)),
        "seed": int(rng.integers(2**32)),
        **draw_prosody(rng, seed, part.speaker.name, part.emotion),
    }


def _speak(requests: list[dict], folder: Path) -> None:
    """In a child process, since the library never says the same twice in one."""
    with tempfile.TemporaryDirectory() as spare:
        listed = Path(spare) / "requests.json"
        listed.write_text(json.dumps(requests), encoding="utf-8")
        # -P: our folder holds modules that would hide others of the same name.
        command = [sys.executable, "-P", str(Path(__file__).with_name("speech.py")), str(listed), str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1].rstrip(".")
        number = re.search(r"\[Errno (\d+)\]", said)
        if number:
            raise OSError(int(number[1]), os.strerror(int(number[1])))
        raise CorpusError(f"Making the demo corpus failed: {said}.")


def _version() -> str:
    """Changes with whatever the bytes depend on: our code, our lines, the library."""
    if importlib.util.find_spec("espeakng_loader") is None:
        raise CorpusError(
            "The demo corpus needs a speech synthesiser; run: pip install 'merhan-balance[demo]'"
        )
    total = hashlib.blake2b(version("espeakng-loader").encode(), digest_size=6)
    for name in _SOURCES:
        total.update(Path(__file__).with_name(name).read_bytes())
    return total.hexdigest()
