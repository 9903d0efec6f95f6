from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.numbers import decimal_mark, parse_printed

READS = [
    ("12.345,6", ",", (123456, 1, False)),
    ("12,345.6", ",", (123456, 1, False)),
    ("1.234.567", ".", (1234567, 0, False)),
    ("9,876,543", ",", (9876543, 0, False)),
    ("12,5", ".", (125, 1, False)),
    ("33.75", ",", (3375, 2, False)),
    ("2,345", ",", (2345, 3, False)),
    ("2,345", ".", (2345, 0, False)),
    ("2.345", ",", (2345, 0, False)),
    ("0,345", ".", (345, 3, False)),
    ("0.5", ",", (5, 1, False)),
    ("6417,025", ".", (6417025, 3, False)),
    ("1,23,456.7", ".", (1234567, 1, False)),
    ("12,34,567", ",", (1234567, 0, False)),
    ("27 615", ",", (27615, 0, False)),
    ("27\u00a0615,40", ",", (2761540, 2, False)),
    ("1\u2009234\u2009567", ".", (1234567, 0, False)),
    ("12,50", ",", (1250, 2, False)),
    ("08", ",", (8, 0, False)),
    ("0 %", ",", (0, 0, False)),
    ("88,04%", ",", (8804, 2, False)),
    ("+6,2%", ",", (62, 1, False)),
    ("−17,9", ",", (179, 1, True)),
    ("– 4", ",", (4, 0, True)),
    ("(-14,5%)", ",", (145, 1, True)),
    ("(+6,2%)", ",", (62, 1, False)),
    ("(2,306)", ".", (2306, 0, True)),
    ("1,0845", ",", (10845, 4, False)),
]
MALFORMED = [
    "", "-", ".", ",5", "5,", "47.215.3", "12.34,5", "1.234,5,6", "0.123.456", "1 23", "27 6155", "1 234.567.890",
    "12a", "1e5", "(12", "12)", "1..2", "9" * 41, "9" * 5000, "1,234.", "05.123", "１２",
]  # fmt: skip


@pytest.mark.parametrize(("printed", "mark", "read"), READS)
def test_reads_every_format(printed: str, mark: str, read: tuple[int, int, bool]) -> None:
    assert parse_printed(printed, mark) == read


@pytest.mark.parametrize("printed", MALFORMED)
@pytest.mark.parametrize("mark", [",", "."])
def test_never_guesses(printed: str, mark: str) -> None:
    assert parse_printed(printed, mark) is None


def test_four_digits_behind_the_thousands_mark_are_malformed() -> None:
    assert parse_printed("31.7520", ",") is None
    assert parse_printed("52,6318", ".") is None
    assert parse_printed("0.3452", ",") == (3452, 4, False)


@given(st.integers(0, 10**15), st.integers(0, 4), st.booleans(), st.booleans(), st.booleans())
def test_what_is_printed_is_read_back(mantissa: int, decimals: int, negative: bool, comma: bool, grouped: bool) -> None:
    whole, rest = divmod(mantissa, 10**decimals)
    printed = f"{whole:,}" if grouped else str(whole)
    printed = ("-" if negative else "") + printed + (f".{rest:0{decimals}d}" if decimals else "")
    if comma:
        printed = printed.translate(str.maketrans(".,", ",."))
    assert parse_printed(printed, "," if comma else ".") == (mantissa, decimals, negative)


@given(st.text(alphabet="0123456789.,-+()% \u00a0x", max_size=20), st.sampled_from([",", "."]))
def test_any_text_is_answered(text: str, mark: str) -> None:
    read = parse_printed(text, mark)
    if read is not None:
        digits = "".join(character for character in text if character.isdigit())
        assert read[0] == int(digits)
        assert 0 <= read[1] < len(digits)


def test_decimal_mark_of_a_format_given_by_example() -> None:
    assert decimal_mark("1.234,5") == ","
    assert decimal_mark("1 234,5") == ","
    assert decimal_mark("1,234.5") == "."
    with pytest.raises(ValueError, match="decimal mark"):
        decimal_mark("1234")
