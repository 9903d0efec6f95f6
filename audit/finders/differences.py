"""Differences: a change between two printed levels, and a balance, surplus or remainder of two flows.

The word that makes a figure a balance stands before it in its clause ("xuất siêu 157 triệu USD"), before that clause
("the deficit, which had been 5.3%"), behind it ("43 files outstanding"), or is taken over from the figure before in
the sentence ("… widened and stood at 6.8%").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from audit import periods
from audit.finders.base import (
    Candidate,
    Context,
    Group,
    apart,
    base_of,
    basis_of,
    comparable,
    flag,
    likeness,
    noun_match,
    offset,
    outcome,
    scope,
)
from audit.statements import (
    BALANCE,
    BARE,
    CHANGE,
    FACTOR,
    GROWTH,
    LEVEL,
    PERIOD,
    POINT,
    RANGE,
    RATIO,
    REMAIN,
    SHARE,
    TO,
    WHOLE,
    Statement,
)

VAGUE = 0.3  # a rounded balance that chance would fit more often than this says nothing
COARSE = 0.02  # a balance that chance would fit more often than this is not reckoned from a total
TOLERANCE = 12.0  # a change that misses by a larger factor is no candidate
OWN, TURNED, AHEAD, BEHIND, KEPT = "o", "t", "a", "b", "k"  # where the word for a balance stands


def find(context: Context) -> Iterable[Group]:
    """One group for each change ("tăng 320 vụ") and one for each balance ("xuất siêu 157 triệu")."""
    change = context.rule("difference", "change", CHANGE)
    half = context.rule("balance-of-total", "flow", LEVEL)
    for flow in context.flows:
        flow = list(flow)
        position = {k: i for i, k in enumerate(flow)}
        last: tuple[int, int] = (-1, 0)
        for at, k in enumerate(flow):
            row = context.rows[k]
            word, way = _word(context, flow, at, last)
            if word:
                last = (k, word)
            if change is not None and row.role in (CHANGE, POINT, GROWTH) and row.size > 0:
                yield from _change(context, change.id, flow, position, at)
            elif word:
                yield from _balance(context, flow, position, at, word, way)
                if half is not None and way in (OWN, TURNED) and word & BALANCE and not row.percent:
                    yield from _half(context, half.id, flow, position, at)


def _word(context: Context, flow: list[int], at: int, last: tuple[int, int]) -> tuple[int, str]:
    """The class bits that make a figure a balance or what remains, and where they stand; `last` is the one before."""
    rows, row = context.rows, context.rows[flow[at]]
    if row.percent:
        if row.role not in (BARE, SHARE, RATIO):
            return 0, ""
    elif row.role not in (LEVEL, CHANGE):
        return 0, ""
    words = BALANCE if row.percent else BALANCE | REMAIN
    if row.cues & words:
        if row.after_to:  # "thu hẹp còn 205 tỷ đồng": down to, and perhaps nothing is left
            return row.cues & BALANCE or REMAIN, TURNED
        return row.cues & words, OWN
    if row.role == CHANGE:
        return 0, ""
    if row.far & BALANCE:
        return BALANCE, AHEAD
    following = rows[flow[at + 1]] if at + 1 < len(flow) else None
    if row.behind & words and not (following is not None and following.cues & row.behind & words):
        return row.behind & words, BEHIND
    before, word = (rows[last[0]], last[1]) if last[0] >= 0 else (row, 0)
    like = before.sentence == row.sentence and before.part == row.part and comparable(before, row)
    if word & BALANCE and like and (row.cues & TO or row.base == PERIOD) and not row.cues & REMAIN:
        return word, KEPT
    return 0, ""


def _levels(
    context: Context, flow: list[int], at: int, percent: bool, before: int, after: int, *, rates: bool = False
) -> list[int]:
    """Levels near flow[at], nearest first, percentages or not; `rates`: rates of growth, too."""
    rows, head = context.rows, context.rows[flow[at]]

    def fits(row: Statement) -> bool:
        return row.percent == percent and (_is_level(row) or (rates and row.role == GROWTH))

    found: list[int] = []
    for k in reversed(flow[max(0, at - 20) : at]):
        row = rows[k]
        if head.at - row.at > 700 or len(found) == before:
            break
        if fits(row):
            found.append(k)
    count = len(found)
    for k in flow[at + 1 : at + 8]:
        row = rows[k]
        if row.sentence > head.sentence + 1 or len(found) - count == after or row.block != head.block:
            break
        if fits(row):
            found.append(k)
    return found


def _totals(context: Context, flow: list[int], at: int) -> list[int]:
    """The next two totals behind flow[at]: "bội chi 6 tỷ đồng. Trong tổng thu 814 tỷ đồng … Tổng chi 820 tỷ đồng"."""
    rows, head = context.rows, context.rows[flow[at]]
    behind = (rows[k] for k in flow[at + 1 : at + 24])
    found = [row.figure for row in behind if row.at - head.at < 900 and _is_level(row) and row.cues & WHOLE]
    return [k for k in found if comparable(rows[k], head)][:2]


def _is_level(row: Statement) -> bool:
    return bool(row.quote) or row.role not in (RANGE, FACTOR, POINT, CHANGE, GROWTH)


def _change(context: Context, rule: str, flow: list[int], position: dict[int, int], at: int) -> Iterator[Group]:
    rows, head = context.rows, context.rows[flow[at]]
    points = head.percent or head.role == POINT
    levels = _levels(context, flow, at, points, 8 if points else 6, 2, rates=head.role == POINT)
    if not points:
        levels = [k for k in levels if comparable(head, rows[k])]
    group, prices = Group(head.figure, "difference"), Group(head.figure, "prices")
    signs = (head.sign,) if head.role != POINT else (1, -1)
    for a in levels:
        for b in levels:
            if a == b:
                continue
            if rows[a].quote != rows[b].quote and rows[a].quote and rows[b].quote:
                continue  # one is paid and the other asked
            for sign in signs:
                gap = sign * (rows[a].size - rows[b].size)
                if not head.size / TOLERANCE <= gap <= head.size * TOLERANCE:
                    continue
                candidate = _difference(context, rule, head, a, b, sign, position[a] - at, position[b] - at)
                (prices if rows[a].quote or rows[b].quote else group).candidates.append(candidate)
    yield from (some for some in (group, prices) if some.candidates)


def _difference(context: Context, rule: str, head: Statement, a: int, b: int, sign: int, da: int, db: int) -> Candidate:
    current, previous = context.rows[a], context.rows[b]
    more, less = (current, previous) if sign > 0 else (previous, current)
    low, high = more.low - less.high, more.high - less.low
    fit = outcome(head.low, head.high, low, high)
    chance = _chance(head, current, previous, low, high)
    features = (
        f"d:{head.role[:2]}{flag(head.percent)}", f"d:posa{offset(da, 3, 2)}", f"d:posb{offset(db, 3, 2)}",
        f"d:order{'<' if db < da else '>'}{'(' if head.depth else ''}", f"d:sa{scope(head, current)}",
        f"d:sb{scope(current, previous)}", f"d:b{base_of(current)}{base_of(previous)}{basis_of(head)}",
        f"d:n{noun_match(head, current)}{noun_match(current, previous)}",
        f"d:to{flag(current.after_to)}{flag(previous.after_to)}", f"d:r{current.role[:2]}{previous.role[:2]}",
        f"d:dd{previous.depth - current.depth}", f"d:l{likeness(current, previous)}",
        f"d:q{current.quote}{previous.quote}{flag(head.linked)}",
    )  # fmt: skip
    terms = ("change", head.figure, sign), ("current", a, 1), ("previous", b, 1)
    gap = apart(low, high, head.low, head.high, (current.size * previous.size) ** 0.5 or 1.0)
    return Candidate(rule, terms, features, fit, chance, gap=gap)


def _chance(head: Statement, a: Statement, b: Statement, low: float, high: float) -> float:
    least = min(head.step, a.step, b.step) or head.step or 1.0
    width = max(high - low + head.high - head.low, least)
    return float(min(1.0, width / max((a.size * b.size) ** 0.5, head.size, 1e-9)))


def _balance(
    context: Context, flow: list[int], position: dict[int, int], at: int, word: int, way: str
) -> Iterator[Group]:
    rows, head = context.rows, context.rows[flow[at]]
    remains = bool(word & REMAIN)
    unit = "%" if head.percent else "u" if head.unit else "n"
    if remains:
        rule, names = context.rule("balance", "rest", "remain"), ("rest", "received", "settled")
    else:
        rule, names = context.rule("balance", "balance", "balance"), ("balance", "inflow", "outflow")
    if rule is None:
        return
    levels = _levels(context, flow, at, head.percent, 9, 3)
    if word & BALANCE and not head.percent:
        levels += [k for k in _totals(context, flow, at) if k not in levels]
    levels = [k for k in levels if comparable(head, rows[k])]
    group = Group(head.figure, "balance")
    for a in levels:
        for b in levels:
            gap = rows[a].size - rows[b].size
            if a == b or not head.size / TOLERANCE <= gap <= head.size * TOLERANCE:
                continue
            big, small = rows[a], rows[b]
            low, high = big.low - small.high, big.high - small.low
            fit, chance = outcome(head.low, head.high, low, high), _chance(head, big, small, low, high)
            if head.step and chance > VAGUE:
                continue
            da, db = position[a] - at, position[b] - at
            features = (
                f"b:{flag(remains)}{unit}", f"b:pos{offset(da, 3, 2)}{offset(db, 3, 2)}",
                f"b:order{'<' if da < db else '>'}", f"b:sa{scope(head, big)}", f"b:sb{scope(big, small)}",
                f"b:n{noun_match(head, big)}{noun_match(big, small)}", f"b:b{base_of(big)}{base_of(small)}",
                f"b:d{head.depth}{big.depth - small.depth}", f"b:r{big.role[:2]}{small.role[:2]}",
                f"b:h{way}", f"b:t{periods.match(head.period, big.period)}{periods.match(big.period, small.period)}",
            )  # fmt: skip
            terms = (names[0], head.figure, 1), (names[1], a, 1), (names[2], b, 1)
            off = apart(low, high, head.low, head.high, (big.size * small.size) ** 0.5 or 1.0)
            group.candidates.append(Candidate(rule.id, terms, features, fit, chance, gap=off))
    if group.candidates:
        yield group


def _half(context: Context, rule: str, flow: list[int], position: dict[int, int], at: int) -> Iterator[Group]:
    """A balance from one flow and the total of both: the other flow is what is left, and need not be printed."""
    rows, head = context.rows, context.rows[flow[at]]
    if "/" in context.figures[head.figure].unit:
        return  # the margin between two prices
    levels = [k for k in _levels(context, flow, at, False, 6, 2) if comparable(head, rows[k])]
    levels = [k for k in levels if rows[k].role == LEVEL and not rows[k].cues & BALANCE]
    group = Group(head.figure, "implied:balance")
    for a in levels:
        for b in levels:
            total, one = rows[a], rows[b]
            gap = abs(2.0 * one.size - total.size)
            if a == b or one.size >= total.size or not head.size / TOLERANCE <= gap <= head.size * TOLERANCE:
                continue
            low, high, sign = 2.0 * one.low - total.high, 2.0 * one.high - total.low, 1
            if 2.0 * one.size < total.size:
                low, high, sign = -high, -low, -1
            fit, chance = outcome(head.low, head.high, low, high), _chance(head, total, one, low, high)
            if chance > COARSE:
                continue
            features = (
                f"t:u{flag(head.unit)}", f"t:pos{offset(position[a] - at, 3, 2)}{offset(position[b] - at, 3, 2)}",
                f"t:w{flag((total.cues | total.far) & WHOLE)}", f"t:sa{scope(head, total)}",
                f"t:sb{scope(total, one)}", f"t:b{base_of(total)}{base_of(one)}",
                f"t:d{head.depth}{total.depth - one.depth}", f"t:l{likeness(total, one)}",
            )  # fmt: skip
            terms = ("balance", head.figure, sign), ("flow", b, 1), ("total", a, 1)
            off = apart(low, high, head.low, head.high, (total.size * one.size) ** 0.5 or 1.0)
            group.candidates.append(Candidate(rule, terms, features, fit, chance, gap=off))
    if group.candidates:
        yield group
