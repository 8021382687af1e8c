"""What any Trainer class with a `balance` does; see test_trainer_cases.py for the field's own cases."""

from __future__ import annotations

import pickle
from collections import Counter

import pytest
import torch
from torch import nn
from transformers import Trainer

from balancer import BalanceError, make_loss
from balancer.plugin import Balance, balanced
from balancer.plugin.huggingface import Balanced


class Renamed(Trainer):
    """A Trainer of somebody's own."""

    def log(self, logs, *args):
        super().log({**logs, "mine": 1.0}, *args)


@pytest.fixture
def trained(tiny):
    """A trainer that has trained: `trained(balance, cls=Trainer, rows=…, **TrainingArguments)`."""

    def train(balance, cls=Trainer, rows=None, model=None, **given):
        rows = tiny.rows(tiny.labels) if rows is None else rows
        options = {} if balance is False else {"balance": balance}
        made = cls if balance is False else balanced(cls)
        trainer = made(model or tiny.bert(), tiny.arguments(**given), train_dataset=rows, **options)
        trainer.train()
        return trainer

    return train


def test_without_balance_all_is_as_in_the_trainer_itself(tiny, trained):
    assert tiny.losses(trained(None)) == tiny.losses(trained(False))


def test_a_balance_that_does_nothing_trains_as_the_trainer_itself(tiny, trained):
    bare, ours = trained(False), trained(Balance())
    assert tiny.losses(ours) == pytest.approx(tiny.losses(bare), rel=1e-5)
    assert torch.allclose(tiny.weights(ours), tiny.weights(bare), atol=1e-6)


def test_the_first_step_is_weighted_cross_entropy_by_the_training_counts(tiny, trained):
    trainer = trained(Balance("balanced"), per_device_train_batch_size=36)
    rows = tiny.rows(tiny.labels)
    model = tiny.bert()
    logits = model(torch.tensor([row["input_ids"] for row in rows])).logits
    weight = torch.tensor([36 / 24, 36 / 9, 36 / 3])
    expected = nn.functional.cross_entropy(logits, torch.tensor(tiny.labels), weight)
    assert tiny.losses(trainer) == pytest.approx([expected.item()], rel=1e-4)


@pytest.mark.parametrize(
    "loss", ["focal", "class_balanced", "balanced_softmax", "logit_adjustment", "vector_scaling", "ldam"]
)
def test_every_loss_trains(loss, tiny, trained):
    trainer = trained(Balance(loss=loss), num_train_epochs=3)
    assert trainer.balance_loss.method.name == loss
    assert tiny.losses(trainer)[-1] < tiny.losses(trainer)[0]


def test_class_weights_come_in_at_drw_epoch(tiny, trained):
    given = {"num_train_epochs": 2, "per_device_train_batch_size": 36}
    plain = tiny.losses(trained(Balance(), **given))
    late = tiny.losses(trained(Balance("balanced", drw_epoch=1), **given))
    assert late[0] == pytest.approx(plain[0])
    assert late[1] != pytest.approx(plain[1], rel=1e-3)


def test_the_sampler_deals_the_rows(tiny):
    seen = Counter()

    class Counting(Trainer):
        def training_step(self, model, inputs, *args, **kwargs):
            seen.update(inputs["labels"].tolist())
            return super().training_step(model, inputs, *args, **kwargs)

    trainer = balanced(Counting)(
        tiny.bert(),
        tiny.arguments(num_train_epochs=2),
        train_dataset=tiny.rows(tiny.labels),
        balance=Balance(sampler="class_aware"),
    )
    trainer.train()
    assert seen == {0: 24, 1: 24, 2: 24}


