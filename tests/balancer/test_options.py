import subprocess
import sys
from pathlib import Path

import pytest

from balancer import BalanceError
from balancer.options import Method, Option, check_options

FOCAL = Method("loss", "focal", lambda: None, {"gamma": Option(2.0, low=0, high=10, unit="focus")})


def test_settings_are_the_given_values_over_the_defaults():
    assert FOCAL.settings({}) == {"gamma": 2.0}
    assert FOCAL.settings({"gamma": 0}) == {"gamma": 0}


def test_an_unknown_option_shows_the_nearest_and_names_its_key():
    with pytest.raises(
        BalanceError, match="option of loss focal 'gama' is not known; did you mean 'gamma'"
    ) as caught:
        check_options(FOCAL, {"gama": 1})
    assert caught.value.key == "gama"


@pytest.mark.parametrize("value", [-1, 11, float("nan"), float("inf"), "2", True, None, [2]])
def test_a_value_out_of_bounds_says_what_is_allowed(value):
    with pytest.raises(BalanceError, match=r"gamma .* is not allowed; give 0 to 10 \(focus\)") as caught:
        check_options(FOCAL, {"gamma": value})
    assert caught.value.key == "gamma"


def test_a_bound_may_be_excluded():
    smoothing = Option(0.0, low=0, high=1, below=True)
    assert smoothing.accepts(0.999)
    assert not smoothing.accepts(1)
    assert smoothing.allowed == "0 to below 1"


def test_one_number_a_class_by_name_or_in_order():
    weights = Option(None, low=0, per_class=True)
    assert weights.accepts(None)
    assert weights.accepts([0, 2.5])
    assert weights.accepts({"joy": 1})
    assert not weights.accepts([1, -1])
    assert not weights.accepts({"joy": "much"})
    assert not weights.accepts(3)
    assert not weights.accepts("12")
    assert weights.allowed == "one number a class, each 0 or more"


def test_a_switch_is_true_or_false():
    switch = Option(False, unit="draw independently")
    assert switch.accepts(True)
    assert not switch.accepts(1)
    assert switch.allowed == "true or false (draw independently)"


def test_a_whole_number_has_no_fraction():
    neighbours = Option(5, low=1, high=100, unit="neighbours", whole=True)
    assert neighbours.accepts(3)
    assert not neighbours.accepts(3.0)
    assert neighbours.allowed == "a whole number, 1 to 100 (neighbours)"


def test_a_broken_package_is_named_and_stands_in_nobody_elses_way(tmp_path):
    metadata = tmp_path / "broken-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[merhan_balance.losses]\nmine = nowhere:loss\n")
    script = (
        "from balancer import BalanceError\n"
        "from balancer.losses import find_loss, loss_names\n"
        "from recipes.explained import explained\n"
        "assert {'focal', 'mine'} <= set(loss_names())\n"
        "assert 'exponent' in explained('train: {loss: {name: focal, gamma: 2}}', 'r')\n"
        "for name in ('mine', 'focl'):\n"
        "    try:\n"
        "        find_loss(name)\n"
        "    except BalanceError as error:\n"
        "        print(error)\n"
        "from recipes import RecipeError, load_recipe\n"
        "try:\n"
        "    load_recipe({'train': {'loss': 'mine'}})\n"
        "except RecipeError as error:\n"
        "    print(' '.join(str(error).split()))\n"
    )
    path = [str(tmp_path), *filter(None, sys.path)]
    found = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {path!r}\n{script}"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    broken, unknown, recipe = found.stdout.splitlines()
    assert (
        "loss 'mine' of an installed package can't be loaded (ModuleNotFoundError: No module named" in broken
    )
    assert "loss 'focl' is not known; did you mean 'focal'?" in unknown
    assert "train.loss: loss 'mine' of an installed package can't be loaded" in recipe
