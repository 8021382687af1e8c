"""The trainer on a tiny model: what a Hugging Face Trainer gets wrong for people who override its loss."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch.utils.data import SequentialSampler
from transformers import TrainingArguments

from balancer import make_loss
from balancer.losses.contrastive import PrototypeContrastive
from merhan.model import FeatureDims, ModelSettings, build_model
from merhan.training.objective import HeadLosses
from merhan.training.trainer import MerHanTrainer

LABELS = ("anger", "joy", "neutral")
WEIGHT = (2.5, 0.4, 0.1)
DIMS = FeatureDims(frames=5, functionals=4, text=6)
SETTINGS = ModelSettings(lstm_size=4, width=8, heads=2, dropout=0.0)
CLOSE = {"rtol": 1e-4, "atol": 1e-6}
STEP = 0.5  # learning rate of plain gradient descent, which hides no scale as Adam does


def tiny_model():
    model = build_model(SETTINGS, DIMS, LABELS, None)
    rng = torch.Generator().manual_seed(5)
    for parameter in model.parameters():
        parameter.data.copy_(0.3 * torch.randn(parameter.shape, generator=rng))
    return model


def make_rows(count: int, *, soft: bool = False) -> list[dict[str, torch.Tensor]]:
    """Rows of every label, the last of them the lightest, one without audio and one without text."""
    rng = torch.Generator().manual_seed(count)
    rows = []
    for row in range(count):
        label = (0, 1, 2, 2)[row % 4]
        share = torch.softmax(torch.randn(3, generator=rng), dim=0)
        rows.append(
            {
                "frames": torch.randn(7, 5, generator=rng),
                "frames_mask": torch.ones(7, dtype=torch.bool),
                "functionals": torch.randn(4, generator=rng),
                "has_audio": torch.tensor(row != 2),
                "text_states": torch.randn(3, 6, generator=rng),
                "text_mask": torch.ones(3, dtype=torch.bool),
                "has_text": torch.tensor(row != 5),
                "labels": share if soft else torch.tensor(label),
            }
        )
    return rows


def collate(rows: list[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    return {name: torch.stack([row[name] for row in rows]) for name in rows[0]}


def joint_loss(smoothing: float = 0.05):
    return make_loss("cross_entropy", weight=WEIGHT, label_smoothing=smoothing, reduction="sum_and_weight")


def losses(smoothing: float = 0.05) -> HeadLosses:
    return HeadLosses(joint_loss(smoothing), {"audio": 0.3, "text": 0.3})


def different_losses() -> HeadLosses:
    """Three losses with three denominators and two smoothings."""
    counts = (4.0, 8.0, 20.0)
    own = {
        "audio": make_loss("class_balanced", counts=counts, beta=0.9, gamma=2.0, reduction="sum_and_weight"),
        "text": make_loss("logit_adjustment", counts=counts, label_smoothing=0.1, reduction="sum_and_weight"),
    }
    return HeadLosses(joint_loss(), {"audio": 0.3, "text": 0.3}, own)


def make_trainer(folder: Path, rows: list, batch: int = 8, accumulation: int = 1, **changes) -> MerHanTrainer:
    model = tiny_model()
    arguments = TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=changes.get("arguments", {}).pop("num_train_epochs", 1),
        per_device_train_batch_size=batch,
        gradient_accumulation_steps=accumulation,
        per_device_eval_batch_size=3,
        lr_scheduler_type="constant",
        max_grad_norm=0.0,
        label_names=["labels"],
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
        use_cpu=True,
        **changes.pop("arguments", {}),
    )
    return MerHanTrainer(
        model=model,
        args=arguments,
        train_dataset=rows,
        eval_dataset=rows,
        data_collator=collate,
        head_losses=changes.pop("head_losses", losses()),
        sampler=SequentialSampler(rows),
        optimizers=(torch.optim.SGD(model.parameters(), lr=STEP), None),
        **changes,
    )


def trained(folder: Path, rows: list, batch: int, accumulation: int, **changes) -> dict[str, torch.Tensor]:
    trainer = make_trainer(folder, rows, batch, accumulation, **changes)
    trainer.train()
    return weights_of(trainer)


def weights_of(trainer: MerHanTrainer) -> dict[str, torch.Tensor]:
    return {name: value.detach() for name, value in trainer.model.named_parameters()}


def descended(
    windows: list[list[dict]], weight=WEIGHT, smoothing: float = 0.05, begin: dict | None = None
) -> dict[str, torch.Tensor]:
    """By hand: a step down the gradient of Σ w·ℓ / Σ w over all rows of each window."""
    model, weight = tiny_model(), torch.tensor(weight)
    for name, value in (begin or {}).items():
        model.get_parameter(name).data.copy_(value)
    for window in windows:
        batch = collate(window)
        labels = batch.pop("labels")
        shares = labels if labels.ndim == 2 else torch.nn.functional.one_hot(labels, 3).float()
        weighted = shares * weight
        row_weight = weighted.sum(1)
        targets = (1 - smoothing) * weighted / row_weight[:, None] + smoothing / 3
        outputs = model(**batch)
        total = 0.0
        for head, coefficient in (("", 1.0), ("audio", 0.3), ("text", 0.3)):
            logits = outputs[f"{head}_logits" if head else "logits"]
            rows = batch[f"has_{head}"] if head else torch.ones(len(labels), dtype=torch.bool)
            each = -(targets * logits.log_softmax(1)).sum(1)
            total = total + coefficient * (row_weight * each)[rows].sum()
        model.zero_grad()
        (total / row_weight.sum()).backward()
        for parameter in model.parameters():
            if parameter.grad is not None:
                parameter.data -= STEP * parameter.grad
    return {name: value.detach() for name, value in model.named_parameters()}


@pytest.mark.parametrize("soft", [False, True], ids=["hard", "soft"])
@pytest.mark.parametrize(("batch", "accumulation"), [(8, 1), (2, 4), (1, 8)])
def test_case_4_2_accumulation_gives_the_gradient_of_one_big_batch(
    tmp_path: Path, batch: int, accumulation: int, soft: bool
) -> None:
    rows = make_rows(8, soft=soft)
    found = trained(tmp_path, rows, batch, accumulation)
    torch.testing.assert_close(found, descended([rows]), **CLOSE)


@pytest.mark.parametrize("soft", [False, True], ids=["hard", "soft"])
@pytest.mark.parametrize("accumulation", [4, 8])
def test_case_4_2_each_head_divides_by_the_weight_of_its_own_loss(
    tmp_path: Path, accumulation: int, soft: bool
) -> None:
    rows = make_rows(8, soft=soft)
    once = trained(tmp_path, rows, 8, 1, head_losses=different_losses())
    parts = trained(tmp_path, rows, 8 // accumulation, accumulation, head_losses=different_losses())
    torch.testing.assert_close(parts, once, **CLOSE)
    # One denominator for all would be another gradient.
    plain = trained(tmp_path, rows, 8, 1)
    assert max(float((once[name] - plain[name]).abs().max()) for name in once) > 0.01


@pytest.mark.parametrize(("batch", "accumulation"), [(8, 1), (2, 4)])
def test_case_4_2_an_uneven_last_window_is_divided_by_its_own_weight(
    tmp_path: Path, batch: int, accumulation: int
) -> None:
    rows = make_rows(13)
    found = trained(tmp_path, rows, batch, accumulation)
    torch.testing.assert_close(found, descended([rows[:8], rows[8:]]), **CLOSE)


def test_case_4_1_loss_is_called_with_and_without_the_items_of_a_window(tmp_path: Path) -> None:
    rows = make_rows(8)
    trainer = make_trainer(tmp_path, rows)
    trainer.model.eval()
    batch = collate(rows)
    alone = trainer.compute_loss(trainer.model, batch)
    same = trainer.compute_loss(trainer.model, batch, num_items_in_batch=None, whatever_comes_next=True)
    weight = torch.tensor([WEIGHT[row["labels"]] for row in rows]).sum()
    window = trainer.compute_loss(trainer.model, batch, False, 2 * weight)
    assert same.item() == alone.item()
    assert window.item() == pytest.approx(alone.item() / 2, rel=1e-5)
    loss, outputs = trainer.compute_loss(trainer.model, batch, return_outputs=True)
    assert loss.item() == alone.item()
    assert outputs["logits"].shape == (8, 3)


def test_case_4_5_bf16_trains_with_weights_and_losses_in_float32(tmp_path: Path) -> None:
    rows = make_rows(8)
    seen = []

    class Watch(HeadLosses):
        def forward(self, outputs, labels, present, total=None):
            loss = super().forward(outputs, labels, present, total)
            seen.append((outputs["logits"].dtype, loss.dtype, bool(torch.isfinite(loss))))
            return loss

    watched = Watch(joint_loss(), {"audio": 0.3, "text": 0.3})
    trainer = make_trainer(tmp_path, rows, 4, 2, head_losses=watched, arguments={"bf16": True})
    trainer.train()
    assert {dtype for _, dtype, _ in seen} == {torch.float32}
    assert all(finite for *_, finite in seen)
    for name, wanted in descended([rows]).items():
        torch.testing.assert_close(
            trainer.model.get_parameter(name).detach(), wanted, rtol=0.1, atol=0.02, msg=name
        )


def test_case_4_7_smoothing_leaves_labels_to_the_metrics(tmp_path: Path) -> None:
    rows = make_rows(8)
    before = collate(rows)
    seen = {}

    def metrics(found):
        seen["labels"] = found.label_ids.tolist()
        return {}

    trainer = make_trainer(tmp_path, rows, head_losses=losses(smoothing=0.1), compute_metrics=metrics)
    batch = collate(rows)
    trainer.compute_loss(trainer.model, batch)
    assert set(batch) == set(before)
    assert all(torch.equal(batch[name], before[name]) for name in before)
    trainer.train()
    found = trainer.evaluate()
    assert seen["labels"] == before["labels"].tolist()
    assert found["eval_loss"] > 0


def test_case_4_10_no_column_is_taken_away_before_the_collator(tmp_path: Path) -> None:
    rows = [row | {"path": "a.wav", "text": "So what?", "sample_weight": 2.0} for row in make_rows(8)]
    seen: set[str] = set()

    def watching(batch: list[dict]) -> dict[str, torch.Tensor]:
        seen.update(batch[0])
        return collate([{n: v for n, v in row.items() if isinstance(v, torch.Tensor)} for row in batch])

    trainer = make_trainer(tmp_path, rows, arguments={"remove_unused_columns": True})
    trainer.data_collator = watching
    trainer.train()
    trainer.evaluate()
    assert {"path", "text", "sample_weight", "labels"} <= seen


def test_batches_of_a_window_lose_their_modalities_each_for_itself(tmp_path: Path) -> None:
    rows = make_rows(32)
    rows = [row | {"has_audio": torch.tensor(True), "has_text": torch.tensor(True)} for row in rows]

    def kept(batch: int, accumulation: int) -> list[tuple[bool, ...]]:
        seen = []

        class Watch(HeadLosses):
            def forward(self, outputs, labels, present, total=None):
                seen.append(tuple(present["audio"].tolist()))
                return super().forward(outputs, labels, present, total)

        watched = Watch(joint_loss(), {})
        dropout = {"audio": 0.5, "text": 0.0}
        make_trainer(
            tmp_path, rows, batch, accumulation, head_losses=watched, modality_dropout=dropout
        ).train()
        return seen

    windows = kept(8, 4)
    assert len(windows) == 4
    assert len(set(windows)) == 4
    assert windows == kept(8, 4)
    assert windows[:1] == kept(8, 1)[:1]


def test_heads_are_not_judged_by_a_mixture_with_what_was_dropped(tmp_path: Path) -> None:
    """Row 2 has no sound: what row 0 hears of it is silence, which bears nobody's label."""
    seen = {}

    class Watch(HeadLosses):
        def forward(self, outputs, labels, present, total=None):
            seen.update({name: rows.tolist() for name, rows in present.items()})
            return super().forward(outputs, labels, present, total)

    rows = make_rows(4, soft=True)
    trainer = make_trainer(tmp_path, rows, head_losses=Watch(joint_loss(), {"audio": 0.3, "text": 0.3}))
    mix = {
        "mix_with": torch.tensor([2, 3, 2, 1]),
        "mix_pooled": torch.full((4,), 0.5),
        "mix_fused": torch.ones(4),
    }
    loss = trainer.compute_loss(trainer.model, collate(rows) | mix)
    assert torch.isfinite(loss)
    assert seen == {"audio": [False, True, False, True], "text": [True] * 4}


