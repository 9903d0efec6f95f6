"""Text grids: what is read as a table, which schemas are found, and that a table of true sums is never alarmed."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit import documents, pipeline, rulebook
from audit.batch import audit_all
from audit.finders._grid import grids
from audit.finders._rows import formula
from audit.records import HOLDS, Reading
from audit.settings import Settings

BOOK = rulebook.load()

ROWS = """Thu chi của hợp tác xã (triệu đồng)
Quý I Quý II Quý III
1. Doanh thu 4.812 5.377 6.048
2. Giá vốn 3.190 3.641 4.219
3. Lãi gộp (1)-(2) 1.622 1.736 1.829
"""
CELLS = """Đàn gia súc
ĐVT: Con
Trâu

1.204

1.187

1.163

Bò

3.371

3.402

3.455

Tổng số

4.575

4.589

4.618
"""
ACCOUNTS = """Results of the ferry company
Revenue $ 7,412 $ 6,958
Fuel $ (5,230) $ (4,377)
Wages $ (3,481) $ (2,169)
Result $ (1,299) $ 412
"""
INDEX = """Sản lượng muối
2019 2020 2021
Tấn
Ven biển 4.120 4.367 4.556
Đầm phá 2.310 2.402 2.618
Hải đảo 1.840 1.766 1.907
Chỉ số phát triển (năm trước = 100)
Ven biển 104,1 106,0 104,3
Đầm phá 101,7 104,0 109,0
Hải đảo 99,2 96,0 108,0
"""
LOST = """Rescue calls by month
Jan. | 31 | 28 | 35 | 30 | 12 | 15 |
Feb. | 27 | 33 | 11 | 14 |
Mar. | 44 | 39 | 17 | 13 |
Apr. | 38 | 41 | 19 | 16 |
May | 52 | 47 | 21 | 18 |
All months | 192 | 195 | 80 | 76 |
"""


def read(text: str) -> Reading:
    reading = next(audit_all([documents.read_text(text)], BOOK, Settings()))
    assert reading.document.error is None
    return reading


def claims(text: str) -> set[tuple[str, ...]]:
    """The figures of each claim that holds, as printed, in the order of their roles."""
    reading = read(text)
    return {tuple(reading.figures[k].printed for k in c.figures) for c in reading.claims if c.verdict in HOLDS}


def tables(text: str) -> list[list[list[str | None]]]:
    document = documents.read_text(text)
    parsed = pipeline.parse(document, BOOK, Settings())
    found = grids(parsed.figures, parsed.statements.rows, parsed.scan.text, parsed.language.nouns)
    return [[[parsed.figures[k].printed if k >= 0 else None for k in row.cells] for row in grid.rows] for grid in found]


def test_formula_labels() -> None:
    assert formula("7. Lãi thuần (3)+(4)-(6)") == [(3, 1), (4, 1), (6, -1)]
    assert formula("balance, 1. minus 2.") == [(1, 1), (2, -1)]
    assert formula("aged 15-24") == []


def test_row_a_line() -> None:
    found = claims(ROWS)
    assert ("1.622", "4.812", "3.190") in found
    assert ("1.829", "6.048", "4.219") in found


def test_cell_a_line_and_counts_by_the_unit_line() -> None:
    assert {("4.575", "1.204", "3.371"), ("4.618", "1.163", "3.455")} <= claims(CELLS)


def test_negatives_in_parentheses_are_printed_without_them() -> None:
    reading = read(ACCOUNTS)
    negative = {f.printed for f in reading.figures if f.negative}
    assert negative == {"5,230", "4,377", "3,481", "2,169", "1,299"}
    assert ("1,299", "7,412", "5,230", "3,481") in claims(ACCOUNTS)
    assert ("412", "6,958", "4,377", "2,169") in claims(ACCOUNTS)


def test_index_block_below_values() -> None:
    found = claims(INDEX)
    assert ("106,0", "4.367", "4.120") in found
    assert ("108,0", "1.907", "1.766") in found
    assert not any(f[0] == "104,1" for f in found)  # its base is not printed


def test_a_row_with_more_cells_than_the_others() -> None:
    found = claims(LOST)
    assert ("192", "31", "27", "44", "38", "52") in found
    assert ("76", "15", "14", "13", "16", "18") in found


def test_empty_cells_keep_their_place() -> None:
    table = "Thu phí\nBến A | 12,5 | - | 31,4 |\nBến B | 10,1 | 22,6 | 30,9 |\nBến C | .. | 20,3 | 28,7 |\n"
    assert tables(table) == [[["12,5", None, "31,4"], ["10,1", "22,6", "30,9"], [None, "20,3", "28,7"]]]


def test_prose_is_no_table() -> None:
    text = "Trong tháng xảy ra 41 vụ cháy, làm 3 người chết.\nSo với tháng trước giảm 6 vụ (12,8%).\n"
    assert tables(text + "Thiệt hại 2,4 tỷ đồng.\n") == []


def test_a_wrong_cell_is_alarmed_in_a_table_that_adds_up() -> None:
    rng = random.Random(5)
    lines = []
    for name in ("Bắc", "Trung", "Nam", "Đông", "Tây"):
        parts = [rng.randint(1000, 9999) for _ in range(3)]
        lines.append([name, *parts, sum(parts)])
    lines[2][4] += 90  # type: ignore[operator]
    text = "Phương tiện đăng kiểm (nghìn đồng)\n" + "\n".join(" ".join(map(str, line)) for line in lines) + "\n"
    reading = read(text)
    wrong = [c for c in reading.claims if c.verdict == "discrepant"]
    assert [reading.figures[c.terms[0].figure].printed for c in wrong] == [str(lines[2][4])]


def fmt(value: int, decimals: int) -> str:
    digits = str(abs(value)).zfill(decimals + 1)
    whole, rest = (digits[:-decimals], "," + digits[-decimals:]) if decimals else (digits, "")
    groups = f"{int(whole):,}".replace(",", ".")
    return ("-" if value < 0 else "") + groups + rest


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.integers(10000, 9999999), min_size=3, max_size=5), min_size=3, max_size=7),
    st.sampled_from([0, 1, 2]),
    st.sampled_from(["line", "cells", "pipes"]),
    st.booleans(),
)
def test_true_sums_are_verified_and_never_alarmed(
    rows: list[list[int]], decimals: int, layout: str, total_first: bool
) -> None:
    width = min(map(len, rows))
    body = [row[:width] for row in rows]
    total = [sum(column) for column in zip(*body, strict=True)]
    body = [total, *body] if total_first else [*body, total]
    labels = [f"Vùng {'abcdefghij'[i]} thu" for i in range(len(body))]
    lines = []
    for label, row in zip(labels, body, strict=True):
        cells = [fmt(x, decimals) for x in row]
        if layout == "line":
            lines.append(f"{label} {' '.join(cells)}")
        elif layout == "pipes":
            lines.append(f"| {label} | {' | '.join(cells)} |")
        else:
            lines.append("\n\n".join([label, *cells]) + "\n")
    reading = read("Số thu theo vùng\nTriệu đồng\n" + "\n".join(lines) + "\n")
    assert not [f for f in reading.findings if f.severity != "note"]
    wholes = {reading.figures[c.terms[0].figure].printed for c in reading.claims if c.verdict in HOLDS}
    assert {fmt(x, decimals) for x in total} <= wholes


@pytest.mark.parametrize("rows", [400, 800])
def test_long_tables_of_unrelated_figures_make_no_claims(rows: int) -> None:
    rng = random.Random(rows)
    body = "\n".join(f"Hộ {i}x {' '.join(fmt(rng.randint(10**5, 10**7), 1) for _ in range(4))}" for i in range(rows))
    reading = read(f"Danh sách\n{body}\n")
    assert len(reading.claims) <= rows // 100
    assert not [f for f in reading.findings if f.severity != "note"]


CAPTION = """Table 4: Catches by port (RM million)
Port 2022 2023
Kuala Perlis 412.6 438.9
Kuantan 287.3 301.2
Mersing 96.4 88.7
All ports 796.3 828.8

