import subprocess
import sys

import pytest

import balancer


def test_every_public_name_is_there():
    for name in balancer.__all__:
        assert getattr(balancer, name) is not None
    assert set(balancer.__all__) <= set(dir(balancer))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        balancer.nothing  # noqa: B018


def test_recipes_are_checked_without_torch():
    code = (
        "import sys, balancer\n"
        "assert 'numpy' not in sys.modules, 'import balancer must cost nothing'\n"
        "from balancer import BalanceError, class_weights, plan_copies\n"
        "from balancer.losses import check_loss, loss_names\n"
        "from balancer.samplers import check_sampler, sampler_names\n"
        "check_loss('cross_entropy', label_smoothing=0.1)\n"
        "check_sampler('weighted_random', weights={'joy': 2})\n"
        "assert 'cross_entropy' in loss_names() and 'weighted_random' in sampler_names()\n"
        "for call in (lambda: check_loss('focl'), lambda: check_sampler('weighted_random', weight=1)):\n"
        "    try: call()\n"
        "    except BalanceError: pass\n"
        "    else: raise SystemExit('not refused')\n"
        "assert 'torch' not in sys.modules, 'torch was imported'\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_registries_read_the_entry_point_groups_that_are_documented():
    from balancer.losses import losses
    from balancer.samplers import samplers

    assert losses.entry_point_namespace == "merhan_balance.losses"
    assert samplers.entry_point_namespace == "merhan_balance.samplers"


def test_a_function_is_not_hidden_by_the_module_that_it_is_in():
    code = (
        "from balancer.resample import Resampled\n"
        "from balancer import resample\n"
        "assert resample(None, ['a', 'a', 'b'], 'random_over').source.tolist() == [0, 1, 2, 2]\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
