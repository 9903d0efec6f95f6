"""The exact verdict of one claim: two intervals, and how far they lie apart in units of the stated last digit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from audit import intervals
from audit.intervals import Interval, Ratio
from audit.records import Claim, Figure, Term

if TYPE_CHECKING:
    from audit.identities import Identity, Value
    from audit.rulebook import OtherReading, Rule

TRUNCATED = "truncated"


class Settled(NamedTuple):
    """A verdict with its bounds, in the stated figure's unit and before its scale; `note` is a reading's id or None.

    `spans` are (stated, computed) as exact intervals and `unit` the last digit; the properties give Fractions.
    """

    verdict: str
    note: str | None = None
    spans: tuple[Interval, Interval] | None = None
    unit: Ratio = (1, 1)
    excess: float | None = None

    @property
    def holds(self) -> bool:
        return self.excess == 0.0

    @property
    def stated_low(self) -> Fraction | None:
        return None if self.spans is None else Fraction(*self.spans[0][0])

    @property
    def stated_high(self) -> Fraction | None:
        return None if self.spans is None else Fraction(*self.spans[0][1])

    @property
    def computed_low(self) -> Fraction | None:
        return None if self.spans is None else Fraction(*self.spans[1][0])

    @property
    def computed_high(self) -> Fraction | None:
        return None if self.spans is None else Fraction(*self.spans[1][1])

    @property
    def unit_of_last_digit(self) -> Fraction | None:
        return None if self.spans is None else Fraction(*self.unit)

    def into(self, claim: Claim) -> Claim:
        """Write verdict, note, bounds and excess into a claim."""
        claim.verdict, claim.note, claim.excess = self.verdict, self.note, self.excess
        claim.stated_low, claim.stated_high = self.stated_low, self.stated_high
        claim.computed_low, claim.computed_high = self.computed_low, self.computed_high
        claim.unit_of_last_digit = self.unit_of_last_digit
        return claim


UNASSESSABLE = Settled("unassessable")


def settle(rule: Rule, terms: Sequence[Term], figures: Sequence[Figure], cut: bool = True) -> Settled:
    """The verdict of `terms` under `rule`; `figures` is the document's list, which the terms index.

    A term's sign says all about its sign: the printed minus of a figure counts only where the term has -1. A truncation
    is tried after rounding fails (unless `cut` is false: nobody here cuts), then the innocent readings; a slip only
    explains. Division by what may be 0, or a role without a figure, is unassessable.
    """
    values = _values(rule, terms, figures)
    if values is None:
        return UNASSESSABLE
    stated_figure = _stated_figure(rule, terms, figures)
    formula = rule.formula
    spans = sides(formula, values)
    if spans is None:
        return UNASSESSABLE
    last = _unit(rule, stated_figure, terms, figures)
    shift = _shift(rule, stated_figure)
    verdict, note = "consistent", None
    if not intervals.meets(*spans):
        verdict, note, spans = _otherwise(rule, terms, figures, values, spans, stated_figure, cut)
    return _settled(verdict, note, spans, last, shift)


def fits(rule: Rule, terms: Sequence[Term], figures: Sequence[Figure]) -> bool:
    """Whether the claim is consistent: it holds as printed, neither cut nor under another reading."""
    values = _values(rule, terms, figures)
    spans = None if values is None else sides(rule.formula, values)
    return spans is not None and intervals.meets(*spans)


def computed(rule: Rule, terms: Sequence[Term], figures: Sequence[Figure]) -> Interval | None:
    """The computed side of the claim, in the stated figure's unit and before its scale."""
    values = _values(rule, terms, figures)
    spans = None if values is None else sides(rule.formula, values)
    return None if spans is None else intervals.scale_by(spans[1], _shift(rule, _stated_figure(rule, terms, figures)))


def integer(rule: Rule, terms: Sequence[Term], figures: Sequence[Figure]) -> int | None:
    """The whole number that is not printed, where the rule's identity has one: the one that fits best."""
    values = _values(rule, terms, figures) if rule.formula.integer else None
    return None if values is None or rule.formula.integer is None else rule.formula.integer(values)


