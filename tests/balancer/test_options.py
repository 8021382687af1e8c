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
