"""Cases 4.1 to 4.13 of the field, and 1.13: what went wrong in others' trainers."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import nn
from transformers import Trainer, TrainerCallback

from balancer import BalanceError
from balancer.plugin import Balance, balanced

BALANCES = {
    "weights": Balance("balanced"),
    "smoothed": Balance("balanced", label_smoothing=0.1),
    "focal": Balance("inverse_sqrt", loss="focal"),
    "ldam": Balance("effective_number", loss="ldam", drw_epoch=0),
    "softmax": Balance(loss="balanced_softmax", sampler="weighted_random"),
}


@pytest.fixture
def trained(tiny):
    """A trainer that has trained: `trained(balance, rows=…, cls=Trainer, **TrainingArguments)`."""

    def train(balance, rows=None, cls=Trainer, model=None, resume=None, callbacks=None, **given):
        rows = tiny.rows(tiny.labels) if rows is None else rows
        trainer = balanced(cls)(
            model or tiny.bert(),
            tiny.arguments(**given),
            train_dataset=rows,
            balance=balance,
            callbacks=callbacks,
        )
        trainer.train(resume_from_checkpoint=resume)
        return trainer

    return train


class Old(Trainer):
    """Its compute_loss knows nothing of `num_items_in_batch`, as examples of old have it."""

    def compute_loss(self, model, inputs, return_outputs=False):
        raise AssertionError("the loss is balance's")


def test_case_4_1_a_compute_loss_without_num_items_in_batch(tiny, trained, caplog):
    trainer = trained(Balance("balanced"), cls=Old)
    assert tiny.losses(trainer) == tiny.losses(trained(Balance("balanced")))
    assert "Old.compute_loss is not called" in caplog.text


def test_case_4_1_it_is_called_by_keyword_by_place_and_without(tiny):
    rows = tiny.rows([0, 0, 0, 0, 1, 1, 1, 2])
    trainer = balanced(Trainer)(
        tiny.bert(), tiny.arguments(), train_dataset=rows, balance=Balance("balanced")
    )
    batch = {name: torch.tensor([row[name] for row in rows]) for name in rows[0]}
    window = trainer.balance_loss.total_weight(batch["labels"], 3)
    model = trainer.model.train()
    found = [
        trainer.compute_loss(model, batch),
        trainer.compute_loss(model, batch, False, window),
        trainer.compute_loss(model, batch, num_items_in_batch=window, further=None),
        trainer.compute_loss(model, batch, return_outputs=True, num_items_in_batch=None)[0],
    ]
    assert [loss.item() for loss in found] == pytest.approx([found[0].item()] * 4)
    # Half of the window's weight: the loss of this batch is two thirds of it.
    half = trainer.compute_loss(model, batch, num_items_in_batch=window * 1.5)
    assert half.item() == pytest.approx(found[0].item() / 1.5)


@pytest.mark.parametrize("name", BALANCES)
def test_case_4_2_accumulated_batches_give_the_gradient_of_one_big_batch(name, tiny, trained):
    whole = trained(BALANCES[name], num_train_epochs=2)
    parts = trained(
        BALANCES[name], num_train_epochs=2, per_device_train_batch_size=2, gradient_accumulation_steps=4
    )
    # 36 rows in steps of 8: the last has 4, in two batches instead of four.
    assert len(tiny.losses(whole)) == len(tiny.losses(parts)) == 10
    assert tiny.losses(parts) == pytest.approx(tiny.losses(whole), rel=1e-4)
    assert torch.allclose(tiny.weights(parts), tiny.weights(whole), atol=1e-5)


def test_case_4_2_the_window_divides_by_its_sum_of_target_weights(tiny):
    """By hand: four rows in two batches; the mean of the batches' means would be another gradient."""
    rows = tiny.rows([0, 0, 1, 2])
    trainer = balanced(Trainer)(
        tiny.bert(),
        tiny.arguments(per_device_train_batch_size=2, gradient_accumulation_steps=2),
        train_dataset=tiny.rows(tiny.labels),
        balance=Balance({"0": 1, "1": 2, "2": 5}),
    )
    batches = [
        {name: torch.tensor([row[name] for row in pair]) for name in rows[0]} for pair in (rows[:2], rows[2:])
    ]
    collected, window = trainer.get_batch_samples(iter(batches), 2, torch.device("cpu"))
    weight = torch.tensor([1.0, 1, 2, 5]) * 3 / 8  # the mean over classes is 1
    assert window.item() == pytest.approx(weight.sum().item())

    model = trainer.model.train()
    for batch in collected:
        trainer.compute_loss(model, batch, num_items_in_batch=window).backward()
    found = [p.grad.clone() for p in model.parameters()]
    model.zero_grad()
    logits = model(input_ids=torch.cat([batch["input_ids"] for batch in batches])).logits
    losses = nn.functional.cross_entropy(logits, torch.tensor([0, 0, 1, 2]), reduction="none")
    ((weight * losses).sum() / weight.sum()).backward()
    for ours, one in zip(found, model.parameters(), strict=True):
        assert torch.allclose(ours, one.grad, atol=1e-7)


