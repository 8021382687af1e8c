"""docs/trainers.md: what it imports exists, what it shows is Python, and its plain loop runs."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest
import torch

FOLDER = Path(__file__).parents[2] / "docs"
PAGE = (FOLDER / "trainers.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS)
def test_every_import_is_there(block):
    for node in ast.walk(ast.parse(block)):
        if isinstance(node, ast.ImportFrom):
            if node.module.startswith("lightning"):
                pytest.importorskip("lightning")
            module = import_module(node.module)
            for name in node.names:
                assert hasattr(module, name.name), name.name


def test_the_plain_loop_runs():
    (block,) = [block for block in BLOCKS if "loader.epoch(epoch)" in block]
    torch.manual_seed(0)
    labels = torch.tensor([0] * 30 + [1] * 6)
    features = torch.randn(36, 2) + 3 * labels[:, None]
    model = torch.nn.Linear(2, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    dataset = torch.utils.data.TensorDataset(features, labels)
    exec(block, {"dataset": dataset, "model": model, "optimizer": optimizer})
    right = model(features).argmax(dim=1) == labels
    assert right[labels == 1].all()


def test_names_and_links():
    for dotted in re.findall(r"`(recipes\.feeding\.[\w.]+)", PAGE):
        module, _, name = dotted.rpartition(".")
        assert hasattr(import_module(module), name)
    for link in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (FOLDER / link).resolve().is_file(), link
