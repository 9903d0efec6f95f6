"""Totals whose parts stand apart: one in each of the next sentences, paragraphs or bullets, among figures of other things.

"Toàn ngành thụ lý 7.990 vụ … Cấp tỉnh thụ lý 469 vụ … Cấp huyện thụ lý 7.521 vụ": like figures are tried in pairs and at
equal steps; they pay for the number of tries, so only long figures or like labels are bound here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from audit.finders.base import HOLD, MISS, SLACK, Candidate, Context, Group, apart, bucket, comparable, likeness, noun_match, scope
from audit.statements import CHANGE, FACTOR, LEVEL, POINT, RANGE, WHOLE, Statement

AHEAD, LIKE = 48, 10
COARSE = 25  # a total of fewer units is met by too many sums to prove anything
NEAR = 0.05  # sums further from the total are no candidates: a fit is as unlikely as it is among those that are


def find(context: Context) -> Iterable[Group]:
    """One group for each total: the like figures behind it, two by two, and by equal steps."""
    rule = context.rule("list", "whole", LEVEL)
    if rule is None:
        return
    for flow in context.flows:
        flow = list(flow)
        for at, k in enumerate(flow):
            total = context.rows[k]
            if total.percent or total.role not in (LEVEL, CHANGE) or total.size < COARSE * (total.step or 1.0):
                continue
            like = [j for j in flow[at + 1 : at + AHEAD] if _like(total, context.rows[j])][:LIKE]
            group = Group(k, "scattered")
            group.candidates.extend(_candidates(context, rule.id, total, like))
            if group.candidates:
                yield group


def _like(total: Statement, row: Statement) -> bool:
    if row.percent or row.role in (RANGE, FACTOR, POINT) or not comparable(total, row):
        return False
    return (row.role == CHANGE) == (total.role == CHANGE) and noun_match(total, row) != "!"


def _candidates(context: Context, rule: str, total: Statement, like: list[int]) -> Iterator[Candidate]:
    rows = [context.rows[k] for k in like]
    changes = total.role == CHANGE
    sizes = [row.size * row.sign * total.sign if changes else row.size for row in rows]
    least, most = (1 - NEAR) * total.size, (1 + NEAR) * total.size
    n = len(like)
    for i in range(n):
        for j in range(i + 1, n):
            reach = sizes[i] + sizes[j]
            if least <= reach <= most and (candidate := _candidate(rule, total, [rows[i], rows[j]], i, j - i)) is not None:
                yield candidate
            step = j - i
            for last in range(j + step, min(n, j + 4 * step + 1), step):
                reach += sizes[last]
                if least <= reach <= most and (candidate := _candidate(rule, total, rows[i : last + 1 : step], i, step)) is not None:
                    yield candidate


def _candidate(rule: str, total: Statement, rows: list[Statement], skip: int, step: int) -> Candidate | None:
    if skip == 0 and step == 1 and rows[-1].sentence <= total.sentence + 1:
        return None  # a list, which has a finder of its own
    signs = [row.sign * total.sign if total.role == CHANGE else 1 for row in rows]
    low = sum(r.low if s > 0 else -r.high for r, s in zip(rows, signs, strict=True))
    high = sum(r.high if s > 0 else -r.low for r, s in zip(rows, signs, strict=True))
    slack = SLACK * max(total.high, abs(high))
    fit = HOLD if low <= total.high + slack and high >= total.low - slack else MISS
    step_of = min([total.step, *(r.step for r in rows)]) or 1.0
    chance = min(1.0, max(high - low + total.high - total.low, step_of) / max(2 * NEAR * total.size, 1e-9))
    first, second = rows[0], rows[1]
    features = (
        f"x:skip{bucket(skip, 4)}", f"x:step{bucket(step, 5)}{'=' if skip + 1 == step else ''}", f"x:n{noun_match(total, first)}{noun_match(first, second)}", f"x:l{likeness(total, first)}{likeness(first, second)}", f"x:s{scope(total, first)}{scope(first, second)}",
        f"x:k{bucket(len(rows), 4)}", f"x:first{int(total.first)}{int(first.first)}{int(second.first)}", f"x:w{int(bool((total.cues | total.far) & WHOLE))}", f"x:r{total.role[:2]}{int(any(r.base for r in rows))}{int(total.base > 0)}",
        f"x:d{first.depth - total.depth}{second.depth - first.depth}", f"x:same{int(len({r.block for r in rows}) == len(rows))}",
    )  # fmt: skip
    terms = (("whole", total.figure, 1), *(("parts", r.figure, s) for r, s in zip(rows, signs, strict=True)))
    return Candidate(rule, terms, features, fit, chance, gap=apart(low, high, total.low, total.high, total.size))
