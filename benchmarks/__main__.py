"""Print the ratios, and write them as JSON: `python -m benchmarks [audio] [effects] [quality] …`.

`--out FILE` says where (benchmarks/results/<groups>.json); `--json` prints JSON instead of the table.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import audio, balance, effects, models, pipeline, plugin, quality, samplers, text
from benchmarks.timing import Comparison

GROUPS = {
    "audio": audio.run,
    "balance": balance.run,
    "samplers": samplers.run,
    "quality": quality.run,
    "effects": effects.run,
    "text": text.run,
    "models": models.run,
    "augment": pipeline.run,
    "plugin": plugin.run,
}
RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """Run the groups named on the command line, or all."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("groups", nargs="*", metavar="|".join(GROUPS), help="all where none is named")
    parser.add_argument("--json", action="store_true", help="print JSON, not a table")
    parser.add_argument("--out", type=Path, help="where JSON is written")
    options = parser.parse_args()
    for name in options.groups:
        if name not in GROUPS:
            parser.error(f"no group is called {name!r}; there are {', '.join(GROUPS)}")
    names = options.groups or list(GROUPS)
    found = [comparison for name in names for comparison in GROUPS[name]()]
    written = json.dumps([asdict(c) | {"ratio": c.ratio} for c in found], indent=2)
    out = options.out or RESULTS / f"{'-'.join(options.groups) or 'all'}.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(written + "\n")
    if options.json:
        print(written)
    else:
        Console().print(_table(found))


def _table(found: list[Comparison]) -> Table:
    table = Table(box=None, header_style="bold", title="one process; × is how many times as fast as the peer")
    table.add_column("what")
    for name in ("ours", "peer's", "×", "Praat's"):
        if name != "Praat's" or any(c.praat is not None for c in found):
            table.add_column(name, justify="right")
    table.add_column("peer")
    for c in found:
        cells = [c.what, c.shown(c.ours), c.shown(c.theirs), "" if c.ratio is None else f"{c.ratio:.1f}"]
        if len(table.columns) == 6:
            cells.append(c.shown(c.praat))
        table.add_row(*cells, c.peer)
    return table


if __name__ == "__main__":
    main()
