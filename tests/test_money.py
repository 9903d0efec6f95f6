"""Currencies before an amount: symbols, codes, single letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsing import figures

from audit import money, units

BEFORE = [
    ("The mill paid US$4.5 million for it.", "USD"),
    ("The mill paid KES 450 million for it.", "KES"),
    ("The mill paid Rs 45 crore for it.", "INR"),
    ("The mill paid P4.5 billion for it.", "P"),
    ("The mill paid Tk 45 crore for it.", "Tk"),
    ("The mill paid ₱450 for it.", "PHP"),
    ("The mill paid NZ$4.50 for it.", "NZ$"),
    ("The mill paid 4.5 million pesos for it.", "PHP"),
]


@pytest.mark.parametrize(("text", "unit"), BEFORE)
def test_a_currency_is_the_unit(text: str, unit: str) -> None:
    assert [f.unit for f in figures(text)] == [unit]


@pytest.mark.parametrize("text", ["Bay P4 of the mill holds 45 sacks.", "Rotor R12 turned for the 45 guests."])
def test_a_letter_without_a_scale_is_a_name(text: str) -> None:
    assert [f.printed for f in figures(text)] == ["45"]


def test_a_currency_belongs_to_the_quantity_and_not_to_the_printed_figure() -> None:
    (figure,) = figures("The mill paid US$4.5 million for it.")
    assert (figure.printed, figure.quantity_start) == ("4.5", 14)


@pytest.mark.parametrize(("unit", "is_money"), [("USD", True), ("triệu đồng", True), ("P", True), ("MW", False)])
def test_a_unit_in_capitals_is_no_currency_for_that(unit: str, is_money: bool) -> None:
    assert units.is_money(unit) == is_money


@given(st.sampled_from(sorted(money.CODES)), st.sampled_from(["", " "]), st.text("abc (", max_size=5))
def test_a_code_is_found_at_the_end_of_a_word_boundary_only(code: str, gap: str, before: str) -> None:
    found = money.before(f"{before}{code}{gap}")
    if before[-1:].isalpha():
        assert found is None or found[1] >= len(before) - 2
    else:
        assert found is not None and found[1] == len(before)
