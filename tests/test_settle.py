from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import rulebook
from audit.records import Claim, Figure, Term
from audit.settle import Settled, settle

RULES = rulebook.load()


def figure(text: str, **more: object) -> Figure:
    """A figure from plain notation: "12" a count, "12.0" or "12~" a measure, "12%" a percentage."""
    digits = text.strip("%~").lstrip("-")
    whole, _, rest = digits.partition(".")
    mantissa = int(whole + rest)
    wide = 1 if rest or text[-1] in "%~" else 0
    given: dict[str, object] = {"kind": "percent" if text[-1] == "%" else "measure" if wide else "count"}
    given |= {"unit": "%" if text[-1] == "%" else "", "low2": 2 * mantissa - wide, "high2": 2 * mantissa + wide}
    return Figure(0, 0, 0, 0, text, mantissa, len(rest), **(given | more))  # type: ignore[arg-type]


def settled(rule: str, signs: Mapping[str, int] | None = None, **roles: str | Figure | list[str]) -> Settled:
    terms, figures = [], []
    for role, held in roles.items():
        for position, one in enumerate(held if isinstance(held, list) else [held]):
            terms.append(Term(role, len(figures), position, (signs or {}).get(role, 1)))
            figures.append(figure(one) if isinstance(one, str) else one)
    return settle(RULES[rule], terms, figures)


@pytest.mark.parametrize(
    ("given", "verdict", "note"),
    [
        (settled("ratio", percent="87.5%", part="168", whole="192"), "consistent", None),
        (settled("ratio", percent="66.8%", part="113", whole="169"), "truncated", "truncated"),
        (settled("ratio", percent="66.7%", part="113", whole="169"), "discrepant", None),
        (settled("ratio", percent="66.8%", part="113", whole="0"), "unassessable", None),
        (settled("ratio", percent="66.8%", part="113"), "unassessable", None),
        (settled("ratio", percent="114.3%", part="168", whole="192"), "discrepant", "upside-down"),
        (settled("parts", whole="20", parts=["12", "8"]), "consistent", None),
        (settled("parts", whole="21", parts=["12", "8"]), "discrepant", None),
        (settled("parts", whole="21~", parts=["12~", "8~"]), "consistent", None),
        (settled("growth", percent="5%", current="12360~", previous="11770~"), "consistent", None),
        (settled("growth", {"percent": -1}, percent="6.1%", current="750", previous="800"), "discrepant", None),
        (settled("growth", {"percent": -1}, percent="6.3%", current="750", previous="800"), "consistent", None),
        (settled("growth", {"percent": -1}, percent="93.8%", current="750", previous="800"), "reread", "level"),
        (settled("growth", percent="6.25%", current="750", previous="800"), "discrepant", None),
        (settled("index", percent="93.8%", current="750", previous="800"), "consistent", None),
        (settled("factor", times="1.5~", current="30", previous="20"), "consistent", None),
        (settled("factor", times="0.5~", current="30", previous="20"), "reread", "increase"),
        (settled("change-percent", {"percent": -1, "change": -1}, percent="12%", change="48", current="352"),
         "consistent", None),
        (settled("change-percent", percent="9.1%", change="840~", current="9240~"), "discrepant", "over-current"),
        (settled("difference", {"change": -1}, change="1.75%", current="6.10%", previous="7.85%"), "consistent", None),
        (settled("difference", {"change": -1}, change="22.3%", current="6.10%", previous="7.85%"), "reread",
         "relative"),
        (settled("difference", change="20", current="110", previous="95"), "discrepant", None),
        (settled("shares", parts=["33.3%", "33.3%", "33.3%"]), "consistent", None),
        (settled("shares", parts=["40.0%", "60.3%"]), "discrepant", None),
        (settled("within", part="12", whole="11"), "discrepant", None),
        (settled("within", part="11", whole="11"), "consistent", None),
        (settled("direction", current="98", previous="120"), "discrepant", None),
        (settled("direction", {"current": -1, "previous": -1}, current="98", previous="120"), "consistent", None),
    ],
)  # fmt: skip
def test_verdicts(given: Settled, verdict: str, note: str | None) -> None:
    assert (given.verdict, given.note) == (verdict, note)


