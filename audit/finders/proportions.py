"""Pairs that must stand in one proportion: shares of one unprinted whole, and amounts with their conversions.

"9.604 hộ, chiếm 3,14%; 6.943 hộ, chiếm 2,27%": whatever all households are, 9.604 / 3,14 = 6.943 / 2,27. "32.9 billion
ringgit (10.9 billion dollars) … 29.3 billion ringgit (9.71 billion dollars)": one report converts at one rate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from audit import periods, units
from audit.finders._said import of_whole, percentages
from audit.finders.base import (
    MISS,
    Candidate,
    Context,
    Group,
    apart,
    bucket,
    comparable,
    flag,
    likeness,
    noun_match,
    outcome,
    scope,
)
from audit.records import Figure
from audit.statements import EQUIV, IS, LEVEL, SHARE, WHOLE, Statement

BACK = 6  # pairs that may stand between two that go together
TOLERANCE = 12.0  # a percentage that misses by a larger factor is no candidate
CLOSE = (
    0.05  # shares that miss by more are mostly shares of two wholes: "nông thôn …, chiếm 9,2%; thành thị …, chiếm 5,1%"
)

Pair = tuple[Statement, Statement]


def find(context: Context) -> Iterable[Group]:
    """One group for each share with an earlier like it, and one for each conversion but the most precise."""
    base = context.rule("same-base", "percent", SHARE)
    if base is not None:
        for flow in context.flows:
            if sum(of_whole(context.rows[k]) for k in flow if context.rows[k].percent) > 1:
                yield from _shares(context, base.id, flow)
    conversion = context.rule("conversion", "converted", LEVEL)
    if conversion is not None:
        yield from _conversions(context, conversion.id)


def _shares(context: Context, rule: str, flow: Sequence[int]) -> Iterator[Group]:
    rows = context.rows
    pairs: list[Pair] = []
    for k, heads in percentages(context, flow).items():
        level = rows[k]
        shares = [rows[j] for j in heads if of_whole(rows[j])]
        if len(shares) != 1 or level.size <= 0 or shares[0].size <= 0 or "/" in context.figures[k].unit:
            continue  # "49 và 38 triệu máy, chiếm 15% và 11%": two shares behind the last of two levels
        share = shares[0]
        if context.figures[share.figure].start < context.figures[k].start:
            continue
        for between, other in enumerate(reversed(pairs[-BACK:])):
            if not comparable(level, other[0]) or noun_match(level, other[0]) == "!" or level.size == other[0].size:
                continue
            features = (
                f"r:s{scope(other[0], level)}", f"r:k{bucket(between, 3)}", f"r:n{noun_match(level, other[0])}",
                f"r:r{other[1].role[:2]}{share.role[:2]}", f"r:l{likeness(share, other[1])}",
                f"r:w{flag(other[1].behind & WHOLE)}{flag(share.behind & WHOLE)}",
                f"r:d{level.depth - other[0].depth}", f"r:at{scope(level, share)}{scope(*other)}",
                f"r:ll{likeness(level, other[0])}",
            )  # fmt: skip
            roles = "percent", "part", "other_part", "other_percent"
            candidate = _candidate(rule, roles, (level, share), other, features)
            if candidate is None:
                break
            if candidate.outcome != MISS or (candidate.gap < CLOSE and _of_one_whole(level, other[0])):
                yield Group(share.figure, "implied:base", [candidate])
            break
        pairs.append((level, share))


def _of_one_time(a: Statement, b: Statement) -> bool:
    """Whether no two periods are named: each has a rate of its own, and a whole."""
    return periods.match(a.period, b.period) != "!"


def _of_one_whole(a: Statement, b: Statement) -> bool:
    """Whether two levels may be parts of one whole; the same in so many words, of two places, is of two wholes."""
    return _of_one_time(a, b) and likeness(a, b) != "3"


def _conversions(context: Context, rule: str) -> Iterator[Group]:
    held: dict[tuple[str, str], list[Pair]] = {}
    for flow in context.flows:
        for at, k in enumerate(flow):
            row = context.rows[k]
            if row.depth and at and row.parent == flow[at - 1] and _converts(context, row, flow[at + 1 : at + 2]):
                amount = context.rows[row.parent]
                held.setdefault((_kind(context, amount), _kind(context, row)), []).append((amount, row))
    for pairs in held.values():
        if len(pairs) < 2:
            continue
        best = max(pairs, key=lambda pair: _precision(context, *pair))
        for amount, converted in pairs:
            if amount.size == best[0].size or not context.figures[converted.figure].mantissa % 100:
                continue  # an amount in round hundreds is rounded, nobody knows how far
            features = (
                f"z:k{bucket(len(pairs), 4)}", f"z:p{flag(amount.power > 0)}{flag(converted.power > 0)}",
                f"z:u{flag(amount.unit)}{flag(converted.unit)}", f"z:s{scope(amount, best[0])}",
                f"z:e{flag(converted.cues & EQUIV)}",
            )  # fmt: skip
            roles = "converted", "amount", "other_amount", "other_converted"
            candidate = _candidate(rule, roles, (amount, converted), best, features)
            if candidate is not None and (candidate.outcome != MISS or _of_one_time(amount, best[0])):
                yield Group(converted.figure, "implied:conversion", [candidate])


def _converts(context: Context, row: Statement, following: Sequence[int]) -> bool:
    """Whether a figure is alone in the parentheses behind a measure of another unit, and nothing is said of it."""
    amount = context.rows[row.parent]
    if amount.role != LEVEL or row.role != LEVEL or amount.percent or row.percent or row.depth != amount.depth + 1:
        return False
    if not (amount.step and row.step and amount.size > 0 and row.size > 0) or row.cues & ~(EQUIV | IS):
        return False
    if following and context.rows[following[0]].paren == row.paren:
        return False
    printed = [context.figures[k].unit for k in (amount.figure, row.figure)]
    if all(printed) and len(set(map(units.is_money, printed))) > 1:
        return False  # what so many tonnes are worth
    one, other = _kind(context, amount), _kind(context, row)
    return bool(one and other) and one != other


def _kind(context: Context, row: Statement) -> str:
    """What a figure measures by its own words: a unit may be taken over from the very figure that converts it."""
    return context.figures[row.figure].unit or row.noun.lstrip("?")


def _precision(context: Context, amount: Statement, converted: Statement) -> float:
    """How precisely a pair tells the rate; zeros at the end of a whole number count for nothing."""
    digits = [_significant(context.figures[row.figure]) for row in (amount, converted)]
    return 1.0 / (1.0 / digits[0] + 1.0 / digits[1])


def _significant(figure: Figure) -> int:
    return figure.mantissa if figure.decimals else int(str(figure.mantissa).rstrip("0"))


def _candidate(
    rule: str, roles: tuple[str, str, str, str], pair: Pair, other: Pair, features: tuple[str, ...]
) -> Candidate | None:
    """The second of a pair from its first, in the proportion of the other pair."""
    level, head = pair
    size = level.size * other[1].size / other[0].size
    if not head.size / TOLERANCE <= size <= head.size * TOLERANCE or other[0].low <= 0:
        return None
    low, high = level.low * other[1].low / other[0].high, level.high * other[1].high / other[0].low
    fit = outcome(head.low, head.high, low, high, head.size + head.step)
    chance = min(1.0, (head.high - head.low + high - low) / head.size)
    figures = head.figure, level.figure, other[0].figure, other[1].figure
    terms = tuple((role, figure, 1) for role, figure in zip(roles, figures, strict=True))
    return Candidate(rule, terms, features, fit, chance, gap=apart(low, high, head.low, head.high, head.size))
