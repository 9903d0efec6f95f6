"""Readings that speak for each other: totals in two columns of a table in words, shares of one and the same whole."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from audit.alarms import Decision
from audit.evidence import likelihood

DEAR = math.log(4.0)  # what another fit must be worth before it speaks for this one: it could be chosen among several
AGAINST = math.log(4.0)  # what it costs that a percentage beside this one does not fit the same whole
NEAR = 16  # figures between two percentages that are said in one breath


def interleaved(groups: Iterable[Sequence[Decision]]) -> list[Decision]:
    """Totals whose parts stand beside those of another total that fits, too: two columns of one table in words.

    "nhận 900 vụ, xong 700 vụ … cấp tỉnh nhận 300, xong 250; cấp huyện nhận 600, xong 450": either speaks for the other.
    """
    lists = [([t[1] for t in group[0].candidate.terms], group[0]) for group in groups if _is_scattered(group[0])]
    lists.sort(key=lambda one: one[0])
    found: list[Decision] = []
    for at, (first, one) in enumerate(lists):
        for second, other in lists[at + 1 :]:
            if second[0] >= first[1]:
                break
            if len(first) == len(second) and _interleave(first, second):
                found += [a for a, b in ((one, other), (other, one)) if _speaks_for(b, a)]
    return list({id(decision): decision for decision in found}.values())


def _is_scattered(decision: Decision) -> bool:
    return decision.group.kind == "scattered"


def _interleave(first: Sequence[int], second: Sequence[int]) -> bool:
    """Whether two totals and their parts stand by turns."""
    by_turns = all(a < b for a, b in zip(first, second, strict=True))
    return by_turns and all(b < a for b, a in zip(second, first[1:], strict=False))


def _speaks_for(other: Decision, one: Decision) -> bool:
    return _odds(one.share) + likelihood(other.candidate) >= DEAR


def _odds(share: float) -> float:
    return math.log(max(share, 1e-9) / max(1e-9, 1.0 - share))