def test_excess_counts_units_of_the_stated_last_digit() -> None:
    assert settled("parts", whole="47", parts=["18", "16", "9"]).excess == 4
    assert settled("shares", parts=["40.0%", "60.3%"]).excess == 2
    assert settled("shares", parts=["40.00%", "61%"]).excess == 0.495
    assert settled("within", part="291", whole="264").excess == 27


def test_bounds_stand_in_the_unit_and_scale_of_the_stated_figure() -> None:
    given = settled(
        "parts",
        whole=figure("84.3", scale=9, unit="đồng"),
        parts=[figure("51600~", scale=6, unit="đồng"), figure("32.7", unit="tỷ đồng")],  # type: ignore[list-item]
    )
    assert (given.verdict, given.unit_of_last_digit) == ("consistent", Fraction(1, 10))
    assert (given.stated_low, given.stated_high) == (Fraction("84.25"), Fraction("84.35"))
    assert (given.computed_low, given.computed_high) == (Fraction("84.2495"), Fraction("84.3505"))
    ratio = settled("ratio", percent=figure("12.5~", unit="‰"), part="1", whole="80")
    assert (ratio.verdict, ratio.computed_low) == ("consistent", Fraction("12.5"))


def test_a_hedged_or_exact_figure_is_not_cut() -> None:
    assert settled("ratio", percent=figure("66.8%", hedge="about"), part="113", whole="169").verdict == "discrepant"
    assert settled("within", part="66.9", whole="66.8").verdict == "consistent"


def test_a_verdict_is_written_into_its_claim() -> None:
    claim = settled("parts", whole="47", parts=["18", "16", "9"]).into(Claim(0, "parts", (), "explicit"))
    assert (claim.verdict, claim.excess, claim.computed_low, claim.stated_high) == ("discrepant", 4, 43, 47)
    assert claim.unit_of_last_digit == 1


def rounded(value: Fraction, decimals: int) -> str:
    units = (2 * abs(value) * 10**decimals + 1).__floor__() // 2
    text = str(units).zfill(decimals + 1)
    return f"{text[: len(text) - decimals]}.{text[len(text) - decimals :]}" if decimals else text


@given(st.integers(1, 10**9), st.integers(1, 10**9), st.integers(0, 3), st.integers(0, 3), st.integers(0, 3))
def test_true_ratios_hold_however_they_are_rounded(part: int, whole: int, a: int, b: int, c: int) -> None:
    one, other = Fraction(part, 100), Fraction(whole, 100)
    percent = rounded(100 * one / other, a) + "%"
    given = settled("ratio", percent=percent, part=rounded(one, b) + "~", whole=rounded(other, c) + "~")
    assert given.verdict in ("consistent", "unassessable")
    assert given.verdict == "consistent" or not int(rounded(other, c).replace(".", ""))


@given(st.integers(10, 10**9), st.integers(10, 10**9), st.integers(0, 2))
def test_true_growth_and_change_hold(current: int, previous: int, decimals: int) -> None:
    growth = 100 * (Fraction(current, previous) - 1)
    sign = -1 if growth < 0 else 1
    percent = rounded(growth, decimals) + "%"
    given = settled("growth", {"percent": sign}, percent=percent, current=str(current), previous=str(previous))
    assert given.verdict == "consistent"
    if current != previous:
        signs, change = {"percent": sign, "change": sign}, str(abs(current - previous))
        given = settled("change-percent", signs, percent=percent, change=change, current=str(current))
        assert given.verdict == "consistent"


@given(st.lists(st.integers(0, 10**8), min_size=2, max_size=12), st.integers(0, 3))
def test_true_sums_hold_and_counts_off_by_one_do_not(parts: list[int], decimals: int) -> None:
    exact = [Fraction(part, 1000) for part in parts]
    measures = settled(
        "parts",
        whole=rounded(sum(exact, Fraction(0)), decimals) + "~",
        parts=[rounded(part, decimals) + "~" for part in exact],
    )
    assert measures.verdict == "consistent"
    counts = [str(part) for part in parts]
    assert settled("parts", whole=str(sum(parts)), parts=counts).verdict == "consistent"
    assert settled("parts", whole=str(sum(parts) + 1), parts=counts).excess == 1


def test_a_whole_average_is_rounded() -> None:
    assert settled("average", average="14", total="1286", count="92").verdict == "consistent"
    assert settled("average", average="14", total="1380", count="92").verdict == "discrepant"
