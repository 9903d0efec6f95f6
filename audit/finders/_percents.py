"""Percentages as the members of a list: at which depth their entries stand, and the level printed beside each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from audit.finders.base import Context, comparable
from audit.statements import BARE, EQUIV, GROWTH, LEVEL, RATIO, SHARE, SHARES, Statement

MOST_CELLS = 60  # of a table that is read like a text
ASIDE = "a"  # the form of a percentage in the parentheses behind another: "44% (40%)"


@dataclass(frozen=True, slots=True)
class Item:
    """A percentage, the level beside it, and how the two stand.

    `form` is ( where the percentage is in the parentheses behind its level, ) where the level is in those behind it,
    i where both are in one parenthesis, a comma where they stand side by side. `depth` is that of the whole entry.
    """

    row: Statement
    at: int
    level: Statement | None
    form: str
    depth: int
    low: float = 0.0  # the whole that percentage and level are of
    high: float = 0.0


def flows(context: Context) -> Iterator[Sequence[int]]:
    """The reading orders with percentages in them; small tables with percentages are read like a text."""
    rows = context.rows
    inside = {k for flow in context.flows for k in flow} if context.grids else set()
    cells: set[int] = set()
    for grid in context.grids:
        some = {k for row in grid.rows for k in row.cells if k >= 0 and k not in inside}
        if len(some) <= MOST_CELLS and sum(rows[k].percent for k in some) > 1:
            cells |= some
    for n, flow in enumerate(context.flows):
        whole = sorted((*flow, *cells)) if cells and not n else flow
        if any(rows[k].percent for k in whole):
            yield whole


def items(context: Context, flow: Sequence[int]) -> Iterator[Item]:
    """The percentages of a reading order that may be shares of something."""
    rows = context.rows
    for at, k in enumerate(flow):
        row = rows[k]
        if not row.percent or not 0 < row.size < 100 or row.base or row.basis or row.signed:
            continue
        before = rows[flow[at - 1]] if at else None
        after = rows[flow[at + 1]] if at + 1 < len(flow) else None
        form, level = _beside(row, before, after)
        if row.role in (SHARE, BARE, RATIO) or (row.role == GROWTH and row.inherited and level is not None):
            depth = row.depth - (form in ("(", "i", ASIDE))
            low, high = (100 * level.low / row.high, 100 * level.high / max(row.low, 1e-9)) if level else (0.0, 0.0)
            yield Item(row, at, level, form, depth, low, high)


def _beside(row: Statement, before: Statement | None, after: Statement | None) -> tuple[str, Statement | None]:
    """The form of an entry, and its level."""
    if before is not None and before.sentence == row.sentence:
        if before.depth == row.depth and before.paren == row.paren and _is_level(before):
            said = row.linked or bool(row.cues & (EQUIV | SHARES))
            if said and row.clause - before.clause < 2:
                return "i" if row.depth else ",", before
        if row.parent == before.figure and row.depth == before.depth + 1:
            if before.percent:
                return ASIDE, None
            if _is_level(before):
                return "(", before
    if after is not None and after.parent == row.figure and after.depth == row.depth + 1 and _is_level(after):
        return ")", after
    return "", None


def _is_level(row: Statement) -> bool:
    return not row.percent and row.role == LEVEL and not row.base and row.low > 0


def same_whole(low: float, high: float, item: Item) -> tuple[float, float] | None:
    """The values that a whole may have if another entry is of it, too; None if it is not."""
    low, high = max(low, item.low), min(high, item.high)
    return (low, high) if low <= high * (1 + 1e-9) else None


def alike(a: Item, b: Item) -> bool:
    """Whether two entries have levels that may be added."""
    return a.level is not None and b.level is not None and comparable(a.level, b.level)
