"""From broken claims to causes: one wrong figure may break several claims, and they are told as one.

Claims belong to one cause only if one change of one figure makes all of them hold. Claims that hold speak for their
figures: a change that would break one of them is an unlikely mend.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from audit import misprints, slips
from audit.records import HOLDS, Claim, Figure, Reading
from audit.rulebook import Rulebook

_AGREEMENT = 3.0  # bits for another claim that the same change mends, or against a change that breaks a sound one
_STATED = 1.0  # results are misprinted oftener than what they are computed from
_NO_SLIP = -1.0
_SEEN = 2.0  # bits for the mended figure standing elsewhere in the report
_DECIDES = 2.0  # the suspect has to lead by so much
_NEAR = 6  # figures on either side that may have been taken for one another
_FEW = 40  # of the claims around a figure, so many are asked


@dataclass(slots=True)
class Cause:
    """Broken claims that one change mends; without a suspect, exactly one claim.

    `bits` says how sure the suspect is, `ways` are (figure, printed) changes of which nothing decides for one.
    """

    claims: list[Claim]
    suspect: int | None = None
    suggestion: str | None = None
    kind: str | None = None
    bits: float = 0.0
    ways: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Change:
    """A figure as it would be, and what comes of it."""

    figure: Figure
    printed: str
    kind: str | None
    bits: float
    mended: list[Claim] = field(default_factory=list)
    harmed: int = 0

    @property
    def score(self) -> float:
        return self.bits + _AGREEMENT * (len(self.mended) - 1 - self.harmed)


def find(reading: Reading, rulebook: Rulebook) -> list[Cause]:
    """Every discrepant claim in exactly one cause."""
    claims = sorted(reading.claims, key=lambda claim: in_order(claim, reading))
    broken = [claim for claim in claims if claim.verdict == "discrepant"]
    if not broken:
        return []
    court = _Court(reading, rulebook, claims, broken)
    left = {claim.id: claim for claim in broken}
    causes: list[Cause] = []
    for change in court.shared():
        mended = [claim for claim in change.mended if claim.id in left]
        if len(mended) > 1:
            causes.append(Cause(mended, change.figure.id, change.printed, change.kind, change.score))
            for claim in mended:
                del left[claim.id]
    causes.extend(court.alone(claim) for claim in left.values())
    return causes


def in_order(claim: Claim, reading: Reading) -> tuple[list[int], str, list[tuple[str, int, int, int]]]:
    """The order of claims in the document, whatever the order in which they were found."""
    terms = sorted((term.role, reading.figures[term.figure].start, term.sign, term.position) for term in claim.terms)
    return sorted(start for _, start, _, _ in terms), claim.rule, terms


def thousands(reading: Reading) -> str:
    """The number format if the document's own numbers show its separators of thousands, else nothing."""
    long = [figure for figure in reading.figures if not figure.decimals and figure.mantissa > 999]
    marked = sum(not figure.printed.strip("-+−–()%‰ ").isdecimal() for figure in long)
    return "" if long and 2 * marked < len(long) else reading.number_format


