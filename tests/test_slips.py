"""Misprints are found, in every place and of every kind, and paid for."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from audit import misprints, rulebook, slips
from audit.numbers import parse_printed
from audit.records import Figure, Term
from audit.rulebook import Rule

RULES = rulebook.load()


def figure(number: int, printed: str, kind: str | None = None, scale: int = 0) -> Figure:
    """A figure as the extraction would make it; percentages and decimals are rounded, other whole numbers exact."""
    read = parse_printed(printed, ",")
    assert read is not None
    mantissa, decimals, negative = read
    unit = "%" if "%" in printed else ""
    kind = kind or ("percent" if unit else "measure" if decimals else "count")
    half = 0 if kind == "count" else 1
    low, high = (-2 * mantissa - half, -2 * mantissa + half) if negative else (2 * mantissa - half, 2 * mantissa + half)
    return Figure(number, 0, 0, 0, printed, mantissa, decimals, low, high, negative, scale, unit, kind=kind)


def claim(rule: str, **roles: str | list[str]) -> tuple[Rule, list[Term], list[Figure]]:
    terms: list[Term] = []
    figures: list[Figure] = []
    for role, held in roles.items():
        for position, printed in enumerate([held] if isinstance(held, str) else held):
            sign = -1 if printed.startswith("-") else 1
            terms.append(Term(role, len(figures), position, sign))
            figures.append(figure(len(figures), printed))
    return RULES[rule], terms, figures


def found(rule: str, **roles: str | list[str]) -> dict[tuple[str, str], str]:
    """(printed, meant) -> kind, of all mends."""
    sought, terms, figures = claim(rule, **roles)
    return {(figures[m.figure].printed, m.printed): m.kind for m in slips.mends(sought, terms, figures)}


@pytest.mark.parametrize(
    ("printed", "kind", "meant"),
    [
        ("52,83%", "swap", "52,38%"),
        ("57,38%", "digit", "52,38%"),
        ("5,38%", "lost", "52,38%"),
        ("532,38%", "added", "52,38%"),
        ("5,238%", "power", "52,38%"),
    ],
)
def test_a_percentage_is_put_right(printed: str, kind: str, meant: str) -> None:
    assert found("ratio", percent=printed, part="5.238", whole="10.000")[printed, meant] == kind


@pytest.mark.parametrize(
    ("whole", "kind", "meant"),
    [
        ("14.796", "swap", "14.769"),
        ("14.719", "digit", "14.769"),
        ("147.690", "zero", "14.769"),
        ("14.769.000", "scale", "14.769"),
    ],
)
def test_a_total_is_put_right(whole: str, kind: str, meant: str) -> None:
    assert found("parts", whole=whole, parts=["9.120", "5.649"])[whole, meant] == kind


def test_a_part_and_a_denominator_are_put_right() -> None:
    assert found("parts", whole="14.769", parts=["9.210", "5.649"])["9.210", "9.120"] == "swap"
    assert found("ratio", percent="88,46%", part="46", whole="51")["51", "52"] == "digit"


def test_a_growth_on_the_wrong_base_is_named() -> None:
    rule, terms, figures = claim("change-percent", percent="10,2%", change="48", current="469")
    kinds = {mend.kind: mend.printed for mend in slips.mends(rule, terms, figures)}
    assert kinds["base"] == "11,4%"


def test_a_neighbour_in_the_wrong_place() -> None:
    rule, terms, figures = claim("parts", whole="1.500", parts=["612", "777"])
    figures.append(figure(3, "888"))
    assert ("777", "888") not in {(figures[m.figure].printed, m.printed) for m in slips.mends(rule, terms, figures)}
    borrowed = slips.mends(rule, terms, figures, neighbours=[3])
    assert [(m.figure, m.printed) for m in borrowed if m.kind == "neighbour"] == [(2, "888")]


def test_what_holds_needs_no_mending() -> None:
    assert found("parts", whole="80", parts=["15", "35", "30"]) == {}
    assert found("within", part="90", whole="80") == {}


def test_long_exact_hits_weigh_more_than_small_counts() -> None:
    small = claim("parts", whole="23", parts=["9", "13"])
    long = claim("parts", whole="635.593", parts=["311.072", "324.523"])
    best = [max(mend.bits for mend in slips.mends(*case)) for case in (small, long)]
    assert best[0] < 1 < 5 < best[1] <= slips.MOST_BITS


def test_a_composite_amount_keeps_its_words() -> None:
    assert misprints.reprint("86 tỷ 340", 0, 86430, 0) == "86 tỷ 430"


@pytest.mark.parametrize(
    ("printed", "decimals", "mantissa", "new", "expected"),
    [
        ("(12,5)", 1, 135, 1, "(13,5)"),
        ("-1.234,5%", 1, 98765, 1, "-9.876,5%"),
        ("1,234.5", 1, 1234567, 1, "123,456.7"),
        ("999", 0, 1000, 0, "1000"),
        ("06", 0, 8, 0, "08"),
        ("1 234", 0, 12345, 0, "12 345"),
        ("12,5", 1, 123456, 2, "1.234,56"),
        ("1.000", 0, 999, 0, "999"),
    ],
)
def test_numbers_are_reprinted_in_their_own_format(
    printed: str, decimals: int, mantissa: int, new: int, expected: str
) -> None:
    assert misprints.reprint(printed, decimals, mantissa, new) == expected


counts = st.integers(min_value=10, max_value=10**7)


@st.composite
def slipped(draw: st.DrawFn, printed: str) -> str:
    """`printed` with one digit wrong; the first never becomes 0."""
    places = [i for i, character in enumerate(printed) if character.isdigit()]
    i = draw(st.sampled_from(places))
    digits = [d for d in "0123456789" if d != printed[i] and not (i == places[0] and d == "0")]
    return printed[:i] + draw(st.sampled_from(digits)) + printed[i + 1 :]


def dotted(value: int) -> str:
    return f"{value:,}".replace(",", ".")


@given(st.lists(counts, min_size=2, max_size=8), st.data())
def test_a_wrong_digit_in_a_true_sum_is_found(parts: list[int], data: st.DataObject) -> None:
    printed = [dotted(sum(parts)), *map(dotted, parts)]
    place = data.draw(st.integers(0, len(printed) - 1))
    was = printed[place]
    printed[place] = data.draw(slipped(was))
    rule, terms, figures = claim("parts", whole=printed[0], parts=printed[1:])
    assert (place, was) in {(mend.figure, mend.printed) for mend in slips.mends(rule, terms, figures)}


def test_a_target_holds_what_lies_on_its_edge() -> None:
    rule, terms, figures = claim("ratio", percent="2,01%", part="201", whole="20.000")  # 1,005%, printed as 1,01%
    need = next(need for need in slips.needs(rule, terms, figures) if need.figure == 0)
    assert need.low <= 1.01 <= need.high


@given(counts, counts, st.data())
def test_a_wrong_digit_in_a_true_ratio_is_found(part: int, whole: int, data: st.DataObject) -> None:
    assume(part <= whole <= 1000 * part)
    hundredths = (20000 * part + whole) // (2 * whole)
    printed = [f"{hundredths // 100},{hundredths % 100:02d}%", dotted(part), dotted(whole)]
    place = data.draw(st.integers(0, 2))
    was = printed[place]
    printed[place] = data.draw(slipped(was))
    rule, terms, figures = claim("ratio", percent=printed[0], part=printed[1], whole=printed[2])
    assume(list(slips.needs(rule, terms, figures)))
    wanted = [(m.figure, m.printed) for m in slips.mends(rule, terms, figures) if m.figure == place]
    # a wide target holds more variants than are worth telling; a narrow one names the very number
    need = next(need for need in slips.needs(rule, terms, figures) if need.figure == place)
    assert need.low <= slips.changed(figures[place], *number(was)).mantissa / 10 ** figures[place].decimals <= need.high
    assert (place, was) in wanted or len(wanted) >= 3


def test_hits_that_do_not_hold_take_no_place_from_those_that_do() -> None:
    rule, terms, figures = claim("ratio", percent="1,21%", part="9.439", whole="783.401")
    assert len([mend for mend in slips.mends(rule, terms, figures) if mend.figure == 2]) == 3


def number(printed: str) -> tuple[int, int]:
    read = parse_printed(printed, ",")
    assert read is not None
    return read[0], read[1]


@given(st.text(alphabet="0123456789.,% ()-tỷ", max_size=12), st.integers(0, 10**6), st.integers(0, 3))
def test_any_print_can_be_reprinted(printed: str, mantissa: int, decimals: int) -> None:
    assert isinstance(misprints.reprint(printed, 0, mantissa, decimals), str)
