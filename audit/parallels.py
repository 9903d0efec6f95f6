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


def _odds(share: float) -> float:
    return math.log(max(share, 1e-9) / max(1e-9, 1.0 - share))
