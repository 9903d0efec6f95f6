"""Evidence, in bits: the one place where it is decided what a figure is bound to, and what raises an alarm.

Of each group (one head, one kind of relation) at most one candidate is right. What the text says is a log-linear model
over few features; what the numbers say is the chance of so good a fit. With `e` the share of printed relations that are
wrong, a candidate c of text probability p(c) has the weight

    p(c) * (1 - e) / chance(c)   if it holds,       p(c) * e   if it does not,       p(none) * 1   for no candidate at all.

A holding candidate is bound when its share of that sum is large enough. A miss alarms when its share is, after a slip
that would mend it has been counted for it, or the lack of one against it. The weights are learned from unlabelled
reports and the open labels by `benchmarks/learn.py`; nobody types them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from audit.finders.base import CUT, HOLD, MISS, Candidate, Group

WRONG = 0.05  # the share of printed relations that are wrong (DESIGN 1)
CUTS = 0.02  # the share that hold only when cut
MOST_BITS = 14.0  # a fit proves no more than this: figures agree for other reasons, too


@dataclass(frozen=True, slots=True)
class Evidence:
    """The learned weights: of features, and of each kind of candidate."""

    weights: Mapping[str, float]

    def score(self, candidate: Candidate) -> float:
        """The text's log-odds for a candidate against none."""
        if candidate.given is not None:
            return candidate.given
        weights = self.weights
        total = weights.get("=" + candidate.features[0][0], -3.0)
        for feature in candidate.features:
            total += weights.get(feature, 0.0)
        return total


@cache
def evidence() -> Evidence:
    """The weights that came with this version."""
    data: dict[str, Any] = json.loads(resources.files("audit").joinpath("evidence.json").read_text(encoding="utf-8"))
    return Evidence(data["weights"])


def likelihood(candidate: Candidate) -> float:
    """The log-likelihood ratio of a candidate's fit, right against wrong."""
    if candidate.outcome == MISS:
        return math.log(WRONG)
    chance = max(candidate.chance, 2.0**-MOST_BITS)
    share = CUTS if candidate.outcome == CUT else 1.0 - WRONG
    return min(math.log(share / chance), MOST_BITS * math.log(2)) if chance < 1 else math.log(share)


@dataclass(slots=True)
class Decision:
    """A candidate with its share of its group's evidence; `text` is its probability by text alone."""

    group: Group
    candidate: Candidate
    share: float
    text: float
    rest: float  # the weight of everything else in the group


def weigh(group: Group, known: Evidence) -> list[Decision]:
    """The candidates of a group, heaviest first."""
    scores = [known.score(c) for c in group.candidates]
    top = max(0.0, *scores)
    exps = [math.exp(s - top) for s in scores]
    none = math.exp(-top)
    total = none + sum(exps)
    weights = [x / total * math.exp(likelihood(c)) for x, c in zip(exps, group.candidates, strict=True)]
    everything = sum(weights) + none / total
    decisions = [Decision(group, c, w / everything, x / total, everything - w) for c, w, x in zip(group.candidates, weights, exps, strict=True)]
    decisions.sort(key=lambda d: -d.share)
    return decisions


VERIFY, ALARM = 0.5, 0.6


def holding(groups: Iterable[Group], known: Evidence) -> tuple[list[Decision], list[list[Decision]]]:
    """Decisions that hold, most certain first and no figure twice in one slot; and the open groups, for alarms."""
    sure: list[Decision] = []
    open_: list[list[Decision]] = []
    for group in groups:
        decisions = weigh(group, known)
        best = decisions[0]
        if best.candidate.outcome != MISS and best.share >= VERIFY:
            sure.append(best)
        else:
            open_.append(decisions)
    sure.sort(key=lambda d: (-d.share, len(d.candidate.terms)))
    return _compatible(sure), open_


def _compatible(decisions: Sequence[Decision]) -> list[Decision]:
    """No set of figures twice; no figure a part of two totals."""
    seen: set[frozenset[int]] = set()
    parts: dict[int, int] = {}
    kept = []
    for decision in decisions:
        terms = decision.candidate.terms
        figures = frozenset(t[1] for t in terms)
        members = [t[1] for t in terms if t[0] == "parts"]
        if figures in seen or any(parts.get(k, 0) for k in members):
            continue
        seen.add(figures)
        for k in members:
            parts[k] = parts.get(k, 0) + 1
        kept.append(decision)
    return kept


__all__ = ["ALARM", "CUT", "HOLD", "VERIFY", "Decision", "Evidence", "evidence", "holding", "likelihood", "weigh"]
