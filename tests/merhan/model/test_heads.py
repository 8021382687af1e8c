import torch

from merhan.model.heads import ClassifierHead, DirectPath


def _path(dropout=0.0):
    path = DirectPath(functional_dim=3, text_dim=4, classes=2, dropout=dropout, joint=True)
    torch.manual_seed(0)
    for parameter in path.parameters():
        torch.nn.init.normal_(parameter)
    return path


def test_direct_path_is_linear_in_the_functionals():
    path, text = _path(), torch.randn(1, 4)
    there = torch.ones(1, dtype=torch.bool)
    x, y = torch.randn(1, 3), torch.randn(1, 3)

    def joint(f):
        return path(f, there, text, there)[0]

    torch.testing.assert_close(joint(x + y) - joint(y), joint(x) - joint(torch.zeros(1, 3)))


def test_text_mean_counts_by_its_direction_only():
    path, there, text = _path(), torch.ones(1, dtype=torch.bool), torch.randn(1, 4)
    silent = torch.zeros(1, 3)
    one, other = path(silent, there, text, there), path(silent, there, 7 * text, there)
    torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-3)


def test_missing_modality_adds_nothing():
    path = _path()
    gone = torch.zeros(1, dtype=torch.bool)
    joint, audio, text = path(torch.zeros(1, 3), gone, torch.zeros(1, 4), gone)
    assert joint.abs().sum() == audio.abs().sum() == text.abs().sum() == 0


def test_only_what_there_is_has_weights():
    path = DirectPath(functional_dim=0, text_dim=4, classes=2, dropout=0.0, joint=False)
    assert {name.split(".")[0] for name, _ in path.named_parameters()} == {"text"}
    path = DirectPath(functional_dim=0, text_dim=4, classes=2, dropout=0.0, joint=True)
    assert {name.split(".")[0] for name, _ in path.named_parameters()} == {"text", "text_to_joint"}


def test_head_has_one_hidden_layer():
    head = ClassifierHead(3, 5, 2, dropout=0.0)
    x = torch.randn(4, 3)
    expected = torch.nn.functional.gelu(x @ head.hidden.weight.T + head.hidden.bias) @ head.output.weight.T
    torch.testing.assert_close(head(x), expected + head.output.bias)
