"""A text as numbers, cue words and marks, and what is no quantity by its shape."""

from __future__ import annotations

from itertools import pairwise
from unicodedata import normalize

import pytest

from audit import languages, tokens
from audit.tokens import BIT, CUE, MARK, NUMBER, Scan, lowered

VI = languages.load("vi")


def scan(text: str) -> Scan:
    return tokens.scan(text, VI)


def cue_bits(text: str) -> list[int]:
    found = scan(text)
    return [bits for kind, bits in zip(found.kinds, found.bits, strict=True) if kind == CUE]


def test_a_text_becomes_numbers_cues_and_marks() -> None:
    found = scan("Chè tăng 12,5%; ngô: 3.")
    parts = [(kind, found.low[a:b]) for kind, a, b in zip(found.kinds, found.starts, found.ends, strict=True)]
    assert parts == [(CUE, "tăng"), (NUMBER, "12,5"), (MARK, ";"), (MARK, ":"), (NUMBER, "3"), (MARK, ".")]


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("TĂNG", "up"),
        ("giảm", "down"),
        ("chiếm", "share"),
        ("trong đó", "list"),
        ("còn lại", "rest"),
        ("kế hoạch", "plan_base"),
    ],
)
def test_a_word_has_its_classes(word: str, name: str) -> None:
    assert any(bits & BIT[name] for bits in cue_bits(f"Chè {word} nhiều."))


def test_an_idiom_hides_the_word_that_it_holds() -> None:
    assert not any(bits & BIT["up"] for bits in cue_bits("Xã tăng cường quản lý."))


def test_a_cue_is_a_word_of_its_own() -> None:
    assert cue_bits("Ông Tăngo đi chợ.") == []


@pytest.mark.parametrize("text", ["so với  cùng\nkỳ", "so với cùng kì", "SO VỚI CÙNG KỲ"])
def test_blanks_case_and_spelling_do_not_matter(text: str) -> None:
    assert any(bits & BIT["period_base"] for bits in cue_bits(text))


def test_either_unicode_form_gives_the_same_tokens() -> None:
    text = "Thủy sản tăng 12,5%, hòa vốn 3 tỷ."
    one, other = scan(normalize("NFC", text)), scan(normalize("NFD", text))
    assert (one.low, one.kinds, one.starts, one.bits) == (other.low, other.kinds, other.starts, other.bits)
    assert one.origin is None and other.origin is not None


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("Họp ngày 17/5/2018.", 9),
        ("Họp 7/2019, bàn.", 4),
        ("Theo 815/QĐ-TTg.", 5),
        ("Theo 40/2019/TT-BTC.", 5),
        ("Lúc 06:03 sáng.", 4),
        ("1. Chè", 0),
        ("xem www.vidu.vn/12", 17),
    ],
)
def test_what_is_no_quantity_by_its_shape_is_excluded(text: str, at: int) -> None:
    found = scan(text)
    assert text[at].isdigit() or text[at - 1] == "/"
    assert found.is_excluded(at)


@pytest.mark.parametrize("text", ["Bán 17,5 tấn.", "Bán 320.392/765.101 tấn.", "Bán 8 tấn.", "Bán 2.019 tấn."])
def test_a_quantity_is_not_excluded(text: str) -> None:
    assert scan(text).excluded == []


def test_excluded_spans_are_in_order_and_apart() -> None:
    spans = scan("1. Ngày 17/5/2018, theo 815/QĐ-TTg (1) lúc 06:03.").excluded
    assert len(spans) == 5
    assert all(a < b <= c for (a, b), (c, _) in pairwise(spans))


@pytest.mark.parametrize("text", ["İSTANBUL 5", "ẞ 5", "TĂNG 5"])
def test_lowering_keeps_every_offset(text: str) -> None:
    assert len(lowered(text)) == len(text)


def test_an_empty_text_has_no_tokens() -> None:
    assert scan("").kinds == []


BLANKS = (
    "Lương quý I là 5 812 nghìn đồng, quý II 6 104 nghìn đồng, quý III 6 377 nghìn đồng và cả năm 6 098 nghìn đồng."
)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        (BLANKS, ["5 812", "6 104", "6 377", "6 098"]),
        (BLANKS + " Tổng quỹ lương là 12.400 tỷ đồng.", ["5", "812", "6", "104", "6", "377", "6", "098", "12.400"]),
        ("Lớp 12 345 em, lớp 11 402 em, lớp 10 398 em.", ["12", "345", "11", "402", "10", "398"]),  # too few to tell
    ],
)
def test_blanks_part_thousands_where_a_document_does_so_often(text: str, numbers: list[str]) -> None:
    found = scan(text)
    assert [
        found.low[a:b] for kind, a, b in zip(found.kinds, found.starts, found.ends, strict=True) if kind == NUMBER
    ] == numbers
