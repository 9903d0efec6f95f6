from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.identities import IdentityError, parse, spelled
from audit.intervals import Interval, distance, point


def rounded(mantissa: int, decimals: int = 0) -> Interval:
    return Interval((2 * mantissa - 1, 2 * 10**decimals), (2 * mantissa + 1, 2 * 10**decimals))


def ends(span: Interval | None) -> tuple[Fraction, Fraction]:
    assert span is not None
    return Fraction(*span.low), Fraction(*span.high)


def test_an_identity_knows_its_roles() -> None:
    identity = parse("percent = 100 * part / whole")
    assert (identity.stated, identity.relation, identity.roles) == ("percent", "=", ("percent", "part", "whole"))
    assert identity.loose == ()
    assert ends(identity.evaluate({"part": point(168), "whole": point(192)})) == (Fraction("87.5"),) * 2


def test_a_constant_may_be_stated() -> None:
    identity = parse("100 = sum(parts)", frozenset({"parts"}))
    assert identity.stated is None and identity.constant == point(100)
    assert ends(identity.evaluate({"parts": [rounded(214, 1), rounded(469, 1), rounded(317, 1)]})) == (
        Fraction("99.85"), Fraction("100.15"))  # fmt: skip


GROWTH = "percent = 100 * (total / sum(amounts / (1 + growths / 100)) - 1)"
PAIRED = frozenset({"amounts", "growths"})


def test_a_sum_runs_over_several_lists_member_by_member() -> None:
    identity = parse(GROWTH, PAIRED)
    assert identity.roles == ("percent", "total", "amounts", "growths")
    assert (identity.loose, identity.once) == ((), True)
    values = {"total": point(84), "amounts": [point(60), point(24)], "growths": [point(20), point(-20)]}
    assert ends(identity.evaluate(values)) == (Fraction(5),) * 2
    swapped = values | {"growths": [point(-20), point(20)]}
    assert ends(identity.evaluate(swapped)) != (Fraction(5),) * 2


def test_lists_of_different_lengths_have_no_sum_together() -> None:
    values = {"total": point(84), "amounts": [point(60), point(24)], "growths": [point(20)]}
    assert parse(GROWTH, PAIRED).evaluate(values) is None
    assert parse(GROWTH, PAIRED).evaluate(values | {"growths": [point(20), point(-100)]}) is None


def test_an_identity_is_spelled_out_member_by_member() -> None:
    held = {"total": ["84"], "amounts": ["60", "24"], "growths": ["20", "(-20)"]}
    _, _, right = GROWTH.partition("=")
    assert spelled(right, held) == "100 * (84 / (60 / (1 + 20 / 100) + 24 / (1 + (-20) / 100)) - 1)"
    assert spelled("sum(amounts)", held) == "60 + 24"


def test_a_sum_is_of_lists_only() -> None:
    with pytest.raises(IdentityError, match="no others"):
        parse("whole = sum(parts * each)", frozenset({"parts"}))


def test_a_bound_is_an_identity_with_another_sign() -> None:
    assert parse("part <= whole").relation == "<="
    assert parse("current >= previous").relation == ">="


def test_decimals_are_exact() -> None:
    assert ends(parse("a = 0.1 * b - -2").evaluate({"b": point(3)})) == (Fraction("2.3"),) * 2


def test_division_by_what_may_be_nothing_has_no_answer() -> None:
    identity = parse("percent = 100 * part / whole")
    assert identity.evaluate({"part": point(3), "whole": Interval((-1, 2), (1, 2))}) is None


@given(st.integers(100, 10**6), st.integers(1, 90), st.booleans())
def test_a_role_that_occurs_twice_has_one_value(level: int, share: int, falls: bool) -> None:
    change = max(level * share // 100, 1) * (-1 if falls else 1)
    values = {"current": rounded(level), "change": rounded(change)}
    twice = parse("percent = 100 * change / (current - change)")
    once = parse("percent = 100 / (current / change - 1)")
    assert twice.loose == ()
    tight, exact = twice.evaluate(values), once.evaluate(values)
    if tight is not None and exact is not None:
        assert ends(tight) == ends(exact)


@given(st.integers(1, 400), st.integers(0, 1000), st.integers(0, 2))
def test_an_integer_is_the_one_that_comes_nearest(base: int, percent: int, decimals: int) -> None:
    identity = parse("percent = 100 * integer / base")
    stated = rounded(percent * 10**decimals + 1, decimals)
    values = {"percent": stated, "base": point(base)}
    computed = identity.evaluate(values)
    assert identity.integer is not None and identity.roles == ("percent", "base")
    assert ends(computed)[0] == Fraction(100 * (identity.integer(values) or 0), base)
    assert computed is not None
    every = [Fraction(100 * n, base) for n in range(base * 11)]
    low, high = ends(stated)
    gaps = [max(low - value, value - high, Fraction(0)) for value in every]
    assert Fraction(*distance(stated, computed)) == min(gaps)


def test_an_integer_of_what_is_rounded_has_no_answer() -> None:
    identity = parse("percent = 100 * integer / base")
    assert identity.evaluate({"percent": rounded(374, 1), "base": rounded(12)}) is None


def test_roles_too_often_in_one_expression_are_named() -> None:
    assert parse("a = b * b").loose == ("b",)
    assert parse("a = b / c - c").loose == ("c",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("percent", "no '='"),
        ("percent = ", "cannot be read"),
        ("percent = part ** 2", "not allowed"),
        ("percent = __import__('os')", "not allowed"),
        ("percent = part.real", "not allowed"),
        ("percent = True", "not allowed"),
        ("percent = [part]", "not allowed"),
        ("percent = sum(part)", "sum takes roles that are lists"),
        ("percent = max(part, whole)", "not allowed"),
        ("whole = parts", "write sum(parts)"),
        ("part + rest = whole", "neither a role nor a number"),
        ("part = 2 * part", "both sides"),
        ("part == whole", "cannot be read"),
        ("parts = whole", "is a list"),
        ("percent <= 100 * integer / base", "write integer once"),
        ("percent = 100 * integer / (base + integer)", "write integer once"),
        ("percent = 100 * base / integer", "write integer once"),
        ("100 = integer * base", "write integer once"),
    ],
)
def test_what_is_no_identity_is_refused(text: str, says: str) -> None:
    with pytest.raises(IdentityError) as refused:
        parse(text, frozenset({"parts"}))
    assert says in str(refused.value)
