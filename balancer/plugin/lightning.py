"""Lightning, in three lines: the loader, its loss, the callback."""

from __future__ import annotations

from typing import Any

from balancer.errors import BalanceError
from balancer.plugin.plain import BalancedLoader

try:
    from lightning.pytorch import Callback
except ImportError as error:
    raise BalanceError(
        "BalanceCallback needs lightning, which isn't installed: pip install 'merhan-balance[lightning]'.",
        "lightning",
    ) from error


class BalanceCallback(Callback):
    """Tells a `BalancedLoader` how a Lightning Trainer accumulates; for any LightningModule with one optimiser.

    ::

        loader = BalancedLoader(Balance("balanced", loss="focal"), dataset, batch_size=8)
        # in training_step: return loader.loss(logits, labels)
        Trainer(accumulate_grad_batches=4, callbacks=[BalanceCallback(loader)]).fit(module, loader)

    Lightning divides every loss by `accumulate_grad_batches`, in the epoch's last and shorter window too; the
    loader's loss is multiplied by it, so that the window's weight is all that it is divided by.  Logged values are
    the loss's own times that number over the batches of a window: their mean is the window's loss.

    loader : what `fit` is given as train_dataloaders.  Lightning tells it the epoch, and keeps its place in checkpoints.
    """

    def __init__(self, loader: BalancedLoader):
        self.loader = loader

    def on_train_epoch_start(self, trainer: Any, pl_module: Any) -> None:
        """The number may change from epoch to epoch (GradientAccumulationScheduler)."""
        self.loader.accumulate = self.loader.divided_by = trainer.accumulate_grad_batches

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        """Refuse a loader that isn't the one that is trained on."""
        if trainer.train_dataloader is not self.loader:
            raise BalanceError(
                "fit was given other batches than BalanceCallback's loader; give it that.", "loader"
            )
