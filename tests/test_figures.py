"""What is a quantity, how big it is, in what unit, and which values it may stand for."""

from __future__ import annotations

from decimal import Decimal
from unicodedata import normalize

import pytest
from parsing import figure, figures, parse

from audit.figures import TooManyFigures, bounds

VALUES = [
    ("Kho chứa 12.345,6 tấn muối.", "12.345,6", "12345.6", 0, "tấn"),
    ("Kho chứa 1.234.567 tấn muối.", "1.234.567", "1234567", 0, "tấn"),
    ("Kho chứa 3925 tấn muối.", "3925", "3925", 0, "tấn"),
    ("Kho chứa 0,345 tấn muối.", "0,345", "0.345", 0, "tấn"),
    ("Kho chứa 27\u00a0615 tấn muối.", "27\u00a0615", "27615", 0, "tấn"),
    ("Bán 4,6 nghìn tấn vải.", "4,6", "4.6", 3, "tấn"),
    ("Bán 4,6 ngàn tấn vải.", "4,6", "4.6", 3, "tấn"),
    ("Bán 45,2 vạn tấn vải.", "45,2", "45.2", 4, "tấn"),
    ("Thu phí 73,5 triệu đồng.", "73,5", "73.5", 6, "đồng"),
    ("Thu phí 73,5 tr.đ.", "73,5", "73.5", 6, "đồng"),
    ("Thu phí 7,35 tỷ đồng.", "7,35", "7.35", 9, "đồng"),
    ("Thu phí 7,35 tỉ đồng.", "7,35", "7.35", 9, "đồng"),
    ("Dư nợ 21 nghìn tỷ đồng.", "21", "21", 12, "đồng"),
    ("Dư nợ 1,3 triệu tỷ đồng.", "1,3", "1.3", 15, "đồng"),
    ("Bán được 30,5 tỷ USD hàng may.", "30,5", "30.5", 9, "USD"),
    ("Mỏ cát rộng 45 m2.", "45", "45", 0, "m2"),
    ("Chè cho 58,5 tạ/ha.", "58,5", "58.5", 0, "tạ/ha"),
    ("Tỷ lệ sinh 14,2‰.", "14,2‰", "14.2", 0, "‰"),
    ("Tỷ lệ sinh 14,2 phần nghìn.", "14,2", "14.2", 0, "‰"),
    ("Phủ sóng 96 % số thôn.", "96", "96", 0, "%"),
    ("Phủ sóng 96% số thôn.", "96%", "96", 0, "%"),
    ("Chợ đón khách tăng15,2%.", "15,2%", "15.2", 0, "%"),
    ("Vườn rộng 48,5ha.", "48,5", "48.5", 0, "ha"),
    ("The quarry sold 12,345.6 tonnes of sand.", "12,345.6", "12345.6", 0, "t"),
    ("The quarry earned $212.40 billion.", "212.40", "212.40", 9, "USD"),
    ("The quarry earned 4.2 million dollars.", "4.2", "4.2", 6, "USD"),
    ("There were 5 lakh homes.", "5", "5", 5, ""),
    ("The rate was 6.4 per cent.", "6.4", "6.4", 0, "%"),
]


@pytest.mark.parametrize(("text", "printed", "value", "scale", "unit"), VALUES)
def test_a_figure_is_read(text: str, printed: str, value: str, scale: int, unit: str) -> None:
    found = figure(text)
    read = Decimal(found.mantissa).scaleb(-found.decimals)
    assert (found.printed, read, found.scale, found.unit) == (printed, Decimal(value), scale, unit)


COMPOSITES = [
    ("Thu 86 tỷ 340 triệu đồng.", "86 tỷ 340", 86340, 6),
    ("Thu 245 tỷ 118 triệu 460 nghìn đồng.", "245 tỷ 118 triệu 460", 245118460, 3),
    ("Thu 3 tỷ 5 triệu đồng.", "3 tỷ 5", 3005, 6),
]


