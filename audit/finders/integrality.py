"""Integrality: a percentage of a small count that no whole number gives ("37,4% trong số 12 hộ").

It can only contradict, so it is proposed only where it fails: the text ties the percentage to the count in so many
words, and prints no part that could be the numerator.
"""

from __future__ import annotations

from collections.abc import Iterable

from audit.finders.base import Context, Group, breach, noun_match
from audit.statements import BARE, DOWN, PERIOD, PLAN, RATIO, SHARE, UP, Statement

NUDGED = 1.0  # units of the last digit by which a share is moved to make all shares add up to 100
AROUND = 4  # figures on either side among which a numerator may be printed


def find(context: Context) -> Iterable[Group]:
    """One group for each percentage that is no whole number of its count."""
    rule = context.rule("integrality", "percent", SHARE)
    if rule is None:
        return
    for row in context.rows:
        if row.of < 0 or not _is_share(context, row):
            continue
        base = context.rows[row.of]
        missed = _missed(row, base)
        if missed > (NUDGED if _is_listed(context, row) else 0.0) and not _has_part(context, row, base):
            terms = (("percent", row.figure, 1), ("base", base.figure, 1))
            yield breach(rule.id, "integrality", terms, missed * row.step / row.size)


def _is_share(context: Context, row: Statement) -> bool:
    figure = context.figures[row.figure]
    said = row.cues | row.behind
    sound = figure.unit == "%" and not figure.hedge and not figure.negative and 0 < row.size <= 100
    return sound and row.role in (SHARE, RATIO, BARE) and not said & (UP | DOWN | PERIOD | PLAN)


def _missed(row: Statement, base: Statement) -> float:
    """The distance to the nearest share of so many, in units of the last digit."""
    if base.step or base.size < 1 or base.base:
        return 0.0
    one = 100.0 / base.size
    below = row.high // one * one
    return min(row.low - below, below + one - row.high) / row.step


def _is_listed(context: Context, row: Statement) -> bool:
    """Whether other percentages stand beside it, so that it may have been nudged to close their list."""
    near = context.rows[max(0, row.figure - AROUND) : row.figure + 1 + AROUND]
    return any(other.percent and other is not row and other.block == row.block for other in near)


def _has_part(context: Context, row: Statement, base: Statement) -> bool:
    """Whether some count beside them may be the part: then the shares' own rules have the word."""
    first = min(row.figure, base.figure)
    for other in context.rows[max(0, first - AROUND) : first + 2 + AROUND]:
        if other.sentence != row.sentence or other.percent or other is base or other.unit or other.power:
            continue
        if other.size < base.size and noun_match(other, base) != "!":
            return True
    return False
