import pytest

from recipes.suggest import did_you_mean, nearest


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("spred", "spread"),
        ("PitchShift", "pitch_shift"),
        ("pitch-shift", "pitch_shift"),
        ("xyz", None),
        ("", None),
    ],
)
def test_nearest(word, name):
    assert nearest(word, ["spread", "pitch_shift", "target"]) == name


def test_did_you_mean_is_silent_where_nothing_comes_near():
    assert did_you_mean("spred", ["spread"]) == "; did you mean spread?"
    assert did_you_mean("xyz", ["spread"]) == ""
