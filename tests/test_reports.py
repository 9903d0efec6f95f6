from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from readings import GIFTS, audited, options, output, reading
from wcwidth import wcswidth

from audit.places import Places
from audit.records import Document, Reading
from audit.reports import formats, load
from audit.reports._decimals import halves, localized, nearest, plain, significant
from audit.reports._visible import cells, quote, visible
from audit.reports.csv import safe

ANY_TEXT = st.text(st.characters(codec=None), max_size=60)


def test_the_formats_are_the_modules_of_the_folder() -> None:
    assert formats() == ["table", "csv", "json", "jsonl", "lines"]
    for name in formats():
        assert callable(load(name).check)
        assert callable(load(name).figures)


@given(st.integers(-(10**30), 10**30), st.integers(0, 12))
def test_decimals_are_exact(mantissa: int, decimals: int) -> None:
    assert Fraction(plain(mantissa, decimals)) == Fraction(mantissa, 10**decimals)
    assert Fraction(halves(mantissa, decimals)) == Fraction(mantissa, 2 * 10**decimals)


@given(st.fractions(max_denominator=10**12), st.integers(1, 15))
def test_significant_digits_enclose_the_value(value: Fraction, digits: int) -> None:
    low, high = significant(value, digits, up=False), significant(value, digits, up=True)
    assert Fraction(low) <= value <= Fraction(high)
    assert all(len(Decimal(text).normalize().as_tuple().digits) <= digits for text in (low, high))
    if value:
        assert Fraction(high) - Fraction(low) <= abs(value) * 10 / 10**digits


def test_numbers_are_shown_in_the_format_of_the_document() -> None:
    assert localized("1234567.5", "1.234,5") == "1.234.567,5"
    assert localized("-1234.50", "1,234.5") == "-1,234.50"
    assert localized("999", "1.234,5") == "999"
    assert nearest(Fraction(-5, 1000), 2) == "-0.01"
    assert nearest(Fraction(2, 3), 0) == "1"


def test_json_says_what_the_contract_says() -> None:
    whole = json.loads(output("json", [audited(), reading(path="khac.txt")]))
    assert whole["version"] == 1
    assert [document["document"] for document in whole["documents"]] == ["bao-cao.txt", "khac.txt"]
    document = whole["documents"][0]
    assert document["error"] is None
    assert document["coverage"] == {"figures": 7, "verified": 3, "contradicted": 1, "unchecked": 3}
    percent = document["figures"][6]
    assert (percent["printed"], percent["value"], percent["low"], percent["high"]) == (
        "37,60%",
        "37.60",
        "37.595",
        "37.605",
    )
    assert percent["place"] == {"line": 4, "column": 24}
    for figure in document["figures"]:
        assert GIFTS[figure["start"] : figure["end"]] == figure["printed"]
        assert figure["quantity_start"] <= figure["start"] < figure["end"] <= figure["quantity_end"]
    parts, share = document["claims"]
    assert parts["roles"] == {"whole": 3, "parts": [0, 1, 2]}
    assert sorted(parts["figures"]) == [0, 1, 2, 3]
    assert (parts["operation"], parts["stated"], parts["computed_low"], parts["excess"]) == ("sum", "75", "81", 6.0)
    assert share["roles"] == {"part": 4, "whole": 5, "percent": 6}
    finding = document["findings"][0]
    assert (finding["suspect"], finding["suggestion"], finding["place"]) == (3, "81", {"line": 2, "column": 106})


def test_json_gives_the_text_only_when_asked() -> None:
    assert "text" not in json.loads(output("json", [audited()]))["documents"][0]
    assert json.loads(output("json", [audited()], text=True))["documents"][0]["text"] == GIFTS


def test_json_is_valid_without_documents_and_with_infinite_excess() -> None:
    assert json.loads(output("json", []))["documents"] == []
    endless = audited()
    endless.claims[0].excess = float("inf")
    assert json.loads(output("json", [endless]))["documents"][0]["claims"][0]["excess"] is None


def test_a_list_role_is_a_list_even_of_one() -> None:
    read = audited()
    read.claims[0].terms = tuple(term for term in read.claims[0].terms if term.figure in (0, 3))
    assert json.loads(output("jsonl", [read]))["claims"][0]["roles"] == {"whole": 3, "parts": [0]}


def test_json_lines_are_the_same_documents() -> None:
    readings = [audited(), reading(path="khac.txt")]
    lines = [json.loads(line) for line in output("jsonl", readings).splitlines()]
    assert lines == json.loads(output("json", readings))["documents"]


def test_one_exact_line_a_finding() -> None:
    unreadable = Reading(Document("mất.txt", error="no such file"))
    assert output("lines", [audited(), unreadable]) == (
        "bao-cao.txt:2:106: error parts: 14 + 36 + 31 = 81, không phải 75\n"
        "mất.txt:1:1: error unreadable: no such file\n"
    )


def test_csv_has_the_findings_and_the_figures() -> None:
    rows = list(csv.DictReader(io.StringIO(output("csv", [audited()]))))
    assert [(row["rule"], row["line"], row["printed"], row["suggestion"]) for row in rows] == [
        ("parts", "2", "75", "81")
    ]
    figures = list(csv.DictReader(io.StringIO("".join(load("csv").figures([audited()], options())))))
    assert [row["printed"] for row in figures] == ["14", "36", "31", "75", "47", "125", "37,60%"]
    assert figures[6]["low"] == "37.595"


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "  =1", "＝1"])
def test_no_cell_becomes_a_formula(text: str) -> None:
    assert safe(text) == "'" + text


