import torch

from merhan.model.attention import AttentionBlock, MultiHeadAttention


def test_equals_torch_attention_with_the_same_weights():
    torch.manual_seed(0)
    ours, theirs = MultiHeadAttention(8, 2), torch.nn.MultiheadAttention(8, 2, batch_first=True)
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([ours.query.weight, ours.key_value.weight]))
        theirs.in_proj_bias.copy_(torch.cat([ours.query.bias, ours.key_value.bias]))
        theirs.out_proj.load_state_dict(ours.output.state_dict())
    query, context = torch.randn(3, 4, 8), torch.randn(3, 5, 8)
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 0, 0, 0], [1, 0, 0, 0, 0]], dtype=torch.bool)
    read, weights = ours(query, context, mask, weights=True)
    expected, expected_weights = theirs(
        query, context, context, key_padding_mask=~mask, average_attn_weights=False
    )
    torch.testing.assert_close(read, expected, atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(weights, expected_weights, atol=1e-6, rtol=1e-5)


def test_weights_are_computed_only_on_request():
    attention = MultiHeadAttention(8, 2)
    x = torch.randn(1, 3, 8)
    assert attention(x, x, torch.ones(1, 3, dtype=torch.bool))[1] is None


def test_block_normalises_the_residual_sum():
    torch.manual_seed(0)
    block = AttentionBlock(8, 2, dropout=0.0)
    x, mask = torch.randn(2, 3, 8), torch.ones(2, 3, dtype=torch.bool)
    read, _ = block.attention(x, x, mask)
    torch.testing.assert_close(block(x, x, mask)[0], torch.nn.functional.layer_norm(x + read, (8,)))
