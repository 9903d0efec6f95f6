from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import documents
from audit.documents import Lines, markdown, read, read_text
from audit.documents.encodings import decode
from audit.records import Block

REPORT = "Sáu tháng đầu năm, huyện thu 84,6 tỷ đồng, tăng 12% so với cùng kỳ."
PIECES = st.sampled_from(
    (
        *("Thu ngân sách đạt", " 12,5 tỷ đồng", "3", "12 ", "tăng4", ".", ",", "\n", "\n\n", "\r\n", "\t", "  ", "- "),
        *("1. ", "[1] ", "(2)", "²", "|", "|---|", "# ", "```", "<!--", "-->", "[^1]", "[^1]: ", "năm 20213", "-----"),
        *("\x00", "\u202e"),
    )
)
TEXTS = st.lists(PIECES, max_size=40).map("".join) | st.text()


def shown(text: str, kind: str | None = None, blocks: tuple[Block, ...] | None = None) -> list[str]:
    found = read_text(text).blocks if blocks is None else blocks
    return [text[block.start : block.end] for block in found if kind in (None, block.kind)]


def sound(text: str, blocks: tuple[Block, ...]) -> None:
    end = 0
    for number, block in enumerate(blocks):
        assert block.id == number
        assert end <= block.start < block.end <= len(text)
        assert text[block.start : block.end].strip() == text[block.start : block.end]
        assert block.anchor is None or 0 <= block.anchor < len(text)
        assert block.continues is None or block.continues < block.id
        assert block.kind in ("paragraph", "heading", "note", "cell")
        end = block.end


@given(TEXTS)
def test_blocks_are_in_order_apart_and_leave_no_word_out(text: str) -> None:
    blocks = read_text(text).blocks
    sound(text, blocks)
    outside = list(text)
    for block in blocks:
        outside[block.start : block.end] = " " * (block.end - block.start)
    # Only the number of a note stands outside its block.
    assert not any(character.isalpha() for character in outside)
    if not any(block.kind == "note" for block in blocks):
        assert not any(character.isalnum() for character in outside)


@given(TEXTS)
def test_markdown_blocks_are_in_order_and_apart(text: str) -> None:
    sound(text, markdown.blocks(text))


@given(TEXTS)
def test_places_lead_back_to_offsets(text: str) -> None:
    lines = Lines(text)
    for offset in range(len(text) + 1):
        line, column = lines.place(offset)
        assert lines.starts[line - 1] + column - 1 == offset
        assert line == 1 + sum(start <= offset for start in lines.starts[1:])


@pytest.mark.parametrize("text", ["một\nhai\nba", "một\r\nhai\r\nba", "một\rhai\rba"])
def test_every_kind_of_line_end_counts_once(text: str) -> None:
    lines = Lines(text)
    assert lines.place(text.index("ba")) == (3, 1)
    start, end = lines.span(2)
    assert text[start:end] == "hai"


@given(st.binary(max_size=300))
def test_any_bytes_whatever_are_read_or_refused(data: bytes) -> None:
    document = read("-", stdin=data)
    assert document.path == "-" and len(document.sha256) == 64
    assert document.error is None or not document.text
    sound(document.text, document.blocks)


# Torn sentences


def test_lines_broken_by_a_margin_are_one_block() -> None:
    text = (
        "Toàn huyện có 1.204 hộ chăn nuôi, trong đó 310 hộ\nnuôi bò và 894 hộ nuôi dê; tổng đàn đạt\n7.512 con.\n"
        "Vụ đông trồng 96 ha."
    )
    assert shown(text) == [text[: text.index("Vụ") - 1], "Vụ đông trồng 96 ha."]


def test_a_paragraph_filled_to_a_margin_is_one_block_across_full_stops_and_capitals() -> None:
    text = (
        "Trong quý, trung tâm đã mở 14 lớp dạy nghề cho 420 học viên của huyện.\n"
        "Kinh phí là 1,2 tỷ đồng, trong đó ngân sách chi 900 triệu đồng. Ngoài\n"
        "ra, các doanh nghiệp góp 300 triệu đồng, và ủng hộ trung tâm thêm một\n"
        "số máy móc."
    )
    assert shown(text) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "- Lúa mùa gieo cấy được 1.250 ha trên địa bàn huyện\n- ngô lai trồng được 340 ha\n+ rau các loại 75 ha",
        "Tổng số\n1.250\n340\n910",
        "Diện tích gieo trồng cây hằng năm của toàn huyện (ha)\n1.250\n1.310",
        "Chợ trung tâm\t12\t15\nchợ xã\t4\t5",
        "Huyện thu được 12 tỷ đồng trong sáu tháng đầu năm nay.\nxã An Lạc thu 3 tỷ đồng.",
    ],
)
def test_items_and_rows_stay_apart(text: str) -> None:
    assert shown(text) == text.split("\n")