@pytest.mark.parametrize(("text", "printed", "mantissa", "scale"), COMPOSITES)
def test_a_composite_amount_is_one_figure(text: str, printed: str, mantissa: int, scale: int) -> None:
    found = figure(text)
    assert (found.printed, found.mantissa, found.scale, found.unit) == (printed, mantissa, scale, "đồng")


def test_two_amounts_are_no_composite() -> None:
    assert [f.printed for f in figures("Thu 86 tỷ đồng, 340 triệu đồng còn nợ.")] == ["86", "340"]


VOTES = [
    ("Kho có 2,345 tấn; 12,5 tấn; 7,25 tấn.", {}, ",", 3),
    ("Kho có 2,345 tấn; 1,204.5 tấn; 33.75 tấn; 8.25 tấn.", {}, ".", 0),
    ("The towns hold 2,345 tonnes and 12.5 tonnes.", {}, ".", 0),
    ("Kho có 2,345 tấn; 12,5 tấn.", {"number_format": "1,234.5"}, ".", 0),
]


@pytest.mark.parametrize(("text", "settings", "mark", "decimals"), VOTES)
def test_the_document_votes_on_what_a_comma_means(
    text: str, settings: dict[str, str], mark: str, decimals: int
) -> None:
    parsed = parse(text, **settings)
    assert (parsed.mark, parsed.figures[0].printed, parsed.figures[0].decimals) == (mark, "2,345", decimals)


INTERVALS = [
    ("Có 20 vụ cháy.", "count", 40, 40),
    ("Có 1.200 hộ trồng chè.", "count", 2400, 2400),
    ("Có 3.925 cột mốc.", "count", 7850, 7850),
    ("Có 4.100 cột mốc.", "measure", 8199, 8201),
    ("Có 41.250 cột mốc.", "measure", 82499, 82501),
    ("Có 12,4 tấn muối.", "measure", 247, 249),
    ("Có 7 tấn muối.", "measure", 13, 15),
    ("Có 12,4 nghìn hộ.", "measure", 247, 249),
    ("Phủ 96% diện tích.", "percent", 191, 193),
    ("Hơn 3.200 hộ vay vốn.", "measure", 6400, 6600),
    ("Trên 40 vụ cháy.", "measure", 80, 100),
    ("Gần 2,36 tỷ đồng.", "measure", 470, 472),
    ("Khoảng 615.000 tấn.", "measure", 1229000, 1231000),
    ("Xấp xỉ 180 tấn.", "measure", 350, 370),
    ("Hơn 263,57 tỷ đồng.", "measure", 52714, 52716),
    ("Ước đạt 46 tấn.", "measure", 91, 93),
    ("The depot fixed more than 3,200 cars.", "measure", 6400, 6600),
    ("The depot fixed nearly 40 cars.", "measure", 60, 80),
]


@pytest.mark.parametrize(("text", "kind", "low2", "high2"), INTERVALS)
def test_a_figure_stands_for_an_interval(text: str, kind: str, low2: int, high2: int) -> None:
    found = figure(text)
    assert (found.kind, found.low2, found.high2) == (kind, low2, high2)


@pytest.mark.parametrize(
    ("text", "hedge"),
    [
        ("Vượt hơn 120 tấn.", "above"),
        ("Dưới 120 tấn.", "below"),
        ("Chừng 120 tấn.", "about"),
        ("Có trên địa bàn 120 chợ.", ""),
        ("Đạt mức độ 12%.", ""),
        ("Tiến độ 45%.", ""),
        ("Thi công trên đường 12 km.", ""),
        ("The town sold about 120 tonnes.", "about"),
        ("The path goes over the 120 tonnes.", ""),
    ],
)
def test_a_hedge_leans_and_a_false_one_does_not(text: str, hedge: str) -> None:
    assert figure(text).hedge == hedge


