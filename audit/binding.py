"""Evidence, in bits: the one place where it is decided what a figure is bound to, and what raises an alarm.

Of each group (one head, one kind of relation) at most one candidate is right. What the text says is a log-linear model
over few features; what the numbers say is the chance of so good a fit. With `e` the share of printed relations that are
wrong, a candidate c of text probability p(c) has the weight

    p(c) * (1 - e) / chance(c)   if it holds,       p(c) * e   if it does not,       p(none) * 1   for no candidate at all.

A holding candidate is bound when its share of that sum is large enough. Whether a miss is a wrong figure or a wrong
binding is a second, small model: over the text's odds, how near it misses, and the slip that would mend it. All weights
are learned from unlabelled reports and open labels by `benchmarks/learn.py`; nobody types them.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from audit.finders.base import CUT, HOLD, MISS, Candidate, Group
from audit.records import HOLDS, Claim, Figure, Term
from audit.rulebook import Rulebook
from audit.settle import settle
from audit.slips import mends

WRONG = 0.05  # the share of printed relations that are wrong (DESIGN 1)
CUTS = 0.02  # the share that hold only when cut
MOST_BITS = 14.0  # a fit proves no more than this: figures agree for other reasons, too


@dataclass(frozen=True, slots=True)
class Evidence:
    """The learned weights: of features, and of each kind of candidate."""

    weights: Mapping[str, float]
    alarms: Mapping[str, float]

    def alarm(self, features: Mapping[str, float], doubt: float = 0.0) -> float:
        """The probability that a miss is a real error; `doubt` is what the document says against its construction."""
        odds = sum(self.alarms.get(name, 0.0) * value for name, value in features.items()) - doubt
        return 1.0 / (1.0 + math.exp(-odds))

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
    return Evidence(data["weights"], data["alarms"])


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
    siblings: list[Decision]

    @property
    def rival(self) -> float:
        """The share of the candidates that hold, in the evidence of the group."""
        return sum(d.share for d in self.siblings if d.candidate.outcome != MISS)


def weigh(group: Group, known: Evidence) -> list[Decision]:
    """The candidates of a group, heaviest first."""
    scores = [known.score(c) for c in group.candidates]
    top = max(0.0, *scores)
    exps = [math.exp(s - top) for s in scores]
    none = math.exp(-top)
    total = none + sum(exps)
    weights = [x / total * math.exp(likelihood(c)) for x, c in zip(exps, group.candidates, strict=True)]
    everything = sum(weights) + none / total
    decisions: list[Decision] = []
    decisions += [Decision(group, c, w / everything, x / total, decisions) for c, w, x in zip(group.candidates, weights, exps, strict=True)]
    decisions.sort(key=lambda d: -d.share)
    return decisions


VERIFY = 0.5  # the share of its group's evidence that a holding candidate must have
ALARM = 0.35  # the probability of a real error from which a reviewer is told
NEAR = 0.03  # the relative gap at which a miss says nothing either way
TRIES = 3  # misses of a group that are looked at


def bind(groups: Iterable[Group], rulebook: Rulebook, figures: Sequence[Figure]) -> list[Claim]:
    """The claims that are decided: those that hold, and the misses whose evidence is strong enough to alarm."""
    sure, others = holding(groups, evidence())
    taken = settled_slots(sure, others, rulebook, figures)
    claims = list(taken.claims)
    found = [claim for group in others for claim in _misses(group, rulebook, figures, taken)]
    for claim in sorted(found, key=lambda c: -c.bits):
        if taken.free(claim):
            taken.add(claim)
            claims.append(claim)
    return claims


def settled_slots(sure: Iterable[Decision], others: Iterable[Sequence[Decision]], rulebook: Rulebook, figures: Sequence[Figure]) -> _Taken:
    """The decisions that hold, settled exactly, the slots that they fill, and the likely misses that are left."""
    taken = _Taken([claim for decision in sure if (claim := _settled(decision, rulebook, figures)).verdict in HOLDS])
    for group in others:
        likeliest = max(group, key=lambda d: d.text)
        if likeliest.candidate.outcome == MISS and likeliest.text >= VERIFY:
            taken.missed[likeliest.candidate.rule, likeliest.candidate.binding] += 1
    return taken


def holding(groups: Iterable[Group], known: Evidence) -> tuple[list[Decision], list[list[Decision]]]:
    """Decisions that hold, most certain first and no figure twice in one slot; and the open groups, for alarms."""
    sure: list[Decision] = []
    others: list[list[Decision]] = []
    for group in groups:
        decisions = weigh(group, known)
        best = decisions[0]
        if best.candidate.outcome != MISS and best.share >= VERIFY:
            sure.append(best)
        else:
            others.append(decisions)
    sure.sort(key=lambda d: (-d.share, len(d.candidate.terms)))
    return _compatible(sure), others


def _compatible(decisions: Sequence[Decision]) -> list[Decision]:
    """No set of figures twice; no figure a part of two totals."""
    seen: set[frozenset[int]] = set()
    parts: set[int] = set()
    kept = []
    for decision in decisions:
        terms = decision.candidate.terms
        figures = frozenset(t[1] for t in terms)
        grid = decision.candidate.given is not None
        members = [] if grid else [t[1] for t in terms if t[0] == "parts"]
        if figures in seen or not parts.isdisjoint(members):
            continue
        seen.add(figures)
        parts.update(members)
        kept.append(decision)
    return kept


def _settled(decision: Decision, rulebook: Rulebook, figures: Sequence[Figure]) -> Claim:
    candidate = decision.candidate
    positions: dict[str, int] = {}
    terms = []
    for role, figure, sign in candidate.terms:
        position = positions.get(role, 0)
        positions[role] = position + 1
        terms.append(Term(role, figure, position, sign))
    claim = Claim(0, candidate.rule, tuple(terms), candidate.binding)
    return settle(rulebook[candidate.rule], claim.terms, figures).into(claim)


def _misses(decisions: list[Decision], rulebook: Rulebook, figures: Sequence[Figure], taken: _Taken) -> Iterable[Claim]:
    """The likeliest miss of an open group, if it is likely enough to be a wrong figure and not a wrong binding."""
    best: Claim | None = None
    for decision, claim, features in misses(decisions, rulebook, figures, taken):
        if claim.verdict in HOLDS:
            if decision.text >= VERIFY:
                yield claim
            continue
        claim.bits = evidence().alarm(features, taken.doubt(claim))
        if claim.bits >= ALARM and (best is None or claim.bits > best.bits):
            best = claim
    if best is not None:
        yield best


def misses(decisions: list[Decision], rulebook: Rulebook, figures: Sequence[Figure], taken: _Taken) -> Iterator[tuple[Decision, Claim, dict[str, float]]]:
    """The misses of a group that its text makes likely, settled, with the features of the alarm model."""
    likely = sorted((d for d in decisions if d.candidate.outcome == MISS), key=lambda d: -d.text)[:TRIES]
    for decision in likely:
        if decision.text < 0.05 or not taken.free_terms(decision.candidate.terms):
            continue
        claim = _settled(decision, rulebook, figures)
        if claim.verdict in HOLDS:
            yield decision, claim, {}
        elif claim.verdict == "discrepant":
            yield decision, claim, alarm_features(decision, claim, rulebook, figures, taken)


def alarm_features(decision: Decision, claim: Claim, rulebook: Rulebook, figures: Sequence[Figure], taken: _Taken) -> dict[str, float]:
    """What speaks for a misprint: the text, a small gap, a slip that mends it, and how often this rule held in the document.

    Half of the real errors miss by little, evenly over the orders of magnitude; a wrong binding misses by anything.
    """
    found = mends(rulebook[claim.rule], claim.terms, figures)
    gap = decision.candidate.gap
    none = max(1e-3, 1.0 - sum(d.text for d in decision.siblings))
    if taken.closes_beside([term.figure for term in claim.terms if term.role == "parts"]):
        none = max(1e-3, none * WRONG)  # the list is complete
    return {
        "one": 1.0, "text": min(8.0, math.log2(decision.text / none)), "near": max(-1.0, min(6.0, math.log2(NEAR / gap))) if gap > 0 else 6.0,
        "no slip": 0.0 if found else 1.0, "slip": found[0].bits if found else 0.0, "kind " + decision.group.kind.split("@")[0].split(":")[0]: 1.0,
        "held": math.log2(1 + taken.rules[claim.rule, claim.binding]), "rival": decision.rival,
    }  # fmt: skip


class _Taken:
    """Which slots are filled, so that no figure is alarmed about in a place where it is known to be right."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        self.claims = claims
        self.sets: set[frozenset[int]] = set()
        self.wholes: dict[int, list[set[int]]] = {}
        self.heads: set[tuple[str, int]] = set()
        self.rules: Counter[tuple[str, str]] = Counter()  # claims that hold, by rule and binding
        self.missed: Counter[tuple[str, str]] = Counter()  # likely misses, by rule and binding
        for claim in claims:
            self.add(claim)

    def add(self, claim: Claim) -> None:
        figures = claim.figures
        self.sets.add(frozenset(figures))
        self.rules[claim.rule, claim.binding] += claim.verdict in HOLDS
        self.heads.add((claim.terms[0].role, claim.terms[0].figure))
        members = {term.figure for term in claim.terms if term.role == "parts"}
        if members:
            self.wholes.setdefault(claim.terms[0].figure, []).append(members)

    def closes_beside(self, members: Sequence[int]) -> bool:
        """Whether a list of another measure, member by member beside this one, adds up: 30 + 100 + 100 = 230 gifts."""
        own = sorted(members)
        for lists in self.wholes.values():
            for other in map(sorted, lists):
                if len(other) == len(own) > 2 and len(merged := sorted([*own, *other])) == 2 * len(own):
                    first, second = (own, other) if own[0] < other[0] else (other, own)
                    if merged[::2] == first and merged[1::2] == second:
                        return True
        return False

    def doubt(self, claim: Claim) -> float:
        """A construction that misses again and again here is bound wrongly: each further miss would be one more error."""
        kind = claim.rule, claim.binding
        return max(0.0, self.missed[kind] - 1 - self.rules[kind] / 4) * -math.log(WRONG)

    def free(self, claim: Claim) -> bool:
        return self.free_terms([(t.role, t.figure, t.sign) for t in claim.terms])

    def free_terms(self, terms: Sequence[tuple[str, int, int]]) -> bool:
        """Whether a miss on these terms would contradict nothing that already holds."""
        if frozenset(t[1] for t in terms) in self.sets:
            return False
        role, head, _ = terms[0]
        members = {t[1] for t in terms if t[0] == "parts"}
        if not members:
            return (role, head) not in self.heads
        if any(members & other for others in self.wholes.values() for other in others):
            return False
        return not (role == "whole" and head in self.wholes)


__all__ = ["ALARM", "CUT", "HOLD", "VERIFY", "Decision", "Evidence", "bind", "evidence", "holding", "likelihood", "weigh"]