def test_losses_change_with_the_epoch_that_they_are_given_for(tmp_path: Path) -> None:
    """Two epochs of one step each: a step down the first loss, then one down the second."""
    rows = make_rows(8)
    plain = HeadLosses(make_loss("cross_entropy", reduction="sum_and_weight"), {"audio": 0.3, "text": 0.3})
    staged = make_trainer(
        tmp_path, rows, head_losses={0: plain, 1: losses()}, arguments={"num_train_epochs": 2}
    )
    staged.train()
    deferred = make_loss(
        "cross_entropy", weight=WEIGHT, label_smoothing=0.05, reduction="sum_and_weight", drw_epoch=1
    )
    own = HeadLosses(deferred, {"audio": 0.3, "text": 0.3})
    late = make_trainer(tmp_path, rows, head_losses=own, arguments={"num_train_epochs": 2})
    late.train()
    assert own.losses["joint"].epoch == 1
    plainly = descended([rows], weight=(1.0, 1.0, 1.0), smoothing=0.0)
    torch.testing.assert_close(weights_of(staged), descended([rows], begin=plainly), **CLOSE)
    evenly = descended([rows], weight=(1.0, 1.0, 1.0))
    torch.testing.assert_close(weights_of(late), descended([rows], begin=evenly), **CLOSE)