Kuantan landed RM301.2 million worth of fish in 2023, which is 36.3% of the RM828.8 million of all ports.
"""


def units(text: str) -> list[tuple[str, int, str]]:
    return [(f.printed, f.scale, f.unit) for f in read(text).figures]


def test_the_unit_of_a_table_is_in_its_caption() -> None:
    found = units(CAPTION)
    assert ("438.9", 6, "RM") in found and ("4", 0, "RM") not in found
    assert ("301.2", "301.2") in claims(CAPTION)
    other = CAPTION.replace("(RM million)", "(RM thousand)")
    assert ("301.2", "301.2") not in claims(other)  # another amount, printed alike


def test_a_unit_of_a_row_is_its_own() -> None:
    text = CAPTION.replace("Mersing", "Boats (number)").replace("Kuantan 287.3", "Ice (tonnes) 287.3")
    found = units(text)
    assert ("287.3", 0, "t") in found and ("412.6", 6, "RM") in found


def test_rates_do_not_take_the_unit_of_the_caption() -> None:
    text = """Bảng 2: Thu ngân sách (triệu đồng)
    Chỉ tiêu Năm 2022 Năm 2023 So sánh
    Thuế nhà 1.594 1.702 106,78
    Thuế xe 2.187 2.310 105,62
    Phí chợ 844 901 106,75
    """
    found = units(text)
    assert ("1.702", 6, "đồng") in found and ("106,78", 0, "") in found
    assert ("106,78", "1.702", "1.594") in claims(text)


FORMULAS = """Accounts of the harbour board
| 2021 | 2022 | 2023 |
1. Dues (2+3) | 4187 | 4693 | 5014 |
2. Of ships | 2831 | 3211 | 3462 |
3. Of goods | 1356 | 1482 | 1552 |
4. Loans taken | 911 | 1047 | 1121 |
5. Spending | 4870 | 5512 | 5890 |
6. Left at year's end {1-(5-4)} | 228 | 228 | {left} |
7. Result (1-5) | -683 | -819 | -876 |
"""


def test_formulas_in_the_labels_of_a_table_with_bars() -> None:
    found = claims(FORMULAS.replace("{left}", "245"))
    assert ("4187", "2831", "1356") in found and ("-876", "5014", "5890") in found
    assert ("228", "4693", "5512", "1047") in found and ("245", "5014", "5890", "1121") in found
    wrong = read(FORMULAS.replace("{left}", "254"))
    broken = [[wrong.figures[k].printed for k in c.figures] for c in wrong.claims if c.verdict == "discrepant"]
    assert broken == [["254", "5014", "5890", "1121"]]


def test_a_negative_cell_is_no_year() -> None:
    text = FORMULAS.replace("{left}", "245").replace("5890", "6944").replace("-876", "-1930")
    assert ("-1930", "5014", "6944") in claims(text)
    assert not [
        f for f in read("Giai đoạn 2016 -2020 thành phố trồng 12.400 cây.").figures if f.printed.endswith("2020")
    ]


def test_lines_with_a_colon_are_read_like_a_text_where_no_table_explains_them() -> None:
    text = """Recount in Lac-Rond
