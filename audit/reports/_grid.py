"""Tables and colours for the terminal."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from wcwidth import wcswidth

_COLOURS = {
    "bold": "1", "error": "1;31", "warning": "33", "note": "36",
    "contradicted": "31", "discrepant": "31", "verified": "32", "dim": "2",
}  # fmt: skip
_ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def paint(text: str, style: str, colour: bool) -> str:
    """The text in the style's colour, if there are colours at all."""
    return f"\x1b[{_COLOURS[style]}m{text}\x1b[0m" if colour and style in _COLOURS else text


def grid(heads: Sequence[str], rows: Sequence[Sequence[str]], right: Collection[int] = ()) -> str:
    """A plain table. Numbers stay as they are printed: nothing here parses them."""
    import tabulate

    tabulate.MIN_PADDING = 0
    alignment = ["right" if index in right else "left" for index in range(len(heads))]
    table = tabulate.tabulate(
        rows, headers=heads, tablefmt="simple", disable_numparse=True, colalign=alignment if rows else None
    )
    return "\n".join("  " + line.rstrip() for line in table.splitlines())


def columns(text: str) -> int:
    """How many columns of the terminal the widest line of a text takes, colours aside."""
    return max((wcswidth(_ESCAPE.sub("", line)) for line in text.splitlines()), default=0)
