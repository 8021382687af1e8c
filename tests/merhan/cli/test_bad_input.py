"""Bad input: refused with one clear sentence and the right exit code, and nothing is written."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from typer.testing import Result

Command = Callable[..., Result]


def sentence(result: Result) -> str:
    """What standard error says beside notes; the one sentence of an error."""
    assert "Traceback" not in result.output
    assert isinstance(result.exception, SystemExit)
    return " ".join(line for line in result.stderr.splitlines() if not line.startswith("note:"))


def edited(folder: Path, old: str, new: str, count: int = -1) -> None:
    manifest = folder / "manifest.csv"
    text = manifest.read_text()
    assert old in text
    manifest.write_text(text.replace(old, new, count))


@pytest.fixture
def corpus(voices_folder: Path, tmp_path: Path) -> Path:
    """A corpus that may be broken."""
    shutil.copytree(voices_folder, tmp_path / "corpus", copy_function=shutil.copyfile)
    return tmp_path / "corpus"


@pytest.fixture(params=["augment", "train"])
def refused(request: pytest.FixtureRequest, command: Command, corpus: Path, tmp_path: Path):
    """What a command says that refuses the corpus, with exit code 1 and nothing written."""

    def call() -> str:
        out = tmp_path / "out"
        result = command(request.param, "-c", corpus, "-o", out, "-r", "minority_boost")
        assert result.exit_code == 1, result.output
        assert result.stdout == ""
        assert not out.exists()
        said = sentence(result)
        assert said.startswith("error: ")
        return said

    return call


def test_a_missing_manifest(refused, corpus: Path) -> None:
    (corpus / "manifest.csv").unlink()
    assert "holds no manifest (looked for manifest.csv" in refused()
    shutil.rmtree(corpus)
    assert "corpus does not exist" in refused()


@pytest.mark.parametrize("column", ["id", "label"])
def test_a_missing_column(refused, corpus: Path, column: str) -> None:
    header, rest = (corpus / "manifest.csv").read_text().split("\n", 1)
    (corpus / "manifest.csv").write_text(header.replace(column, "colour") + "\n" + rest)
    assert f"manifest.csv has no column for {column}" in refused()


def test_an_id_that_two_rows_have(refused, corpus: Path) -> None:
    edited(corpus, "\nann-anger-1,", "\nann-anger-0,")
    assert 'manifest.csv line 3 (id "ann-anger-0"): the id is used already on line 2' in refused()


def test_an_empty_label_and_an_unknown_split(refused, corpus: Path) -> None:
    edited(corpus, "anger,ann,train", "anger,ann,trian", 1)
    assert "split 'trian' is not one of train, dev, test" in refused()
    edited(corpus, "anger,ann,trian", ",ann,train", 1)
    assert 'line 2 (id "ann-anger-0"): the label is empty' in refused()


def test_a_class_absent_from_train(refused, corpus: Path) -> None:
    for speaker in ("ann", "ben"):
        edited(corpus, f",anger,{speaker},", f",joy,{speaker},")
    said = refused()
    assert "'anger'" in said.lower()
    assert "dev" in said
    assert "train" in said


def test_no_training_rows(refused, corpus: Path) -> None:
    edited(corpus, ",train", ",dev")
    assert "train" in refused()


def test_audio_missing_empty_or_none(refused, corpus: Path) -> None:
    (corpus / "audio" / "ann-joy-0.wav").write_bytes(b"<html>404</html>")
    (corpus / "audio" / "ann-joy-1.wav").write_bytes(b"")
    (corpus / "audio" / "ann-joy-2.wav").unlink()
    said = refused()
    assert "3 of 44 rows have broken audio; mend or remove them, or run with --skip-broken" in said
    assert 'line 4 (id "ann-joy-0")' in said
    for reason in ("is not audio: starts with '<htm'", "is empty (0 bytes)", "does not exist"):
        assert reason in said


def test_samples_that_are_no_numbers_break_that_file(refused, corpus: Path) -> None:
    samples, rate = soundfile.read(corpus / "audio" / "ben-joy-1.wav")
    samples[7] = np.nan
    soundfile.write(corpus / "audio" / "ben-joy-1.wav", samples, rate, subtype="FLOAT")
    said = refused()
    assert "1 of 44 rows has broken audio" in said
    assert "ben-joy-1.wav is broken: 1 of its" in said
    assert "NaN" in said


def test_rows_with_neither_audio_nor_text(command: Command, corpus: Path, tmp_path: Path) -> None:
    edited(corpus, "audio,text", "sound,words", 1)
    result = command("train", "-c", corpus, "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert "no row of train has audio or text" in sentence(result)
    result = command("augment", "-c", corpus, "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert "has nothing to do for any row of this corpus" in sentence(result)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["augment", "train"])
def test_an_output_folder_that_holds_something_else(
    command: Command, corpus: Path, tmp_path: Path, name: str
) -> None:
    thesis = tmp_path / "mine" / "thesis.txt"
    thesis.parent.mkdir()
    thesis.write_text("years of work")
    for out, words in (
        (thesis.parent, "thesis.txt"),
        (thesis, "is a file"),
        (thesis / "deeper", "can't be written to: Not a directory"),
        (corpus, "corpus"),
    ):
        before = sorted(out.rglob("*"))
        result = command(name, "-c", corpus, "-o", out)
        assert result.exit_code == 1
        assert words in sentence(result)
        assert sorted(out.rglob("*")) == before
    assert thesis.read_text() == "years of work"


def test_a_cache_that_can_not_be_used(command: Command, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = {"MERHAN_BALANCE_CACHE": str(tmp_path / "file" / "cache")}
    result = command("train", "-c", corpus, "-o", tmp_path / "run", env=cache)
    assert result.exit_code == 1
    assert "file/cache can't be used (Not a directory); set MERHAN_BALANCE_CACHE" in sentence(result)
    result = command("doctor", env=cache)
    assert result.exit_code == 1
    assert "set MERHAN_BALANCE_CACHE" in " ".join(result.stdout.split())


def test_a_corpus_that_the_environment_names(command: Command, tmp_path: Path) -> None:
    result = command("inspect", env={"MERHAN_BALANCE_CORPUS": str(tmp_path / "gone")})
    assert result.exit_code == 1
    assert sentence(result).startswith("error: MERHAN_BALANCE_CORPUS: ")


def test_an_ensemble_of_one_is_wrong_usage(command: Command, tmp_path: Path) -> None:
    result = command("ensemble", tmp_path)
    assert result.exit_code == 2
    assert "two members at least; name more runs" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("augment", "-r", "minority_bost"), "did you mean minority_boost?"),
        (("preview", "-r", "nowhere.yaml"), "there is no recipe file nowhere.yaml"),
        (("train", "-r", "."), "no recipe is called '.'; there are audio_only_light"),
        (("augment", "-s", "nonsense"), "write KEY=VALUE to set a key"),
        (("augment", "-s", "~augment.txt"), "did you mean text?"),
        (("augment", "--format", "xml"), "'xml' is not one of 'parquet', 'csv', 'jsonl'"),
        (("augment", "--engine", "slurm"), "no engine is called 'slurm'"),
        (("augment", "--workers", "0"), "greater than or equal to 1"),
        (("augment", "--seed", "-1"), "greater than or equal to 0"),
        (("train", "--split-by", "planet"), "'planet' is not one of"),
        (("train", "--resume"), "name its folder with --out"),
        (("augment", "--columns", "audio"), "--columns wants NAME=VALUE, got 'audio'"),
        (("augment", "--corpus-root", "source="), "--corpus-root wants NAME=VALUE"),
        (("preview", "-n", "0"), "greater than or equal to 1"),
    ],
)
def test_wrong_usage_is_exit_code_2(
    command: Command, voices_folder: Path, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    name, *rest = arguments
    out = () if name == "preview" or "--resume" in rest else ("-o", tmp_path / "out")
    result = command(name, "-c", voices_folder, *rest, *out)
    assert result.exit_code == 2, result.output
    assert words in " ".join(result.stderr.replace("│", "").split())
    assert "Traceback" not in result.output
    assert not (tmp_path / "out").exists()


def test_choices_are_those_of_the_library(command: Command, tmp_path: Path) -> None:
    from recipes.corpus.splits import SPLIT_BY
    from recipes.corpus.writing import FORMATS

    choices = [("--format", name) for name in FORMATS] + [("--split-by", name) for name in SPLIT_BY]
    for choice in choices:  # taken as usage goes; there is no corpus
        assert command("augment", "-c", tmp_path / "gone", *choice).exit_code == 1, choice


@pytest.mark.parametrize("name", ["augment", "train", "preview"])
def test_every_fault_of_a_recipe_with_its_line_and_a_mark(
    command: Command, voices_folder: Path, tmp_path: Path, name: str
) -> None:
    recipe = tmp_path / "mine.yaml"
    recipe.write_text(
        "name: mine\nbalance:\n  target: {ratio: 1.7}\n  spred: even\naugment:\n  audio:\n    - pich_shift: {}\n"
    )
    result = command(name, "-c", voices_folder, "-r", recipe)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == (
        f"{recipe}:3:19  balance.target.ratio\n"
        "    3 │   target: {ratio: 1.7}\n"
        "      │                   ^^^\n"
        "        1.7 is not a number from 0 to 1 (share of the largest class's count)\n"
        "\n"
        f"{recipe}:4:3  balance.spred\n"
        "    4 │   spred: even\n"
        "      │   ^^^^^\n"
        "        is no key of balance; did you mean spread?\n"
        "\n"
        f"{recipe}:7:7  augment.audio[0].pich_shift\n"
        "    7 │     - pich_shift: {}\n"
        "      │       ^^^^^^^^^^\n"
        "        no audio transform is called 'pich_shift'; did you mean pitch_shift?\n"
        "\n"
        "error: 3 faults\n"
    )


def test_a_recipe_that_is_no_yaml(command: Command, voices_folder: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "mine.yaml"
    recipe.write_text("name: x\n  balance: [")
    result = command("augment", "-c", voices_folder, "-r", recipe)
    assert result.exit_code == 2
    assert result.stderr.splitlines()[0] == f"{recipe}:2:10"
    assert "is not YAML" in result.stderr


def test_a_dry_run_knows_broken_files(command: Command, corpus: Path, tmp_path: Path) -> None:
    (corpus / "audio" / "ann-joy-0.wav").write_bytes(b"")
    dry = ("augment", "-c", corpus, "--dry-run")
    assert command(*dry).exit_code == 1
    result = command(*dry, "--skip-broken")
    assert result.exit_code == 0
    assert "joy" in result.stdout
    assert "5 → " in result.stdout
    assert "Skipped for broken audio: 1 row: ann-joy-0" in result.stderr
