"""Exact interval arithmetic: every bound is a pair of integers, numerator over a positive denominator.

A printed figure stands for all the values that round to it; two sides of a claim agree when their intervals meet.
No float and no Fraction is made here: pairs are compared by cross multiplication and are never reduced, for the
expressions of a claim are short. A division by an interval that holds 0 has no answer, which is ``None``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import NamedTuple

from audit.records import Figure
from audit.units import power_between

Ratio = tuple[int, int]

TENS = tuple(10**power for power in range(64))
ZERO: Ratio = (0, 1)


class Interval(NamedTuple):
    """All values from `low` to `high`; an end that is open does not belong to it (arithmetic closes its results)."""

    low: Ratio
    high: Ratio
    open_low: bool = False
    open_high: bool = False


def point(numerator: int, denominator: int = 1) -> Interval:
    """The interval of one exact value; the denominator is positive."""
    value = (numerator, denominator)
    return Interval(value, value)


def power_of_ten(exponent: int) -> Ratio:
    """10 ** exponent, whichever its sign."""
    if exponent >= 0:
        return (TENS[exponent] if exponent < len(TENS) else 10**exponent), 1
    return 1, (TENS[-exponent] if -exponent < len(TENS) else 10**-exponent)


def unit_exponent(figure: Figure, unit: str = "") -> int:
    """The power of ten from a figure's printed unit, before its scale word, to `unit` (or its base unit)."""
    return figure.scale + (power_between(figure.unit, unit) if figure.unit else 0)


def of_figure(figure: Figure, sign: int | None = None, truncated: bool = False, unit: str = "") -> Interval:
    """The values a figure may stand for, in `unit`, its scale applied.

    `sign` is a term's, and says all about the sign: with 1 or -1 the printed one is left out of account; None keeps
    it. With `truncated` the last digit was cut, not rounded: from the printed value up to, but not including, the next.
    """
    numerator, denominator = power_of_ten(unit_exponent(figure, unit) - figure.decimals)
    if truncated:
        low, high = 2 * figure.mantissa, 2 * figure.mantissa + 2
    elif figure.negative:
        low, high = -figure.high2, -figure.low2
    else:
        low, high = figure.low2, figure.high2
    denominator *= 2
    if figure.negative if sign is None else sign < 0:
        return Interval((-high * numerator, denominator), (-low * numerator, denominator), truncated, False)
    return Interval((low * numerator, denominator), (high * numerator, denominator), False, truncated)


def last_digit(figure: Figure, unit: str = "") -> Ratio:
    """The size of one unit of the last printed digit, in `unit`, scale applied."""
    return power_of_ten(unit_exponent(figure, unit) - figure.decimals)


def less(left: Ratio, right: Ratio) -> bool:
    return left[0] * right[1] < right[0] * left[1]


def ratio_add(left: Ratio, right: Ratio) -> Ratio:
    """Denominators that divide each other (powers of ten mostly do) are kept small."""
    a, b = left
    c, d = right
    if b == d:
        return a + c, b
    if b % d == 0:
        return a + c * (b // d), b
    if d % b == 0:
        return a * (d // b) + c, d
    return a * d + c * b, b * d


def ratio_neg(value: Ratio) -> Ratio:
    return -value[0], value[1]


def ratio_mul(left: Ratio, right: Ratio) -> Ratio:
    return left[0] * right[0], left[1] * right[1]


def neg(value: Interval) -> Interval:
    return Interval(ratio_neg(value[1]), ratio_neg(value[0]))


def add(left: Interval, right: Interval) -> Interval:
    return Interval(ratio_add(left[0], right[0]), ratio_add(left[1], right[1]))


def sub(left: Interval, right: Interval) -> Interval:
    return Interval(ratio_add(left[0], ratio_neg(right[1])), ratio_add(left[1], ratio_neg(right[0])))


def total(parts: Iterable[Interval]) -> Interval:
    """The sum of many; of none it is 0."""
    low = high = ZERO
    for part in parts:
        low = ratio_add(low, part[0])
        high = ratio_add(high, part[1])
    return Interval(low, high)


def mul(left: Interval, right: Interval) -> Interval:
    if left[0][0] >= 0 and right[0][0] >= 0:
        return Interval(ratio_mul(left[0], right[0]), ratio_mul(left[1], right[1]))
    return _between([ratio_mul(a, b) for a in left[:2] for b in right[:2]])


def div(left: Interval, right: Interval) -> Interval | None:
    """None where the divisor may be 0."""
    low, high = right[0], right[1]
    if low[0] <= 0 <= high[0]:
        return None
    if low[0] > 0:
        return mul(left, Interval((high[1], high[0]), (low[1], low[0])))
    return mul(left, Interval((-high[1], -high[0]), (-low[1], -low[0])))


def scale_by(value: Interval, exponent: int) -> Interval:
    """The same values in another unit: times 10 ** exponent. Open ends stay open."""
    if not exponent:
        return value
    factor = power_of_ten(exponent)
    return Interval(ratio_mul(value[0], factor), ratio_mul(value[1], factor), value[2], value[3])


def hull(left: Interval, right: Interval) -> Interval:
    """The smallest interval that holds both."""
    return _between([left[0], left[1], right[0], right[1]])


def meets(left: Interval, right: Interval) -> bool:
    """Whether some value lies in both; ends that touch must both be closed."""
    return not _apart(left, right) and not _apart(right, left)


def distance(left: Interval, right: Interval) -> Ratio:
    """How far the intervals lie apart: 0 where they meet, or where only an open end keeps them from meeting."""
    if less(left[1], right[0]):
        return ratio_add(right[0], ratio_neg(left[1]))
    if less(right[1], left[0]):
        return ratio_add(left[0], ratio_neg(right[1]))
    return ZERO


def corners(function: Callable[[Sequence[Interval]], Interval | None], box: Sequence[Interval]) -> Interval | None:
    """The exact range of `function` over `box` where it is linear over linear in each of its arguments.

    Such a function is monotone in each argument as long as its divisor keeps off 0, so its extremes stand in the
    corners, however often an argument occurs. Where it has no answer on the box as a whole, it has none here.
    """
    if function(box) is None:
        return None
    found: list[Ratio] = []
    for corner in product(*[{side[0], side[1]} for side in box]):
        value = function([Interval(end, end) for end in corner])
        if value is None:
            return None
        found.append(value.low)
        found.append(value.high)
    return _between(found)


def _apart(lower: Interval, upper: Interval) -> bool:
    """Whether all of `lower` lies below all of `upper`."""
    ends, starts = lower[1][0] * upper[0][1], upper[0][0] * lower[1][1]
    return ends < starts or (ends == starts and (lower[3] or upper[2]))


def _between(values: Sequence[Ratio]) -> Interval:
    low = high = values[0]
    for value in values[1:]:
        if less(value, low):
            low = value
        elif less(high, value):
            high = value
    return Interval(low, high)
