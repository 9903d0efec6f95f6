"""How bad a broken claim is: from its excess, how surely it is bound, and what innocent habit could explain it."""

from __future__ import annotations

from audit import settle, slips
from audit.records import HOLDS, Claim, Figure, Reading
from audit.rulebook import Rule, Rulebook
from audit.settings import Office

FAR = 5.0  # units of the last digit
_MOST_ZEROS = 3


class Severity:
    """Judges the discrepant claims of one document."""

    def __init__(self, reading: Reading, rulebook: Rulebook, office: Office) -> None:
        self.reading = reading
        self.rulebook = rulebook
        self.forced = frozenset() if office.shares_to_100 is False else shares_that_close(reading, rulebook)

    def of(self, claim: Claim) -> tuple[str, str | None]:
        """The severity of a broken claim, and the name of the habit that excuses it to a note."""
        rule = self.rulebook[claim.rule]
        figures = [self.reading.figures[number] for number in claim.figures]
        excess = claim.excess if claim.excess is not None else float("inf")
        exact = all(figure.exact for figure in figures)
        if rule.operation == "bound":
            return ("error" if exact or excess > FAR or "whole" in rule.roles else "warning"), None
        if exact:
            return "error", None
        stated = next((self.reading.figures[t.figure] for t in claim.terms if t.role == rule.stated), None)
        if excess <= 1:
            if stated is not None and not stated.exact and stated.mantissa % 10 == 0 and stated.decimals:
                return "note", "two_steps"
            if stated is not None and stated.id in self.forced:
                return "note", "forced"
            if claim.binding != "explicit":
                return "note", "one_unit"
        if self._padded(claim, rule):
            return "note", "padded"
        return ("error" if excess > FAR else "warning"), None

    def _padded(self, claim: Claim, rule: Rule) -> bool:
        """Whether the claim holds once whole numbers that end in zeros are read as rounded there."""
        figures = self.reading.figures
        coarse = [_coarser(figures[number]) for number in claim.figures if _zeros(figures[number])]
        if not coarse:
            return False
        return settle.fits(rule, claim.terms, slips.trial(claim.terms, figures, *coarse))


def shares_that_close(reading: Reading, rulebook: Rulebook) -> frozenset[int]:
    """Shares in a list that adds up to exactly 100, one of which may have been nudged to make it so."""
    found: set[int] = set()
    for claim in reading.claims:
        rule = rulebook[claim.rule]
        if rule.stated is None and rule.operation == "sum" and claim.verdict in HOLDS:
            low, high, goal = claim.computed_low, claim.computed_high, claim.stated_low
            if low is not None and high is not None and low + high == 2 * (goal or 0):
                found.update(claim.figures)
    return frozenset(found)


def _zeros(figure: Figure) -> int:
    """How many zeros at the end of a rounded whole number may be padding: three significant digits have to stay."""
    if figure.exact or figure.decimals or figure.hedge or not figure.mantissa:
        return 0
    text = str(figure.mantissa)
    zeros = min(len(text) - len(text.rstrip("0")), _MOST_ZEROS)
    return zeros if len(text) - zeros >= 3 else 0


def _coarser(figure: Figure) -> Figure:
    reach = 10 ** _zeros(figure)
    middle = -2 * figure.mantissa if figure.negative else 2 * figure.mantissa
    return Figure(
        figure.id, figure.block, figure.start, figure.end, figure.printed, figure.mantissa, 0, middle - reach,
        middle + reach, figure.negative, figure.scale, figure.unit, figure.noun, figure.kind,
    )  # fmt: skip