Number of registered electors: 48,217
Number of votes cast: 31,406 (65.1%)
Number of ballots set aside: 424 (1.4%)
Number of polling stations: 112 (0.2%)
"""
    assert {("65.1%", "31,406", "48,217"), ("1.4%", "424", "31,406")} <= claims(text)


def test_numbers_in_a_label_are_no_cells() -> None:
    text = (
        "Length of stay\nUp to 6 months 1,214\nOver 6 to 12 months 1,683\nOver 1 to 5 years 2,470\nAll guests 5,367\n"
    )
    assert tables(text) == [[["1,214"], ["1,683"], ["2,470"], ["5,367"]]]
    assert ("5,367", "1,214", "1,683", "2,470") in claims(text)


def test_lines_of_prose_that_end_in_a_number_are_no_rows() -> None:
    prose = "In week 6 the ferries carried 1,214\nguests; 12 of them were ill, and 1,683\nstayed ashore.\n"
    assert tables(prose) == []


def test_a_column_that_its_label_adds_up_may_miss() -> None:
    text = "Length of stay\nShort 1,214\nMiddling 1,683\nLong 2,470\nVery long 904\nTotal 6,217\n"
    reading = read(text)  # 6,271
    assert [f.severity for f in reading.findings] == ["error"]
    assert read(text.replace("Total", "Others")).findings == []
    assert read(text.replace("6,217", "8,905")).findings == []  # of more than what is shown
