"""The commands as a person types them: results, exit codes, and the one sentence of an error."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from merhan.cli.app import app

QUICK = ("--epochs", "1", "-s", "model.lstm_size=8", "-s", "model.width=16", "-s", "model.heads=2")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def said(result: Result) -> str:
    return " ".join(result.stderr.split())


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_help_and_listing_import_nothing_heavy() -> None:
    script = (
        "import sys\n"
        "from merhan.cli.app import app\n"
        "from typer.testing import CliRunner\n"
        "for words in (['--help'], ['recipes', 'ls'], ['train', '--help']):\n"
        "    assert CliRunner().invoke(app, words).exit_code == 0, words\n"
        "heavy = {'torch', 'transformers', 'numba', 'pandas', 'sklearn', 'numpy', 'pyarrow'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_augment_imports_nothing_that_it_does_not_need(voices_folder: Path, tmp_path: Path) -> None:
    """Seconds of start-up: pandas comes by pyarrow's back door, the rest by ours; numba is for those who make copies."""
    script = (
        "import sys\n"
        "from merhan.cli.app import app\n"
        "from typer.testing import CliRunner\n"
        "if __name__ == '__main__':\n"
        "    assert CliRunner().invoke(app, sys.argv[1:]).exit_code == 0\n"
        "    known = {'torch', 'transformers', 'pandas', 'sklearn', 'numba', 'scipy', 'lemminflect', 'nltk'}\n"
        "    print(sorted(known & set(sys.modules)))\n"
    )
    (tmp_path / "script.py").write_text(script)
    words = ["augment", "-r", "minority_boost", "-c", voices_folder, "--quiet", "-o"]
    for workers, heavy in (("1", "['lemminflect', 'numba', 'scipy']"), ("2", "[]")):
        command = [sys.executable, tmp_path / "script.py", *words, tmp_path / workers, "--workers", workers]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines()[-1] == heavy


def test_inspect_counts_by_class(voices_folder: Path) -> None:
    facts = json.loads(run("inspect", "--corpus", voices_folder, "--json").stdout)
    assert facts["splits"]["train"]["counts"] == {"anger": 4, "joy": 6, "neutral": 16}
    assert facts["splits"]["train"]["imbalance_ratio"] == pytest.approx(4.0)
    assert facts["protocol"] == "speaker-independent"
    assert facts["audio"]["files"] == 44
    assert facts["broken"] == []


def test_inspect_finds_leaks_and_exits_3(voices_folder: Path, tmp_path: Path) -> None:
    leaky = tmp_path / "leaky"
    shutil.copytree(voices_folder, leaky)
    manifest = leaky / "manifest.csv"
    manifest.write_text(manifest.read_text().replace(",dan,", ",ann,"))
    assert run("inspect", "--corpus", voices_folder, "--leaks").exit_code == 0
    result = run("inspect", "--corpus", leaky, "--leaks")
    assert result.exit_code == 3
    assert "ann" in result.stdout


def test_augment_gives_the_same_bytes_for_any_number_of_workers(voices_folder: Path, tmp_path: Path) -> None:
    for name, workers in (("one", 1), ("two", 2)):
        result = run(
            "augment",
            "-r",
            "minority_boost",
            "-c",
            voices_folder,
            "-o",
            tmp_path / name,
            "--workers",
            workers,
            "--json",
        )
        assert result.exit_code == 0, result.stderr
        facts = json.loads(result.stdout)
        assert set(facts) == {"out", "before", "after", "copies", "missed", "refused", "redrawn", "left_out"}
        assert facts["before"] == {"anger": 4, "joy": 6, "neutral": 16}
        assert facts["copies"] == sum(facts["after"].values()) - sum(facts["before"].values())
        assert facts["after"]["anger"] + facts["missed"].get("anger", 0) == 8
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_dry_run_writes_nothing(voices_folder: Path, tmp_path: Path) -> None:
    result = run("augment", "-c", voices_folder, "-o", tmp_path / "out", "--dry-run", "--json")
    assert result.exit_code == 0, result.stderr
    facts = json.loads(result.stdout)
    assert facts["after"] == {"anger": 8, "joy": 8, "neutral": 16}
    assert facts["minutes"] == pytest.approx(6 * 0.5 / 60, rel=0.1)
    assert not (tmp_path / "out").exists()