def test_a_pair_shares_unit_and_scale() -> None:
    parsed = parse("Giải ngân 48.215/93.640 triệu đồng.")
    assert parsed.extract.slash == {0: 1}
    assert [(f.mantissa, f.scale, f.unit) for f in parsed.figures] == [(48215, 6, "đồng"), (93640, 6, "đồng")]


def test_a_pair_shares_its_noun_and_is_exact() -> None:
    assert [(f.noun, f.low2, f.high2) for f in figures("Có 214/312 em dự thi.")] == [("em", 428, 428), ("em", 624, 624)]


SIGNS = [
    ("Chỉ số giá (-7,1%).", "-7,1%", True),
    ("Chỉ số giá −4,8%.", "−4,8%", True),
    ("Chỉ số giá +6,2%.", "+6,2%", False),
    ("Chỉ số giá: –0,3%.", "–0,3%", True),
    ("Chỉ số giá (6,2%).", "6,2%", False),
]


@pytest.mark.parametrize(("text", "printed", "negative"), SIGNS)
def test_a_sign_belongs_to_its_figure(text: str, printed: str, negative: bool) -> None:
    found = figure(text)
    assert (found.printed, found.negative, found.high2 < 0) == (printed, negative, negative)


RANGES = [
    "Lương từ 5 - 5,5 triệu đồng.",
    "Phấn đấu tăng 11-13%.",
    "Mỗi tổ từ 20 đến 25 hộ.",
    "Lãi suất 3,2–3,7%.",
    "Growth of 3.2 to 3.7 percent.",
]


@pytest.mark.parametrize("text", RANGES)
def test_a_range_is_two_ends_and_no_minus(text: str) -> None:
    parsed = parse(text)
    assert parsed.extract.ranges == {0, 1}
    assert not any(f.negative for f in parsed.figures)
    assert parsed.figures[0].unit == parsed.figures[1].unit


@pytest.mark.parametrize(
    "text", ["The orders fell by 85 to 1,395.", "Sản lượng giảm 85 tấn, còn 1.395 tấn.", "Tỷ số 5 - 3 tấn."]
)
def test_what_is_no_range(text: str) -> None:
    assert parse(text).extract.ranges == set()


NO_QUANTITY = [
    "năm 2023",
    "giai đoạn 2021 - 2025",
    "nhiệm kỳ 2020-2025",
    "năm học 2023-24",
    "ngày 29/3",
    "ngày 01/7/2017",
    "17.5.2018",
    "tháng 7/2019",
    "01-15/02",
    "6 tháng đầu năm",
    "quý 2",
    "tháng 10",
    "tuần 40",
    "7 ngày qua",
    "16h",
    "06:03",
    "8 giờ 30",
    "24h",
    "Quyết định số 815/QĐ-TTg",
    "Nghị quyết số 12-NQ/TU",
    "Thông tư 40/2019/TT-BTC",
    "Điều 17",
    "Khoản 2",
    "kỳ họp thứ 5",
    "đứng thứ 7",
    "hạng 3",
    "Bảng 4",
    "Biểu 05",
    "Phụ lục 3",
    "Hình 2",
    "bão số 10",
    "mũi 1",
    "lần 2",
    "cấp 2",
    "đợt 2",
    "đề án 06",
    "quốc lộ 1",
    "Covid-19",
    "F0",
    "QL1A",
    "điện thoại 0234.382.2145",
    "gọi 0912345678",
    "dưới 5 tuổi",
    "từ 15 tuổi trở lên",
    "chi bộ [4]",
    "dòng (5)+(6)-(7)",
    "xem https://vidu.vn/tin-2291-38.html",
]


@pytest.mark.parametrize("words", NO_QUANTITY)
def test_digits_that_are_no_quantity_are_left_out(words: str) -> None:
    assert [f.printed for f in figures(f"Báo cáo nêu {words}, có 46 xã dự họp.")] == ["46"]


ENGLISH_NO_QUANTITY = [
    "12 March 2019",
    "June 30",
    "Table 4",
    "Section 3",
    "Covid-19",
    "FY 2018",
    "2023-24",
    "9 months",
    "3 years",
    "those aged 65",
    "in 2021",
]


