"""What each figure says: role, direction, base, place."""

from __future__ import annotations

import pytest
from parsing import parse, statement

from audit.statements import PERIOD, PLAN, Statement

ROLES = [
    ("Kho bán 640 tấn chè.", "640", "level", 1),
    ("Kho bán thêm tăng 48 tấn chè.", "48", "change", 1),
    ("Kho bán giảm 48 tấn chè.", "48", "change", -1),
    ("Kho bán hụt 48 tấn chè.", "48", "change", -1),
    ("Kho bán nhích thêm 48 tấn chè.", "48", "change", 1),
    ("Kho bán chè tăng 15,2%.", "15,2%", "growth", 1),
    ("Kho bán chè giảm 15,2%.", "15,2%", "growth", -1),
    ("Giá chè -0,3%.", "-0,3%", "growth", -1),
    ("Giá chè +0,3%.", "+0,3%", "growth", 1),
    ("Chè chiếm 34,5% diện tích.", "34,5%", "share", 1),
    ("Kho nộp chè, đạt 92,3% kế hoạch.", "92,3%", "ratio", 1),
    ("Kho nộp chè, bằng 104% cùng kỳ.", "104%", "index", 1),
    ("Tỷ lệ nghèo tăng 1,27 điểm phần trăm.", "1,27", "point", 1),
    ("Tỷ lệ nghèo giảm 1,27 điểm phần trăm.", "1,27", "point", -1),
    ("Chè đóng góp 32% vào mức tăng.", "32%", "contribution", 1),
    ("Chè đóng góp 1,2 điểm phần trăm, ngô 0,8 điểm.", "0,8", "point", 1),
    ("Chè đóng góp 1,2 điểm phần trăm, ngô làm giảm 0,8 điểm.", "0,8", "point", -1),
    ("Tỷ lệ xanh tăng 1,2 điểm phần trăm, bài thi đạt 65 điểm.", "65", "level", 1),
    ("Chè đóng góp 1,2 điểm phần trăm. Bài thi đạt 65 điểm.", "65", "level", 1),
    ("Quỹ gấp 1,5 lần vốn góp.", "1,5", "factor", 1),
    ("Lương khoán 5-6 triệu đồng.", "5", "range", 1),
    ("Độ ẩm 71%.", "71%", "bare", 1),
    ("The mill sold 640 tonnes of the tea.", "640", "level", 1),
    ("Sales of the mill fell by 85 to 1,395 tonnes.", "85", "change", -1),
    ("Sales of the mill fell by 85 to 1,395 tonnes.", "1,395", "level", 1),
    ("Sales of the mill rose 15.2% in the year.", "15.2%", "growth", 1),
    ("The share of the mill was 34.5%.", "34.5%", "share", 1),
    ("The mill shipped 740 bags, 5.2 percent fewer than the 781 of June.", "5.2", "growth", -1),
    ("The mill shipped 740 bags, 41 fewer than in June.", "41", "change", -1),
    ("Tea sales saw a 10.1 per cent increase.", "10.1", "growth", 1),
    ("The price of a bag went up from £1,040 to £1,196, that is by 15 per cent.", "15", "growth", 1),
    ("The price of a bag fell from £1,196 to £1,040, i.e. by 13 per cent.", "13", "growth", -1),
    ("The share of electric mills rose from 12.5% to 15.0%, by 2.5%.", "12.5%", "share", 1),
    ("The share of electric mills rose from 12.5% to 15.0%, by 2.5%.", "2.5%", "growth", 1),
    ("The mill expects gains from 5% to 8%.", "5%", "range", 1),
    ("Complaints to the mill fell from 126 to 104, by 22 in all.", "22", "change", -1),
    ("The mill fell silent. From £1,196 it paid £1,040, i.e. 87 per cent.", "87", "ratio", 1),
    ("After a 12.2 per cent year-on-year decline the mill closed.", "12.2", "growth", -1),
    ("Sales were $13.7 million, or 11.6%, above those of June.", "11.6%", "growth", 1),
    ("Sales were $13.7 million, or 11.6%, above those of June.", "13.7", "change", 1),
    ("The mill sold 640 tonnes more or less.", "640", "level", 1),
    ("Waiting rose from 24 to 31 days at the mill.", "24", "level", 1),
    ("Children make up 28% of the guests.", "28%", "share", 1),
]