def test_case_4_2_a_compute_loss_over_ours_need_not_hand_the_window_on(tiny, trained):
    class Forgetful(balanced(Trainer)):
        def compute_loss(self, model, inputs, return_outputs=False, **kwargs):
            return super().compute_loss(model, inputs, return_outputs)

    given = {"per_device_train_batch_size": 2, "gradient_accumulation_steps": 4}
    found = trained(Balance("balanced"), cls=Forgetful, **given)
    assert tiny.losses(found) == pytest.approx(tiny.losses(trained(Balance("balanced"))), rel=1e-4)


def test_case_4_2_without_a_window_the_mean_over_batches_is_the_trainers(tiny):
    """A loop of one's own that calls training_step: each batch's mean, divided by the number of batches."""
    rows = tiny.rows(tiny.labels[22:26])
    trainer = balanced(Trainer)(
        tiny.bert(),
        tiny.arguments(gradient_accumulation_steps=2),
        train_dataset=tiny.rows(tiny.labels),
        balance=Balance(),
    )
    trainer.current_gradient_accumulation_steps = 2
    trainer.create_optimizer()
    batch = {name: torch.tensor([row[name] for row in rows]) for name in rows[0]}
    expected = trainer.compute_loss(trainer.model.train(), batch).item() / 2
    assert trainer.training_step(trainer.model, batch).item() == pytest.approx(expected)


class TwoDevices(nn.Module):
    """What `nn.DataParallel` does on two devices: rows scattered in chunks, outputs gathered; on the CPU."""

    chunks: list

    def __init__(self, module):
        super().__init__()
        self.module = module

    def forward(self, **inputs):
        parts = {name: value.chunk(2) for name, value in inputs.items() if isinstance(value, torch.Tensor)}
        assert len(parts) == len(inputs), "a count can't be scattered"
        sizes = [len(part) for part in next(iter(parts.values()))]
        self.chunks.append(sizes)
        found = [self.module(**{name: part[at] for name, part in parts.items()}) for at in range(len(sizes))]
        return {"logits": torch.cat([one.logits for one in found])}


def test_case_4_4_dataparallel_gives_the_loss_of_one_device(tiny, trained, monkeypatch):
    rows = tiny.rows((tiny.labels * 2)[:39])  # uneven: 13 rows a step, 7 on one device and 6 on the other
    given = {"rows": rows, "per_device_train_batch_size": 13, "num_train_epochs": 2}
    one = trained(Balance("balanced"), **given)

    TwoDevices.chunks = []
    monkeypatch.setattr(nn, "DataParallel", TwoDevices)

    class OnTwo(Trainer):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.args._n_gpu = 2  # what TrainingArguments find where there are two GPUs and no launcher

        @property
        def _train_batch_size(self):
            return 13

        @_train_batch_size.setter
        def _train_batch_size(self, value):
            pass

    two = trained(Balance("balanced"), cls=OnTwo, **given)
    assert TwoDevices.chunks == [[7, 6]] * 6
    assert tiny.losses(two) == pytest.approx(tiny.losses(one), rel=1e-5)
    assert torch.allclose(tiny.weights(two), tiny.weights(one), atol=1e-6)


@pytest.mark.parametrize("kind", [torch.bfloat16, torch.float16])
def test_case_4_5_weights_follow_the_logits_type_and_the_loss_is_float32(kind, tiny):
    rows = tiny.rows(tiny.labels)
    trainer = balanced(Trainer)(
        tiny.bert().to(kind), tiny.arguments(), train_dataset=rows, balance=Balance("balanced")
    )
    batch = {name: torch.tensor([row[name] for row in rows]) for name in rows[0]}
    loss, outputs = trainer.compute_loss(trainer.model.train(), batch, return_outputs=True)
    expected = nn.functional.cross_entropy(
        outputs.logits.float(), batch["labels"], torch.tensor([36 / 24, 36 / 9, 36 / 3])
    )
    assert outputs.logits.dtype == kind
    assert loss.dtype == torch.float32
    assert loss.item() == pytest.approx(expected.item(), rel=1e-5)


