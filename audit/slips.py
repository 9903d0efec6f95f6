"""Which small misprint would make a claim hold, and how much evidence that is.

For every figure of a claim the value that it would need is found from three evaluations: every identity is linear over
linear in each single figure. The digits of that value and the printed ones are compared; what is one slip away is
settled again, exactly. A wide target is hit by many variants, and a hit has to be paid for by the number tried.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from audit import misprints, settle
from audit.records import Figure, Term

if TYPE_CHECKING:
    from audit.rulebook import Rule

MOST_BITS = 7.0
_SHOWN = 3  # hits of one figure that are worth telling: more prove nothing
_TRIED = 9  # and so many are settled for them: the range that hits lie in is a little wide
_FUZZ = 1e-9  # floats are wide of the mark by less; what lies on an edge is settled exactly
_STEP = 64  # how far a figure is moved to see what the claim makes of it: one part in so many
# How much oftener a kind of slip happens than its share of the variants says.
_COMMON = {"digit": 0.0, "swap": 1.6, "lost": -1.5, "added": 1.0, "zero": 0.5, "scale": 0.0, "power": -0.5, "sign": 0.0}


@dataclass(frozen=True, slots=True)
class Mend:
    """One change of one figure that makes the claim hold; `printed` is how that figure was probably meant.

    Its value is ``mantissa / 10**decimals`` of what the figure's unit and scale word say.
    """

    figure: int
    printed: str
    kind: str
    bits: float
    mantissa: int = 0
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Need:
    """The magnitudes, as printed and before the scale word, that would make a claim hold if one figure had them."""

    figure: int
    low: float
    high: float
    value: Fraction | None = None  # the exact middle, where it is known

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2


def mends(
    rule: Rule,
    terms: Sequence[Term],
    figures: Sequence[Figure],
    *,
    neighbours: Iterable[int] = (),
    number_format: str = "",
    wanted: Sequence[Need] | None = None,
) -> list[Mend]:
    """The slips that would mend a claim, best first; none for a bound, and none where the claim holds.

    `neighbours` are ids of figures near by, one of which may have been put in another's place; `wanted` is what `needs`
    said of the claim, if it was asked before.
    """
    if wanted is None:
        wanted = list(needs(rule, terms, figures))
    counted = sum(misprints.tried(figures[need.figure].printed) for need in wanted) or 1
    found: dict[tuple[int, str], Mend] = {}
    for need in wanted:
        for mend in _of_figure(rule, terms, figures, need, counted, number_format):
            _keep(found, mend)
    for mend in _borrowed(rule, terms, figures, wanted, list(neighbours)):
        _keep(found, mend)
    base = _other_base(rule, terms, figures, wanted, number_format)
    if base is not None:
        _keep(found, base)
    return sorted(found.values(), key=lambda mend: (-mend.bits, mend.figure, mend.printed))


def needs(rule: Rule, terms: Sequence[Term], figures: Sequence[Figure]) -> Iterator[Need]:
    """For each figure of a claim that does not hold, what it would have to be while all others stay as printed."""
    if rule.operation == "bound":
        return
    settled = settle.settle(rule, terms, figures)
    if settled.spans is None or settled.verdict != "discrepant":
        return
    try:
        (stated_low, stated_high), (low, high) = ([_float(end) for end in span[:2]] for span in settled.spans)
    except OverflowError:
        return
    once = [term for term in terms if sum(other.figure == term.figure for other in terms) == 1]
    middle, slack = (low + high) / 2, (high - low + stated_high - stated_low) / 2
    slopes: dict[tuple[str, int, int, str], float] = {}
    for term in once:
        figure = figures[term.figure]
        if term.role == rule.stated:
            exact = _middle(settled) * term.sign
            ends = sorted((low * term.sign, high * term.sign))
            half = _half_width(figure) + max(map(abs, ends)) * _FUZZ
            yield Need(term.figure, ends[0] - half, ends[1] + half, exact)
            continue
        goal = (stated_low + stated_high) / 2
        kin = (term.role, term.sign, figure.scale, figure.unit)
        if rule.operation == "sum" and kin in slopes:
            value = _value(figure) + (goal - middle) / slopes[kin]
            yield _need(figure, value, slack / abs(slopes[kin]))
            continue
        solved = _solve(rule, terms, figures, term, middle, goal)
        if solved is not None:
            value, slope = solved
            slopes[kin] = slope
            yield _need(figure, value, slack / abs(slope))


def changed(figure: Figure, mantissa: int, decimals: int) -> Figure:
    """The figure as it would be with another number printed; what it is of and how it leans stay."""
    low, high = (-figure.high2, -figure.low2) if figure.negative else (figure.low2, figure.high2)
    low, high = low - 2 * figure.mantissa + 2 * mantissa, high - 2 * figure.mantissa + 2 * mantissa
    if figure.negative:
        low, high = -high, -low
    return Figure(
        figure.id, figure.block, figure.start, figure.end, figure.printed, mantissa, decimals, low, high,
        figure.negative, figure.scale, figure.unit, figure.noun, figure.kind, figure.hedge,
    )  # fmt: skip


def holds_with(rule: Rule, terms: Sequence[Term], figures: Sequence[Figure], other: Figure) -> bool:
    """Whether the claim holds once `other` stands in the place of the figure with its id."""
    return settle.fits(rule, terms, trial(terms, figures, other))


def trial(terms: Sequence[Term], figures: Sequence[Figure], *others: Figure) -> Sequence[Figure]:
    """The figures of one claim by id, some of them replaced: to settle it anew without copying a whole document."""
    held = {term.figure: figures[term.figure] for term in terms}
    held.update((other.id, other) for other in others)
    return cast("Sequence[Figure]", held)


def nearest(figure: Figure, need: Need) -> int:
    """The mantissa, with the decimals that are printed, of the needed value."""
    value = need.value if need.value is not None else Fraction(need.middle)
    return misprints.rounded(value, figure.decimals)


def _float(ratio: tuple[int, int]) -> float:
    return ratio[0] / ratio[1]


def _middle(settled: settle.Settled) -> Fraction:
    low, high = settled.computed_low, settled.computed_high
    return (low + high) / 2 if low is not None and high is not None else Fraction(0)


def _value(figure: Figure) -> float:
    return figure.mantissa / 10.0**figure.decimals


def _half_width(figure: Figure) -> float:
    return (figure.high2 - figure.low2) / 4 / 10.0**figure.decimals


def _need(figure: Figure, value: float, slack: float) -> Need:
    slack = slack * 1.05 + abs(value) * _FUZZ
    return Need(figure.id, value - slack, value + slack)


def _solve(
    rule: Rule, terms: Sequence[Term], figures: Sequence[Figure], term: Term, middle: float, goal: float
) -> tuple[float, float] | None:
    """The value of one figure at which the computed side reaches `goal`, and the slope there."""
    figure = figures[term.figure]
    fine = figure.mantissa * _STEP
    points: list[tuple[float, float]] = [(_value(figure), middle)]
    for move in (-1, 1):
        moved = fine + move * (figure.mantissa or _STEP)
        # one more part in 64, as an exact decimal: 1/64 has six decimals
        other = changed(figure, moved * 15625, figure.decimals + 6)
        computed = settle.computed(rule, terms, trial(terms, figures, other))
        if computed is None:
            return None
        points.append((moved / _STEP / 10.0**figure.decimals, (_float(computed[0]) + _float(computed[1])) / 2))
    return _linear_over_linear(points, goal)


def _linear_over_linear(points: Sequence[tuple[float, float]], goal: float) -> tuple[float, float] | None:
    """Solve y(x) = goal for the y = y0 + b t / (1 + d t), t = x - x0, that runs through three points."""
    (x0, y0), (x1, y1), (x2, y2) = points
    t1, t2, u1, u2 = x1 - x0, x2 - x0, y1 - y0, y2 - y0
    if not (t1 and t2 and u1 and u2):
        return None
    # u (1 + d t) = b t  at both points: two equations for b and d
    first, second = u1 / t1, u2 / t2
    if u1 == u2:
        return None
    d = (second - first) / (u1 - u2)
    b = first * (1 + d * t1)
    u = goal - y0
    below = b - u * d
    if not below or not b:
        return None
    t = u / below
    if not math.isfinite(t):
        return None
    slope = below * below / b
    return x0 + t, slope if slope else b


def _of_figure(
    rule: Rule, terms: Sequence[Term], figures: Sequence[Figure], need: Need, counted: int, number_format: str
) -> Iterator[Mend]:
    figure = figures[need.figure]
    width = max(need.high - need.low, 10.0**-figure.decimals)
    size = max(abs(need.middle), _value(figure))
    evidence = math.log2(size / width / counted) if size > 0 else 0.0
    hits = list(misprints.variants(figure.printed, figure.mantissa, figure.decimals, need.low, need.high))
    hits.sort(key=lambda hit: (-_COMMON[hit.kind], abs(hit.mantissa / 10.0**hit.decimals - need.middle)))
    if len(hits) > _SHOWN:
        evidence -= math.log2(len(hits) / _SHOWN)
    shown = 0
    for hit in hits[:_TRIED]:
        if shown < _SHOWN and holds_with(rule, terms, figures, changed(figure, hit.mantissa, hit.decimals)):
            shown += 1
            style = number_format if hit.kind in ("scale", "power") else ""
            printed = misprints.reprint(figure.printed, figure.decimals, hit.mantissa, hit.decimals, style)
            bits = _bits(evidence + _COMMON[hit.kind])
            yield Mend(figure.id, printed, hit.kind, bits, hit.mantissa, hit.decimals)
    if need.low <= -_value(figure) <= need.high and figure.mantissa:
        flipped = [replace(term, sign=-term.sign) if term.figure == figure.id else term for term in terms]
        if settle.fits(rule, flipped, figures):
            bits = _bits(math.log2(size / width) - 2)
            yield Mend(figure.id, _other_sign(figure), "sign", bits, figure.mantissa, figure.decimals)


def _borrowed(
    rule: Rule, terms: Sequence[Term], figures: Sequence[Figure], wanted: Sequence[Need], neighbours: Sequence[int]
) -> Iterator[Mend]:
    """Another item's figure in the place of the right one."""
    own = {term.figure for term in terms}
    for need in wanted:
        figure = figures[need.figure]
        width = max(need.high - need.low, 10.0**-figure.decimals)
        for number in neighbours:
            other = figures[number]
            value = _value(other)
            alike = other.unit == figure.unit and other.scale == figure.scale
            if number in own or not alike or not need.low <= value <= need.high:
                continue
            if holds_with(rule, terms, figures, changed(figure, other.mantissa, other.decimals)):
                bits = math.log2(value / width / len(neighbours) / len(wanted)) - 1 if value > 0 else 0.0
                yield Mend(figure.id, other.printed, "neighbour", _bits(bits), other.mantissa, other.decimals)


