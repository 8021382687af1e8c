from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from dataclasses import replace

import pytest
import torch

from balancer import BalanceError, class_weights
from balancer.plugin import Balance
from balancer.plugin.auto import chosen_for

COUNTS = {"neutral": 60, "anger": 20, "joy": 10}  # in the order of some model's logits, not sorted


def test_weights_come_in_the_order_of_the_logits_whatever_the_names():
    # balanced: N / (C · n) = 90/180, 90/60, 90/30 = 0.5, 1.5, 3; mean 1: divided by 5/3
    assert Balance("balanced").weights(COUNTS) == pytest.approx([0.3, 0.9, 1.8])
    assert Balance({"method": "balanced", "power": 0.5}).weights(COUNTS) == pytest.approx(
        class_weights([60, 20, 10], power=0.5)
    )


@pytest.mark.parametrize(
    "given",
    [
        {"joy": 4, "anger": 2, "neutral": 1},
        {2: 4, 1: 2, 0: 1},
        {"method": {"joy": 4, "anger": 2, "neutral": 1}},
    ],
)
def test_weights_by_class_are_found_by_name_or_number(given):
    assert Balance(given).weights(COUNTS) == pytest.approx([3 / 7, 6 / 7, 12 / 7])


def test_a_prior_is_found_by_name_in_the_order_of_the_logits():
    balance = Balance({"prior": {"joy": 0.5, "anger": 0.25, "neutral": 0.25}, "normalise": "none"})
    assert balance.weights(COUNTS) == pytest.approx([0.25 * 90 / 60, 0.25 * 90 / 20, 0.5 * 90 / 10])


def test_the_loss_is_that_of_torch_with_these_weights():
    logits, labels = torch.randn(5, 3), torch.tensor([0, 1, 2, 0, 0])
    loss, weight = Balance("balanced", label_smoothing=0.0).criterion(COUNTS)(logits, labels)
    expected = torch.nn.functional.cross_entropy(logits, labels, torch.tensor([0.3, 0.9, 1.8]))
    assert loss / weight == pytest.approx(expected.item(), rel=1e-5)
    assert weight.item() == pytest.approx(0.3 * 3 + 0.9 + 1.8)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"class_weights": "balancd"}, "did you mean 'balanced'"),
        ({"class_weights": {"method": "balanced", "powr": 1}}, "did you mean 'power'"),
        ({"class_weights": {"anger": 0}}, "give numbers above 0"),
        ({"loss": "focall"}, "did you mean 'focal'"),
        ({"loss": {"name": "focal", "gama": 1}}, "did you mean 'gamma'"),
        ({"loss": {"gamma": 1}}, "has no name"),
        ({"sampler": "clas_aware"}, "did you mean 'class_aware'"),
        ({"sampler": "group_aware"}, r"Balance\(groups=…\)"),
        ({"label_smoothing": 1.0}, "0 to below 1"),
        ({"loss": {"name": "focal", "label_smoothing": 0.1}, "label_smoothing": 0.1}, "set twice"),
        ({"drw_epoch": 3}, "has no class weights to bring in"),
        ({"class_weights": "balanced", "drw_epoch": -1}, "whole number from 0"),
        ({"copies_count": 2}, "0 to 1"),
        ({"class_weights": "auto", "loss": "focal"}, '"auto" chooses loss itself'),
    ],
)
def test_wrong_settings_are_refused_when_they_are_made(given, sentence):
    with pytest.raises(BalanceError, match=sentence):
        Balance(**given)


def test_settings_survive_json():
    balance = Balance(
        class_weights={0: 1.0, 1: 2.0},
        loss={"name": "ldam", "max_margin": 0.4},
        sampler={"name": "group_aware"},
        drw_epoch=4,
        label_smoothing=0.1,
        groups="speaker",
    )
    again = Balance.from_json(balance.to_json())
    assert again.weights({"a": 3, "b": 1}) == balance.weights({"a": 3, "b": 1})
    assert again.to_json() == balance.to_json()
    assert json.loads(Balance("auto").to_json()) == {"class_weights": "auto"}
    with pytest.raises(BalanceError, match="did you mean 'drw_epoch'"):
        Balance.from_json('{"drw_epochs": 1}')


def test_settings_do_not_change_with_the_callers_map():
    given = {"a": 1, "b": 2}
    balance = Balance(given)
    given["a"] = 100
    assert balance.class_weights == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    ("counts", "expected", "reason"),
    [
        ({"a": 14, "b": 10}, None, "even enough"),
        ({"a": 15, "b": 10}, {"method": "balanced", "power": 0.5}, "1.5 times the smallest"),
        ({"a": 50, "b": 10}, "balanced", "a strong imbalance"),
        (
            {"a": 500, "b": 10},
            {"method": "balanced", "clip": 50.0},
            r"\(a, 500 rows\) is 50.0 times the smallest \(b, 10\)",
        ),
    ],
)
def test_auto_chooses_by_the_counts_and_says_why(counts, expected, reason, caplog):
    with caplog.at_level(logging.INFO):
        settled = Balance("auto").settled(counts)
    assert settled.class_weights == expected
    assert settled.why in caplog.text
    assert re.search(reason, settled.why)


def test_auto_clips_what_is_extreme():
    weights = Balance("auto").weights({"a": 1000, "b": 1})
    assert weights[1] / weights[0] == pytest.approx(50)


def test_auto_names_a_class_without_rows():
    with pytest.raises(BalanceError, match="class joy has no training row"):
        chosen_for({"anger": 3, "joy": 0})


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"class_weights": "balanced", "sampler": "class_aware"}, "sampler class_aware and class weights"),
        (
            {"loss": "balanced_softmax", "sampler": "square_root"},
            "sampler square_root and loss balanced_softmax",
        ),
        (
            {"class_weights": "balanced", "loss": {"name": "logit_adjustment", "tau": 1.0}},
            "class weights and loss",
        ),
    ],
)
def test_correcting_twice_is_warned_of(given, named, caplog):
    Balance(**given)
    assert named in caplog.text
    assert "Keep one" in caplog.text


@pytest.mark.parametrize(
    "given",
    [
        {"class_weights": "balanced", "loss": "ldam"},
        {"class_weights": {"method": "balanced", "power": 0}, "sampler": "class_aware"},
        {"class_weights": "balanced", "loss": {"name": "logit_adjustment", "tau": 0.0}},
    ],
)
def test_what_corrects_once_is_not(given, caplog):
    Balance(**given)
    assert not caplog.text


def test_a_module_can_be_the_loss_but_not_be_written_down():
    from balancer import make_loss

    loss = make_loss("focal", reduction="sum_and_weight")
    balance = Balance(loss=loss)
    assert balance.criterion(COUNTS) is loss
    with pytest.raises(BalanceError, match="module"):
        balance.to_json()
    with pytest.raises(BalanceError, match="business of a loss that is a module"):
        replace(balance, label_smoothing=0.1)


def test_settings_need_no_torch():
    code = (
        "import sys; from balancer.plugin import Balance; Balance('balanced', loss='ldam', sampler='class_aware');"
        "sys.exit('torch' in sys.modules or 'transformers' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
