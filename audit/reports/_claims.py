"""What a reader wants to know of a claim or finding: its roles, its stated figure, its place, its arithmetic redone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from audit import settle
from audit.identities import INTEGER, spelled
from audit.places import Places
from audit.records import SEVERITIES, Claim, Figure, Finding, Reading
from audit.reports._decimals import localized, nearest, plain
from audit.reports._visible import visible

if TYPE_CHECKING:
    from audit.reports import Options
    from audit.rulebook import Rule

_RELATION = re.compile(r"(<=|>=|=)")
_SIGNS = str.maketrans({"*": "×", "-": "−"})
_ENOUGH = 12


def roles(claim: Claim, rule: Rule) -> dict[str, int | list[int]]:
    """The figures of a claim by role, in the order of the rule; a role that may hold a list always holds one."""
    held: dict[str, list[int]] = {}
    for term in sorted(claim.terms, key=lambda term: term.position):
        held.setdefault(term.role, []).append(term.figure)
    order = [name for name in rule.roles if name in held]
    return {
        name: held[name] if rule.roles[name].many or len(held[name]) > 1 else held[name][0]
        for name in [*order, *(name for name in held if name not in rule.roles)]
    }


def stated_figure(claim: Claim, rule: Rule, reading: Reading) -> Figure | None:
    """The figure that the rest of the claim computes, if one is printed."""
    for term in claim.terms:
        if term.role == rule.stated:
            return reading.figures[term.figure]
    return None


def worst_first(findings: list[Finding]) -> list[Finding]:
    """Findings by severity, then in the order of the document."""
    return sorted(findings, key=lambda finding: (-SEVERITIES.index(finding.severity), finding.id))


def pointed_at(finding: Finding, reading: Reading, options: Options) -> Figure | None:
    """The figure to look at: the suspect, or the stated figure of the first claim, or that claim's first figure."""
    if finding.suspect is not None:
        return reading.figures[finding.suspect]
    for number in finding.claims:
        claim = reading.claims[number]
        stated = stated_figure(claim, options.rulebook[claim.rule], reading)
        if stated is not None or claim.figures:
            return stated or reading.figures[claim.figures[0]]
    return None


def finding_place(finding: Finding, reading: Reading, places: Places, options: Options) -> dict[str, Any]:
    """The place of the figure that a finding points at."""
    figure = pointed_at(finding, reading, options)
    return places.of(figure.block, figure.start) if figure else {}


def arithmetic(claim: Claim, reading: Reading, options: Options, words: Mapping[str, str]) -> str:
    """The computation with the printed numbers in it, to one digit more than is stated, and what is printed.

    ``48 / (469 − 48) = 11,40; printed: 12,9%``; of a bound, both its sides: ``130 ≤ 125``.
    """
    rule = options.rulebook[claim.rule]
    texts = _by_role(claim, reading)
    left, relation, right = _RELATION.split(rule.identity, maxsplit=1)
    if INTEGER in right and (whole := settle.integer(rule, claim.terms, reading.figures)) is not None:
        texts[INTEGER] = [str(whole)]
    joined = _substituted(right, texts)
    if relation != "=":
        return f"{_substituted(left, texts)} {relation.replace('<=', '≤').replace('>=', '≥')} {joined}"
    stated = stated_figure(claim, rule, reading)
    low, high = claim.computed_low, claim.computed_high
    if low is not None and high is not None:
        joined += f" = {_computed(low, high, stated, reading, words)}"
    return joined if stated is None else words["wanted"].format(arithmetic=joined, stated=_as_meant(stated, claim))


def _as_meant(stated: Figure, claim: Claim) -> str:
    """The stated figure as printed, with the minus that its words give it (``giảm 2`` is -2)."""
    fell = any(term.sign < 0 and term.figure == stated.id for term in claim.terms) and not stated.negative
    return ("-" if fell else "") + visible(stated.printed)


def _computed(low: Fraction, high: Fraction, stated: Figure | None, reading: Reading, words: Mapping[str, str]) -> str:
    decimals = stated.decimals if stated else 0
    exact = low == high and (low * 10**decimals).denominator == 1
    digits = decimals if exact else decimals + 1
    middle = (low + high) / 2
    text = localized(nearest(middle, digits), reading.number_format)
    unit = stated.unit if stated is not None and stated.unit in {"%", "‰"} else ""
    if stated is None or high - low <= Fraction(1, 10**decimals):
        return text + unit
    between = [localized(nearest(bound, digits), reading.number_format) for bound in (low, high)]
    return f"{text}{unit} ({words['about'].format(low=between[0], high=between[1])})"


def _by_role(claim: Claim, reading: Reading) -> dict[str, list[str]]:
    """The numbers of each role as text in the document's format; with their scale words where scales differ."""
    scales = {reading.figures[term.figure].scale for term in claim.terms if reading.figures[term.figure].unit != "%"}
    out: dict[str, list[str]] = {}
    for term in sorted(claim.terms, key=lambda term: term.position):
        figure = reading.figures[term.figure]
        negative = figure.negative != (term.sign < 0)
        text = localized(plain(figure.mantissa, figure.decimals, negative), reading.number_format)
        if len(scales) > 1 and figure.scale:
            text += f"×10^{figure.scale}"
        out.setdefault(term.role, []).append(text)
    return out


def _substituted(expression: str, texts: Mapping[str, list[str]]) -> str:
    held = {role: [_bracketed(text) for text in some] for role, some in texts.items()}
    return spelled(expression.translate(_SIGNS), {role: _shortened(some) for role, some in held.items()})


def _bracketed(text: str) -> str:
    return f"({text})" if text.startswith("-") else text


def _shortened(texts: list[str]) -> list[str]:
    return texts if len(texts) <= _ENOUGH else [*texts[: _ENOUGH - 1], "…", texts[-1]]
