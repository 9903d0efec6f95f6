"""Ranks as numbers: none is beyond the places that there are, and a move leads as many steps as are told.

"Xếp thứ 38/63, tăng 5 bậc, từ hạng 43 lên hạng 38": a smaller number is a better rank.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from audit.finders.base import HOLD, MISS, Candidate, Context, Group, RuleLike, breach
from audit.statements import FROM, RANGE, Statement

SURE = 3.0  # log-odds of a move whose steps and both ranks stand in one sentence
CHANCE = 0.02  # the steps between two ranks are as few by accident
AROUND = 4  # figures on either side of the steps


def find(context: Context) -> Iterable[Group]:
    """One group for each rank beyond its places, and one for the steps of each move between two ranks."""
    within = context.rule("standing", "rank", RANGE)
    moved = context.rule("standing-move", "previous", RANGE)
    for k, n in context.ranks.items():
        if within is not None and n >= 0 and context.rows[k].size > context.rows[n].size:
            gap = (context.rows[k].size - context.rows[n].size) / context.rows[k].size
            yield breach(within.id, "standing", (("rank", k, 1), ("places", n, 1)), gap)
    if moved is None or len(context.ranks) < 2:
        return
    for flow in context.flows:
        for at, k in enumerate(flow):
            row = context.rows[k]
            if row.noun in context.steps and row.size > 0 and not row.standing:
                yield from _move(context, moved, flow, at)


def _move(context: Context, rule: RuleLike, flow: Sequence[int], at: int) -> Iterator[Group]:
    """The steps at a place, from the one rank of its sentence that is where they begin to the one where they end."""
    steps = context.rows[flow[at]]
    near = [context.rows[k] for k in flow[max(0, at - AROUND) : at + AROUND + 1] if k in context.ranks]
    ranks = [row for row in near if row.sentence == steps.sentence]
    begins = [row for row in ranks if row.cues & FROM]
    ends = [row for row in ranks if not row.cues & FROM]
    if len(begins) != 1 or len(ends) != 1:
        return
    yield Group(steps.figure, "standing", [_candidate(rule.id, steps, begins[0], ends[0])])


def _candidate(rule: str, steps: Statement, previous: Statement, current: Statement) -> Candidate:
    moved = previous.size - current.size
    sign = 1 if moved > 0 else -1
    holds = moved == sign * steps.size
    terms = (("steps", steps.figure, sign), ("previous", previous.figure, 1), ("current", current.figure, 1))
    gap = abs(abs(moved) - steps.size) / max(previous.size, current.size)
    fit = HOLD if holds else MISS
    return Candidate(rule, terms, ("standing:move",), fit, CHANCE, SURE, gap, bound=not holds)
