"""Percentages that must make 100 together: structures, breakdowns, gradings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from audit.finders.base import (
    Candidate,
    Context,
    Group,
    apart,
    bucket,
    flag,
    outcome,
    scope,
)
from audit.statements import (
    BARE,
    COMPLETE,
    LIST,
    RATIO,
    REMAIN,
    REST,
    SHARE,
    SHARES,
    Statement,
)

LEAST, MOST = 40.0, 170.0  # one wrong digit moves a sum of shares by up to 80 points
WIDE = 18.0  # points: the sum of what was rounded or hedged so coarsely proves nothing


def find(context: Context) -> Iterable[Group]:
    """One group for each place where shares may begin."""
    rule = context.rule("share-list", "parts", SHARE)
    if rule is None:
        return
    for flow in context.flows:
        flow = list(flow)
        for at, k in enumerate(flow):
            row = context.rows[k]
            if row.percent and row.role in (SHARE, BARE, RATIO):
                yield from _shares(context, rule.id, flow, at)


def _shares(context: Context, rule: str, flow: list[int], at: int) -> Iterator[Group]:
    """Percentages from flow[at] on that may make 100 together."""
    rows = context.rows
    first = rows[flow[at]]
    if first.size >= 100:
        return
    group = Group(first.figure, "shares")
    low, high, size, step = first.low, first.high, first.size, first.step
    members, last = [flow[at]], first
    before = rows[flow[at - 1]] if at else None
    opened = "y" if before is None or not _share_member(first, before) or before.sentence < first.sentence - 1 else "n"
    skipped = 0
    for k in flow[at + 1 : at + 40]:
        row = rows[k]
        if row.sentence > last.sentence + 1 or row.depth < first.depth:
            break
        if not _share_member(first, row):
            skipped += row.percent and row.depth == first.depth
            continue
        members.append(k)
        low, high, size, step, last = low + row.low, high + row.high, size + row.size, max(step, row.step), row
        if size > MOST or high - low > WIDE:
            break
        if size < LEAST:
            continue
        behind = flow.index(k, at) + 1
        end = _end(first, row, next((rows[j] for j in flow[behind : behind + 3] if rows[j].percent), None))
        group.candidates.append(_share_candidate(rule, context, members, low, high, step, end, opened, skipped))
    if group.candidates:
        yield group


def _end(first: Statement, row: Statement, nxt: Statement | None) -> str:
    """What comes behind the last share: e nothing near, s another sentence, c one that could go on, x another thing."""
    if nxt is None or nxt.sentence > row.sentence + 1 or nxt.depth < row.depth:
        return "e"
    if nxt.sentence != row.sentence:
        return "s"
    return "c" if _share_member(first, nxt) else "x"


def _share_member(first: Statement, row: Statement) -> bool:
    beside = row.depth == first.depth and (not row.depth or row.paren == first.paren)
    return (
        row.role in (SHARE, BARE, RATIO) and row.percent and beside and row.size < 100 and row.base in (0, first.base)
    )


def _share_candidate(
    rule: str,
    context: Context,
    members: list[int],
    low: float,
    high: float,
    step: float,
    end: str,
    opened: str,
    skipped: int,
) -> Candidate:
    rows = context.rows
    first, last = rows[members[0]], rows[members[-1]]
    fit = outcome(100.0, 100.0, low, high)
    chance = min(1.0, (high - low + step) / 60.0)
    roles = {rows[k].role for k in members}
    role = roles.pop() if len(roles) == 1 else "mix"
    cue = "S" if any((rows[k].cues | rows[k].far) & SHARES for k in members) else ""
    features = (
        f"h:{role}", f"h:k{bucket(len(members), 6)}", f"h:end{end}", f"h:open{opened}", f"h:span{scope(first, last)}",
        f"h:cue{cue}", f"h:skip{min(skipped, 3)}",
        f"h:rest{flag((last.cues | last.far) & (REST | REMAIN))}", f"h:edge{end}{opened}{role}",
        f"h:lead{flag((first.cues | first.far) & (LIST | COMPLETE))}{flag(first.colon)}", f"h:dec{flag(step < 1)}",
    )  # fmt: skip
    terms = tuple(("parts", k, 1) for k in members)
    return Candidate(rule, terms, features, fit, chance, gap=apart(low, high, 100.0, 100.0, 100.0))
