import pytest
import yaml

from recipes.errors import RecipeError
from recipes.marks import plain
from recipes.yaml_marks import parse_value, read_marked, to_yaml


def read(text):
    return plain(read_marked(text, "r.yaml"))


def refusal(text):
    with pytest.raises(RecipeError) as caught:
        read_marked(text, "r.yaml")
    return str(caught.value)


def test_values_and_keys_know_their_line_and_column():
    tree = read_marked("a: 1\nb:\n  - x: {y: two}\n", "r.yaml")
    inner = tree.value["b"].value[0].value["x"].value["y"]
    assert (inner.value, inner.place.line, inner.place.column) == ("two", 3, 12)
    assert (inner.key_place.line, inner.key_place.column) == (3, 9)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 0.001),
        ("1", 1),
        ("-2.5", -2.5),
        (".inf", float("inf")),
        ("true", True),
        ("no", "no"),  # a label, not False: YAML 1.1's trap
        ("on", "on"),
        ("010", 10),
        ("1:30", "1:30"),
        ("2024-01-01", "2024-01-01"),
        ("~", None),
        ("", None),
        ("none", "none"),
        ("'5'", "5"),
        ("[1, [2, x]]", [1, [2, "x"]]),
    ],
)
def test_scalars_are_read_as_yaml_1_2(text, value):
    assert parse_value(text) == value


def test_keys_are_always_text():
    assert read("per_class: {1: a, no: b, true: c}") == {"per_class": {"1": "a", "no": "b", "true": "c"}}


def test_aliases_and_merge_keys_are_followed():
    text = "a: &a {x: 1, y: 2}\nb: *a\nc: {<<: *a, y: 3}\n"
    assert read(text) == {"a": {"x": 1, "y": 2}, "b": {"x": 1, "y": 2}, "c": {"x": 1, "y": 3}}


def test_a_duplicate_key_is_a_fault_at_its_second_place():
    assert refusal("a: 1\nb: {c: 2, c: 3}\n") == (
        "r.yaml:2:11: b.c: is given twice, first in line 2; remove one of the two"
    )


def test_tags_build_no_objects_and_all_faults_come_at_once():
    text = "a: !!python/object/apply:os.system [echo]\nb: !secret x\na: 2\n"
    assert refusal(text).splitlines() == [
        "the recipe has 3 faults:",
        "r.yaml:1:4: a: tag !!python/object/apply:os.system is not allowed; a recipe holds plain values",
        "r.yaml:2:4: b: tag !secret is not allowed; a recipe holds plain values",
        "r.yaml:3:1: a: is given twice, first in line 1; remove one of the two",
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a:\n\tb: 1", "r.yaml:2:1: is not YAML: a tab stands where spaces must; indent with spaces"),
        ("a: b: c", "r.yaml:1:5: is not YAML: mapping values are not allowed here"),
        ("a: *x", "r.yaml:1:4: is not YAML: found undefined alias 'x'"),
        ("- 1", "r.yaml:1:1: a recipe is a map of keys (name, balance, train …)"),
        ("", "r.yaml:1:1: is empty; a recipe is a map of keys, see `recipes ls`"),
        ("a: &x [*x]", "r.yaml:1:4: an alias holds itself"),
        ("[" * 5000, "r.yaml:1:1: is nested too deeply to be a recipe"),
        ("[a]: 1", "r.yaml:1:1: a key must be a word; quote it if it is meant as text"),
        ("a: !!int x", "r.yaml:1:4: a: 'x' can't be read as int"),
        ("a: {<<: 3}", "r.yaml:1:9: a: << takes a map, or a list of maps"),
    ],
)
def test_what_is_no_recipe_is_refused_with_its_place(text, sentence):
    assert refusal(text) == sentence


def test_aliases_can_not_blow_a_small_file_up():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert "its aliases make more than 100,000 values of it" in refusal("\n".join(lines))


@pytest.mark.parametrize(
    "value",
    ["yes", "1e-3", "007", "", "null", "a: b", "# no comment", "ä\nb", 1e-05, 0.1, True, None, [], {}],
)
def test_what_is_written_is_read_back(value):
    assert read(to_yaml({"k": value, "l": [value]})) == {"k": value, "l": [value]}


def test_what_is_written_means_the_same_to_any_yaml_reader():
    value = {"label": "no", "rate": 0.001, "n": [1, 2], "text": "on"}
    assert yaml.safe_load(to_yaml(value)) == value
