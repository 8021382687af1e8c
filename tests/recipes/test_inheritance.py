import pytest

from recipes import RecipeError, load_recipe


def write(folder, **files):
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def fault(path):
    with pytest.raises(RecipeError) as caught:
        load_recipe(path)
    return [str(fault).replace(f"{path.parent}/", "") for fault in caught.value.faults]


def test_maps_merge_lists_replace_a_one_of_is_replaced_whole_null_removes(tmp_path):
    write(
        tmp_path,
        base="balance: {target: {ratio: 0.5}, max_copies: 3, spread: even}\n"
        "augment: {audio: [gain, speed], voices: 7, gates: {min_duration: 0.5, max_clipped: 0.1}}\n"
        "train: {epochs: 4, sampler: weighted_random}\n",
        child="extends: base.yaml\nbalance: {target: {count: 9}, spread: null}\n"
        "augment: {audio: [gain], gates: {max_clipped: 0.2}}\ntrain: {sampler: null}\n",
    )
    recipe = load_recipe(tmp_path / "child.yaml")
    assert recipe.balance.target == {"count": 9}
    assert recipe.balance.max_copies == 3
    assert recipe.balance.spread == "speaker"  # the default
    assert recipe.augment.audio == [{"gain": {}}]
    assert recipe.augment.voices == 7
    assert (recipe.augment.gates.min_duration, recipe.augment.gates.max_clipped) == (0.5, 0.2)
    assert recipe.train.epochs == 4
    assert recipe.train.sampler is None


def test_name_summary_and_evidence_are_not_inherited(tmp_path):
    write(tmp_path, base="name: b\nsummary: s\nevidence: [e]\n", child="extends: base.yaml\n")
    recipe = load_recipe(tmp_path / "child.yaml")
    assert (recipe.name, recipe.summary, recipe.evidence) == ("child", "", [])


def test_a_base_is_a_name_or_a_path_relative_to_its_file(tmp_path):
    (tmp_path / "sub").mkdir()
    write(tmp_path, middle="extends: duplicate\nbalance: {max_copies: 2}\n")
    write(tmp_path / "sub", leaf="extends: ../middle.yaml\nbalance: {spread: even}\n")
    balance = load_recipe(tmp_path / "sub" / "leaf.yaml").balance
    assert (balance.target, balance.max_copies, balance.spread) == ({"ratio": 0.5}, 2, "even")


def test_an_inherited_fault_names_the_file_in_which_it_stands(tmp_path):
    write(
        tmp_path,
        base="train:\n  epochs: 0\n  patience: 1\nbalance: {max_copies: 3}\n",
        child="extends: base.yaml\ntrain:\n  patience: -1\n",
    )
    assert fault(tmp_path / "child.yaml") == [
        "child.yaml:3:13: train.patience: -1 is not a whole number from 0 to 1000 epochs without a better dev UAR "
        "(0 never stops early)",
        "base.yaml:2:11: train.epochs: 0 is not a whole number from 1 to 1000 epochs",
        "base.yaml:4:1: balance.target: is missing; give majority, or one of {ratio: …}, {count: …}, {factor: …}, "
        "{copies: …}, {entropy: …}",
    ]


def test_a_circle_is_refused(tmp_path):
    write(tmp_path, a="extends: b.yaml\n", b="extends: a.yaml\n")
    assert fault(tmp_path / "a.yaml") == [
        "b.yaml:1:10: extends: goes in a circle: a.yaml extends b.yaml extends a.yaml"
    ]


def test_a_recipe_that_extends_itself_is_a_circle(tmp_path):
    write(tmp_path, a="name: a\nextends: ./a.yaml\n")
    assert fault(tmp_path / "a.yaml") == ["a.yaml:2:10: extends: goes in a circle: a.yaml extends a.yaml"]


@pytest.mark.parametrize(
    ("extends", "sentence"),
    [
        ("duplicat", "extends: no recipe is called 'duplicat'; did you mean duplicate?"),
        ("bas.yaml", "extends: there is no recipe file bas.yaml; did you mean base.yaml?"),
        ("[a, b]", "extends: takes the name or the path of one recipe"),
    ],
)
def test_a_base_that_does_not_exist(tmp_path, extends, sentence):
    write(tmp_path, base="name: base\n", child=f"extends: {extends}\n")
    assert fault(tmp_path / "child.yaml") == [f"child.yaml:1:10: {sentence}"]


def test_a_broken_base_names_itself(tmp_path):
    write(tmp_path, base="a: [1\n", child="extends: base.yaml\n")
    assert fault(tmp_path / "child.yaml")[0].startswith("base.yaml:2:1: is not YAML: ")


def test_null_extends_nothing(tmp_path):
    write(tmp_path, a="extends: null\n")
    assert load_recipe(tmp_path / "a.yaml").name == "a"
