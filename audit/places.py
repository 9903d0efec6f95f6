"""Where a character stands, as a person would say it: line and column, or whatever the format knows better."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

from audit.records import Document

_NO_LINES = {"paragraph", "box", "sheet", "page"}  # what formats know that have no lines
_LINE_END = re.compile(r"\r\n|\n|\r")


class Places:
    """The places of one document; lines are counted once, then every question is a bisection."""

    def __init__(self, document: Document) -> None:
        self._blocks = document.blocks
        self._told = document.places
        self._has_lines = not any(block.place.keys() & _NO_LINES for block in document.blocks)
        self._starts = [0, *(end.end() for end in _LINE_END.finditer(document.text))]

    def of(self, block: int, start: int) -> dict[str, Any]:
        """The place of a character: its block's, with line and column counted exactly where the format has lines."""
        told = self._told.get((block, start))
        if told is not None:
            return dict(told)
        known: Mapping[str, Any] = self._blocks[block].place if 0 <= block < len(self._blocks) else {}
        if known and not self._has_lines:
            return dict(known)
        line = bisect_right(self._starts, start)
        counted = {"line": line, "column": start - self._starts[line - 1] + 1}
        return {**known, **counted} if "line" in known else counted | dict(known)
