"""A percentage that is the sum of others: "44% (12% hoàn toàn, 32% phần nào)", or a line below that says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from audit.finders._percents import ASIDE, Item, flows, items
from audit.finders.base import (
    MISS,
    Candidate,
    Context,
    Group,
    RuleLike,
    apart,
    bucket,
    flag,
    outcome,
    scope,
)
from audit.statements import AND, BALANCE, LIST, SHARE, WHOLE, Statement

MOST, FEW = 5, 2  # parts above their sum, and inside its parentheses at least
FAR = 2.0  # sums that miss by a larger factor are no candidates


def find(context: Context) -> Iterable[Group]:
    """One group for each percentage with others inside its parentheses, or right before it."""
    rule = context.rule("list", "whole", SHARE)
    if rule is None:
        return
    for flow in flows(context):
        found = list(items(context, flow))
        for n, item in enumerate(found):
            group = Group(item.row.figure, "subtotal")
            inside = _inside(found, n)
            if len(inside) >= FEW:
                group.candidates.append(_candidate(rule, "(", item.row, inside))
            if len(behind := _behind(found, n)) >= FEW:
                candidate = _candidate(rule, ">", item.row, behind)
                candidate.searched = candidate.outcome == MISS
                group.candidates.append(candidate)
            if len(above := _above(context, found, n)) >= FEW:
                group.candidates.append(_best(rule, item.row, above))
            group.candidates = [c for c in group.candidates if c.gap < FAR]
            if group.candidates:
                yield group


def _inside(found: Sequence[Item], n: int) -> list[Statement]:
    """The percentages of the parentheses that open right behind one."""
    whole = found[n].row
    rows = [item.row for item in found[n + 1 : n + 1 + MOST]]
    if not rows or rows[0].parent != whole.figure:
        return []
    return [row for row in rows if row.paren == rows[0].paren and row.sentence == whole.sentence]


def _above(context: Context, found: Sequence[Item], n: int) -> list[Statement]:
    """The percentages before one that stand as it does, the nearest first, if it says that it is a sum."""
    whole = found[n]
    named = context.rows[whole.row.parent] if whole.form == ASIDE else whole.row
    if not named.cues & (WHOLE | BALANCE):
        return []
    rows: list[Statement] = []
    last = whole
    for item in reversed(found[max(0, n - 3 * MOST) : n]):
        if last.row.sentence > item.row.sentence + 1 or item.depth < whole.depth:
            break
        if item.depth == whole.depth and (item.form == ASIDE) == (whole.form == ASIDE):
            rows.append(item.row)
            last = item
    return rows[:MOST]


def _behind(found: Sequence[Item], n: int) -> list[Statement]:
    """All the percentages behind one in its sentence, if they are listed: "20%: 12% bằng tiền và 8% bằng cổ phiếu"."""
    whole = found[n].row
    rows = [item.row for item in found[n + 1 : n + 2 + MOST] if item.row.sentence == whole.sentence]
    listed = bool(rows) and rows[-1].cues & AND and all(row.depth == whole.depth for row in rows)
    return rows if listed and rows[0].clause - whole.clause < FEW and len(rows) <= MOST else []


def _best(rule: RuleLike, whole: Statement, above: Sequence[Statement]) -> Candidate:
    """The nearest two, three … that come nearest to their sum; that they miss proves nothing."""
    made = [_candidate(rule, "^", whole, above[:n][::-1]) for n in range(FEW, len(above) + 1)]
    best = min(made, key=lambda c: (c.gap, len(c.terms)))
    best.chance, best.searched = min(1.0, best.chance * len(made)), best.outcome == MISS
    return best


def _candidate(rule: RuleLike, form: str, whole: Statement, parts: Sequence[Statement]) -> Candidate:
    low, high = sum(row.low for row in parts), sum(row.high for row in parts)
    fit = outcome(whole.low, whole.high, low, high)
    chance = min(1.0, (high - low + whole.high - whole.low) / whole.size)
    lines = int(whole.first and all(row.first for row in parts))
    cue = "W" if whole.cues & WHOLE else "B" if whole.cues & BALANCE else "L" if parts[0].cues & LIST else ""
    features = (
        f"sub:{form}{scope(whole, parts[0])}", f"sub:k{bucket(len(parts), 4)}{form}", f"sub:cue{form}{cue}",
        f"sub:lines{lines}",
        f"sub:and{form}{flag(parts[-1].cues & AND)}{flag(parts[-1].linked)}",
        f"sub:span{scope(parts[0], parts[-1])}",
        f"sub:less{flag(all(row.size < whole.size for row in parts))}", f"sub:dec{flag(whole.step < 1)}",
        f"sub:role{whole.role[:2]}{parts[0].role[:2]}",
    )  # fmt: skip
    terms = ("whole", whole.figure, 1), *(("parts", row.figure, 1) for row in parts)
    return Candidate(rule.id, terms, features, fit, chance, gap=apart(low, high, whole.low, whole.high, whole.size))