def test_a_sentence_broken_by_a_page_end_goes_on() -> None:
    text = "Huyện đã giải ngân được 45 tỷ đồng, đạt 61% kế hoạch của\n\n7\n\nnăm và bằng 118% cùng kỳ."
    first, page, second = read_text(text).blocks
    assert page.continues is None
    assert second.continues == first.id


def test_headings() -> None:
    text = (
        "BÁO CÁO KẾT QUẢ\n\nI. Kinh tế\n\n1.2. Thu, chi ngân sách:\n\n"
        + REPORT
        + "\n\n2. Thu thuế đạt 12 tỷ đồng\n\nHết."
    )
    assert shown(text, "heading") == ["BÁO CÁO KẾT QUẢ", "I. Kinh tế", "1.2. Thu, chi ngân sách:"]


# Notes


def test_notes_at_the_foot_of_a_page_are_tied_to_their_markers() -> None:
    text = (
        "Toàn xã có 318 hộ được cấp nước sạch7, đạt 88,04%8. Trong năm 20219 mở thêm\n"
        "7 Gồm 120 hộ ở thôn Đông và 198 hộ ở thôn Tây.\n"
        "8 4 thôn đạt 100%.\n"
        "9 Theo kế hoạch số 3.\n"
        "hai tuyến ống dài 5,4 km10.\n\n"
        "10Trong đó 2,1 km đi qua thôn Đông."
    )
    blocks = read_text(text).blocks
    notes = [block for block in blocks if block.kind == "note"]
    assert [block.place["note"] for block in notes] == [7, 8, 9, 10]
    assert shown(text, "note")[1:] == ["4 thôn đạt 100%.", "Theo kế hoạch số 3.", "Trong đó 2,1 km đi qua thôn Đông."]
    for block in notes:
        assert block.anchor is not None and text.startswith(str(block.place["note"]), block.anchor)
    assert text[: notes[2].anchor].endswith("năm 2021")
    body = [block for block in blocks if block.kind == "paragraph"]
    assert [block.continues for block in body] == [None, body[0].id]


def test_a_note_torn_into_cells_is_one_block() -> None:
    text = (
        "Đã trồng 5 tuyến cây xanh3 và sửa 8 cống4.\n\n\n\t3   Gồm  40  cây\n\tbàng;\n\t15\n\n\tcây  sao\n\t\n"
        "trồng ở chợ.\n\n\t4   Do  xã\n\tlàm\n\n\ncả tám.\n\nNăm sau xã trồng tiếp."
    )
    assert shown(text, "note") == [
        text[text.index("Gồm") : text.index("\n\n\t4")],
        text[text.index("Do  xã") : text.index("\n\nNăm")],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Diện tích rừng là 42 km2 và 2 hồ.\n2 hồ này rộng 15 ha.",
        "Dịch Covid19 đã được khống chế.\n19 xã không còn ca bệnh.",
        "Trong tháng mở 12 lớp.\n12 lớp này có 360 học viên.",
        "1. Thu ngân sách\n2. Chi ngân sách",
    ],
)
def test_a_line_that_opens_with_a_figure_is_no_note_without_a_marker(text: str) -> None:
    assert shown(text, "note") == []


def test_bracketed_and_raised_notes() -> None:
    square = "Xuất khẩu đạt 15 triệu USD [1], nhập khẩu 9 triệu USD[2].\n\n[1] Số sơ bộ.\n[2] Không kể 2 lô tạm nhập."
    assert shown(square, "note") == ["Số sơ bộ.", "Không kể 2 lô tạm nhập."]
    raised = "Xuất khẩu đạt 15 triệu USD¹.\n\n¹ Số sơ bộ."
    assert shown(raised, "note") == ["Số sơ bộ."]


# Markdown

PAGE = """# Báo cáo quý ##

Huyện thu 84,6 tỷ
đồng[^a], theo bảng sau.

| Xã | Thu |
|:---|---:|
| An Lạc | 12,5 |
|  | 7 \\| 8 |

```
100 + 1 = 102
```
<!-- 5 + 5 = 11 -->
Kết luận
--------

- một
- hai

[^a]: Trong đó 4 tỷ
    là thuế.
"""


def test_markdown() -> None:
    blocks = markdown.blocks(PAGE)
    assert shown(PAGE, "heading", blocks) == ["Báo cáo quý", "Kết luận"]
    assert shown(PAGE, "cell", blocks) == ["Xã", "Thu", "An Lạc", "12,5", "7 \\| 8"]
    assert [tuple(block.place.values()) for block in blocks if block.kind == "cell"][-1] == (1, 3, 2)
    assert shown(PAGE, "paragraph", blocks) == ["Huyện thu 84,6 tỷ\nđồng[^a], theo bảng sau.", "- một", "- hai"]
    (note,) = [block for block in blocks if block.kind == "note"]
    assert PAGE[note.start : note.end] == "Trong đó 4 tỷ\n    là thuế."
    assert note.anchor == PAGE.index("[^a]")