def test_prototypes_are_learnt_with_the_model_and_leave_it_afterwards(tmp_path: Path) -> None:
    rows = make_rows(8)
    contrastive = PrototypeContrastive(3, SETTINGS.width, reduction="sum_and_weight")
    begun = contrastive.prototypes.detach().clone()
    both = HeadLosses(joint_loss(), {"audio": 0.3, "text": 0.3, "contrastive": 0.5}, contrastive=contrastive)
    model = tiny_model()
    names = set(dict(model.named_parameters()))
    trainer = make_trainer(tmp_path, rows, head_losses=both, ema_decay=0.5)
    trainer.optimizer = None
    trainer.train()
    assert set(dict(trainer.model.named_parameters())) == names
    assert (contrastive.prototypes.detach() - begun).abs().max() > 1e-6
    assert "contrastive.prototypes" in trainer.average.weights
    # Its mean is over the rows of the window: 8 of them.
    trainer.model.eval()
    batch = collate(rows)
    outputs = trainer.model(**{name: value for name, value in batch.items() if name != "labels"})
    with_it = trainer.compute_loss(trainer.model, batch)
    both.contrastive = None
    without = trainer.compute_loss(trainer.model, batch)
    summed, rows_seen = contrastive(outputs["embedding"], batch["labels"])
    assert rows_seen == 8
    assert (with_it - without).item() == pytest.approx(0.5 * summed.item() / 8, rel=1e-4)


def test_prototypes_that_count_nothing_are_left_alone(tmp_path: Path) -> None:
    contrastive = PrototypeContrastive(3, SETTINGS.width, reduction="sum_and_weight")
    both = HeadLosses(joint_loss(), {"contrastive": 0.0}, contrastive=contrastive)
    make_trainer(tmp_path, make_rows(8), head_losses=both).train()
    assert contrastive.prototypes.grad is None
