"""What is left without something: "không tính tiền đất (46 tỷ đồng), số thu còn 118 tỷ đồng", of the 164 before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from audit import periods
from audit.finders.base import (
    Candidate,
    Context,
    Group,
    RuleLike,
    apart,
    comparable,
    flag,
    likeness,
    noun_match,
    offset,
    outcome,
    scope,
)
from audit.statements import LEVEL, WITHOUT, Statement

BEFORE, AFTER, REACH = 9, 3, 700
TOLERANCE = 4.0  # what is left misses by no larger factor


def find(context: Context) -> Iterable[Group]:
    """One group for each figure that something is told without."""
    rule = context.rule("excluding", "excluded", "without")
    if rule is None:
        return
    for flow in context.flows:
        for at, k in enumerate(flow):
            if _is_left_out(context.rows[k]):
                group = Group(k, "excluding")
                group.candidates.extend(_candidates(context, rule, flow, at))
                if group.candidates:
                    yield group


def _is_left_out(row: Statement) -> bool:
    """Whether the word stands before a level in its clause, or before the parentheses that hold nothing but it."""
    said = row.cues if not row.depth else row.cues | row.far
    return row.role == LEVEL and not row.percent and bool(said & WITHOUT)


def _candidates(context: Context, rule: RuleLike, flow: Sequence[int], at: int) -> Iterator[Candidate]:
    """What is left is the next level of the sentence, or the last before; the total is printed earlier, or just behind.

    A total in the same sentence stands before both, or behind what is left: "118 tỷ đồng, không kể 46 tỷ đồng".
    """
    rows, out = context.rows, context.rows[flow[at]]
    near = [i for i in range(max(0, at - 20), min(len(flow), at + 8)) if i != at and _is_like(rows[flow[i]], out)]
    before = [i for i in reversed(near) if i < at and out.at - rows[flow[i]].at <= REACH][:BEFORE]
    after = [i for i in near if i > at and rows[flow[i]].sentence <= out.sentence + 1][:AFTER]
    heads = [i for i in (*after[:1], *before[:1]) if rows[flow[i]].sentence == out.sentence]
    for head in heads:
        for total in (*before, *after):
            gap = rows[flow[total]].size - out.size
            rest = rows[flow[head]]
            if total != head and rest.size / TOLERANCE <= gap <= rest.size * TOLERANCE:
                yield _candidate(rule.id, rest, out, rows[flow[total]], head - at, total - at)


def _is_like(row: Statement, out: Statement) -> bool:
    return row.role == LEVEL and not row.percent and comparable(row, out)


def _candidate(
    rule: str, rest: Statement, out: Statement, total: Statement, place: int, place_of_total: int
) -> Candidate:
    low, high = total.low - out.high, total.high - out.low
    least = min(rest.step, out.step, total.step) or rest.step or 1.0
    chance = min(1.0, max(high - low + rest.high - rest.low, least) / max((total.size * out.size) ** 0.5, 1e-9))
    features = (
        f"n:h{flag(out.depth > 0)}{'>' if place > 0 else '<'}", f"n:t{offset(place_of_total, 4, 1)}",
        f"n:s{scope(total, rest)}", f"n:l{likeness(total, rest)}", f"n:n{noun_match(total, rest)}",
        f"n:p{periods.match(total.period, rest.period)}", f"n:d{total.depth}{rest.depth}",
    )  # fmt: skip
    terms = ("rest", rest.figure, 1), ("total", total.figure, 1), ("excluded", out.figure, 1)
    gap = apart(low, high, rest.low, rest.high, (total.size * out.size) ** 0.5 or 1.0)
    return Candidate(rule, terms, features, outcome(rest.low, rest.high, low, high), chance, gap=gap)