def test_preview_shows_what_augment_writes(voices_folder: Path, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    shown = json.loads(run("preview", "-c", voices_folder, "-n", 3, "--json").stdout)
    run("augment", "-c", voices_folder, "-o", tmp_path / "out")
    rows = {row["id"]: row for row in pq.read_table(tmp_path / "out" / "manifest.parquet").to_pylist()}
    kept = [sample for sample in shown if f"{sample['id']}~1" in rows]
    assert kept
    for sample in kept:
        row = rows[f"{sample['id']}~1"]
        assert row["text"] == sample["text"]["after"]
        assert json.loads(row["transforms"]) == sample["transforms"]


def test_preview_in_the_terminal(voices_folder: Path) -> None:
    result = run("preview", "-c", voices_folder, "-n", 1)
    assert result.exit_code == 0, result.stderr
    assert "before" in result.stdout
    assert "gates: passed" in result.stdout


def test_preview_says_which_words_are_not_heard(voices_folder: Path) -> None:
    swapped = ("--set", "augment.text=[{random_swap: {rate: 0.5}}]")
    result = run("preview", "-c", voices_folder, "-n", 1, *swapped)
    assert "random_swap (other words than are heard)" in result.stdout
    (sample, *_) = json.loads(run("preview", "-c", voices_folder, "-n", 1, *swapped, "--json").stdout)
    assert [step.get("matches_sound") for step in sample["transforms"]][-1] is False


def test_train_evaluate_predict(voices_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    result = run("train", "-r", "class_weights", "-c", voices_folder, "-o", folder, *QUICK, "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["run"] == str(folder)
    for name in ("metrics.json", "predictions.parquet", "report.html", "config.yaml", "model", "log"):
        assert (folder / name).exists(), name
    assert not (folder / "checkpoints").exists()

    shown = run("evaluate", folder)
    assert shown.exit_code == 0
    assert "UAR" in shown.stdout
    again = json.loads(run("evaluate", folder, "-c", voices_folder, "--json").stdout)
    assert again["uar"] == pytest.approx(json.loads((folder / "metrics.json").read_text())["test"]["uar"])

    audio = voices_folder / "audio" / "dan-joy-0.wav"
    found = json.loads(run("predict", folder, "--audio", audio, "--text", "So what?", "--json").stdout)
    assert set(found) == {"label", "probabilities", "audio", "text", "balanced", "deployment"}
    assert set(found["probabilities"]) == {"anger", "joy", "neutral"}


def test_demo_needs_no_argument_but_a_free_folder(tmp_path: Path) -> None:
    pytest.importorskip("espeakng_loader")
    (tmp_path / "notes.txt").write_text("mine")
    result = run("demo", "--out", tmp_path)
    assert result.exit_code == 1
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_doctor_finds_nothing_broken_here() -> None:
    findings = json.loads(run("doctor", "--json").stdout)
    assert {finding["state"] for finding in findings} <= {"ok", "missing"}
    assert "torch" in {finding["name"] for finding in findings}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("augment", "-r", "minority_bost"), 2, "minority_boost"),
        (("train", "-r", "class_wieghts"), 2, "class_weights"),
        (("augment", "-s", "balance.target.ratio=7"), 2, "0 to 1"),
        (("augment", "-r", "baseline"), 2, "makes no copies"),
        (("preview", "--id", "ann-joy-00"), 1, "ann-joy-0"),
        (("train", "--epochs", "0"), 2, "epochs"),
    ],
)
def test_wrong_usage_is_one_sentence(
    voices_folder: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    command, *rest = arguments
    result = run(command, "-c", voices_folder, *rest)
    assert result.exit_code == code, result.output
    assert words in said(result)
    assert "Traceback" not in result.output


def test_missing_corpus_is_one_sentence(tmp_path: Path) -> None:
    result = run("inspect", "-c", tmp_path / "nowhere")
    assert result.exit_code == 1
    assert "nowhere" in said(result)
    assert "manifest" in said(result)


def test_broken_audio_is_listed_and_skipped_on_request(voices_folder: Path, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    shutil.copytree(voices_folder, corpus)
    (corpus / "audio" / "ann-joy-0.wav").write_bytes(b"<html>not found</html>")
    (corpus / "audio" / "ben-joy-1.wav").write_bytes(b"")
    (corpus / "audio" / "ann-anger-1.wav").unlink()
    for command in ("augment", "train"):
        result = run(command, "-c", corpus, "-o", tmp_path / "out")
        assert result.exit_code == 1
        assert "--skip-broken" in said(result)
        for name in ("ann-joy-0", "ben-joy-1", "ann-anger-1"):
            assert name in said(result)
    result = run("augment", "-c", corpus, "-o", tmp_path / "out", "--skip-broken", "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["before"] == {"anger": 3, "joy": 4, "neutral": 16}


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    result = run("inspect", "-c", tmp_path, "--debug")
    assert result.exit_code != 0
    assert type(result.exception).__name__ == "CorpusError"


def test_no_colour_codes_where_there_is_no_terminal(voices_folder: Path) -> None:
    result = run("inspect", "-c", voices_folder)
    assert result.exit_code == 0
    assert "\x1b[" not in result.stdout
