"""Balancing in anybody's trainer: Hugging Face, Lightning, a plain loop.

Imported when first asked for: `Balance` needs no torch, `balanced` needs transformers.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from balancer.plugin.balance import Balance
    from balancer.plugin.huggingface import balanced
    from balancer.plugin.lightning import BalanceCallback
    from balancer.plugin.plain import BalancedLoader

_HOME = {
    "Balance": "balance",
    "BalanceCallback": "lightning",
    "BalancedLoader": "plain",
    "balanced": "huggingface",
}

__all__ = ["Balance", "BalanceCallback", "BalancedLoader", "balanced"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
