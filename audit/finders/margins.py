"""A column of a table whose total stands outside of it: "A total of 12,847 families", above the rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from audit.finders._far import SPREAD, Levels
from audit.finders._grid import Grid
from audit.finders._rows import NIL
from audit.finders.base import HOLD, Candidate, Context, Group, apart, bucket, flag, outcome
from audit.statements import LEVEL, WHOLE, Statement

LONGEST = 60  # rows of a column that are added
FINE = 20.0  # units of the last digit that a total must have: smaller ones are met by accident
REACH = 60  # figures between the table and its total


def find(context: Context) -> Iterable[Group]:
    """One group for each column that adds up to a figure outside of the table."""
    rule = context.rule("list", "whole", LEVEL)
    if rule is None or not context.grids:
        return
    levels = Levels(context)
    for grid in context.grids:
        if not 1 < len(grid.rows) <= LONGEST or any(row.loose for row in grid.rows):
            continue
        columns = [column for c in range(grid.width) if _adds(context, column := grid.column(c))]
        found = [(column, _total(context, levels, grid, column)) for column in columns]
        told = [total for _, total in found if total is not None]
        for column, total in found:
            if total is not None:
                beside = sum(other.sentence == total.sentence for other in told) - 1
                yield Group(total.figure, "margin", [_candidate(context, rule.id, levels, column, total, beside)])


def _adds(context: Context, column: Sequence[int]) -> bool:
    """Whether the cells of a column may be added: levels of one unit, none of them missing."""
    if NIL in column:
        return False
    rows = [context.rows[k] for k in column]
    alike = len({row.unit for row in rows}) == 1
    return alike and not any(row.percent or row.role != LEVEL or context.figures[row.figure].negative for row in rows)


def _about(context: Context, levels: Levels, unit: str, size: float) -> list[int]:
    """The figures about as large that are fine enough to be known by their size."""
    rows = context.rows
    return [k for _, k in levels.sized(unit, size) if rows[k].size >= FINE * rows[k].step]


def _total(context: Context, levels: Levels, grid: Grid, column: Sequence[int]) -> Statement | None:
    """The figure that the column adds up to: the one that stands nearest."""
    rows = [context.rows[k] for k in column]
    size = sum(row.size for row in rows)
    first, last = min(column), max(column)
    own = {k for row in grid.rows for k in row.cells}
    near = [
        total
        for k in _about(context, levels, rows[0].unit, size)
        if k not in own and first - REACH <= k <= last + REACH and _fit(total := context.rows[k], rows) == HOLD
    ]
    return min(near, key=lambda row: min(abs(row.figure - first), abs(row.figure - last)), default=None)


def _sum(rows: Sequence[Statement]) -> tuple[float, float]:
    return sum(row.low for row in rows), sum(row.high for row in rows)


def _fit(total: Statement, rows: Sequence[Statement]) -> int:
    """Whether the rows add up to the total: to the last unit where things are counted, whatever the table says."""
    return outcome(total.low, total.high, *(_sum(rows) if total.step else (sum(row.size for row in rows),) * 2))


def _candidate(
    context: Context, rule: str, levels: Levels, column: Sequence[int], total: Statement, beside: int
) -> Candidate:
    rows = [context.rows[k] for k in column]
    low, high = _sum(rows)
    tried = len(_about(context, levels, total.unit, total.size))
    width = max(high - low + total.high - total.low, 1.0 if not total.unit else total.step)
    features = (
        f"margin:{'b' if total.figure < column[0] else 'e'}", f"margin:k{bucket(len(column), 6)}",
        f"margin:w{flag((total.cues | total.far) & WHOLE)}", f"margin:beside{bucket(beside, 3)}",
        f"margin:u{flag(total.unit)}{flag(total.noun)}",
    )  # fmt: skip
    chance = min(1.0, max(1, tried) * width / (2 * SPREAD * total.size))
    terms = (("whole", total.figure, 1), *(("parts", k, 1) for k in column))
    gap = apart(low, high, total.low, total.high, total.size)
    return Candidate(rule, terms, features, HOLD, chance, gap=gap, searched=True)
