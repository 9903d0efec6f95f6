"""Lines: places counted in lines and columns, and the lines that have something on them."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

_BREAK = re.compile("\r\n|\n|\r")
_RULE = frozenset("-=_*~–—. \t")


class Lines:
    """Places in a text, counted from 1. A line ends at a line feed, a carriage return, or both together.

    >>> Lines("một\\nhai").place(5)
    (2, 2)
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def starts(self) -> list[int]:
        """The offset of every line's first character."""
        return [0, *(match.end() for match in _BREAK.finditer(self.text))]

    def place(self, offset: int) -> tuple[int, int]:
        """The line and the column of an offset."""
        line = bisect_right(self.starts, max(offset, 0))
        return line, max(offset, 0) - self.starts[line - 1] + 1

    def span(self, line: int) -> tuple[int, int]:
        """Start and end of a line, without its line break."""
        start = self.starts[line - 1]
        end = self.starts[line] if line < len(self.starts) else len(self.text)
        return start, start + len(self.text[start:end].rstrip("\r\n"))


@dataclass(slots=True)
class Line:
    """One line with something on it; `text` runs from `start` to `end`, the white space around it left out.

    `gap` counts the blank lines before it; `loose`: it stands behind a tab or has holes in it, as the cells of a row
    do, or the words of justified print.
    """

    start: int
    end: int
    text: str
    gap: int
    loose: bool


def inked(text: str) -> list[Line]:
    """The lines of a text that are neither blank nor a rule (-----), in order."""
    found: list[Line] = []
    offset = gap = 0
    for raw in text.splitlines(keepends=True):
        body = raw.strip()
        if body and not (len(body) > 2 and body[0] in _RULE and _RULE.issuperset(body)):
            start = offset + len(raw) - len(raw.lstrip())
            found.append(Line(start, start + len(body), body, gap, raw[0] == "\t" or "\t" in body or "   " in body))
            gap = 0
        else:
            gap += 1
        offset += len(raw)
    return found
