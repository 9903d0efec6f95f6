"""Plain text split into blocks."""

from __future__ import annotations

import re

from audit.records import Block

_LINE = re.compile(r"[^\r\n]*\S[^\r\n]*")


def split(text: str) -> tuple[Block, ...]:
    """The blocks of a plain text, in order."""
    found: list[Block] = []
    for match in _LINE.finditer(text):
        line = match.group()
        start = match.start() + len(line) - len(line.lstrip())
        found.append(Block(len(found), "paragraph", start, match.start() + len(line.rstrip())))
    return tuple(found)
