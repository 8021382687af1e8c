"""Write docs/transforms.md from the transforms themselves: python scripts/list_transforms.py"""

from __future__ import annotations

from pathlib import Path

from merhan.report.steps import WHERE
from recipes.descriptions import Description, describe_all, flow

PAGE = Path(__file__).parents[1] / "docs" / "transforms.md"
HEAD = """# Transforms

Every step that a recipe may name, written by `python scripts/list_transforms.py` from the code; in the terminal:
`merhan-balance recipes steps`, and `merhan-balance recipes steps NAME` for one. A step is a bare name, `name: preset` or
`name: {argument: value}`; a preset's arguments may be overridden beside it: `pitch_shift: {preset: light, p: 0.5}`. `p` (probability to
run) and `scope` are arguments of every step; **once a speaker** marks those that take `scope: speaker`, whose preset is `voice`.
Any augmenter of audiomentations and any word or character augmenter of nlpaug is a step by its own name too,
`audiomentations.RoomSimulator: {…}`, `nlpaug.KeyboardAug: {…}`.
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    found = describe_all()
    for modality in dict.fromkeys(one.modality for one in found):
        parts.append(f"## {WHERE.get(modality, modality)}\n")
        parts += [_section(one) for one in found if one.modality == modality]
    return "\n".join(parts)


def _section(one: Description) -> str:
    once = " *Once a speaker.*" if one.once_a_speaker else ""
    lines = [
        f"### {one.name}\n",
        f"{one.summary}{once}\n",
        "| argument | default | allowed |",
        "|---|---|---|",
    ]
    lines += [
        f"| {argument.name} | {_cell(argument.default)} | {argument.allowed} |"
        for argument in one.arguments
        if argument.name not in ("p", "scope")
    ]
    if one.presets:
        lines += ["", "| preset | stands for | evidence |", "|---|---|---|"]
        lines += [
            f"| {strength} | {_cell(flow(arguments))} | {one.evidence[strength]} |"
            for strength, arguments in one.presets.items()
        ]
    return "\n".join(lines) + "\n"


def _cell(value: str) -> str:
    return f"`{value}`" if value else "must be given"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
