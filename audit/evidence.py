"""The learned weights: what the text says for a candidate, what its fit says, and how likely a miss is a real error.

`benchmarks/learn.py` writes them, as evidence.json; nobody types them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from audit.finders.base import CUT, MISS, Candidate

WRONG = 0.05  # the share of printed relations that are wrong (DESIGN 1)
CUTS = 0.02  # the share that hold only when cut
MOST_BITS = 14.0  # a fit proves no more than this: figures agree for other reasons, too
_MISSED = math.log(WRONG)


class _Weights(dict[str, float]):
    """Weights by feature; one that was never seen says nothing, and a kind never seen is unlikely."""

    def __missing__(self, feature: str) -> float:
        return -3.0 if feature[0] == "=" else 0.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """The learned weights: of features, and of each kind of candidate."""

    weights: Mapping[str, float]
    alarms: Mapping[str, float]

    @classmethod
    def of(cls, weights: Mapping[str, float], alarms: Mapping[str, float]) -> Evidence:
        """The evidence with these weights."""
        return cls(_Weights(weights), alarms)

    def alarm(self, features: Mapping[str, float]) -> float:
        """The probability that a miss is a real error."""
        return logistic(sum(self.alarms.get(name, 0.0) * value for name, value in features.items()))

    def score(self, candidate: Candidate) -> float:
        """The text's log-odds for a candidate against none."""
        if candidate.given is not None:
            return candidate.given
        return self.weights["=" + candidate.prefix] + sum(map(self.weights.__getitem__, candidate.features))


@cache
def evidence() -> Evidence:
    """The weights that came with this version."""
    data: dict[str, Any] = json.loads(resources.files("audit").joinpath("evidence.json").read_text(encoding="utf-8"))
    return Evidence.of(data["weights"], data["alarms"])


def logistic(odds: float) -> float:
    """The probability that these log-odds say."""
    return 0.5 + 0.5 * math.tanh(odds / 2)  # exp would overflow


def likelihood(candidate: Candidate) -> float:
    """The log-likelihood ratio of a candidate's fit, right against wrong."""
    if candidate.outcome == MISS:
        return _MISSED
    chance = max(candidate.chance, 2.0**-MOST_BITS)
    share = CUTS if candidate.outcome == CUT else 1.0 - WRONG
    return min(math.log(share / chance), MOST_BITS * math.log(2)) if chance < 1 else math.log(share)
