"""Print the ratios; `python -m benchmarks [audio] [effects] [text] [--json]`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from benchmarks import audio, effects, pipeline, text

GROUPS = {"audio": audio.run, "effects": effects.run, "text": text.run, "augment": pipeline.run}


def main() -> None:
    """Run the groups named on the command line, or all."""
    names = [name for name in sys.argv[1:] if not name.startswith("-")] or list(GROUPS)
    found = [comparison for name in names for comparison in GROUPS[name]()]
    if "--json" in sys.argv:
        print(json.dumps([asdict(c) | {"ratio": c.ratio} for c in found], indent=2))
        return
    table = Table(box=None, header_style="bold", title="one process; × is how many times as fast as the peer")
    for name, justify in (
        ("what", "left"),
        ("ours", "right"),
        ("peer's", "right"),
        ("×", "right"),
        ("peer", "left"),
    ):
        table.add_column(name, justify=justify)
    for c in found:
        table.add_row(c.what, c.shown(c.ours), c.shown(c.theirs), f"{c.ratio:.1f}", c.peer)
    Console().print(table)


if __name__ == "__main__":
    main()