def test_code_that_nothing_closes_and_comments_that_nothing_closes() -> None:
    assert shown("Một.\n\n~~~\n5 + 5", None, markdown.blocks("Một.\n\n~~~\n5 + 5")) == ["Một."]
    assert len(markdown.blocks("Một <!-- hai.")) == 1


# Files


def test_a_file_is_read_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "bao-cao.TXT"
    path.write_bytes(b"\xef\xbb\xbf" + "Một\r\nhai\r".encode())
    document = read(str(path))
    assert document.text == "Một\r\nhai\r" and not document.warnings and not document.error


def test_suffix_decides(tmp_path: Path) -> None:
    for name in ("a.md", "a.txt", "a"):
        (tmp_path / name).write_text("# Thu\n\n" + REPORT, encoding="utf-8")
    assert shown("# Thu", None, read(str(tmp_path / "a.md")).blocks[:1]) == ["Thu"]
    assert read(str(tmp_path / "a")).blocks == read(str(tmp_path / "a.txt")).blocks
    (tmp_path / "a.odt").write_bytes(b"PK")
    assert "save it as .txt" in str(read(str(tmp_path / "a.odt")).error)
    assert {".txt", ".text", ".md", ".markdown"} <= set(documents.SUFFIXES)


def test_what_cannot_be_read_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert "no such file" in str(read(str(tmp_path / "none.txt")).error)
    assert "folder" in str(read(str(tmp_path)).error)
    assert "regular" in str(read(str(tmp_path / "pipe.txt")).error)
    assert read("a\0b.txt").error
    monkeypatch.setattr("audit.documents.loading.LIMIT", 10)
    (tmp_path / "long.txt").write_text("x" * 11)
    assert "split" in str(read(str(tmp_path / "long.txt")).error)
    assert "split" in str(read("-", stdin=b"x" * 11).error)


def test_a_file_that_may_not_be_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    (tmp_path / "a.txt").write_text("x")
    monkeypatch.setattr("builtins.open", refuse)
    assert "may not" in str(read(str(tmp_path / "a.txt")).error)


def test_an_empty_file_is_no_error() -> None:
    document = read("-", stdin=b"")
    assert document.error is None and document.text == "" and document.blocks == ()


@pytest.mark.parametrize("name", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_are_read_and_named(name: str) -> None:
    decoded = decode(REPORT.encode(name))
    assert decoded.text == REPORT and "UTF-" in decoded.warnings[0]


def test_old_vietnamese_encodings_are_read_and_named() -> None:
    tcvn = bytes.fromhex(
        "48 75 79 d6 6e 20 74 68 75 20 38 34 2c 36 20 74 fb 20 ae e5 6e 67 2c 20 74 a8 6e 67 20 31 32 25"
    )
    decoded = decode(tcvn)
    assert decoded.text == "Huyện thu 84,6 tỷ đồng, tăng 12%" and "TCVN3" in decoded.warnings[0]
    windows = "Tổng thu của huyện"
    composed = "T\xf4\u0309ng thu cu\u0309a huy\xea\u0323n là 5 tỷ".replace("à", "a\u0300").replace("ỷ", "y\u0309")
    decoded = decode(composed.encode("cp1258"))
    assert documents.normalised(decoded.text)[0] == windows + " là 5 tỷ" and "windows-1258" in decoded.warnings[0]
    decoded = decode("Café: £5m".encode("cp1252"))
    assert decoded.text == "Café: £5m" and "windows-1252" in decoded.warnings[0]


def test_a_few_bad_bytes_do_not_spoil_a_text() -> None:
    decoded = decode(REPORT.encode() + b"\xff")
    assert decoded.text == REPORT + "\ufffd" and "1 characters" in decoded.warnings[0]


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"PK\x03\x04...", bytes(range(256)) * 20, b"\x00" * 100])
def test_what_is_not_text_is_refused(data: bytes) -> None:
    assert "save" in str(decode(data).error)


@pytest.mark.parametrize("text", ["a\x00b và 12 người", "\u202e12 người\u202c", "\x1b[31m12 người", "\u200f\u200e12"])
def test_odd_characters_stay_where_they_are(text: str) -> None:
    document = read("-", stdin=text.encode())
    assert document.text == text and document.error is None


@pytest.mark.parametrize(
    "piece", ["1", "a ", "\n", " ", "\t", "1\n", "[1] ", "tăng4 4 a\n", "<!--", "|", "a1)", "((", "~~~\n", "\r"]
)
def test_a_hundred_thousand_of_anything_is_read(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    sound(text, read_text(text).blocks)
    sound(text, markdown.blocks(text))
