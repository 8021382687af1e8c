import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from recipes import RecipeError, copy_recipe, list_recipes, load_recipe, recipe_names, recipe_path
from recipes.yaml_marks import to_yaml

BUILTIN = [
    "audio_only_light",
    "balanced_mixup",
    "balanced_softmax",
    "baseline",
    "class_weights",
    "duplicate",
    "focal_prior",
    "ldam_drw",
    "minority_boost",
    "mixup",
    "noisy_speech",
    "pseudo_speakers",
    "safest_audio",
    "stacked",
    "tempered_weights",
    "text_contextual",
    "two_stage",
    "vector_scaling",
]


@pytest.fixture(autouse=True)
def own_config(tmp_path, monkeypatch):
    """A user folder of our own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr("recipes.sources.user_folder", lambda: tmp_path / "config" / "recipes")
    (tmp_path / "config" / "recipes").mkdir(parents=True)
    return tmp_path / "config" / "recipes"


def refusal(reference, **options):
    with pytest.raises(RecipeError) as caught:
        load_recipe(reference, **options)
    return str(caught.value)


class TestFinding:
    def test_the_built_in_ones(self):
        assert recipe_names() == BUILTIN
        assert recipe_path("baseline").name == "baseline.yaml"

    def test_an_unknown_name_shows_the_nearest(self):
        assert refusal("minorty_boost") == "no recipe is called 'minorty_boost'; did you mean minority_boost?"
        assert refusal("zzz") == f"no recipe is called 'zzz'; there are {', '.join(BUILTIN)}."

    def test_a_name_that_is_a_file_here_is_pointed_to(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        Path("mine.yaml").write_text("name: mine\n")
        assert refusal("mine") == "no recipe is called 'mine', but there is a file: give mine.yaml."
        assert load_recipe("mine.yaml").name == "mine"

    def test_a_file_that_is_not_there(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        Path("mine.yaml").write_text("name: mine\n")
        assert refusal("mien.yaml") == "there is no recipe file mien.yaml; did you mean mine.yaml?"
        assert refusal("sub/x") == (
            "there is no recipe file sub/x; `merhan-balance recipes ls` lists those that have a name."
        )

    def test_the_users_folder(self, own_config):
        (own_config / "mine.yaml").write_text("summary: my own\n")
        assert load_recipe("mine").name == "mine"
        (found,) = [info for info in list_recipes() if info.name == "mine"]
        assert (found.summary, found.path, found.origin) == ("my own", own_config / "mine.yaml", "user")

    def test_a_built_in_name_always_means_the_built_in_recipe(self, own_config):
        (own_config / "baseline.yaml").write_text("train: {epochs: 77}\n")
        assert load_recipe("baseline").train.epochs == 10
        assert load_recipe(own_config / "baseline.yaml").train.epochs == 77
        assert recipe_names() == BUILTIN

    def test_another_package_brings_one_file(self, tmp_path, monkeypatch):
        package = tmp_path / "their_package"
        package.mkdir()
        (package / "__init__.py").write_text("raise RuntimeError('listing imports nothing')\n")
        (package / "theirs.yaml").write_text("summary: from elsewhere\nextends: baseline\n")
        monkeypatch.syspath_prepend(tmp_path)
        point = EntryPoint("theirs", "their_package", "merhan_balance.recipes")
        monkeypatch.setattr("recipes.sources.entry_points", lambda group: [point])
        assert load_recipe("theirs").train.class_weights.method == "none"
        assert [info.summary for info in list_recipes() if info.name == "theirs"] == ["from elsewhere"]


class TestReading:
    def test_a_broken_file_does_not_hide_the_others(self, own_config):
        (own_config / "broken.yaml").write_text("a: [1\n")
        infos = {info.name: info.summary for info in list_recipes()}
        assert set(infos) == {*BUILTIN, "broken"}
        assert infos["broken"].startswith(f"can't be read: {own_config}/broken.yaml:2:1: is not YAML: ")

    def test_a_folder(self, tmp_path):
        (tmp_path / "x.yaml").mkdir()
        assert refusal(tmp_path / "x.yaml") == f"{tmp_path}/x.yaml is a folder."

    def test_another_encoding(self, tmp_path):
        (tmp_path / "x.yaml").write_bytes(b"name: caf\xe9\n")
        assert (
            refusal(tmp_path / "x.yaml") == f"{tmp_path}/x.yaml is not UTF-8 text (byte 9); save it as UTF-8."
        )

    def test_a_byte_order_mark_is_no_part_of_the_first_key(self, tmp_path):
        (tmp_path / "x.yaml").write_bytes(b"\xef\xbb\xbfname: x\n")
        assert load_recipe(tmp_path / "x.yaml").name == "x"

    def test_something_huge(self, tmp_path):
        (tmp_path / "x.yaml").write_bytes(b"#" * 1_000_001)
        assert (
            refusal(tmp_path / "x.yaml")
            == f"{tmp_path}/x.yaml is larger than 1,000,000 bytes: that is no recipe."
        )

    def test_the_file_names_a_recipe_without_a_name(self, tmp_path):
        (tmp_path / "my own (2).yaml").write_text("summary: x\n")
        assert load_recipe(tmp_path / "my own (2).yaml").name == "my_own_2_"


class TestDump:
    @pytest.mark.parametrize("name", BUILTIN)
    def test_loads_again_to_an_equal_recipe(self, name, tmp_path):
        recipe = load_recipe(name)
        (tmp_path / "again.yaml").write_text(to_yaml(recipe.dump()), encoding="utf-8")
        assert load_recipe(tmp_path / "again.yaml") == recipe
        assert load_recipe(recipe.dump()) == recipe

    def test_with_overrides_by_class_and_options(self, tmp_path):
        given = {
            "name": "full",
            "summary": "yes: no",
            "balance": {"target": {"entropy": 0.95}},
            "augment": {
                "audio": ["gain", {"one_of": {"of": ["gain", "speed"], "p": 0.5}}],
                "per_class": {
                    "1e-3": {"audio": None, "gates": {"max_clipped": 0.5}},
                    "no": {"modalities": "text"},
                },
            },
            "train": {
                "sampler": {"name": "weighted_random", "weights": {"no": 1, "1e-3": 2.5}},
                "patience": 0,
            },
        }
        recipe = load_recipe(given)
        assert recipe.dump()["augment"]["per_class"]["no"] == {"modalities": "text"}
        (tmp_path / "again.yaml").write_text(to_yaml(recipe.dump()), encoding="utf-8")
        again = load_recipe(tmp_path / "again.yaml")
        assert again == recipe
        assert again.dump() == recipe.dump()


class TestCopying:
    def test_to_a_file_named_like_it(self, tmp_path):
        to = copy_recipe("minority_boost", tmp_path / "mine.yaml")
        lines = to.read_text().splitlines()
        assert lines[0] == f"# merhan-balance augment --recipe {tmp_path}/mine.yaml"
        assert lines[1] == "name: mine"
        assert lines[2:] == recipe_path("minority_boost").read_text().splitlines()[2:]
        assert load_recipe(to).balance == load_recipe("minority_boost").balance

    def test_into_a_folder_and_without_an_ending(self, tmp_path):
        assert copy_recipe("baseline", tmp_path) == tmp_path / "baseline.yaml"
        assert copy_recipe("baseline", tmp_path / "new" / "b") == tmp_path / "new" / "b.yaml"

    def test_refuses_to_overwrite_without_force(self, tmp_path):
        to = tmp_path / "mine.yaml"
        to.write_text("mine")
        with pytest.raises(RecipeError) as caught:
            copy_recipe("baseline", to)
        assert str(caught.value) == f"{to} exists already; give another name, or --force to replace it."
        assert to.read_text() == "mine"
        copy_recipe("baseline", to, force=True)
        assert load_recipe(to).train.class_weights.method == "none"
        assert [path.name for path in tmp_path.glob(".*")] == []

    def test_a_relative_base_still_leads_to_its_file(self, tmp_path):
        (tmp_path / "a").mkdir()
        (tmp_path / "base.yaml").write_text("train: {epochs: 3}\n")
        (tmp_path / "a" / "leaf.yaml").write_text("name: leaf\nextends: ../base.yaml  # why\nsummary: s\n")
        to = copy_recipe(tmp_path / "a" / "leaf.yaml", tmp_path / "elsewhere" / "twig.yaml")
        assert load_recipe(to).train.epochs == 3
        assert to.read_text() == f'name: twig\nextends: "{tmp_path}/base.yaml"  # why\nsummary: s\n'

    def test_a_place_that_can_not_be_written(self, tmp_path):
        (tmp_path / "file").write_text("")
        with pytest.raises(RecipeError, match=r"mine\.yaml can't be written: File exists\."):
            copy_recipe("baseline", tmp_path / "file" / "mine.yaml")


def test_listing_and_loading_import_nothing_heavy():
    code = (
        "import sys; from recipes import list_recipes, load_recipe; list_recipes()\n"
        "assert not {'numpy', 'pydantic'} & set(sys.modules), 'listing'\n"
        "[load_recipe(info.name) for info in list_recipes()]\n"
        "heavy = {'torch', 'transformers', 'numba', 'pandas', 'sklearn', 'scipy', 'lemminflect', 'nltk', 'soundfile'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])
