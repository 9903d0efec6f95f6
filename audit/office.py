"""How an office writes, where it has said so, decides claims that were otherwise a matter of guessing."""

from __future__ import annotations

from dataclasses import replace

from audit import settle, slips
from audit.records import Claim, Figure, Reading
from audit.rulebook import Rule, Rulebook
from audit.settings import Office
from audit.severity import shares_that_close

_ADDED = ("sum", "difference")
_TELLING, _OFTEN, _LARGE = 8, 0.9, 1000  # so many different whole numbers of that size, of which so many end in zeros
_POWERS = 3, 2


def apply(reading: Reading, rulebook: Rulebook, office: Office) -> None:
    """Settle claims anew under an office's habits, before the gate.

    Sums of numbers that the office rounds may differ by the rounding; a share that it nudges, to make its list 100,
    may differ by one unit; a figure that an office cuts although it says that it rounds is wrong.
    """
    power = _guessed(reading) if office.rounds is None else office.rounds
    nudged = shares_that_close(reading, rulebook) if office.shares_to_100 else frozenset()
    for claim in reading.claims:
        rule = rulebook[claim.rule]
        if claim.verdict == "truncated" and office.truncates is False:
            settle.settle(rule, claim.terms, reading.figures, cut=False).into(claim)
        if claim.verdict != "discrepant":
            continue
        wider = _rounded(claim, rule, reading, power) or _nudged(claim, rule, reading, nudged)
        if wider:
            settled = settle.settle(rule, claim.terms, slips.trial(claim.terms, reading.figures, *wider))
            if settled.verdict == "consistent":
                settled.into(claim)


def _guessed(reading: Reading) -> int:
    """The power of ten to which a document rounds its whole numbers: nearly all of them end in so many zeros."""
    whole = {f.mantissa for f in reading.figures if not f.decimals and not f.scale and f.mantissa >= _LARGE}
    if len(whole) < _TELLING:
        return 0
    return next((p for p in _POWERS if sum(n % 10**p == 0 for n in whole) >= _OFTEN * len(whole)), 0)


def _rounded(claim: Claim, rule: Rule, reading: Reading, power: int) -> list[Figure]:
    """The figures of a sum as wide as their rounding, if all of them show it."""
    figures = [reading.figures[number] for number in claim.figures]
    step = 10**power
    if not power or rule.operation not in _ADDED or any(f.decimals or f.mantissa % step for f in figures):
        return []
    return [_widened(figure, step) for figure in figures]


def _nudged(claim: Claim, rule: Rule, reading: Reading, nudged: frozenset[int]) -> list[Figure]:
    """The stated share with a unit of its last digit on either side."""
    stated = next((reading.figures[term.figure] for term in claim.terms if term.role == rule.stated), None)
    return [] if stated is None or stated.id not in nudged else [_widened(stated, 3)]


def _widened(figure: Figure, step: int) -> Figure:
    """The figure, give or take half a step of its last digit; what it leans to it still leans to."""
    reach = max(step - (figure.high2 - figure.low2) // 2, 0)
    return replace(figure, low2=figure.low2 - reach, high2=figure.high2 + reach)
