"""Which percentages are said of which level: "370 tấn, đạt 66% kế hoạch, tăng 11%" says two of 370."""

from __future__ import annotations

from collections.abc import Sequence

from audit.finders.base import Context
from audit.statements import BARE, DOWN, GROWTH, LEVEL, PERIOD, PLAN, POINT, RANGE, RATIO, SHARE, UP, Statement


def percentages(context: Context, flow: Sequence[int]) -> dict[int, list[int]]:
    """The percentages of each level of a reading order: those behind it in its sentence, or before it if it is first.

    One that opens the next sentence is said of the last level before; one behind a parenthesis of none inside it.
    """
    rows = context.rows
    said: dict[int, list[int]] = {}
    levels: list[Statement] = []
    waiting: list[int] = []
    for k in flow:
        row = rows[k]
        while levels and levels[-1].depth > row.depth:
            levels.pop()
        if row.percent:
            if row.role in (RANGE, POINT):
                continue
            level = levels[-1] if levels else None
            if level is not None and (level.sentence == row.sentence or _goes_on(level, row)):
                said.setdefault(level.figure, []).append(k)
            else:
                waiting.append(k)
        elif row.role == LEVEL:
            fresh = not levels or levels[-1].sentence != row.sentence
            if row.base and not fresh:
                continue  # "…, cùng kỳ 9.200 tấn, tăng 5%": the growth is of what stands before
            ahead = [j for j in waiting if fresh and rows[j].sentence == row.sentence and rows[j].depth == row.depth]
            if ahead:
                said[k] = ahead
            waiting.clear()
            levels.append(row)
    return said


def _goes_on(level: Statement, row: Statement) -> bool:
    return row.first and row.sentence == level.sentence + 1 and row.block == level.block


def grows(row: Statement) -> bool:
    """Whether a percentage says how much something grew: in so many words, or against an earlier period."""
    if row.role == GROWTH:
        return not row.basis & PLAN
    return row.role == BARE and not row.base and (bool(row.basis & PERIOD) or bool((row.cues | row.far) & (UP | DOWN)))


def growth_sign(row: Statement) -> int:
    """The sign of such a percentage."""
    if row.role == GROWTH:
        return row.sign
    words = row.cues & (UP | DOWN) or row.far & (UP | DOWN)
    return -1 if words == DOWN else 1


def of_plan(row: Statement) -> bool:
    """Whether a percentage says how much of a plan was reached."""
    return row.role in (RATIO, BARE) and bool(row.basis & PLAN) and not row.base


def of_whole(row: Statement) -> bool:
    """Whether a percentage says which part of a whole its level is."""
    return row.role in (SHARE, RATIO) and not row.basis and not row.base
