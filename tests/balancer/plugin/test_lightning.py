from __future__ import annotations

from itertools import chain

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from balancer import BalanceError
from balancer.plugin import Balance, BalancedLoader

lightning = pytest.importorskip("lightning.pytorch")
from balancer.plugin import BalanceCallback  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore:::lightning")

LABELS = [0] * 24 + [1] * 9 + [2] * 4


class Classifier(lightning.LightningModule):
    """Anybody's module."""

    def __init__(self, loader):
        super().__init__()
        torch.manual_seed(0)
        self.head, self.loader, self.seen = nn.Linear(4, 3), loader, []

    def training_step(self, batch, batch_idx):
        inputs, labels = batch
        self.seen.append(labels.tolist())
        return self.loader.loss(self.head(inputs), labels)

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.5)


@pytest.fixture
def data():
    made = torch.Generator().manual_seed(0)
    return TensorDataset(torch.randn(len(LABELS), 4, generator=made), torch.tensor(LABELS))


@pytest.fixture
def fit(tmp_path, data):
    def run(balance, batch_size=8, accumulate=1, epochs=3, checkpoint=None, callbacks=(), batches=None):
        loader = BalancedLoader(balance, data, batch_size=batch_size)
        module = Classifier(loader)
        trainer = lightning.Trainer(
            max_epochs=epochs,
            accumulate_grad_batches=accumulate,
            callbacks=[BalanceCallback(loader), *callbacks],
            accelerator="cpu",
            logger=False,
            enable_checkpointing=bool(callbacks),
            enable_progress_bar=False,
            enable_model_summary=False,
            default_root_dir=tmp_path,
        )
        trainer.fit(module, batches or loader, ckpt_path=checkpoint)
        return module

    return run


@pytest.mark.parametrize(
    "balance",
    [
        Balance("balanced", loss="focal"),
        Balance("balanced", loss="ldam", drw_epoch=1),
        Balance(sampler="square_root"),
    ],
)
def test_accumulated_batches_train_as_one_big_batch(balance, fit):
    whole, parts = fit(balance), fit(balance, batch_size=2, accumulate=4)
    assert list(chain(*parts.seen)) == list(chain(*whole.seen))
    assert torch.allclose(parts.head.weight, whole.head.weight, atol=1e-5)


def test_it_is_torchs_weighted_cross_entropy(data, fit):
    trained = fit(Balance("balanced"), batch_size=10, accumulate=4, epochs=1)
    head = Classifier(None).head
    inputs, labels = data.tensors
    nn.functional.cross_entropy(head(inputs), labels, torch.tensor([1 / 24, 1 / 9, 1 / 4])).backward()
    assert torch.allclose(trained.head.weight, head.weight - 0.5 * head.weight.grad, atol=1e-6)


def test_case_1_13_each_epoch_has_an_order_of_its_own(fit):
    seen = fit(Balance(sampler="class_aware")).seen
    assert seen[:5] != seen[5:10] != seen[10:]
    assert fit(Balance(sampler="class_aware")).seen == seen


def test_case_4_11_a_mid_epoch_resume_sees_the_same_order(fit, tmp_path):
    balance = Balance("balanced", drw_epoch=1)
    whole = fit(balance, batch_size=4)
    saving = lightning.callbacks.ModelCheckpoint(
        tmp_path, every_n_train_steps=13, save_top_k=-1, filename="{step}"
    )
    fit(balance, batch_size=4, callbacks=[saving])
    resumed = fit(balance, batch_size=4, checkpoint=tmp_path / "step=13.ckpt")
    assert resumed.seen == whole.seen[13:]
    assert torch.allclose(resumed.head.weight, whole.head.weight, atol=1e-6)


def test_other_batches_than_the_loaders_are_refused(data, fit):
    with pytest.raises(BalanceError, match="other batches"):
        fit(Balance("balanced"), batches=DataLoader(data, batch_size=4))