@pytest.mark.parametrize(("text", "printed", "role", "sign"), ROLES)
def test_a_cue_gives_its_figure_a_role(text: str, printed: str, role: str, sign: int) -> None:
    row = statement(text, printed)
    assert (row.role, row.sign) == (role, sign)


BACK_TO_LEVEL = [
    ("Chè tăng 15,2% lên 640 tấn.", "640"),
    ("Chè giảm mạnh, còn 640 tấn.", "640"),
    ("Chè giảm 12 tấn xuống 640 tấn.", "640"),
    ("Chè giảm từ 72 tấn xuống còn 64 tấn.", "72"),
    ("Chè giảm từ 72 tấn xuống còn 64 tấn.", "64"),
    ("Chè tăng 12 tấn và ngô 40 tấn bán tại chợ.", "40"),
    ("Chè tăng 12 tấn. Ngô bán 40 tấn.", "40"),
    ("Chè bán 30 tấn (tăng 2 tấn), ngô bán 20 tấn.", "20"),
    ("Chè tăng so với năm ngoái; ngô bán 20 tấn.", "20"),
    ("Sales were 2.6% lower than the $90.8 million of June.", "90.8"),
    ("Queues fell from 31 to 24 in a month.", "24"),
]


@pytest.mark.parametrize(("text", "printed"), BACK_TO_LEVEL)
def test_a_direction_ends_where_a_level_begins(text: str, printed: str) -> None:
    assert statement(text, printed).role == "level"


INHERITED = [
    ("Đội lập 797 vụ, giảm 61 vụ (-7,1%), 47 người.", "47", "change", -1),
    ("Đội lập 797 vụ, giảm 61 vụ, 47 người, 3 xe.", "3", "change", -1),
    ("Thu tăng 13 tỷ đồng, tương đương 4,9%.", "4,9%", "growth", 1),
    ("Đàn bò giảm 4,9% (tương đương 317 con).", "317", "change", -1),
    ("Đàn bò giảm 317 con (4,9%).", "4,9%", "growth", -1),
]


@pytest.mark.parametrize(("text", "printed", "role", "sign"), INHERITED)
def test_a_list_inherits_role_and_direction(text: str, printed: str, role: str, sign: int) -> None:
    row = statement(text, printed)
    assert (row.role, row.sign, row.inherited) == (role, sign, True)


def test_nothing_is_inherited_out_of_parentheses() -> None:
    row = statement("Chè bán 30 tấn (giảm 2 tấn), 20 tấn gửi kho.", "20")
    assert (row.role, row.inherited) == ("level", False)


IDIOMS = [
    "Xã tăng cường 12 cán bộ.",
    "Lớp học sinh yếu kém 12 em.",
    "Lũ làm mất tích 12 người.",
    "Xã giảm nghèo 12 hộ.",
    "Có 12 nước kém phát triển.",
]


@pytest.mark.parametrize("text", IDIOMS)
def test_an_idiom_is_no_direction(text: str) -> None:
    assert statement(text, "12").role == "level"


BASES = [
    ("Thu tăng 13 tỷ đồng so với cùng kỳ (265 tỷ đồng).", "265", PERIOD, 0),
    ("Chợ đón 450 khách, cùng kỳ 420 khách.", "420", PERIOD, PERIOD),
    ("Chợ đón 450 khách, cùng kỳ 420 khách.", "450", 0, 0),
    ("Kho bán 52 tấn, kế hoạch 60 tấn.", "60", PLAN, PLAN),
    ("Kho bán 52 tấn, đạt 86% kế hoạch.", "86%", 0, PLAN),
    ("Chè giảm từ 72 tấn xuống còn 64 tấn.", "72", PERIOD, 0),
    ("The mill sold 640 tonnes, up from 555 tonnes.", "555", PERIOD, 0),
]


