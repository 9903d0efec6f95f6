"""A text for figures whose source is not at hand: each printed figure where it stood, or one below the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from audit.records import Block, Document, Figure

LONGEST = 20_000_000
MOST_BLOCKS = 1_000_000


def lay_out(
    document: Document, figures: Sequence[Figure], words: Sequence[str], places: Sequence[Mapping[str, Any]]
) -> Document:
    """The document with a text in which every figure's offsets hold; `words` are those behind each figure.

    Where the offsets cannot hold (absent, overlapping, a figure grown), the figures get new ones.
    """
    if not _fits(figures, words):
        at = 0
        for figure, behind in zip(figures, words, strict=True):
            figure.start = figure.quantity_start = at
            figure.end = at + len(figure.printed)
            figure.quantity_end = figure.end + len(behind)
            at = figure.quantity_end + 1
    size = max((figure.quantity_end for figure in figures), default=0)
    text = [" "] * size
    for figure, behind in zip(figures, words, strict=True):
        text[figure.start : figure.quantity_end] = figure.printed + behind
    where = {(figure.block, figure.start): place for figure, place in zip(figures, places, strict=True) if place}
    return Document(document.path, "".join(text), _blocks(figures), document.sha256, None, document.warnings, where)


def _fits(figures: Sequence[Figure], words: Sequence[str]) -> bool:
    until = 0
    for figure, behind in sorted(zip(figures, words, strict=True), key=lambda pair: pair[0].start):
        if figure.start < until or figure.end - figure.start != len(figure.printed):
            return False
        until = figure.quantity_end = figure.end + len(behind)
        if not figure.start - 40 <= figure.quantity_start <= figure.start:
            figure.quantity_start = figure.start
    return until <= LONGEST


def _blocks(figures: Sequence[Figure]) -> tuple[Block, ...]:
    """The blocks that the figures name; one around each figure where the names are no small numbers."""
    if any(not 0 <= figure.block < MOST_BLOCKS for figure in figures):
        for number, figure in enumerate(figures):
            figure.block = number
    spans: dict[int, tuple[int, int]] = {}
    for figure in figures:
        start, end = spans.get(figure.block, (figure.start, figure.quantity_end))
        spans[figure.block] = min(start, figure.start), max(end, figure.quantity_end)
    count = max(spans, default=-1) + 1
    return tuple(Block(number, "paragraph", *spans.get(number, (0, 0))) for number in range(count))
