"""Interruptions, full disks and folders that hold something: nothing is lost, and a second run ends alike."""

from __future__ import annotations

import filecmp
import json
import os
import resource
import signal
import subprocess
import sys
import textwrap
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from recipes import CorpusError, materialise
from recipes.journal import Journal, job_of
from recipes.tasks import CopyWriter


def same(a: Path, b: Path) -> bool:
    names = sorted(p.relative_to(a) for p in a.rglob("*") if p.is_file())
    if names != sorted(p.relative_to(b) for p in b.rglob("*") if p.is_file()):
        return False
    return filecmp.cmpfiles(a, b, names, shallow=False)[1:] == ([], [])


@pytest.fixture
def whole(tones, lively, tmp_path):
    materialise(tones, lively, tmp_path / "whole")
    return tmp_path / "whole"


def interrupt_after(copies):
    def progress(done, total):
        if done >= copies:
            raise KeyboardInterrupt

    return progress


@pytest.mark.parametrize("workers", [1, 2])
def test_a_second_run_finishes_what_ctrl_c_cut_off(tones, lively, tmp_path, whole, workers):
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        materialise(tones, lively, out, workers=workers, progress=interrupt_after(8))
    assert sorted(p.name for p in out.iterdir()) == [".journal.jsonl", "audio"]
    told = []
    made = materialise(tones, lively, out, progress=lambda *counts: told.append(counts))
    assert told[0][0] >= 8  # what was done is not done again
    assert not made.done_before
    assert same(out, whole)


def test_the_tail_of_a_journal_that_a_crash_tore_is_dropped(tones, lively, tmp_path, whole):
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        materialise(tones, lively, out, progress=interrupt_after(8))
    journal = out / ".journal.jsonl"
    content = journal.read_bytes()
    (out / "audio" / ".1-2.tmp").write_bytes(b"half")
    for cut in (1, 30, len(content) - content.rindex(b"\n", 0, -1) - 1):
        journal.write_bytes(content[:-cut])
        with pytest.raises(KeyboardInterrupt):
            materialise(tones, lively, out, progress=interrupt_after(0))
        assert content.startswith(journal.read_bytes())
        assert journal.read_bytes().endswith(b"\n")
    materialise(tones, lively, out)
    assert same(out, whole)


def test_a_journal_that_was_cut_in_its_first_line(tones, lively, tmp_path, whole):
    out = tmp_path / "out"
    (out / "audio").mkdir(parents=True)
    (out / ".journal.jsonl").write_bytes(b'{"job": "9f')
    materialise(tones, lively, out)
    assert same(out, whole)


def test_a_sound_file_that_went_missing_is_made_again(tones, lively, tmp_path, whole):
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        materialise(tones, lively, out, progress=interrupt_after(8))
    next((out / "audio").iterdir()).unlink()
    materialise(tones, lively, out)
    assert same(out, whole)