def test_case_4_5_bf16_autocast_trains_as_float32_does(tiny, trained):
    half = tiny.losses(trained(Balance("balanced"), bf16=True))
    assert half == pytest.approx(tiny.losses(trained(Balance("balanced"))), rel=0.02)


def test_case_4_5_nothing_of_the_loss_is_in_the_checkpoint(tiny, trained):
    trainer = trained(Balance("balanced", loss="ldam"), save_strategy="epoch")
    saved = load_file(next(Path(trainer.args.output_dir).glob("checkpoint-*/model.safetensors")))
    assert set(saved) == set(tiny.bert().state_dict())


def test_case_4_7_labels_are_never_changed_and_evaluation_sees_them(tiny):
    rows = tiny.rows(tiny.labels)
    seen = {}

    def metrics(prediction):
        seen["labels"] = prediction.label_ids.tolist()
        return {"accuracy": float((prediction.predictions.argmax(-1) == prediction.label_ids).mean())}

    trainer = balanced(Trainer)(
        tiny.bert(),
        tiny.arguments(eval_strategy="epoch", label_smoothing_factor=0.1),
        train_dataset=rows,
        eval_dataset=rows[::3],
        compute_metrics=metrics,
        balance=Balance("balanced"),
    )
    batch = {name: torch.tensor([row[name] for row in rows]) for name in rows[0]}
    before = copy.deepcopy(batch)
    for model in (trainer.model.train(), trainer.model.eval()):
        trainer.compute_loss(model, batch)
        assert set(batch) == set(before)
        assert all(torch.equal(batch[name], before[name]) for name in before)
    trainer.train()
    assert seen["labels"] == tiny.labels[::3]
    logits = trainer.predict(rows[::3]).predictions
    assert trainer.evaluate()["eval_accuracy"] == pytest.approx(
        (logits.argmax(-1) == tiny.labels[::3]).mean()
    )


def test_case_4_8_two_smoothing_settings_are_an_error(tiny, trained):
    for balance in (Balance(label_smoothing=0.1), Balance(loss={"name": "focal", "label_smoothing": 0.1})):
        with pytest.raises(BalanceError, match=r"set twice, label_smoothing_factor=0\.2"):
            trained(balance, label_smoothing_factor=0.2)


def test_case_4_8_one_smoothing_setting_is_taken_over(tiny, trained):
    theirs = trained(Balance("balanced"), label_smoothing_factor=0.1)
    ours = trained(Balance("balanced", label_smoothing=0.1))
    assert theirs.balance == ours.balance
    assert tiny.losses(theirs) == tiny.losses(ours) != tiny.losses(trained(Balance("balanced")))


def test_case_4_8_ignored_rows_contribute_nothing(tiny, trained):
    rows = tiny.rows([0, 0, 0, 1, 1, 2])
    ignored = [*rows, *tiny.rows([-100, -100])]
    balance = Balance("balanced", label_smoothing=0.1)
    assert tiny.losses(trained(balance, rows=ignored)) == pytest.approx(
        tiny.losses(trained(balance, rows=rows)), rel=1e-5
    )


def audio_rows(tiny):
    return [
        {"path": f"{n}.wav", "text": "well", "weight": 1.0, **row}
        for n, row in enumerate(tiny.rows(tiny.labels, "label"))
    ]


def collate(rows):
    """One that reads `path` and `text`, and leaves them in the batch."""
    assert all(row["path"].endswith(".wav") for row in rows)
    return {
        "input_ids": torch.tensor([row["input_ids"] for row in rows]),
        "labels": torch.tensor([row["label"] for row in rows]),
        "path": [row["path"] for row in rows],
        "text": [row["text"] for row in rows],
    }


def test_case_4_10_a_column_that_the_collator_lacks_is_named_with_what_to_do(tiny):
    trainer = balanced(Trainer)(
        tiny.bert(),
        tiny.arguments(),
        train_dataset=audio_rows(tiny),
        data_collator=collate,
        balance=Balance("balanced"),
    )
    with pytest.raises(
        BalanceError,
        match=r"'path'\), and columns path, text, weight had been removed .*remove_unused_columns=False",
    ):
        trainer.train()


def test_case_4_10_columns_that_are_kept_reach_the_collator_and_not_the_model(tiny):
    trainer = balanced(Trainer)(
        tiny.bert(),
        tiny.arguments(remove_unused_columns=False),
        train_dataset=audio_rows(tiny),
        data_collator=collate,
        balance=Balance("balanced"),
    )
    trainer.train()
    assert trainer.state.global_step == 5


