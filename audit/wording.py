"""What a finding says: the arithmetic redone with the printed numbers, in the words of the rule and of the language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from audit import languages, misprints, settle
from audit.causes import Cause
from audit.identities import INTEGER
from audit.records import Claim, Figure, Reading, Term
from audit.rulebook import Rule

_ENOUGH = 12
_SIGNS = "-+−–‐‑—"


@cache
def phrases(language: str) -> Mapping[str, str]:
    """The sentences of findings in one language; English where the language has none."""
    for candidate in (language, "en"):
        if candidate in languages.available():
            found = languages.raw(candidate).get("findings", {})
            if found:
                return {str(name): str(text) for name, text in found.items()}
    return {}


def arithmetic(claim: Claim, rule: Rule, reading: Reading, language: str) -> str:
    """``15 + 35 + 30 = 80, not 74 (triệu đồng)``: the rule's message, filled in."""
    mixed = len({_measure(reading.figures[term.figure]) for term in claim.terms} - {("%", 0)}) > 1
    held: dict[str, list[Term]] = {}
    for term in sorted(claim.terms, key=lambda term: term.position):
        held.setdefault(term.role, []).append(term)
    texts = {role: _shown(terms, reading, mixed) for role, terms in held.items()}
    for role in rule.roles:
        texts.setdefault(role, "?")
    stated = stated_figure(claim, rule, reading)
    texts["stated"] = stated.printed if stated else _number(claim, stated, reading, "stated")
    texts["computed"] = _number(claim, stated, reading, "computed") + (_unit(stated, reading) if mixed else "")
    whole = settle.integer(rule, claim.terms, reading.figures)
    texts[INTEGER] = "?" if whole is None else str(whole)
    template = rule.messages.get(language) or rule.messages.get("en") or next(iter(rule.messages.values()), "")
    unit = "" if mixed or stated is None else _unit(stated, reading).strip()
    return template.format(**texts) + (f" ({unit})" if unit else "")


def alternatives(cause: Cause, reading: Reading, language: str) -> str:
    """Both ways, where nothing decides between them."""
    said = phrases(language)
    ways = [
        said["instead"].format(suggestion=printed, printed=reading.figures[number].printed)
        for number, printed in cause.ways
    ]
    if cause.suspect is not None or len(ways) < 2 or not said:
        return ""
    return said["either"].format(first=ways[0], second=ways[1])


def stated_figure(claim: Claim, rule: Rule, reading: Reading) -> Figure | None:
    """The figure that the others compute, if one is printed."""
    return next((reading.figures[term.figure] for term in claim.terms if term.role == rule.stated), None)


def computed(claim: Claim, stated: Figure | None, reading: Reading) -> str:
    """What the others compute, in the document's number format."""
    return _number(claim, stated, reading, "computed")


def _measure(figure: Figure) -> tuple[str, int]:
    return figure.unit, figure.scale


def _unit(figure: Figure | None, reading: Reading) -> str:
    """The scale and unit words behind a figure, with the space before them."""
    if figure is None or figure.quantity_end <= figure.end:
        return ""
    return " ".join(reading.document.text[figure.end : figure.quantity_end].split()).join((" ", ""))


def _shown(terms: list[Term], reading: Reading, mixed: bool) -> str:
    figures = [reading.figures[term.figure] for term in terms]
    units = [_unit(figure, reading) if mixed and figure.unit != "%" else "" for figure in figures]
    if len(terms) == 1:
        return figures[0].printed + units[0]
    said = ""
    for i, (term, figure, unit) in enumerate(zip(terms, figures, units, strict=True)):
        if _ENOUGH - 1 <= i < len(terms) - 1:
            said += " + …" if i == _ENOUGH - 1 else ""
            continue
        sign = ("−" if not said else " − ") if term.sign < 0 else " + " if said else ""
        said += sign + figure.printed.lstrip(_SIGNS + " ").strip("()") + unit
    return said


def _number(claim: Claim, stated: Figure | None, reading: Reading, side: str) -> str:
    """The middle of a bound, to one digit more than is printed unless fewer tell it exactly."""
    low, high = (
        (claim.computed_low, claim.computed_high) if side == "computed" else (claim.stated_low, claim.stated_high)
    )
    if low is None or high is None:
        return "?"
    decimals = stated.decimals if stated else max((reading.figures[n].decimals for n in claim.figures), default=0)
    middle = (low + high) / 2
    digits = decimals if (middle * 10**decimals).denominator == 1 else decimals + 1
    mantissa = misprints.rounded(middle, digits)
    text = misprints.reprint("0", 0, mantissa, digits, reading.number_format)
    percent = stated.unit if stated is not None and stated.printed.endswith(("%", "‰")) else ""
    return ("-" if middle < 0 and mantissa else "") + text + percent