def test_a_sampler_that_needs_groups_and_lengths_reads_their_columns(tiny, trained):
    rows = [
        {**row, "speaker": f"s{n % 3}", "length": n} for n, row in enumerate(tiny.rows(tiny.labels))
    ]  # the model takes neither: the Trainer removes them from the batches
    assert trained(Balance(sampler="group_aware", groups="speaker"), rows=rows).state.global_step == 5
    assert trained(Balance(sampler="length_bucketed", lengths="length"), rows=rows).state.global_step == 5
    assert trained(Balance(sampler="progressively_balanced"), num_train_epochs=3).state.global_step == 15
    with pytest.raises(BalanceError, match="no speakr"):
        trained(Balance(sampler="group_aware", groups="speakr"), rows=rows)


def test_sample_weight_multiplies_what_a_row_weighs(tiny, trained):
    rows = tiny.rows([0, 1, 2, 0])
    weighted = [
        {**row, "sample_weight": weight} for row, weight in zip(rows, (2.0, 1.0, 1.0, 0.0), strict=True)
    ]
    repeated = [rows[0], rows[0], rows[1], rows[2]]
    once = tiny.losses(trained(Balance(), rows=weighted))
    assert once == pytest.approx(tiny.losses(trained(Balance(), rows=repeated)), rel=1e-5)


def test_soft_labels_are_shares_of_a_row(tiny, trained):
    hard = tiny.rows(tiny.labels)
    soft = [{**row, "labels": [float(n == row["labels"]) for n in range(3)]} for row in hard]
    assert tiny.losses(trained(Balance("balanced"), rows=soft)) == pytest.approx(
        tiny.losses(trained(Balance("balanced"), rows=hard)), rel=1e-5
    )
    shared = trained(Balance("balanced"), rows=[{**soft[0], "labels": [0.5, 0.25, 0.25]}, *soft[1:]])
    assert shared.balance_rows.counts == {"0": 23.5, "1": 9.25, "2": 3.25}
    assert (
        shared.model.config.problem_type is None
    )  # the model, given float labels, would have made it multi-label


def test_auto_says_what_it_chose(trained):
    trainer = trained("auto")
    assert trainer.balance.class_weights == "balanced"
    assert trainer.balance.why.startswith(
        "Balanced class weights: the largest class (0, 24 rows) is 8.0 times"
    )


def test_a_subclass_stays_what_it_is(tiny, trained):
    trainer = trained(Balance("balanced"), cls=Renamed)
    made = type(trainer)
    assert (made.__name__, made.__qualname__, made.__doc__) == (
        "Renamed",
        "Renamed",
        "A Trainer of somebody's own.",
    )
    assert isinstance(trainer, Renamed)
    assert isinstance(trainer, Balanced)
    assert made is balanced(Renamed) is balanced(made)
    assert trainer.state.log_history[0]["mine"] == 1.0


def test_classes_pickle_by_the_class_they_were_made_of():
    made = balanced(Renamed)
    assert pickle.loads(pickle.dumps(made)) is made
    assert pickle.loads(pickle.dumps(balanced(Trainer))) is balanced(Trainer)
    assert pickle.loads(pickle.dumps(Renamed)) is Renamed


@pytest.mark.parametrize("given", [nn.Module, "Trainer"])
def test_what_is_no_trainer_class_is_refused(given):
    with pytest.raises(BalanceError, match="is no Trainer class"):
        balanced(given)


class Bare(nn.Module):
    """No configuration, no loss of its own; returns what it is told to."""

    def __init__(self, kind: str):
        super().__init__()
        torch.manual_seed(0)
        self.embed, self.head, self.kind = nn.Embedding(32, 8), nn.Linear(8, 3), kind

    def forward(self, input_ids):
        logits = self.head(self.embed(input_ids).mean(dim=1))
        return {"tensor": logits, "tuple": (logits, logits), "dict": {"logits": logits}}[self.kind]


class Strict(Bare):
    """Can't be called without labels, and returns a loss first."""

    def forward(self, input_ids, labels):
        logits = self.head(self.embed(input_ids).mean(dim=1))
        return nn.functional.cross_entropy(logits, labels), logits


