from __future__ import annotations

import subprocess
import sys

import pytest
from pydantic import ValidationError

from merhan.features.settings import FeatureSettings
from recipes.sections import section_model


def test_defaults_are_those_of_the_design():
    settings = FeatureSettings()
    assert (settings.mfcc, settings.mels, settings.stride) == (40, 64, 4)
    assert (settings.normalise, settings.shrink, settings.text_encoder) == ("speaker", 10, "auto")


def test_recipes_know_the_section():
    assert section_model("features") is FeatureSettings


def test_unknown_key_is_refused():
    with pytest.raises(ValidationError, match="normalize"):
        FeatureSettings(normalize="speaker")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("stride", 0),
        ("mels", 200),
        ("shrink", -1),
        ("normalise", "dialogue"),
        ("max_seconds", 0),
        ("f0_max", 5),
    ],
)
def test_values_out_of_bounds_are_refused(key, value):
    with pytest.raises(ValidationError, match=key):
        FeatureSettings(**{key: value})


def test_more_coefficients_than_bands_are_refused():
    with pytest.raises(ValidationError, match="mels is 20"):
        FeatureSettings(mfcc=40, mels=20)


def test_settings_do_without_torch():
    code = "import sys, merhan.features.settings; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