@pytest.mark.parametrize(("text", "printed", "base", "basis"), BASES)
def test_a_base_is_told_from_a_level_of_today(text: str, printed: str, base: int, basis: int) -> None:
    row = statement(text, printed)
    assert (row.base, row.basis) == (base, basis)


def test_parentheses_have_a_parent_and_a_depth() -> None:
    outer, inner, last = parse("Thu 278 tỷ đồng (riêng chè 13 tỷ đồng), chi 90 tỷ đồng.").statements.rows
    assert [(row.depth, row.parent) for row in (outer, inner, last)] == [(0, -1), (1, outer.figure), (0, -1)]


def test_commas_semicolons_and_stops_part_the_figures() -> None:
    a, b, c, d = parse("Chè 9 tấn, ngô 8 tấn; sắn 7 tấn. Lúa 6 tấn.").statements.rows
    assert a.clause != b.clause and a.part == b.part and a.sentence == b.sentence
    assert b.part != c.part and b.sentence == c.sentence
    assert c.sentence != d.sentence and (a.first, b.first, d.first) == (True, False, True)


NOT_AN_END = ["Thu 9 tấn tại TP. Vinh và 8 tấn tại chợ.", "Thu 9 tấn tại khu 3.500 dân và 8 tấn tại chợ."]


@pytest.mark.parametrize("text", NOT_AN_END)
def test_a_dot_inside_a_name_or_number_ends_no_sentence(text: str) -> None:
    rows = parse(text).statements.rows
    assert rows[0].sentence == rows[-1].sentence


NOUNS = [
    ("Số vụ giảm 49, nay là 210.", "49", "vụ"),
    ("Có 96 hộ, gồm 41 và 55.", "41", "hộ"),
    ("Có 214/312 em dự thi.", "214", "em"),
]


@pytest.mark.parametrize(("text", "printed", "noun"), NOUNS)
def test_a_noun_carries_to_a_figure_that_prints_none(text: str, printed: str, noun: str) -> None:
    assert noun in statement(text, printed).noun


def test_an_amount_with_a_scale_word_only_has_the_unit_beside_it() -> None:
    row = statement("Quỹ chi 15 triệu đồng cho chè, 35 triệu cho ngô.", "35")
    assert (row.unit, row.power) == ("đồng", 6)


def test_the_label_names_what_is_measured() -> None:
    row: Statement = statement("Sản lượng chè búp tươi là 640 tấn.", "640")
    assert {"chè", "búp", "tươi"} <= row.label


def test_a_note_is_read_after_the_text_that_it_belongs_to() -> None:
    parsed = parse(
        "Xã chi 74 triệu đồng[1] cho các tổ.\nXã còn 9 hộ nghèo.\n\n[1] Tổ một 15 triệu đồng, tổ hai 35 triệu đồng.\n"
    )
    printed = [[parsed.figures[k].printed for k in flow] for flow in parsed.statements.flows]
    assert printed == [["74", "9"], ["74", "15", "35"]]


@pytest.mark.parametrize(
    ("text", "printed", "unit", "scale"),
    [
        ("Farmers got 1,846 euros a head (up 7.1% from 1,724).", "1,724", "EUR", 0),
        ("Sales rose to $4.5 billion from 4.1 a year before.", "4.1", "USD", 9),
        ("Sales rose to $4.5 billion from 410 a year before.", "410", "", 0),  # of another size: not known
        ("Sales rose to $4.5 billion; the shop has 4.1 floors.", "4.1", "", 0),
    ],
)
def test_what_an_amount_is_compared_with_is_in_its_unit(text: str, printed: str, unit: str, scale: int) -> None:
    parsed = parse(text, language="en")
    (figure,) = [figure for figure in parsed.figures if figure.printed == printed]
    assert (figure.unit, figure.scale) == (unit, scale)
