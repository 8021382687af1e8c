"""Two texts as one line: what went is struck through, what came is bold."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from rich.text import Text

PIECES = re.compile(r"\s+|\w+(?:['’-]\w+)*|[^\w\s]")


def text_difference(before: str, after: str) -> Text:
    """`before` → `after`, word by word; readable without colour ([-gone-], {+new+})."""
    old, new = PIECES.findall(before), PIECES.findall(after)
    text = Text()
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            text.append("".join(old[a:b]))
            continue
        gone, came = "".join(old[a:b]), "".join(new[c:d])
        if gone.strip():
            text.append(f"[-{gone}-]", "red strike")
        if came.strip():
            text.append(f"{{+{came}+}}", "bold green")
        elif not gone.strip():
            text.append(came)
    return text