@pytest.mark.parametrize("text", ["12,5%", "-5,2", "+7", "tăng 5 %", "a=b", ""])
def test_harmless_cells_stay(text: str) -> None:
    assert safe(text) == text


def test_a_formula_in_a_document_is_quoted_in_csv() -> None:
    read = audited()
    read.document = replace(read.document, path="=HYPERLINK(1).txt")
    read.findings[0].message = "=cmd()"
    row = next(csv.DictReader(io.StringIO(output("csv", [read]))))
    assert row["document"].startswith("'=")
    assert row["message"].startswith("'=")


def test_the_table_shows_what_where_and_how_much() -> None:
    text = output("table", [audited()], messages="en")
    assert "7 figures: 3 verified, 1 contradicted, 3 unchecked" in text
    assert re.search(r"1 +error +line 2 +75 +81 +14 \+ 36 \+ 31 = 81", text)
    assert "Probably meant: 81 instead of 75." in text
    assert re.search(r"I\. Công tác xã hội +4 +0 +1 +3", text)
    assert "Arithmetic cannot see" in text


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_marks_stand_under_the_figures(form: str, width: int) -> None:
    read = audited()
    text = unicodedata.normalize(form, GIFTS)
    if form == "NFD":
        fresh = reading(text)
        fresh.claims, fresh.findings = read.claims, read.findings
        read = fresh
    lines = output("table", [read], width=width).splitlines()
    marked = {"--": [], "^^": []}
    for above, under in pairwise(line for line in lines if "│" in line):
        if not re.fullmatch(r" +│ [ ^-]+", under):
            continue
        assert wcswidth(above) <= width
        shown = "".join(cell for _, cell, _ in cells(above))
        for match in re.finditer(r"--|\^\^", under):
            marked[match[0]].append(shown[match.start() : match.end()])
    assert marked == {"--": ["14", "36", "31"], "^^": ["75"]}


def test_without_findings_everything_fits_one_screen() -> None:
    read = audited()
    read.findings = []
    text = output("table", [read], messages="en")
    assert len(text.splitlines()) < 12
    assert "Nothing contradicts: 1 relations were redone and hold." in text


def test_verbose_shows_every_claim_with_its_arithmetic() -> None:
    text = output("table", [audited()], messages="en", verbose=True)
    assert "14 + 36 + 31 = 81; printed: 75  CONTRADICTED" in text
    assert "100 × 47 / 125 = 37,60%; printed: 37,60%  holds" in text


def test_a_batch_ends_with_a_summary_worst_first() -> None:
    unreadable = Reading(Document("hỏng.txt", error="not text"))
    text = output("table", [reading(path="sạch.txt"), audited(), unreadable], messages="en")
    assert text.count("Probably meant") == 1
    tail = text[text.index("document ") :]
    assert tail.index("hỏng.txt") < tail.index("bao-cao.txt") < tail.index("sạch.txt")
    assert "3 documents, 1 without errors or warnings, 1 unreadable; 14 figures" in tail


def test_colour_only_when_asked() -> None:
    assert "\x1b" not in output("table", [audited()])
    assert "\x1b[1;31m" in output("table", [audited()], colour=True)


def test_the_language_of_the_messages_follows_the_document_unless_chosen() -> None:
    assert "mâu thuẫn" in output("table", [audited()])
    assert "mâu thuẫn" not in output("table", [audited()], messages="en")


@pytest.mark.parametrize("name", ["table", "lines"])
def test_nothing_of_a_document_reaches_the_terminal_unescaped(name: str) -> None:
    evil = "\x1b[2J\x07\u202e\x9b\u2066"
    read = audited()
    source = replace(read.document, path=evil, text=read.document.text.replace("triệu", evil, 4), warnings=(evil,))
    read.document = source
    read.findings[0].message = evil
    text = output(name, [read], verbose=True) + "".join(load(name).figures([read], options()))
    assert not any(unicodedata.category(character) in {"Cc", "Cf"} for character in text if character != "\n")
    assert "\\x1b" in text


@given(ANY_TEXT)
def test_visible_text_is_one_printable_line(text: str) -> None:
    shown = visible(text)
    assert wcswidth(shown) >= 0
    assert "\n" not in shown
    assert wcswidth(visible(text, 10)) <= 10


@given(st.text(st.characters(max_codepoint=0x1FFF, codec=None), max_size=60), st.integers(20, 100))
def test_quotes_keep_to_the_width(text: str, width: int) -> None:
    text = "12 " + text + " 34"
    lines = quote(text, [(0, 2, "-"), (len(text) - 2, len(text), "^")], width)
    assert all(0 <= wcswidth(line) <= width for line in lines)
    assert any("^^" in line for line in lines)


def test_a_long_line_is_quoted_at_once() -> None:
    text = "Kho có 12 bao, " + "x" * 3_000_000 + " tổng 13 bao."
    read = reading(text)
    read.claims, read.findings = audited().claims[:1], audited().findings
    read.claims[0].terms = read.claims[0].terms[2:3] + read.claims[0].terms[3:]
    read.claims[0].terms = tuple(replace(term, figure=number) for number, term in enumerate(read.claims[0].terms))
    read.findings[0].suspect = 1
    lines = output("table", [read], width=80).splitlines()
    assert max(map(len, lines)) < 200
    assert any("^^" in line for line in lines)


def test_places_count_every_kind_of_line_end() -> None:
    source = Document("x", "a\r\nb\rc\nd 5", ())
    assert Places(source).of(0, source.text.index("5")) == {"line": 4, "column": 3}
