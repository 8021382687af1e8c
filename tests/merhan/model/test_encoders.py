import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from merhan.model.encoders import BiLSTM, Branch, centred
from merhan.model.inputs import Modality
from merhan.model.settings import ModelSettings


def _packed(lstm: BiLSTM, layers: int, x: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    theirs = torch.nn.LSTM(x.shape[-1], 6, layers, batch_first=True, bidirectional=True)
    with torch.no_grad():
        for layer in range(layers):
            for name, part in (("", lstm.onward[layer]), ("_reverse", lstm.back[layer])):
                for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
                    getattr(theirs, f"{kind}_l{layer}{name}").copy_(getattr(part, f"{kind}_l0"))
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        return pad_packed_sequence(theirs(packed)[0], batch_first=True)[0]


def test_bilstm_equals_a_packed_bilstm():
    torch.manual_seed(0)
    x, lengths = torch.randn(4, 7, 5), torch.tensor([7, 1, 4, 6])
    mask = torch.arange(7) < lengths[:, None]
    for layers in (1, 2):
        lstm = BiLSTM(5, 6, layers, dropout=0.0)
        found = lstm(x, mask).masked_fill(~mask[..., None], 0.0)
        torch.testing.assert_close(found, _packed(lstm, layers, x, lengths), atol=1e-6, rtol=1e-5)


def test_missing_row_starts_with_the_learned_missing_token():
    settings = ModelSettings(lstm_size=8, width=16, heads=2)
    branch = Branch(5, 3, layers=1, settings=settings).eval()
    torch.nn.init.normal_(branch.tokens)
    present = torch.tensor([True, False])
    given = Modality(torch.zeros(2, 4, 5), present[:, None].expand(2, 4), torch.zeros(2, 3), present)
    before, mask, _ = branch(given)
    assert mask[:, 0].all()
    assert mask[1].sum() == 1
    with torch.no_grad():
        branch.tokens[0] += 1.0
    after, _, _ = branch(given)
    assert torch.equal(before[0], after[0])
    assert not torch.allclose(before[1, 0], after[1, 0])


def test_text_without_bilstm_is_projected_to_the_common_width():
    assert Branch(5, 3, layers=0, settings=ModelSettings(lstm_size=8, width=32)).size == 32
    assert Branch(5, 3, layers=1, settings=ModelSettings(lstm_size=8, width=32)).size == 16


def test_centred_steps_have_mean_zero_and_deviation_one_where_they_move():
    x = torch.randn(2, 6, 3) * 4 + 2
    x[:, :, 2] = 5.0  # never moves
    mask = torch.arange(6) < torch.tensor([[6], [3]])
    found = centred(x.masked_fill(~mask[..., None], 0.0), mask)
    for row, steps in ((0, 6), (1, 3)):
        real = found[row, :steps]
        torch.testing.assert_close(real.mean(0), torch.zeros(3), atol=1e-5, rtol=0)
        torch.testing.assert_close(real[:, :2].std(0, correction=0), torch.ones(2))
        assert real[:, 2].abs().max() < 1e-5
    assert found[1, 3:].abs().sum() == 0
