"""Strengths of the four edits of EDA.  Source: Wei & Zou 2019, arXiv:1901.11196."""

from __future__ import annotations

from collections.abc import Mapping

from augment.transform import Preset


def eda_presets(found: str) -> Mapping[str, Preset]:
    """Light, medium, strong: alphas around the paper's advice; `found` is what it says of the edit (section 3.3)."""
    found = f"EDA (arXiv:1901.11196), 3.3: {found}"
    return {
        "light": Preset({"rate": 0.05}, f"{found}; 0.05 is its advice for up to 2,000 training rows"),
        "medium": Preset({"rate": 0.1}, f"{found}; 0.1 is its advice for 5,000 training rows or more"),
        "strong": Preset({"rate": 0.2}, f"{found}; 0.2 is twice its advice"),
    }