@pytest.mark.parametrize("words", ENGLISH_NO_QUANTITY)
def test_english_digits_that_are_no_quantity_are_left_out(words: str) -> None:
    assert [f.printed for f in figures(f"The board noted {words}, and 46 people came.")] == ["46"]


LABELS = [
    "1. Xã có 46 giếng.",
    "2.1. Xã có 46 giếng.",
    "a) Xã có 46 giếng.",
    "(1) Xã có 46 giếng.",
    "3) Xã có 46 giếng.",
    "- 4. Xã có 46 giếng.",
]


@pytest.mark.parametrize("text", LABELS)
def test_a_list_label_is_no_figure(text: str) -> None:
    assert figure(text).printed == "46"


GLUED = [("Đạt 88,04%30 kế hoạch.", ["88,04%"]), ("Có 15 trường26 mới.", ["15"]), ("Trong năm 202143 có 9 xã.", ["9"])]


@pytest.mark.parametrize(("text", "printed"), GLUED)
def test_a_note_marker_glued_to_a_word_or_figure_is_left_out(text: str, printed: list[str]) -> None:
    assert [f.printed for f in figures(text)] == printed


@pytest.mark.parametrize("text", ["Mã 31.7520 tấn.", "Mã 47.215.3 tấn.", "9" * 31 + " tấn."])
def test_what_cannot_be_read_is_not_guessed(text: str) -> None:
    assert not any(f.unit == "tấn" and f.mantissa > 10**6 for f in figures(text))


FORMS = ["NFC", "NFD"]
SPELLINGS = [
    "Ngành thủy sản hòa lưới 41,5 triệu kWh, quý trước 3 tỷ đồng.",
    "Ngành thuỷ sản hoà lưới 41,5 triệu kWh, quí trước 3 tỉ đồng.",
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("text", SPELLINGS)
def test_neither_unicode_form_nor_spelling_matters(form: str, text: str) -> None:
    parsed = parse(normalize(form, text))
    first, second = parsed.statements.rows
    assert [(f.printed, f.scale, f.unit) for f in parsed.figures] == [("41,5", 6, "kWh"), ("3", 9, "đồng")]
    assert (first.base, bool(second.base)) == (0, True)


def test_a_dump_of_figures_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.figures.MOST", 50)
    assert len(figures("có " + "7 xã, " * 50)) == 50
    with pytest.raises(TooManyFigures):
        figures("có " + "7 xã, " * 51)


def test_zero_has_an_interval_of_its_own() -> None:
    assert bounds(0, False, "above") == (-1, 1)


def test_a_noun_is_read_over_the_marker_of_a_note() -> None:
    text = "Tòa thụ lý 665 vụ, việc; đã giải quyết 316 vụ66, việc trong kỳ.\n66 Trong đó 4 vụ kéo dài."
    found = {f.printed: f.noun for f in figures(text)}
    assert found["316"] == found["665"] == "vụ, việc"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Chỉ số của tỉnh xếp thứ 38/63.", {"38": "63"}),
        ("Chỉ số của tỉnh xếp thứ 38 trong số 63 tỉnh.", {"38": "63"}),
        ("Chỉ số của tỉnh tăng 5 bậc, từ hạng 43 lên hạng 38.", {"43": None, "38": None}),
        ("The county ranked 12th of the 32.", {"12": "32"}),
        ("Xã xếp thứ 5 của huyện.", {}),
        ("Giải hạng 2 có 12 đội, hạng 3/2020 có 9 đội.", {}),
        ("Họ đã giải quyết 38/63 vụ.", {}),
    ],
)
def test_ranks_are_figures_where_their_places_or_steps_are_told(text: str, printed: dict[str, str | None]) -> None:
    extract = parse(text).extract
    shown = {figure.id: figure.printed for figure in extract.figures}
    assert {shown[k]: shown.get(n) for k, n in extract.ranks.items()} == printed
