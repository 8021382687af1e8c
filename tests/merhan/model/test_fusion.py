import torch

from merhan.model import FeatureDims, ModelSettings, build_model, fusions
from merhan.model.fusion import ConcatFusion, GatedFusion


def test_gate_weighs_audio_against_text():
    fusion = GatedFusion(3)
    torch.nn.init.zeros_(fusion.gate.weight)
    fusion.gate.bias.data = torch.tensor([0.0, 100.0, -100.0])
    audio, text = torch.tensor([[2.0, 2.0, 2.0]]), torch.tensor([[4.0, 4.0, 4.0]])
    torch.testing.assert_close(fusion(audio, text), torch.tensor([[3.0, 2.0, 4.0]]))


def test_gate_reads_audio_first_then_text():
    fusion = GatedFusion(1)
    fusion.gate.weight.data, fusion.gate.bias.data = torch.tensor([[1.0, -2.0]]), torch.tensor([0.5])
    gate = torch.sigmoid(torch.tensor(3.0 - 2 * 1.0 + 0.5))
    found = fusion(torch.tensor([[3.0]]), torch.tensor([[1.0]]))
    torch.testing.assert_close(found, (gate * 3 + (1 - gate) * 1).reshape(1, 1))


def test_concat_says_its_size():
    fusion = ConcatFusion(3)
    assert fusion(torch.zeros(2, 3), torch.ones(2, 3)).shape == (2, fusion.out_size)


def test_a_registered_fusion_is_built_by_its_name():
    @fusions.register("test_sum")
    class SumFusion(torch.nn.Module):
        def __init__(self, size):
            super().__init__()
            self.out_size = size

        def forward(self, audio, text):
            return audio + text

    settings = ModelSettings(fusion="test_sum", lstm_size=8, width=16)
    model = build_model(settings, FeatureDims(5, 3, 16), ["a", "b"])
    assert isinstance(model.network.fusion, SumFusion)
