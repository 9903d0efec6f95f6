"""This period and the periods before it: a cumulative total, what was added to it, and what it was until then.

"Tháng 9 thu 46 tỷ đồng, đưa số thu 9 tháng lên 402 tỷ đồng (8 tháng: 356 tỷ đồng)". A list of all periods with their
total is found where lists are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from audit import periods
from audit.finders.base import (
    MISS,
    Candidate,
    Context,
    Group,
    apart,
    base_of,
    bucket,
    comparable,
    flag,
    noun_match,
    offset,
    outcome,
    scope,
)
from audit.statements import CUMULATIVE, LEVEL, Statement

BEFORE, AFTER, MOST = 10, 6, 6
TOLERANCE = 12.0  # a total that misses by a larger factor is no candidate
REVISED = 0.005  # earlier periods are revised: a gap as small, out of one sentence, is no misprint


def find(context: Context) -> Iterable[Group]:
    """One group for each total that a word or its period calls cumulative."""
    rule = context.rule("periods", "total", LEVEL)
    if rule is None:
        return
    for flow in context.flows:
        for at, k in enumerate(flow):
            row = context.rows[k]
            if row.role != LEVEL or row.percent or row.base or row.size <= 2:
                continue
            if (row.cues | row.far) & CUMULATIVE or periods.is_stretch(row.period):
                group = Group(k, "cumulative")
                group.candidates.extend(_candidates(context, rule.id, flow, at))
                if group.candidates:
                    yield group


def _candidates(context: Context, rule: str, flow: Sequence[int], at: int) -> Iterator[Candidate]:
    rows, total = context.rows, context.rows[flow[at]]
    near: list[tuple[int, Statement]] = []
    for step, reach in ((-1, BEFORE), (1, AFTER)):
        found = 0
        for place in range(at + step, at + step * (reach + 1), step):
            row = rows[flow[place]] if 0 <= place < len(flow) else total
            if row is total or abs(row.sentence - total.sentence) > 2 or found == MOST:
                break
            like = row.role == LEVEL and not row.percent and row.size > 0 and comparable(total, row)
            if like and noun_match(total, row) != "!":
                near.append((place - at, row))
                found += 1
    near.sort()
    for i, (here, this) in enumerate(near):
        for there, other in near[i + 1 :]:
            size = this.size + other.size
            if this.size == total.size or other.size == total.size or this.period == other.period != frozenset():
                continue
            if total.size / TOLERANCE <= size <= total.size * TOLERANCE:
                candidate = _candidate(rule, total, (this, here), (other, there))
                if candidate is not None:
                    yield candidate


def _candidate(rule: str, total: Statement, one: tuple[Statement, int], two: tuple[Statement, int]) -> Candidate | None:
    (this, here), (before, there) = one, two
    said = periods.place(total.period, this.period), periods.place(total.period, before.period)
    if ">" in said:
        return None
    if said[1] == "=" or said[0] == "<":
        said = said[1], said[0]
        (this, here), (before, there) = two, one
    low, high = this.low + before.low, this.high + before.high
    fit = outcome(total.low, total.high, low, high)
    gap = apart(low, high, total.low, total.high, total.size)
    spans = scope(total, this), scope(total, before)
    if fit == MISS and gap < REVISED and not set(spans) <= set("cps"):
        return None
    width = max(high - low + total.high - total.low, min(total.step, this.step, before.step) or 1.0)
    features = (
        f"cum:{said[0]}{said[1]}", f"cum:c{flag((total.cues | total.far) & CUMULATIVE)}{said[1]}",
        f"cum:pos{offset(here, 3, 3)}{offset(there, 3, 3)}", f"cum:s{spans[0]}{spans[1]}",
        f"cum:n{noun_match(total, this)}{noun_match(total, before)}", f"cum:b{base_of(this)}{base_of(before)}",
        f"cum:d{bucket(total.depth, 2)}{this.depth - total.depth}{before.depth - total.depth}",
        f"cum:more{flag(before.size > this.size)}",
    )  # fmt: skip
    terms = [("total", total.figure, 1), *(("periods", k, 1) for k in sorted((this.figure, before.figure)))]
    return Candidate(rule, tuple(terms), features, fit, min(1.0, width / total.size), gap=gap)