def test_case_4_10_sample_weight_is_not_stripped(tiny, trained):
    rows = [{**row, "sample_weight": float(n == 2)} for n, row in enumerate(tiny.rows([0, 1, 2]))]
    only = trained(Balance(), rows=rows)
    logits = tiny.bert()(torch.tensor([rows[2]["input_ids"]])).logits
    assert tiny.losses(only) == pytest.approx(
        [nn.functional.cross_entropy(logits, torch.tensor([2])).item()], rel=1e-4
    )


class Stop(TrainerCallback):
    """At a step."""

    def __init__(self, step):
        self.step = step

    def on_step_end(self, args, state, control, **kwargs):
        control.should_training_stop = state.global_step == self.step
        control.should_save = control.should_training_stop


@pytest.mark.parametrize(
    "balance",
    [Balance(sampler="class_aware"), Balance("balanced", drw_epoch=1), Balance(sampler="weighted_random")],
)
@pytest.mark.parametrize("stop", [5, 21], ids=["in the first epoch", "in the second"])
def test_case_4_11_a_mid_epoch_resume_sees_the_same_order(balance, stop, tiny, trained):
    """64 rows in batches of 4, stopped at row 20 of an epoch."""
    seen = []

    class Watched(Trainer):
        def training_step(self, model, inputs, *args, **kwargs):
            seen.append([tuple(ids) for ids in inputs["input_ids"].tolist()])
            return super().training_step(model, inputs, *args, **kwargs)

    rows = tiny.rows([0] * 40 + [1] * 16 + [2] * 8)
    given = {"rows": rows, "cls": Watched, "per_device_train_batch_size": 4, "num_train_epochs": 3}
    whole = trained(balance, **given)
    expected, seen[:] = list(seen), []
    stopped = trained(balance, callbacks=[Stop(stop)], **given)
    resumed = trained(balance, resume=f"{stopped.args.output_dir}/checkpoint-{stop}", **given)
    assert len(expected) == 48
    assert seen == expected
    assert tiny.losses(resumed) == pytest.approx(tiny.losses(whole), rel=1e-5)
    assert torch.allclose(tiny.weights(resumed), tiny.weights(whole), atol=1e-6)


def test_case_1_13_each_epoch_has_an_order_of_its_own(tiny, trained):
    orders = []

    class Watched(Trainer):
        def training_step(self, model, inputs, *args, **kwargs):
            orders.append(inputs["input_ids"].tolist())
            return super().training_step(model, inputs, *args, **kwargs)

    given = {"cls": Watched, "per_device_train_batch_size": 36, "num_train_epochs": 2}
    for sampler in ("class_aware", "square_root", "weighted_random"):
        orders.clear()
        trained(Balance(sampler=sampler), **given)
        trained(Balance(sampler=sampler), **given)
        trained(Balance(sampler=sampler), data_seed=7, **given)
        first, second, again_first, again_second, other, _ = orders
        assert first != second
        assert (first, second) == (again_first, again_second)
        assert first != other


@pytest.mark.parametrize("kind", [np.int32, np.uint8, np.int64])
def test_case_4_13_labels_are_cast_to_what_the_loss_wants(kind, tiny, trained):
    hard = tiny.losses(trained(Balance("balanced")))
    rows = [{**row, "labels": torch.tensor(kind(row["labels"]))} for row in tiny.rows(tiny.labels)]
    assert tiny.losses(trained(Balance("balanced"), rows=rows)) == hard
    double = [
        {**row, "labels": torch.eye(3, dtype=torch.float64)[row["labels"]]} for row in tiny.rows(tiny.labels)
    ]
    assert tiny.losses(trained(Balance("balanced"), rows=double)) == pytest.approx(hard, rel=1e-5)


def test_case_4_13_multi_hot_labels_are_refused_by_name(tiny, trained):
    rows = tiny.rows([[1, 0, 1], [0, 1, 0]])
    with pytest.raises(BalanceError, match=r"label 0 is \[1, 0, 1\], several classes at once"):
        trained(Balance("balanced"), rows=rows)
    with pytest.raises(BalanceError, match="multi_label_classification"):
        trained(Balance("balanced"), model=tiny.bert(problem_type="multi_label_classification"))
    bce = balanced(Trainer)(  # without balance it is the Trainer's and the model's own business
        tiny.bert(problem_type="multi_label_classification"),
        tiny.arguments(),
        train_dataset=tiny.rows([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]),
    )
    assert bce.train().training_loss > 0