@pytest.mark.parametrize("model", [Bare("tensor"), Bare("tuple"), Bare("dict"), Strict("tensor")])
def test_whatever_a_model_returns(model, tiny):
    rows = tiny.rows(tiny.labels)
    seen = {}

    def metrics(prediction):
        logits = (
            prediction.predictions[0] if isinstance(prediction.predictions, tuple) else prediction.predictions
        )
        seen.update(logits=logits, labels=prediction.label_ids)
        return {}

    trainer = balanced(Trainer)(
        model,
        tiny.arguments(),
        train_dataset=rows,
        eval_dataset=rows[:10],
        compute_metrics=metrics,
        balance=Balance("balanced"),
    )
    trainer.train()
    found = trainer.evaluate()
    expected = nn.functional.cross_entropy(torch.tensor(seen["logits"]), torch.tensor(seen["labels"]))
    assert seen["logits"].shape == (10, 3)
    assert found["eval_loss"] == pytest.approx(expected.item(), rel=1e-5)


def test_a_model_without_logits_is_named(tiny):
    class Silent(Bare):
        def forward(self, input_ids):
            return {"scores": super().forward(input_ids)}

    trainer = balanced(Trainer)(
        Silent("tensor"), tiny.arguments(), train_dataset=tiny.rows(tiny.labels), balance=Balance()
    )
    with pytest.raises(BalanceError, match="without logits"):
        trainer.train()


def test_evaluation_is_plain_cross_entropy_whatever_the_balance(tiny):
    rows = tiny.rows(tiny.labels)
    found = {
        name: balanced(Trainer)(
            tiny.bert(),
            tiny.arguments(per_device_eval_batch_size=4),
            train_dataset=rows,
            eval_dataset=rows,
            balance=balance,
        ).evaluate()["eval_loss"]
        for name, balance in {
            "none": None,
            "weights": Balance("balanced", label_smoothing=0.1),
            "ldam": Balance(loss="ldam"),
        }.items()
    }
    assert found["weights"] == pytest.approx(found["none"], rel=1e-5)
    assert found["ldam"] == pytest.approx(found["none"], rel=1e-5)


@pytest.mark.parametrize(
    ("config", "arguments", "balance", "sentence"),
    [
        ({"problem_type": "multi_label_classification"}, {}, Balance(), "does multi_label_classification"),
        ({"problem_type": "regression"}, {}, Balance(), "does regression"),
        ({"classes": 1}, {}, Balance(), "does regression"),
        ({}, {"label_names": ["labels", "start"]}, Balance(), "one label a row"),
        ({"classes": 4}, {}, Balance("balanced"), "class 3 has no training utterance"),
        ({"classes": 2}, {}, Balance(), "class 2, and the model classes 0 to 1"),
    ],
)
def test_what_cannot_be_balanced_is_refused_at_once(config, arguments, balance, sentence, tiny):
    with pytest.raises(BalanceError, match=sentence):
        balanced(Trainer)(
            tiny.bert(**config),
            tiny.arguments(**arguments),
            train_dataset=tiny.rows(tiny.labels),
            balance=balance,
        )


def test_two_losses_are_refused(tiny):
    with pytest.raises(BalanceError, match="two losses"):
        balanced(Trainer)(
            tiny.bert(),
            tiny.arguments(),
            train_dataset=tiny.rows(tiny.labels),
            compute_loss_func=make_loss("focal"),
            balance=Balance(),
        )


def test_a_training_set_given_late_is_counted_then(tiny):
    trainer = balanced(Trainer)(
        tiny.bert(), tiny.arguments(), eval_dataset=tiny.rows([0, 1]), balance=Balance("balanced")
    )
    trainer.train_dataset = tiny.rows(tiny.labels)
    trainer.train()
    assert trainer.balance_rows.counts == {"0": 24, "1": 9, "2": 3}


def test_it_evaluates_without_a_training_set(tiny):
    trainer = balanced(Trainer)(
        tiny.bert(), tiny.arguments(), eval_dataset=tiny.rows([0, 1]), balance=Balance("balanced")
    )
    assert trainer.evaluate()["eval_loss"] > 0
