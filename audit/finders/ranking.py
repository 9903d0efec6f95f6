"""Rankings in words: "nhiều nhất là xã A (590 hộ), tiếp theo là xã B (410 hộ)", "cao nhất là 52, thấp nhất là 45".

Who is ranked lower has no larger figure. It can only contradict, so it is proposed only where it is broken, within one
sentence, between figures of one unit, noun and kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from audit.finders.base import Context, Group, apart, breach, noun_match
from audit.ranks import LAST, LEAD, NEXT
from audit.statements import (
    BARE,
    DOWN,
    EACH,
    FORECAST,
    LEVEL,
    RANGE,
    REACH,
    RESPECTIVELY,
    SHARES,
    UP,
    Statement,
)

FACTOR = 30.0  # levels further apart are not of one thing
BESIDE = 3  # further figures of a member that may be what it is ranked by


def find(context: Context) -> Iterable[Group]:
    """One group for each pair of neighbours in a ranking whose figures run against it."""
    rule = context.rule("ranking", "lower", LEVEL)
    if rule is None:
        return
    for flow in context.flows:
        for higher, lower in _pairs(context.rows, flow):
            if _against(context, flow, higher, lower):
                yield _group(rule.id, context.rows[flow[higher]], context.rows[flow[lower]])


def _pairs(rows: Sequence[Statement], flow: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The places in the flow of two figures of one sentence, the first of which ranks above the second."""
    first, last, place = -1, -1, 0
    rising, certain = False, True
    for at, k in enumerate(flow):
        row = rows[k]
        if not row.rank:
            continue
        known = first >= 0 and rows[flow[first]].sentence == row.sentence
        if row.rank in (1, LAST, LEAD):
            if known and certain and not row.anew and {rows[flow[first]].rank, row.rank} == {1, LAST}:
                yield (first, at) if row.rank == LAST else (at, first)
            first = last = at
            place, rising, certain = 1, row.rank == LAST, row.rank != LEAD
        elif known and (row.rank == NEXT or row.rank > place):
            if certain:
                yield (at, last) if rising else (last, at)
            certain = certain or row.high < rows[flow[last]].low  # who leads may have least: then all may rise
            last, place = at, place + 1 if row.rank == NEXT else row.rank
        else:
            first = -1


def _against(context: Context, flow: Sequence[int], higher: int, lower: int) -> bool:
    a, b = context.rows[flow[higher]], context.rows[flow[lower]]
    if not (b.low > a.high > 0 and b.size < FACTOR * a.size and _alike(context, a, b)):
        return False
    if not (_is_plain(context, a) and _is_plain(context, b)):
        return False
    pairs = ((p, q) for p in _member(context, flow, higher) for q in _member(context, flow, lower))
    return not any(q.size < p.size and _alike(context, p, q) for p, q in pairs)


def _alike(context: Context, a: Statement, b: Statement) -> bool:
    """Whether two figures are of one unit, noun, depth and kind."""
    rates = (context.figures[row.figure].unit.partition("/")[2] for row in (a, b))
    one = a.unit == b.unit and len(set(rates)) == 1 and a.depth == b.depth
    kind = a.role == b.role or (a.percent and b.percent and BARE in (a.role, b.role))
    return one and kind and (a.noun == b.noun if a.unit else noun_match(a, b) != "!")


def _is_plain(context: Context, row: Statement) -> bool:
    """Whether a figure is compared by its size: no fall, range, half of a pair, plan, or one of several at once.

    Nor a level where the superlative may be of its growth or rate: "tỷ lệ hộ nghèo cao nhất là xã A (590 hộ)".
    """
    said = row.cues | row.far
    if row.role == LEVEL and said & (UP | SHARES | REACH | EACH):
        return False
    if row.role == RANGE or row.base or said & (DOWN | FORECAST | RESPECTIVELY) or row.sign < 0:
        return False
    return not (context.figures[row.figure].negative or row.figure in context.slash or row.figure in context.back)


def _member(context: Context, flow: Sequence[int], at: int) -> Iterator[Statement]:
    """The figures of a ranked member: the first, and what is said of it besides, before the next member.

    A figure like the first is that of one more member ("thôn Mai 78 hộ, thôn Lan 33 hộ"), unless it may be another
    amount of the same member ("vốn 900 triệu đồng, thu 410 triệu đồng").
    """
    first = context.rows[flow[at]]
    yield first
    for k in flow[at + 1 : at + 1 + BESIDE]:
        row = context.rows[k]
        if row.rank or row.sentence != first.sentence:
            return
        amount = row.unit and not row.percent and row.paren == first.paren
        if amount or not _alike(context, first, row):
            yield row


def _group(rule: str, higher: Statement, lower: Statement) -> Group:
    gap = apart(lower.low, lower.high, higher.low, higher.high, max(lower.size, higher.size))
    return breach(rule, "ranking", (("lower", lower.figure, 1), ("higher", higher.figure, 1)), gap)
