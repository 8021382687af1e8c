import torch

from merhan.model.pooling import AttentivePooling, MeanPooling, Pooling
from merhan.model.settings import ModelSettings

MASK = torch.tensor([[True, True, False], [True, False, False]])


def test_mean_is_over_real_steps_and_zero_without_any():
    x = torch.tensor([[[1.0], [3.0], [torch.nan]], [[5.0], [torch.inf], [9.0]]])
    assert MeanPooling()(x, MASK).tolist() == [[2.0], [5.0]]
    assert MeanPooling()(x, torch.zeros_like(MASK)).tolist() == [[0.0], [0.0]]


def test_attentive_pooling_is_a_convex_sum_of_real_steps():
    torch.manual_seed(0)
    pooling = AttentivePooling(4)
    x = torch.randn(2, 3, 4)
    pooled = pooling(x, MASK)
    torch.testing.assert_close(pooled[1], x[1, 0])
    share = torch.softmax(pooling.score(torch.tanh(pooling.hidden(x[0, :2]))).squeeze(-1), 0)
    torch.testing.assert_close(pooled[0], share @ x[0, :2])


def test_attentive_pooling_without_scores_is_the_mean():
    pooling = AttentivePooling(4)
    torch.nn.init.zeros_(pooling.score.weight)
    x = torch.randn(2, 3, 4)
    torch.testing.assert_close(pooling(x, MASK), MeanPooling()(x, MASK))


def test_the_summary_is_added_to_what_is_pooled():
    x = torch.randn(2, 3, 4)
    settings = {"pooling": "mean", "pool_summary": True}
    pooled = Pooling(4, ModelSettings(**settings))(x, MASK)
    torch.testing.assert_close(pooled, x[:, 0] + MeanPooling()(x, MASK))
    pooled = Pooling(4, ModelSettings(**settings | {"pool_summary": False}))(x, MASK)
    torch.testing.assert_close(pooled, MeanPooling()(x, MASK))
