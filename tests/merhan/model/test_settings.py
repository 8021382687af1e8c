import subprocess
import sys

import pytest
from pydantic import ValidationError

from merhan.model.settings import BUILT_IN_FUSIONS, ModelSettings, fusions


def test_presets_fill_what_is_absent_and_nothing_else():
    paper = ModelSettings(preset="paper", width=64)
    assert (paper.lstm_size, paper.audio_layers, paper.heads, paper.width) == (256, 2, 4, 64)
    assert (paper.fusion, paper.direct_path, paper.functionals_token) == ("concat", False, False)
    assert ModelSettings().fusion == "gated"


def test_dump_is_read_back_as_the_same_settings():
    settings = ModelSettings(preset="paper", direct_path=True)
    assert ModelSettings(**settings.model_dump()) == settings


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"with": 64}, "with"),
        ({"preset": "papr"}, "'default' or 'paper'"),
        ({"heads": 3}, "heads: 3 don't divide 2 × lstm_size"),
        ({"width": 130}, "heads: 4 don't divide width"),
        ({"kernel": 2}, "kernel: 2 is even"),
        ({"dropout": 0.95}, "less than or equal to 0.9"),
        ({"fusion": "gate"}, "no fusion is called 'gate'; there are concat, gated"),
        ({"network": False, "direct_path": False}, "nothing is left to predict with"),
    ],
)
def test_wrong_settings_are_refused_with_what_to_do(given, said):
    with pytest.raises(ValidationError, match=said):
        ModelSettings(**given)


def test_built_in_names_are_those_that_the_fusion_module_registers():
    import merhan.model.fusion  # noqa: F401

    assert set(BUILT_IN_FUSIONS) <= set(fusions.get_all())


def test_entry_points_are_looked_for_in_the_group_of_the_design():
    assert fusions.entry_point_namespace == "merhan_balance.fusions"


def test_settings_import_no_torch():
    code = "import sys, merhan.model.settings as s; s.ModelSettings(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
