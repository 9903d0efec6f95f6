"""Bounds: a part above its whole, and a direction word against the levels it joins.

A bound can only contradict, so it is proposed only where it is broken and the text ties the figures in so many words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from audit.finders.base import Context, Group, apart, breach, noun_match
from audit.statements import (
    AND,
    BOUNDED,
    DOWN,
    FORECAST,
    FROM,
    LEVEL,
    PERIOD,
    PLAN,
    RISE,
    SINK,
    TO,
    UP,
    WITHIN,
    Statement,
)

REACH = 4  # figures between which a direction holds
FACTOR = 30.0  # levels further apart are not of one thing
NOT_ADDED = frozenset(("điểm", "tuổi", "độ", "lần", "giờ", "m", "km", "cm", "mm", "%", "‰", "điểm %"))


def find(context: Context) -> Iterable[Group]:
    """One group for each bound that is broken."""
    within = context.rule("bound", "part", LEVEL)
    direction = context.rule("bound", "current", LEVEL)
    for flow in context.flows:
        for at, k in enumerate(flow):
            row = context.rows[k]
            if within is not None and _is_within(context, flow, at):
                yield from _within(context, within.id, flow, at)
            elif within is not None and k in context.slash:
                yield from _pair(context, within.id, row, context.rows[context.slash[k]])
            if direction is not None and (row.heading or (row.after_to and row.cues & (UP | DOWN))):
                yield from _direction(context, direction.id, flow, at)


def _group(rule: str, kind: str, head: tuple[str, Statement], other: tuple[str, Statement], sign: int = 1) -> Group:
    a, b = head[1], other[1]
    gap = apart(a.low, a.high, b.low, b.high, max(a.size, b.size))
    return breach(rule, kind, ((head[0], a.figure, sign), (other[0], b.figure, sign)), gap)


def _is_within(context: Context, flow: Sequence[int], at: int) -> bool:
    """Whether "trong đó" stands before a figure, or opens its sentence: "…. Trong đó, chi đầu tư 93 tỷ đồng và …"."""
    row = context.rows[flow[at]]
    if row.cues & WITHIN:
        return True
    for k in reversed(flow[max(0, at - 3) : at]):
        before = context.rows[k]
        if before.sentence != row.sentence or before.cues & (FORECAST | PERIOD | PLAN):
            return False
        if before.far & WITHIN and before.first:
            return bool(row.cues & AND) and not row.depth
    return bool(row.first and row.far & WITHIN)


def _within(context: Context, rule: str, flow: Sequence[int], at: int) -> Iterator[Group]:
    """ "86 cơ sở …, trong đó 93 cơ sở": no earlier figure that could be the whole is large enough."""
    rows, part = context.rows, context.rows[flow[at]]
    if not _adds(context, part) or part.base or part.cues & (FORECAST | UP | DOWN | PERIOD | PLAN):
        return
    opened = part.sentence - (not part.cues & WITHIN)
    whole: Statement | None = None
    for k in reversed(flow[max(0, at - 12) : at]):
        row = rows[k]
        if row.sentence < opened or row.block != part.block:
            break
        if row.unit != part.unit or row.percent or not _same_thing(row, part):
            continue
        if row.high >= part.low:
            return
        stops = part.sentence - row.sentence
        if opened < part.sentence and not stops:
            if row.period != part.period:
                return  # years beside each other are no parts
            continue
        broken = (part.part - row.part - part.depth + row.depth - stops) % 2  # a stray parenthesis or a semicolon
        if whole is None and row.role == LEVEL and row.depth <= part.depth and not (row.base or broken):
            whole = row
    if whole is not None and part.size <= FACTOR * whole.size and _adds(context, whole):
        yield _group(rule, "within", ("part", part), ("whole", whole))


def _adds(context: Context, row: Statement) -> bool:
    unit = context.figures[row.figure].unit
    return row.role == LEVEL and unit not in NOT_ADDED and "/" not in unit and row.size > 0


def _same_thing(whole: Statement, part: Statement) -> bool:
    """The same unit or noun; a part that prints neither ("trong đó 93 là nữ") counts what its whole counts."""
    match = noun_match(whole, part)
    return match in ("=", "~") or (match == "u" and whole.noun == part.noun) or (match == "?" and bool(whole.noun))


def _pair(context: Context, rule: str, part: Statement, whole: Statement) -> Iterator[Group]:
    """ "93/86 hồ sơ đúng hạn": a plan may be exceeded, what is counted among things may not."""
    said = part.cues | part.far | part.behind | whole.cues | whole.behind
    if not said & BOUNDED or said & (PLAN | PERIOD | UP | DOWN | FORECAST):
        return
    if part.low > whole.high and part.step == whole.step == 0 and noun_match(part, whole) == "=" and part.role == LEVEL:
        yield _group(rule, "within", ("part", part), ("whole", whole))


def _direction(context: Context, rule: str, flow: Sequence[int], at: int) -> Iterator[Group]:
    """ "giảm từ 1.492 hộ xuống còn 1.560 hộ", "tăng lên 98 từ mức 120"."""
    rows, first = context.rows, context.rows[flow[at]]
    for k in flow[at + 1 : at + REACH]:
        second = rows[k]
        if second.sentence != first.sentence or second.depth < first.depth:
            return
        if second.depth > first.depth:
            continue
        if second.cues & (UP | DOWN):
            return
        if first.heading and second.cues & TO and (second.clause == first.clause or second.cues & (RISE | SINK)):
            heading = _heading(first.heading, second.cues, second.percent)
            current, previous = second, first
        elif not first.heading and second.cues & FROM and second.clause == first.clause:
            heading = _heading(first.cues & (UP | DOWN), first.cues, first.percent)
            current, previous = first, second
        else:
            return
        if _against(context, heading, current, previous):
            yield _group(rule, "direction", ("current", current), ("previous", previous), 1 if heading == UP else -1)
        return


def _heading(word: int, cues: int, percent: bool) -> int:
    """The direction of a direction word and of "lên" or "xuống"; none where they differ ("mức tăng từ 7% xuống 5%")."""
    to = (UP if cues & RISE else 0) | (DOWN if cues & SINK else 0)
    if to:
        return word if word == to else 0
    return word if word in (UP, DOWN) and not percent else 0


def _against(context: Context, heading: int, current: Statement, previous: Statement) -> bool:
    if (
        current.role in ("range", "factor")
        or previous.role in ("range", "factor")
        or current.size <= 0
        or previous.size <= 0
    ):
        return False
    same = (
        context.figures[current.figure].unit == context.figures[previous.figure].unit
        and noun_match(current, previous) != "!"
    )
    if not same or not 1 / FACTOR < current.size / previous.size < FACTOR:
        return False
    return current.high < previous.low if heading == UP else current.low > previous.high if heading == DOWN else False
