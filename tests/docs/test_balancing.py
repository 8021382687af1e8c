"""docs/balancing.md names every loss and sampler there is, and nothing that there is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from balancer.losses import find_loss, loss_names
from balancer.samplers import sampler_names
from balancer.weights import METHODS
from recipes import RecipeError, load_recipe, recipe_names
from recipes.glossary import GLOSSARY

PAGE = (Path(__file__).parents[2] / "docs" / "balancing.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
QUOTED = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL))


def section(title: str) -> str:
    return re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)[1]


def first_column(title: str) -> list[str]:
    rows = re.findall(r"^\| `([^`]+)` \|", section(title), re.MULTILINE)
    return sorted(rows)


def test_every_loss_has_a_row():
    assert first_column("Losses") == loss_names()
    for name in loss_names():  # and each of its options a word
        for option in find_loss(name).options:
            assert f"`{option}" in section("Losses") or option in ("scale",), (name, option)


def test_every_sampler_has_a_row():
    assert first_column("Samplers") == sampler_names()


def test_every_method_of_weights_is_named():
    for method in set(METHODS) - {"none", "inverse"}:
        assert method in section("Class weights"), method


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_every_snippet_is_a_recipe(snippet):
    assert load_recipe({"name": "shown", **yaml.safe_load(snippet)}).name == "shown"


@pytest.mark.parametrize("inline", sorted({q for q in QUOTED if re.fullmatch(r"[a-z_.]+: .+", q)}))
def test_what_is_quoted_with_a_value_is_allowed_somewhere(inline):
    key, _, value = inline.partition(": ")
    parents = (
        [""]
        if "." in key
        else ["", "train.", "train.class_weights.", "train.loss.", "balance.", "balance.target."]
    )
    refused = []
    for parent in parents:
        losses = loss_names() if parent == "train.loss." else ["cross_entropy"]
        for name in losses:
            tree = {"name": "shown", "train": {"loss": {"name": name}}, "balance": {"target": {}}}
            if parent != "balance.target.":
                tree["balance"] = {"target": "majority"}
            try:
                load_recipe(tree, [f"{parent}{key}={value}"])
            except RecipeError as error:
                refused.append(str(error))
            else:
                return
    raise AssertionError("\n".join(refused))


@pytest.mark.parametrize(
    "key", sorted({q for q in QUOTED if re.fullmatch(r"(train|balance|augment|features)\.[a-z_.]+", q)})
)
def test_every_key_is_one_of_a_recipe(key):
    assert key in GLOSSARY


def test_every_recipe_that_is_named_exists():
    named = set(QUOTED) & {
        "baseline",
        "class_weights",
        "pseudo_speakers",
        "minority_boost",
        "duplicate",
        "mixup",
        "safest_audio",
    }
    assert len(named) == 7
    assert named <= set(recipe_names())


def test_links_lead_somewhere():
    folder = Path(__file__).parents[2] / "docs"
    headings = {
        re.sub(r"[^\w -]", "", h).lower().replace(" ", "-")
        for h in re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    }
    for link in re.findall(r"\]\(([^)]+)\)", PAGE):
        if link.startswith("#"):
            assert link[1:] in headings, link
        elif not link.startswith("http"):
            assert (folder / link.partition("#")[0]).is_file(), link
