import pytest
import torch

from merhan.model import drop_modalities


def test_shares_are_those_asked_for_and_never_both_at_once():
    there = torch.ones(20_000, dtype=torch.bool)
    audio, text = drop_modalities(there, there, 0.1, 0.3, torch.Generator().manual_seed(0))
    assert (~audio).float().mean() == pytest.approx(0.1, abs=0.01)
    assert (~text).float().mean() == pytest.approx(0.3, abs=0.01)
    assert (audio | text).all()


def test_a_row_with_one_modality_keeps_it():
    audio, text = torch.tensor([True, False, False]), torch.tensor([False, True, False])
    for p_audio, p_text in ((1.0, 0.0), (0.0, 1.0), (0.5, 0.5)):
        kept = drop_modalities(audio, text, p_audio, p_text, torch.Generator().manual_seed(0))
        assert torch.equal(kept[0], audio)
        assert torch.equal(kept[1], text)


def test_extremes_and_the_inputs_are_left_alone():
    there = torch.ones(50, dtype=torch.bool)
    audio, text = drop_modalities(there, there, 1.0, 0.0)
    assert not audio.any()
    assert text.all()
    audio, text = drop_modalities(there, there, 0.0, 0.0)
    assert audio.all()
    assert text.all()
    assert there.all()


def test_own_generator_only():
    there, state = torch.ones(8, dtype=torch.bool), torch.get_rng_state()
    drop_modalities(there, there, 0.5, 0.5, torch.Generator().manual_seed(0))
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize(("p_audio", "p_text"), [(0.6, 0.6), (-0.1, 0.2), (0.2, -0.1)])
def test_probabilities_that_would_drop_both_are_refused(p_audio, p_text):
    there = torch.ones(2, dtype=torch.bool)
    with pytest.raises(ValueError, match="a row never loses both"):
        drop_modalities(there, there, p_audio, p_text)
