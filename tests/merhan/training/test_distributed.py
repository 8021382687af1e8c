"""Two processes give what one gives on the same batches: each head's window, and the prototypes, are shared."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import torch

from balancer.losses.contrastive import PrototypeContrastive

SHARED = Path(__file__).with_name("test_trainer.py")


def train_here(folder: Path, batch: int, accumulation: int) -> dict[str, torch.Tensor]:
    """Weights and prototypes after two epochs of one step of eight rows."""
    sys.path.insert(0, str(SHARED.parent))
    try:
        import test_trainer as tiny
    finally:
        sys.path.pop(0)
    from merhan.training.objective import HeadLosses

    tiny.SETTINGS = tiny.SETTINGS.model_copy(
        update={"late_fusion": False}
    )  # else all heads are in the joint loss
    made = tiny.different_losses()
    own = {head: made.losses[head] for head in ("audio", "text")}
    contrastive = PrototypeContrastive(3, tiny.SETTINGS.width, reduction="sum_and_weight")
    coefficients = {"audio": 0.3, "text": 0.3, "contrastive": 0.5}
    losses = HeadLosses(tiny.joint_loss(), coefficients, own, contrastive)
    # One process hears nothing at all: its audio head must have a gradient all the same.
    rows = [row | {"has_audio": torch.tensor(n >= 4)} for n, row in enumerate(tiny.make_rows(8))]
    arguments = {"num_train_epochs": 2, "ddp_find_unused_parameters": False}
    trainer = tiny.make_trainer(folder, rows, batch, accumulation, head_losses=losses, arguments=arguments)
    trainer.optimizer.add_param_group({"params": [contrastive.prototypes]})
    trainer.train()
    weights = {name: value.detach().cpu() for name, value in trainer.model.named_parameters()}
    return weights | {"prototypes": contrastive.prototypes.detach().cpu()}


def test_case_4_4_two_processes_step_as_one_does(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(
        [*command, __file__, str(tmp_path)], env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
    alone = train_here(tmp_path / "alone", 4, 2)
    ranks = [torch.load(tmp_path / f"{rank}.pt", weights_only=True) for rank in (0, 1)]
    for name, wanted in alone.items():
        assert torch.equal(ranks[0][name], ranks[1][name]), name
        torch.testing.assert_close(ranks[0][name], wanted, rtol=1e-4, atol=1e-6, msg=name)
    begun = PrototypeContrastive(3, len(alone["prototypes"][0])).prototypes
    assert (alone["prototypes"] - begun).abs().max() > 0.01


if __name__ == "__main__":
    out = Path(sys.argv[1])
    found = train_here(out / "trained", 4, 1)
    torch.save(found, out / f"{os.environ['RANK']}.pt")
    if torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()  # else a thread of gloo's now and then outlives what it works with