def _other_base(
    rule: Rule, terms: Sequence[Term], figures: Sequence[Figure], wanted: Sequence[Need], number_format: str
) -> Mend | None:
    """The stated figure was reckoned in another way that the rule knows as a slip."""
    need = next((need for need in wanted if need.value is not None), None)
    ways = sum(reading.kind == "slip" for reading in rule.readings)
    if need is None or not ways or settle.settle(rule, terms, figures).note is None:
        return None
    figure = figures[need.figure]
    size, width = _value(figure), max(need.high - need.low, 10.0**-figure.decimals)
    bits = math.log2(size / width / ways) - 1 if size > 0 else 0.0
    mantissa = nearest(figure, need)
    printed = misprints.reprint(figure.printed, figure.decimals, mantissa, figure.decimals, number_format)
    return Mend(figure.id, printed, "base", _bits(bits), mantissa, figure.decimals)


def _other_sign(figure: Figure) -> str:
    if figure.printed[:1] in "-–−":
        return figure.printed[1:]
    return "-" + figure.printed.removeprefix("+")


def _bits(evidence: float) -> float:
    return round(min(max(evidence, 0.0), MOST_BITS), 2)


def _keep(found: dict[tuple[int, str], Mend], mend: Mend) -> None:
    held = found.get((mend.figure, mend.printed))
    if held is None or held.bits < mend.bits:
        found[mend.figure, mend.printed] = mend
