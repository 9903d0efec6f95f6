"""Writes bien-ban-hop.docx beside itself: what Word files do to figures, on one page. Needs crossfoot[docx]."""

from __future__ import annotations

from pathlib import Path

import docx
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RAISED = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"

NOTES = [
    "Trong 32 tổ có 29/32 tổ họp đủ kỳ, đạt 90,36%.",
    "Không tính 15 tấn giống để lại cho vụ sau.",
]
TABLE = [
    ("Sản phẩm", "Tháng 7 (tấn)", "Tháng 8 (tấn)"),
    ("Xoài", "126,4", "131,9"),
    ("Nhãn", "58,7", "61,2"),
    ("Sầu riêng", "40,3", "38,8"),
    ("Cộng", "225,4", "231,9"),
]


def run(text: str, properties: str = "") -> str:
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


def note(id: int) -> str:
    return f'<w:r>{RAISED}<w:footnoteReference w:id="{id}"/></w:r>'


def changed(old: str, new: str) -> str:
    who = 'w:id="90" w:author="Thư ký"'
    return f"<w:del {who}><w:r><w:delText>{old}</w:delText></w:r></w:del><w:ins {who}>{run(new)}</w:ins>"


def add(document: docx.document.Document, *runs: str) -> None:
    inside = "".join(piece if piece.startswith("<") else run(piece) for piece in runs)
    body = document.element.body
    body.insert(len(body) - 1, parse_xml(f"<w:p {W}>{inside}</w:p>"))


def footnotes(document: docx.document.Document) -> None:
    inside = "".join(
        f'<w:footnote w:id="{id}"><w:p><w:r>{RAISED}<w:footnoteRef/></w:r>{run(" " + text)}</w:p></w:footnote>'
        for id, text in enumerate(NOTES, start=1)
    )
    xml = f'<?xml version="1.0" encoding="UTF-8"?><w:footnotes {W}>{inside}</w:footnotes>'.encode()
    part = Part(PackURI("/word/footnotes.xml"), FOOTNOTES, xml, document.part.package)
    document.part.relate_to(part, f"{OFFICE}/footnotes")


def main() -> None:
    document = docx.Document()
    document.add_heading("Biên bản họp giao ban tháng 8 của Liên hiệp hợp tác xã trái cây Bến Lở", 0)
    document.add_heading("Tổ chức", 1)
    add(document, "Liên hiệp có 32 tổ sản xuất", note(1), ", gồm 18 tổ xoài, 9 tổ nhãn và 5 tổ sầu riêng. ",
        "Số thành viên là 1.164 người", run("3", RAISED), ", tăng ", changed("46", "64"), " người ",
        "so với cùng kỳ (1.100 người).")  # fmt: skip
    document.add_heading("Sản lượng", 1)
    add(document, "Sản lượng tháng 8 đạt 231,9 tấn", note(2), ", tăng 6,5 tấn so với tháng 7 (225,4 tấn). ",
        "Đã xuất khẩu 104,4/231,9 tấn, đạt 45,0", run("4", RAISED), "%.")  # fmt: skip
    rows = document.add_table(rows=0, cols=3)
    for row in TABLE:
        for cell, text in zip(rows.add_row().cells, row, strict=True):
            cell.text = text
    add(document, run("3", RAISED), " Theo danh sách ngày 25/8, chưa kể 12 người xin ra.")
    add(document, run("4", RAISED), " Tính cả hàng ký gửi.")
    footnotes(document)
    document.save(str(Path(__file__).with_suffix(".docx")))


if __name__ == "__main__":
    main()