def test_a_run_that_was_killed_goes_on(tone_folder, lively, tmp_path, whole):
    """SIGINT to a real process group with workers, as a terminal sends it."""
    script = tmp_path / "run.py"
    script.write_text(
        textwrap.dedent(
            f"""
            import json, signal, sys, time
            signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job ignores it
            from recipes import materialise
            def progress(done, total):
                print(done, flush=True)
                time.sleep(0.1)
            if __name__ == "__main__":
                materialise({str(tone_folder)!r}, json.loads(sys.argv[1]), {str(tmp_path / "out")!r}, workers=2,
                            progress=progress)
            """
        )
    )
    process = subprocess.Popen(
        [sys.executable, str(script), json.dumps(lively)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while int(process.stdout.readline()) == 0:
        pass
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert errors.strip().splitlines()[-1] == "KeyboardInterrupt"
    assert errors.count("Traceback") == 1  # the workers say nothing
    assert (tmp_path / "out" / ".journal.jsonl").is_file()
    materialise(tone_folder, lively, tmp_path / "out")
    assert same(tmp_path / "out", whole)


@contextmanager
def largest_file(size):
    """A disk that is full: no file may grow beyond `size` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [1500, 200])  # full at a sound file, or at the journal
def test_a_full_disk_is_one_sentence_and_nothing_half_written(tones, lively, tmp_path, whole, size):
    out = tmp_path / "out"
    with largest_file(size), pytest.raises(CorpusError) as caught:
        materialise(tones, lively, out)
    assert "full" in str(caught.value)
    assert "run again" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not list(out.glob("manifest*"))
    assert not [p for p in (out / "audio").iterdir() if p.suffix != ".flac"]
    materialise(tones, lively, out)
    assert same(out, whole)


def test_a_disk_that_fills_up_at_the_manifest(tones, lively, tmp_path, whole, monkeypatch):
    out = tmp_path / "out"

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("recipes.corpus.corpus.write_manifest", full)
        with pytest.raises(
            CorpusError, match=r"The disk is full while writing .*out; make room and run again"
        ):
            materialise(tones, lively, out)
    assert not list(out.glob("*manifest*"))
    materialise(tones, lively, out)
    assert same(out, whole)


def test_a_folder_with_something_else_is_refused(tones, lively, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.tex").write_text("years of work")
    with pytest.raises(CorpusError, match=r"out holds something else \(thesis.tex …\); choose another --out"):
        materialise(tones, lively, out)
    assert [p.name for p in out.iterdir()] == ["thesis.tex"]
    materialise(tones, lively, out, force=True)  # beside it, not instead of it
    assert (out / "thesis.tex").read_text() == "years of work"
    assert materialise(tones, lively, out).done_before
    (tmp_path / "file").write_text("")
    with pytest.raises(CorpusError, match="file is a file; choose another --out"):
        materialise(tones, lively, tmp_path / "file")


@pytest.mark.parametrize("name", ["manifest.csv", "corpus.json", "audio"])
def test_what_is_not_ours_is_never_overwritten(tones, lively, tmp_path, name):
    out = tmp_path / "out"
    out.mkdir()
    (out / name).write_text("{}")
    with pytest.raises(
        CorpusError, match=f"out holds {name}, which is not of our making; choose another --out"
    ):
        materialise(tones, lively, out, force=True)
    assert (out / name).read_text() == "{}"


def test_the_corpus_itself_is_no_place_to_write_to(tones, lively, tone_folder):
    before = sorted(tone_folder.rglob("*"))
    for force in (False, True):
        with pytest.raises(CorpusError, match="is the corpus itself; choose another --out"):
            materialise(tones, lively, tone_folder, force=force)
    assert sorted(tone_folder.rglob("*")) == before


@pytest.mark.parametrize("half", [False, True])
def test_another_jobs_output_needs_force(tones, lively, tmp_path, whole, half):
    out = tmp_path / "out"
    if half:
        with pytest.raises(KeyboardInterrupt):
            materialise(tones, lively, out, seed=1, format="csv", progress=interrupt_after(8))
    else:
        materialise(tones, lively, out, seed=1, format="csv")
    (out / "notes.txt").write_text("mine")
    with pytest.raises(CorpusError, match="out holds the output of another job; choose another --out"):
        materialise(tones, lively, out)
    materialise(tones, lively, out, force=True)
    assert (out / "notes.txt").read_text() == "mine"
    (out / "notes.txt").unlink()
    assert same(out, whole)


def test_two_runs_never_write_to_one_folder(tones, lively, tmp_path, whole):
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        materialise(tones, lively, out, progress=interrupt_after(8))
    journal = Journal(out, job_of(out))
    for seed, force in ((0, False), (0, True), (1, True)):
        with pytest.raises(CorpusError, match="out: another run is writing to it; wait for it"):
            materialise(tones, lively, out, seed=seed, force=force)
    journal.close()
    materialise(tones, lively, out)
    assert same(out, whole)


def test_copies_are_drawn_once_however_often_the_run_was_cut(tones, lively, tmp_path, monkeypatch):
    made = []
    call = CopyWriter.__call__
    monkeypatch.setattr(
        CopyWriter, "__call__", lambda self, task: made.append(task.source.id) or call(self, task)
    )
    for stop in (5, 10, 15):
        with pytest.raises(KeyboardInterrupt):
            materialise(tones, lively, tmp_path / "out", progress=interrupt_after(stop))
    materialise(tones, lively, tmp_path / "out")
    assert len(made) == len(set(made))


def test_workers_leave_with_a_parent_that_was_killed(tone_folder, lively, tmp_path):
    script = tmp_path / "run.py"
    script.write_text(
        "import json, sys, time, multiprocessing\n"
        "from recipes import materialise\n"
        "def progress(done, total):\n"
        "    if done:\n"
        "        print(*[p.pid for p in multiprocessing.active_children()], flush=True)\n"
        "        time.sleep(60)\n"
        "if __name__ == '__main__':\n"
        f"    materialise({str(tone_folder)!r}, json.loads(sys.argv[1]), {str(tmp_path / 'out')!r}, workers=2,\n"
        "                progress=progress)\n"
    )
    process = subprocess.Popen(
        [sys.executable, str(script), json.dumps(lively)], stdout=subprocess.PIPE, text=True
    )
    workers = [int(pid) for pid in process.stdout.readline().split()]
    assert workers
    process.kill()
    process.wait()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and any(alive(pid) for pid in workers):
        time.sleep(0.05)
    assert not any(alive(pid) for pid in workers)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
