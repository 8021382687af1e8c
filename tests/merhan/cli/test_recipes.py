import json
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from merhan.cli.recipes import app
from recipes import load_recipe, recipe_path


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def bad(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text("name: bad\nbalance:\n  target: {ratio: 1.7}\n  spred: even\n", encoding="utf-8")
    return path


class TestLs:
    def test_one_line_a_recipe_when_piped(self):
        result = run("ls", "--quiet")
        assert result.exit_code == 0
        heading, *lines = result.stdout.splitlines()
        assert heading.split() == ["name", "changes", "cost", "for"]
        names = [line.split()[0] for line in lines]
        assert {"baseline", "class_weights", "duplicate", "minority_boost", "pseudo_speakers"} <= set(names)
        assert "note:" not in result.stderr

    def test_json(self):
        found = json.loads(run("ls", "--json").stdout)
        (boost,) = [info for info in found if info["name"] == "minority_boost"]
        assert boost["origin"] == "built-in"
        assert boost["path"] == str(recipe_path("minority_boost"))
        assert boost["summary"].startswith("Lift every minority class to half of the majority")
        assert boost["changes"] == "copies (sound, words) · class weights"
        assert boost["cost"] == "copies"
        assert boost["avoid_when"].startswith("The best figure is wanted")

    def test_answers_at_once(self):
        began = time.perf_counter()
        code = "import sys; from merhan.cli.recipes import app; app(['ls'], standalone_mode=False); "
        code += "assert not {'torch', 'numba', 'pandas', 'numpy'} & set(sys.modules)"
        subprocess.run(
            [sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        assert time.perf_counter() - began < 5  # 0.3 s on an idle machine; the modules are what counts


class TestShow:
    def test_the_file_as_it_stands(self):
        text = recipe_path("minority_boost").read_text(encoding="utf-8")
        assert run("show", "minority_boost", "--bare").stdout == text

    def test_a_word_on_every_line(self, tmp_path):
        shown = run("show", "minority_boost").stdout
        assert "- some_of:                            # some of these, drawn for each copy\n" in shown
        (tmp_path / "minority_boost.yaml").write_text(shown, encoding="utf-8")
        assert load_recipe(tmp_path / "minority_boost.yaml") == load_recipe("minority_boost")

    def test_resolved_is_a_recipe_again(self, tmp_path):
        path = tmp_path / "r.yaml"
        path.write_text(run("show", "duplicate", "--resolved").stdout, encoding="utf-8")
        assert load_recipe(path) == load_recipe("duplicate")

    def test_with_overrides(self):
        shown = json.loads(run("show", "duplicate", "--json", "--set", "balance.target.count=3").stdout)
        assert shown == load_recipe("duplicate", ["balance.target.count=3"]).dump()

    def test_an_unknown_name(self):
        result = run("show", "minorty_boost")
        assert result.exit_code == 2
        assert result.stderr == "error: no recipe is called 'minorty_boost'; did you mean minority_boost?\n"
        assert result.stdout == ""


class TestCp:
    def test_copies_and_says_where_to(self, tmp_path):
        result = run("cp", "baseline", tmp_path / "mine.yaml")
        assert result.exit_code == 0
        assert result.stdout == f"{tmp_path}/mine.yaml\n"
        assert load_recipe(tmp_path / "mine.yaml").name == "mine"

    def test_refuses_to_overwrite(self, tmp_path):
        (tmp_path / "mine.yaml").write_text("mine")
        result = run("cp", "baseline", tmp_path / "mine.yaml")
        assert result.exit_code == 2
        assert "exists already" in result.stderr
        assert (tmp_path / "mine.yaml").read_text() == "mine"
        assert run("cp", "baseline", tmp_path / "mine.yaml", "--force").exit_code == 0
        assert (tmp_path / "mine.yaml").read_text() != "mine"


class TestValidate:
    def test_a_valid_one(self):
        result = run("validate", "minority_boost")
        assert (result.exit_code, result.stdout) == (0, "✓ minority_boost is a valid recipe\n")

    def test_every_fault_with_its_line_and_a_mark_below_what_is_meant(self, bad):
        result = run("validate", bad)
        assert result.exit_code == 2
        assert result.stderr == (
            f"{bad}:3:19  balance.target.ratio\n"
            "    3 │   target: {ratio: 1.7}\n"
            "      │                   ^^^\n"
            "        1.7 is not a number from 0 to 1 (share of the largest class's count)\n"
            "\n"
            f"{bad}:4:3  balance.spred\n"
            "    4 │   spred: even\n"
            "      │   ^^^^^\n"
            "        is no key of balance; did you mean spread?\n"
            "\n"
            "error: 2 faults\n"
        )

    def test_json(self, bad):
        result = run("validate", bad, "--json")
        assert result.exit_code == 2
        report = json.loads(result.stdout)
        assert report["valid"] is False
        assert report["faults"][1] == {
            "file": str(bad),
            "line": 4,
            "column": 3,
            "key": "balance.spred",
            "message": "is no key of balance; did you mean spread?",
        }

    def test_an_override_has_no_line_to_show(self):
        result = run("validate", "baseline", "--set", "train.epochs=0")
        assert result.stderr == (
            "--set train.epochs=0  train.epochs\n"
            "        0 is not a whole number from 1 to 1000 epochs\n"
            "\n"
            "error: 1 fault\n"
        )

    def test_says_what_is_probably_not_meant(self):
        arguments = ("validate", "pseudo_speakers", "--set", "balance.target.copies=6")
        result = run(*arguments)
        assert result.exit_code == 0
        assert result.stdout.startswith("warning: an utterance may have up to 6 copies in 4 voices")
        assert len(json.loads(run(*arguments, "--json").stdout)["warnings"]) == 1

    def test_wide_characters_do_not_move_the_mark(self, tmp_path):
        path = tmp_path / "r.yaml"
        path.write_text("augment: {per_class: {悲しみ: {voice: 3}}}\n", encoding="utf-8")
        shown, mark = run("validate", path).stderr.splitlines()[1:3]
        from rich.cells import cell_len

        assert cell_len(mark[: mark.index("^")]) == cell_len(shown[: shown.index("voice")])
