from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import intervals
from audit.intervals import Interval, Ratio, point
from audit.records import Figure

ratios = st.tuples(st.integers(-(10**6), 10**6), st.integers(1, 10**4))


def fraction(value: Ratio) -> Fraction:
    assert value[1] > 0
    return Fraction(value[0], value[1])


@st.composite
def spans(draw: st.DrawFn) -> Interval:
    ends = sorted((draw(ratios), draw(ratios)), key=fraction)
    return Interval(ends[0], ends[1])


def inside(draw: st.DrawFn, span: Interval) -> Fraction:
    share = Fraction(draw(st.integers(0, 8)), 8)
    low, high = fraction(span.low), fraction(span.high)
    return low + (high - low) * share


@st.composite
def spans_with_values(draw: st.DrawFn) -> tuple[Interval, Fraction, Interval, Fraction]:
    left, right = draw(spans()), draw(spans())
    return left, inside(draw, left), right, inside(draw, right)


def figure(printed: int, decimals: int = 0, **more: object) -> Figure:
    given = {"low2": 2 * printed - 1, "high2": 2 * printed + 1} | more
    return Figure(0, 0, 0, 0, str(printed), printed, decimals, **given)  # type: ignore[arg-type]


@given(spans_with_values())
def test_every_result_lies_within_the_computed_interval(case: tuple[Interval, Fraction, Interval, Fraction]) -> None:
    left, x, right, y = case
    results = [
        (intervals.add(left, right), x + y),
        (intervals.sub(left, right), x - y),
        (intervals.mul(left, right), x * y),
        (intervals.neg(left), -x),
        (intervals.total([left, right, left]), 2 * x + y),
        (intervals.hull(left, right), x),
        (intervals.hull(left, right), y),
    ]
    quotient = intervals.div(left, right)
    if quotient is None:
        assert fraction(right.low) <= 0 <= fraction(right.high)
    else:
        results.append((quotient, x / y))
    for span, value in results:
        assert fraction(span.low) <= value <= fraction(span.high)


@given(spans(), spans())
def test_bounds_are_attained(left: Interval, right: Interval) -> None:
    ends = [(fraction(a), fraction(b)) for a in left[:2] for b in right[:2]]
    product = intervals.mul(left, right)
    assert {fraction(product.low), fraction(product.high)} == {min(a * b for a, b in ends), max(a * b for a, b in ends)}
    quotient = intervals.div(left, right)
    if quotient is not None:
        attained = [a / b for a, b in ends]
        assert (fraction(quotient.low), fraction(quotient.high)) == (min(attained), max(attained))


@given(spans(), spans())
def test_distance_is_zero_exactly_where_closed_intervals_meet(left: Interval, right: Interval) -> None:
    gap = fraction(intervals.distance(left, right))
    expected = max(fraction(left.low) - fraction(right.high), fraction(right.low) - fraction(left.high), Fraction(0))
    assert gap == expected
    assert intervals.meets(left, right) == (gap == 0) == intervals.meets(right, left)


@given(ratios, ratios)
def test_comparison_is_that_of_fractions(left: Ratio, right: Ratio) -> None:
    assert intervals.less(left, right) == (fraction(left) < fraction(right))


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(0, 9), st.integers(1, 9))
def test_corners_give_the_exact_range_where_an_argument_occurs_twice(
    level: int, change: int, wide: int, narrow: int
) -> None:
    """100 D / (A - D), D twice, equals 100 / (A / D - 1), D once."""
    current = Interval((2 * (level + change) - wide, 2), (2 * (level + change) + wide, 2))
    moved = Interval((10 * change - narrow, 10), (10 * change + narrow, 10))
    hundred, one = point(100), point(1)

    def twice(box: Sequence[Interval]) -> Interval | None:
        return intervals.div(intervals.mul(hundred, box[1]), intervals.sub(box[0], box[1]))

    exact = intervals.corners(twice, [current, moved])
    quotient = intervals.div(current, moved)
    assert quotient is not None
    once = intervals.div(hundred, intervals.sub(quotient, one))
    plain = twice([current, moved])
    if exact is None or once is None or plain is None:
        return
    assert (fraction(exact.low), fraction(exact.high)) == (fraction(once.low), fraction(once.high))
    assert fraction(plain.low) <= fraction(exact.low) and fraction(exact.high) <= fraction(plain.high)


def test_corners_have_no_answer_across_a_pole() -> None:
    def reciprocal(box: Sequence[Interval]) -> Interval | None:
        return intervals.div(point(1), box[0])

    assert intervals.corners(reciprocal, [Interval((-1, 1), (1, 1))]) is None


@pytest.mark.parametrize(
    ("given", "sign", "low", "high"),
    [
        (figure(124, 1), 1, "12.35", "12.45"),
        (figure(7), 1, "6.5", "7.5"),
        (figure(12, low2=24, high2=24), 1, "12", "12"),
        (figure(9269, scale=9), 1, "9268500000000", "9269500000000"),
        (figure(245, 3, scale=3), 1, "244.5", "245.5"),
        (figure(12, negative=True, low2=-25, high2=-23), None, "-12.5", "-11.5"),
        (figure(12, negative=True, low2=-25, high2=-23), -1, "-12.5", "-11.5"),
        (figure(12, negative=True, low2=-25, high2=-23), 1, "11.5", "12.5"),
        (figure(12), -1, "-12.5", "-11.5"),
        (figure(12), None, "11.5", "12.5"),
        (figure(124, 1, unit="ha"), 1, "123500", "124500"),
        (figure(124, 1, unit="tạ", scale=3), 1, "1235", "1245"),
        (figure(125, 1, unit="‰"), 1, "1.245", "1.255"),
        (figure(3200, low2=6400, high2=6600), 1, "3200", "3300"),
    ],
)
def test_interval_of_a_figure(given: Figure, sign: int | None, low: str, high: str) -> None:
    span = intervals.of_figure(given, sign)
    assert (fraction(span.low), fraction(span.high)) == (Fraction(low), Fraction(high))


def test_a_cut_figure_reaches_up_to_the_next_but_not_to_it() -> None:
    cut = intervals.of_figure(figure(668, 1), truncated=True)
    assert intervals.meets(cut, point(668, 10))
    assert intervals.meets(cut, point(66899, 1000))
    assert not intervals.meets(cut, point(669, 10))
    assert not intervals.meets(point(669, 10), cut)
    below = intervals.of_figure(figure(668, 1), -1, truncated=True)
    assert intervals.meets(below, point(-66899, 1000))
    assert not intervals.meets(below, point(-669, 10))


@given(spans(), st.integers(-12, 12))
def test_scaling_is_exact(span: Interval, exponent: int) -> None:
    scaled = intervals.scale_by(span, exponent)
    assert fraction(scaled.low) == fraction(span.low) * Fraction(10) ** exponent
    assert fraction(scaled.high) == fraction(span.high) * Fraction(10) ** exponent


def test_a_role_may_ask_for_its_own_unit() -> None:
    assert fraction(intervals.of_figure(figure(8400, unit="ha"), unit="ha").low) == Fraction("8399.5")
    assert fraction(intervals.of_figure(figure(4, unit="km2"), unit="ha").low) == 350
    assert fraction(intervals.of_figure(figure(585, 1, unit="tạ/ha"), unit="tạ/ha").high) == Fraction("58.55")


def test_last_digit_counts_the_scale_word() -> None:
    assert fraction(intervals.last_digit(figure(5123, 1, scale=9))) == 10**8
    assert fraction(intervals.last_digit(figure(5883, 2))) == Fraction(1, 100)