def _otherwise(
    rule: Rule,
    terms: Sequence[Term],
    figures: Sequence[Figure],
    values: dict[str, Value],
    spans: tuple[Interval, Interval],
    stated: Figure | None,
    cut: bool,
) -> tuple[str, str | None, tuple[Interval, Interval]]:
    """What becomes of a claim that does not hold as printed: the verdict, the reading's id, the bounds to report."""
    if cut and stated is not None and rule.formula.relation == "=" and _may_be_cut(stated):
        sign = next(term.sign for term in terms if term.role == rule.stated)
        shorter = intervals.of_figure(stated, sign, True, _role_unit(rule, rule.stated))
        cutting = shorter, spans[1]
        if rule.formula.integer and rule.stated:
            cutting = sides(rule.formula, {**values, rule.stated: shorter}) or cutting
        if intervals.meets(*cutting):
            return TRUNCATED, TRUNCATED, cutting
    explained: str | None = None
    for reading in rule.readings:
        if reading.kind == "slip" and explained is not None:
            continue
        if reading.unit and (stated is None or stated.unit != reading.unit):
            continue
        other = _reread(rule, reading, terms, figures, values)
        if other is None or not intervals.meets(*other):
            continue
        if reading.kind == "innocent":
            return "reread", reading.id, other
        explained = reading.id
    return "discrepant", explained, spans


def _settled(verdict: str, note: str | None, spans: tuple[Interval, Interval], last: Ratio, shift: int) -> Settled:
    excess = 0.0
    if verdict == "discrepant":
        gap = intervals.distance(*spans)
        try:
            excess = (gap[0] * last[1]) / (gap[1] * last[0])
        except OverflowError:
            excess = float("inf")
    if shift:
        spans = intervals.scale_by(spans[0], shift), intervals.scale_by(spans[1], shift)
        last = intervals.ratio_mul(last, intervals.power_of_ten(shift))
    return Settled(verdict, note, spans, last, excess)


def _values(rule: Rule, terms: Sequence[Term], figures: Sequence[Figure]) -> dict[str, Value] | None:
    values: dict[str, Value] = {}
    many: dict[str, list[Interval]] = {}
    roles = rule.roles
    for term in terms:
        role = roles.get(term.role)
        if role is None:
            return None
        figure = figures[term.figure]
        if rule.operation == "average" and term.role == rule.stated and figure.exact:  # 14 pupils a class are no count
            figure = replace(figure, low2=figure.low2 - 1, high2=figure.high2 + 1)
        value = intervals.of_figure(figure, term.sign, False, _unit_of(role.unit))
        if role.many:
            many.setdefault(term.role, []).append(value)
        else:
            values[term.role] = value
    values.update(many)
    return values if len(values) == len(roles) else None


def _reread(
    rule: Rule, reading: OtherReading, terms: Sequence[Term], figures: Sequence[Figure], values: dict[str, Value]
) -> tuple[Interval, Interval] | None:
    if reading.unsigned:
        values = dict(values)
        for term in terms:
            if term.role in reading.unsigned and not rule.roles[term.role].many:
                unit = _unit_of(rule.roles[term.role].unit)
                values[term.role] = intervals.of_figure(figures[term.figure], 1, False, unit)
    return sides(reading.identity, values)


def sides(formula: Identity, values: Mapping[str, Value]) -> tuple[Interval, Interval] | None:
    """The stated and the computed side. A bound's computed side reaches from its limit as far as is needed."""
    stated = values[formula.stated] if formula.stated else formula.constant
    computed = formula.evaluate(values)
    if computed is None or not isinstance(stated, Interval):
        return None
    if formula.relation == "<=":
        computed = Interval(_least(stated.low, computed.low), computed.high)
    elif formula.relation == ">=":
        computed = Interval(computed.low, _greatest(stated.high, computed.high))
    return stated, computed


def _least(left: Ratio, right: Ratio) -> Ratio:
    return left if intervals.less(left, right) else right


def _greatest(left: Ratio, right: Ratio) -> Ratio:
    return right if intervals.less(left, right) else left


def _unit(rule: Rule, stated: Figure | None, terms: Sequence[Term], figures: Sequence[Figure]) -> Ratio:
    """One unit of the stated figure's last digit; where nothing is stated, of the coarsest part's."""
    if stated is not None:
        return intervals.last_digit(stated, _role_unit(rule, rule.stated))
    units = [intervals.last_digit(figures[term.figure], _role_unit(rule, term.role)) for term in terms]
    coarsest = units[0]
    for unit in units[1:]:
        coarsest = _greatest(coarsest, unit)
    return coarsest


def _stated_figure(rule: Rule, terms: Sequence[Term], figures: Sequence[Figure]) -> Figure | None:
    return next((figures[term.figure] for term in terms if term.role == rule.stated), None)


def _shift(rule: Rule, stated: Figure | None) -> int:
    """The power of ten from a rule's unit to that of the stated figure, before its scale."""
    return -intervals.unit_exponent(stated, _role_unit(rule, rule.stated)) if stated is not None else 0


def _may_be_cut(figure: Figure) -> bool:
    return figure.kind in ("measure", "percent") and not figure.hedge and not figure.exact


def _role_unit(rule: Rule, role: str | None) -> str:
    return _unit_of(rule.roles[role].unit) if role else ""


def _unit_of(unit: str) -> str:
    return "" if unit == "same" else unit
