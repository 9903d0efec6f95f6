"""Readings that speak for each other: totals in two columns of a table in words, shares of one and the same whole."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from audit.alarms import Decision
from audit.evidence import likelihood
from audit.finders.base import MISS

DEAR = math.log(4.0)  # what another fit must be worth before it speaks for this one: it could be chosen among several
AGAINST = math.log(4.0)  # what it costs that a percentage beside this one does not fit the same whole
NEAR = 16  # figures between two percentages that are said in one breath


def interleaved(groups: Iterable[Sequence[Decision]]) -> list[Decision]:
    """Totals whose parts stand beside those of another total that fits, too: two columns of one table in words.

    "nhận 900 vụ, xong 700 vụ … cấp tỉnh nhận 300, xong 250; cấp huyện nhận 600, xong 450": either speaks for the other.
    """
    groups = [group for group in groups if group[0].group.kind == "scattered"]
    found = []
    for group in groups:
        one = [t[1] for t in group[0].candidate.terms]
        for other in groups:
            two = [t[1] for t in other[0].candidate.terms]
            if len(one) != len(two) or one[0] == two[0]:
                continue
            first, second = (one, two) if one < two else (two, one)
            ordered = all(a < b for a, b in zip(first, second, strict=True))
            ordered = ordered and all(b < a for b, a in zip(second, first[1:], strict=False))
            if not ordered:
                continue
            odds = _odds(group[0].share) + likelihood(other[0].candidate) - DEAR
            if odds >= 0.0:
                found.append(group[0])
                break
    return found


def of_one_whole(open_groups: Iterable[Sequence[Decision]], sure: Iterable[Decision]) -> list[Decision]:
    """Shares that fit the whole which the shares beside them fit: "52% (166 ca) … 2,2% (7 ca)", of 318 cases before.

    Of each open group the likeliest reading, if its neighbours make it likelier than all others.
    """
    settled: defaultdict[tuple[str, ...], dict[int, int]] = defaultdict(dict)
    for decision in sure:
        for way, whole in _shared(decision):
            settled[way][decision.group.head] = whole
    fitting: defaultdict[tuple[tuple[str, ...], int], list[Decision]] = defaultdict(list)
    groups = [group for group in open_groups if group[0].group.kind == "percent"]
    for group in groups:
        for decision in group:
            for way, whole in _shared(decision):
                fitting[way, whole].append(decision)
    found = []
    for group in groups:
        best = max(group, key=lambda d: _joint(d, fitting, settled))
        if _joint(best, fitting, settled) >= 0.0:
            found.append(best)
    return found


def _shared(decision: Decision) -> Iterator[tuple[tuple[str, ...], int]]:
    """How a share and its part stand, and the whole that it takes."""
    candidate = decision.candidate
    if decision.group.kind == "percent" and candidate.terms[-1][0] == "whole":
        yield (candidate.rule, *candidate.features[2:4]), candidate.terms[-1][1]


def _joint(
    decision: Decision,
    fitting: dict[tuple[tuple[str, ...], int], list[Decision]],
    settled: dict[tuple[str, ...], dict[int, int]],
) -> float:
    """The log-odds of a reading, with what the percentages beside it say; minus infinity where they say nothing."""
    if decision.candidate.outcome == MISS:
        return -math.inf
    for way, whole in _shared(decision):
        head, said, odds = decision.group.head, False, _odds(decision.share)
        for other, taken in settled[way].items():
            if abs(other - head) <= NEAR:
                said, odds = said or taken == whole, odds + (2.0 * DEAR if taken == whole else -AGAINST)
        for beside in fitting[way, whole]:
            if beside.group.head != head and abs(beside.group.head - head) <= NEAR:
                fits = beside.candidate.outcome != MISS
                said, odds = said or fits, odds + (likelihood(beside.candidate) - DEAR if fits else -AGAINST)
        if said:
            return odds
    return -math.inf


def _odds(share: float) -> float:
    return math.log(max(share, 1e-9) / max(1e-9, 1.0 - share))