class _Court:
    """What the claims of one document say for and against changes of its figures."""

    def __init__(self, reading: Reading, rulebook: Rulebook, claims: Sequence[Claim], broken: Sequence[Claim]) -> None:
        self.figures = reading.figures
        self.rulebook = rulebook
        self.broken: dict[int, list[Claim]] = defaultdict(list)
        self.sound: dict[int, list[Claim]] = defaultdict(list)
        self.number_format = thousands(reading)
        involved = {figure for claim in broken for figure in claim.figures}
        for claim in claims:
            if claim.verdict == "discrepant":
                held = self.broken
            elif claim.verdict in HOLDS and rulebook[claim.rule].operation != "bound":
                held = self.sound
            else:
                continue
            for figure in involved.intersection(claim.figures):
                held[figure].append(claim)
        self.printed: dict[tuple[int, int, int, str], int] = defaultdict(int)
        for printed in reading.figures:
            self.printed[_value(printed)] += 1
        self.needs = {claim.id: self._needs(claim) for claim in broken}
        self.slips = {claim.id: self._slips(claim) for claim in broken}

    def shared(self) -> Iterator[_Change]:
        """Changes that mend more than one claim, the most convincing first."""
        changes: dict[tuple[int, int, int], _Change] = {}
        for number, claims in self.broken.items():
            if len(claims) < 2:
                continue
            for claim in claims[:_FEW]:
                for change in self._changes(claim, number):
                    key = (number, change.figure.mantissa, change.figure.decimals)
                    held = changes.get(key)
                    if held is None or (held.bits, held.kind or "") < (change.bits, change.kind or ""):
                        changes[key] = change
        for change in changes.values():
            self._judge(change)
        good = [change for change in changes.values() if len(change.mended) > 1 and change.harmed < len(change.mended)]
        good.sort(key=lambda c: (-c.score, c.figure.start, c.printed))
        yield from good

    def alone(self, claim: Claim) -> Cause:
        """The cause of one broken claim, with a suspect where one figure stands out."""
        best: dict[int, _Change] = {}
        stated = self.rulebook[claim.rule].stated
        role = {term.figure: term.role for term in claim.terms}
        for number in claim.figures:
            for change in self._changes(claim, number):
                self._judge(change)
                change.bits += _STATED * (role[number] == stated)
                if number not in best or best[number].score < change.score:
                    best[number] = change
        ranked = sorted(best.values(), key=lambda c: (-c.score, c.figure.start))
        if not ranked or (len(ranked) == 1 and len(claim.figures) > 1):
            return Cause([claim])
        ways = [(change.figure.id, change.printed) for change in ranked[:2]]
        lead = ranked[0].score - (ranked[1].score if len(ranked) > 1 else 0.0)
        first = ranked[0]
        if lead < _DECIDES or first.harmed or (first.kind is None and not self._cleared(claim, first)):
            return Cause([claim], kind=first.kind, ways=ways)
        return Cause([claim], first.figure.id, first.printed, first.kind, first.score)

    def _cleared(self, claim: Claim, change: _Change) -> bool:
        """Whether sound claims speak for every other figure."""
        return all(self.sound[number] for number in claim.figures if number != change.figure.id)

    def _changes(self, claim: Claim, number: int) -> list[_Change]:
        figure = self.figures[number]
        found: list[_Change] = []
        for mend in self.slips[claim.id].get(number, ()):
            changed = self._as_printed(figure, mend)
            if changed is not None:
                found.append(_Change(changed, mend.printed, mend.kind, mend.bits + self._seen(changed)))
        need = self.needs[claim.id].get(number)
        if need is not None and need.middle >= 0:
            mantissa = slips.nearest(figure, need)
            changed = slips.changed(figure, mantissa, figure.decimals)
            printed = misprints.reprint(figure.printed, figure.decimals, mantissa, figure.decimals, self.number_format)
            if mantissa != figure.mantissa and all(change.printed != printed for change in found):
                found.append(_Change(changed, printed, None, _NO_SLIP + self._seen(changed)))
        return found

    def _as_printed(self, figure: Figure, mend: slips.Mend) -> Figure | None:
        if mend.kind == "sign":
            return None
        return slips.changed(figure, mend.mantissa, mend.decimals)

    def _judge(self, change: _Change) -> None:
        number = change.figure.id
        change.mended = [claim for claim in self.broken[number][:_FEW] if self._holds(claim, change.figure)]
        change.harmed = sum(not self._holds(claim, change.figure) for claim in self.sound[number][:_FEW])

    def _holds(self, claim: Claim, figure: Figure) -> bool:
        return slips.holds_with(self.rulebook[claim.rule], claim.terms, self.figures, figure)

    def _seen(self, figure: Figure) -> float:
        return _SEEN * (figure.mantissa > 99 and self.printed.get(_value(figure), 0) > 0)

    def _needs(self, claim: Claim) -> dict[int, slips.Need]:
        rule = self.rulebook[claim.rule]
        return {need.figure: need for need in slips.needs(rule, claim.terms, self.figures)}

    def _slips(self, claim: Claim) -> dict[int, list[slips.Mend]]:
        around = {other for number in claim.figures for other in range(number - _NEAR, number + _NEAR + 1)}
        near = sorted(other for other in around.difference(claim.figures) if 0 <= other < len(self.figures))
        found: dict[int, list[slips.Mend]] = defaultdict(list)
        rule = self.rulebook[claim.rule]
        wanted = list(self.needs[claim.id].values())
        for mend in slips.mends(
            rule, claim.terms, self.figures, neighbours=near, number_format=self.number_format, wanted=wanted
        ):
            found[mend.figure].append(mend)
        return found


def _value(figure: Figure) -> tuple[int, int, int, str]:
    return figure.mantissa, figure.decimals, figure.scale, figure.unit or figure.noun
