"""Evidence, in bits: the one place where it is decided what a figure is bound to, and what raises an alarm.

Of each group (one head, one kind of relation) at most one candidate is right. What the text says is a log-linear model
over few features; what the numbers say is the chance of so good a fit. With `e` the share of printed relations that are
wrong, a candidate c of text probability p(c) has the weight

    p(c) * (1 - e) / chance(c)   if it holds,     p(c) * e   if it does not,     p(none) * 1   for no candidate at all.

A holding candidate is bound when its share of that sum is large enough. Whether a miss is a wrong figure or a wrong
binding is a second, small model: over the text's odds, how near it misses, and the slip that would mend it. All weights
are learned from unlabelled reports and open labels by `benchmarks/learn.py`; nobody types them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from audit.evidence import WRONG, Evidence, evidence, likelihood
from audit.finders.base import MISS, Candidate, Group
from audit.records import HOLDS, Claim, Figure, Term
from audit.rulebook import Rulebook
from audit.settle import settle
from audit.slips import mends
from audit.slots import Slots
from audit.statements import Statement


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


LEAST_TEXT = 0.05  # a miss that the text makes less likely is not looked at


def weigh(group: Group, known: Evidence) -> list[Decision]:
    """The candidates of a group, heaviest first; none where nothing fits and the text makes nothing likely."""
    scores = [known.score(c) for c in group.candidates]
    top = max(0.0, *scores)
    exps = [math.exp(s - top) for s in scores]
    none = math.exp(-top)
    total = none + sum(exps)
    if max(exps) < LEAST_TEXT * total and all(c.outcome == MISS for c in group.candidates):
        return []
    weights = [x / total * math.exp(likelihood(c)) for x, c in zip(exps, group.candidates, strict=True)]
    everything = sum(weights) + none / total
    decisions: list[Decision] = []
    decisions += [
        Decision(group, c, w / everything, x / total, decisions)
        for c, w, x in zip(group.candidates, weights, exps, strict=True)
    ]
    decisions.sort(key=lambda d: -d.share)
    return decisions


VERIFY = 0.5  # the share of its group's evidence that a holding candidate must have
ALARM = 0.4  # the probability of a real error from which a reviewer is told
NEAR = 0.03  # the relative gap at which a miss says nothing either way
MOST_TEXT, MOST_SLIP = 8.0, 7.0  # bits
TRIES = 3  # misses of a group that are looked at


def bind(
    groups: Iterable[Group], rulebook: Rulebook, figures: Sequence[Figure], rows: Sequence[Statement]
) -> list[Claim]:
    """The claims that are decided: those that hold, and the misses whose evidence is strong enough to alarm."""
    return Binder(rulebook, figures, rows).bind(groups)


def holding(groups: Iterable[Group], known: Evidence) -> tuple[list[Decision], list[list[Decision]]]:
    """Decisions that hold, most certain first and no figure twice in one slot; and the open groups, for alarms."""
    sure: list[Decision] = []
    others: list[list[Decision]] = []
    for group in groups:
        if group.candidates[0].bound:
            continue
        decisions = weigh(group, known)
        if not decisions:
            continue
        best = decisions[0]
        if best.candidate.outcome != MISS and best.share >= VERIFY:
            sure.append(best)
        else:
            others.append(decisions)
    fitting = [group for group in others if group[0].candidate.outcome != MISS]
    beside = _interleaved([group for group in fitting if group[0].group.kind == "scattered"])
    sure += beside
    rescued = {id(d) for d in beside}
    sure.sort(key=lambda d: (-d.share, len(d.candidate.terms)))
    return _compatible(sure), [group for group in others if id(group[0]) not in rescued]


def _interleaved(groups: Sequence[list[Decision]]) -> list[Decision]:
    """Totals whose parts stand beside those of another total that fits, too: two columns of one table in words.

    "nhận 900 vụ, xong 700 vụ … cấp tỉnh nhận 300, xong 250; cấp huyện nhận 600, xong 450": either speaks for the other.
    """
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
            odds = group[0].share / max(1e-9, 1.0 - group[0].share) * math.exp(likelihood(other[0].candidate)) / 4.0
            if odds >= 1.0:
                found.append(group[0])
                break
    return found


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


class Binder:
    """Binds the groups of one document."""

    def __init__(self, rulebook: Rulebook, figures: Sequence[Figure], rows: Sequence[Statement]) -> None:
        self.rulebook, self.figures, self.rows = rulebook, figures, rows
        self.known = evidence()

    def bind(self, groups: Iterable[Group]) -> list[Claim]:
        """Holding claims first, then the misses that are likely enough to be wrong figures."""
        groups = list(groups)
        sure, others = holding(groups, self.known)
        slots = self.slots(sure, others)
        claims = list(slots.claims)
        found = [claim for group in others for claim in self._alarms(group, slots)]
        found += [claim for group in groups if group.candidates[0].bound for claim in self._broken(group)]
        for claim in sorted(found, key=lambda c: -c.bits):
            if slots.free([(t.role, t.figure, t.sign) for t in claim.terms]):
                slots.add(claim)
                claims.append(claim)
        return claims

    def slots(self, sure: Iterable[Decision], others: Iterable[Sequence[Decision]]) -> Slots:
        """The decisions that hold, settled exactly, the slots that they fill, and the likely misses that are left."""
        slots = Slots([claim for decision in sure if (claim := self._settled(decision.candidate)).verdict in HOLDS])
        for group in others:
            likeliest = max(group, key=lambda d: d.text)
            if likeliest.candidate.outcome == MISS and likeliest.text >= VERIFY:
                slots.missed[likeliest.candidate.rule, self.binding(likeliest.candidate)].add(likeliest.group.head)
        return slots

    def misses(
        self, decisions: list[Decision], slots: Slots, least: float = ALARM
    ) -> Iterator[tuple[Decision, Claim, dict[str, float]]]:
        """The misses of a group that its text makes likely, settled, with the features of the alarm model.

        Those that could not reach the probability `least` with the best of slips are left out; one that holds after
        all, under an innocent reading, comes without features.
        """
        likely = sorted((d for d in decisions if d.candidate.outcome == MISS), key=lambda d: -d.text)[:TRIES]
        for decision in likely:
            if decision.text < LEAST_TEXT or not slots.free(decision.candidate.terms):
                continue
            if decision.text < VERIFY and self._hopeless(decision, least):
                continue
            features = self._features(decision, slots)
            promising = self.known.alarm(features | {"slip": MOST_SLIP}, self._doubt(decision, slots)) >= least
            if not promising and decision.text < VERIFY:
                continue
            claim = self._settled(decision.candidate)
            if claim.verdict in HOLDS:
                yield decision, claim, {}
            elif claim.verdict == "discrepant" and promising:
                echo = self._echo(claim, slots)
                if echo is None:
                    continue
                found = mends(self.rulebook[claim.rule], claim.terms, self.figures)
                slip = max(found[0].bits if found else 0.0, echo)
                yield decision, claim, features | {"no slip": 0.0 if found or slip else 1.0, "slip": slip}

    def binding(self, candidate: Candidate) -> str:
        """explicit: one sentence holds all terms; nearby: one paragraph; layout: a table; labelled: elsewhere."""
        if candidate.given is not None and not candidate.bound:
            return "layout"
        first, *rest = [self.rows[term[1]] for term in candidate.terms]
        if all(row.sentence == first.sentence for row in rest):
            return "explicit"
        return "nearby" if all(row.block == first.block for row in rest) else "labelled"

    def _alarms(self, decisions: list[Decision], slots: Slots) -> Iterable[Claim]:
        """The likeliest miss of an open group, if it is likely enough to be a wrong figure and not a wrong binding."""
        best: Claim | None = None
        for decision, claim, features in self.misses(decisions, slots):
            if claim.verdict in HOLDS:
                if decision.text >= VERIFY:
                    yield claim
                continue
            claim.bits = self.known.alarm(features, self._doubt(decision, slots))
            if claim.bits >= ALARM and (best is None or claim.bits > best.bits):
                best = claim
        if best is not None:
            yield best

    def _broken(self, group: Group) -> Iterator[Claim]:
        """Bounds that are broken: there is nothing to weigh, for they are proposed only where the text is explicit."""
        for candidate in group.candidates:
            claim = self._settled(candidate)
            if claim.verdict == "discrepant" and candidate.given is not None:
                claim.bits = 0.5 + 0.5 * math.tanh(candidate.given / 2)
                yield claim

    def _settled(self, candidate: Candidate) -> Claim:
        positions: dict[str, int] = {}
        terms = []
        for role, figure, sign in candidate.terms:
            position = positions.get(role, 0)
            positions[role] = position + 1
            terms.append(Term(role, figure, position, sign))
        claim = Claim(0, candidate.rule, tuple(terms), self.binding(candidate))
        return settle(self.rulebook[candidate.rule], claim.terms, self.figures).into(claim)

    def _features(self, decision: Decision, slots: Slots) -> dict[str, float]:
        """What speaks for a misprint, before slips are tried: the text, a small gap, how often this rule held here.

        Half of the real errors miss by little, evenly over the orders of magnitude; a wrong binding misses by anything.
        """
        candidate = decision.candidate
        kind = candidate.rule, self.binding(candidate)
        return {
            "one": 1.0,
            "text": MOST_TEXT if self._is_complete(candidate, slots) else self._odds(decision),
            "near": _near(candidate.gap),
            _kind(decision): 1.0,
            "rate": math.log2((1 + slots.rules[kind]) / (1 + len(slots.missed[kind]))),
            "rival": decision.rival,
            "hedged": float(bool(self.figures[candidate.terms[0][1]].hedge)),
        }

    @staticmethod
    def _odds(decision: Decision) -> float:
        """The text's odds for a candidate against none of its group, in bits."""
        none = max(1e-3, 1.0 - sum(d.text for d in decision.siblings))
        return min(MOST_TEXT, math.log2(decision.text / none))

    def _is_complete(self, candidate: Candidate, slots: Slots) -> bool:
        """Whether a parallel list of the same sentence closes, so that this one is complete, too."""
        role, head, _ = candidate.terms[0]
        if role != "whole" or self.binding(candidate) != "explicit":
            return False
        return slots.closes_beside(head, [t[1] for t in candidate.terms[1:]])

    def _echo(self, claim: Claim, slots: Slots) -> float | None:
        """Bits for the computed value to stand elsewhere in the document, of the same thing: there it was right.

        None where the very figures of this claim give that value in a claim that holds: they are not about this one.
        """
        stated = self.figures[claim.terms[0].figure]
        if stated.kind == "percent" or claim.computed_low is None or claim.computed_low != claim.computed_high:
            return 0.0
        row = self.rows[stated.id]
        wanted = abs(float(claim.computed_low)) * 10.0**stated.scale
        own = set(claim.figures)
        like = [r for r in self.rows if r.unit == row.unit and r.noun == row.noun and r.figure not in own]
        echoes = [r.figure for r in like if r.size == wanted]
        if any(frozenset(own - {stated.id} | {k}) in slots.sets for k in echoes):
            return None
        return max(0.0, min(MOST_SLIP, math.log2(wanted / len(like)))) if echoes and wanted >= 100 else 0.0

    def _hopeless(self, decision: Decision, least: float) -> bool:
        """Whether a miss stays below a probability even with the best of everything that takes longer to find."""
        best = {
            "one": 1.0,
            "text": self._odds(decision),
            "near": _near(decision.candidate.gap),
            "slip": MOST_SLIP,
            "rate": 0.0,
            _kind(decision): 1.0,
        }
        terms = decision.candidate.terms
        long = terms[0][0] == "whole" and len(terms) > 3
        return self.known.alarm(best) < least and not long

    def _doubt(self, decision: Decision, slots: Slots) -> float:
        """What misses again and again here is bound wrongly: each further miss would be one more error."""
        kind = decision.candidate.rule, self.binding(decision.candidate)
        if self._is_complete(decision.candidate, slots):
            return 0.0
        return max(0.0, len(slots.missed[kind]) - 1 - slots.rules[kind] / 4) * -math.log(WRONG)


def _near(gap: float) -> float:
    """Bits for a miss to be a small one."""
    return max(-1.0, min(6.0, math.log2(NEAR / gap))) if gap > 0 else 6.0


def _kind(decision: Decision) -> str:
    return "kind " + decision.group.kind.split("@")[0].split(":")[0]
