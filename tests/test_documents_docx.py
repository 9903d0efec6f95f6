"""Word files: every trait that has made some reader print a wrong figure, and files that mean harm."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from word import W, files, note, notes, p, pack, r, raised, read, texts

import audit
from audit import documents

docx = pytest.importorskip("docx")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "benchmarks"))

import docx_twin  # noqa: E402


def line(path: Path, *runs: str, **others: str) -> str:
    """The text of a file with one paragraph of these runs."""
    return "\n".join(texts(read(path, p(*runs), **others)))


def inserted(text: str) -> str:
    return f'<w:ins w:id="1" w:author="a">{r(text)}</w:ins>'


def deleted(text: str) -> str:
    return f'<w:del w:id="2" w:author="a"><w:r><w:delText>{text}</w:delText></w:r></w:del>'


def field(code: str, result: str) -> str:
    kinds = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    return (
        f'{kinds[0]}<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>{kinds[1]}{r(result)}{kinds[2]}'
    )


BOX = "<w:txbxContent><w:p><w:r><w:t>Trong khung: 666 hộ</w:t></w:r></w:p></w:txbxContent>"
TWO_VERSIONS = (
    f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{BOX}</wps:txbx></w:drawing></mc:Choice>'
    f"<mc:Fallback><w:pict><v:textbox>{BOX}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)

TRAITS = {
    "987 hộ": ["987", raised("1"), " hộ"],
    "987 hộ, 12,5%": ["987", raised("(1)"), " hộ, 12,5%", raised("2,3")],
    "rộng 44 m³, 3 km²": ["rộng 44 m", raised("3"), ", 3 km", raised("2")],
    "nóng 37°C": ["nóng 37", raised("0"), "C"],
    "cao 3 1/2 m": ["cao 3", raised("1"), "/2 m"],
    "đạt 12 34,5%": ["đạt 12", raised("34,5%")],
    "khí CO2 giảm": ["khí CO", r("2", '<w:rPr><w:vertAlign w:val="subscript"/></w:rPr>'), " giảm"],
    "thu 1.234,5 tỷ": ["thu 1.2", r("34", "<w:rPr><w:b/></w:rPr>"), ",5 tỷ"],
    "tăng 8,2%": ["tăng ", deleted("8,1"), inserted("8,2"), "%"],
    "có 41 vụ": ["có ", f'<w:moveFrom w:id="3">{r("41 vụ")}</w:moveFrom>',
        f'<w:moveTo w:id="4">{r("41 vụ")}</w:moveTo>'],
    "tổng 55 vụ": ["tổng ", '<w:fldSimple w:instr=" =SUM(ABOVE) ">' + r("55") + "</w:fldSimple>", " vụ"],
    "tổng 56 vụ": ["tổng ", field("=SUM(ABOVE)", "56"), " vụ"],
    "xem trang sau": ["xem trang ", field("PAGEREF x", "17"), "sau"],
    "thu 333 và 444 và 555": ["thu ", f"<w:sdt><w:sdtPr/><w:sdtContent>{r('333')}</w:sdtContent></w:sdt>",
        " và ", f'<w:hyperlink w:anchor="a">{r("444")}</w:hyperlink>', " và ", f"<w:smartTag>{r('555')}</w:smartTag>"],
    "thu": ["thu", f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{r(' 99')}</w:sdtContent></w:sdt>"],
    "từ 2020-2025": ["từ 2020", "<w:r><w:noBreakHyphen/></w:r>", "2025"],
    "lãi −5,6%": ["lãi ", '<w:r><w:sym w:font="Symbol" w:char="F02D"/></w:r>', "5,6%"],
    "lãi −7,8%": ["lãi \uf02d7,8%"],
    "lúa 12 ha": ["lúa 12", r("888", "<w:rPr><w:vanish/></w:rPr>"), " ha"],
    "ngô 13 ha": ["ngô 13", r(" ha", '<w:rPr><w:vanish w:val="0"/></w:rPr>')],
    "lúa\t12\nngô\t13": ["lúa", "<w:r><w:tab/><w:t>12</w:t><w:br/><w:t>ngô</w:t><w:tab/><w:t>13</w:t></w:r>"],
    "12 ha": ["<w:r><w:t>\n   12 ha\n  </w:t></w:r>"],
}  # fmt: skip


@pytest.mark.parametrize(("shown", "runs"), TRAITS.items())
def test_a_line_is_read_as_word_shows_it(shown: str, runs: list[str], tmp_path: Path) -> None:
    assert line(tmp_path, *runs) == shown


def test_styles_hide_and_raise_along_their_chain(tmp_path: Path) -> None:
    styles = (
        '<w:style w:type="character" w:styleId="A"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="B"><w:basedOn w:val="A"/></w:style>'
        '<w:style w:type="character" w:styleId="C"><w:basedOn w:val="C"/>'
        '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
        "</w:style>"
    )
    hidden, mark = r("888", '<w:rPr><w:rStyle w:val="B"/></w:rPr>'), r("9", '<w:rPr><w:rStyle w:val="C"/></w:rPr>')
    assert line(tmp_path, "lúa 12", hidden, mark, " ha", styles=styles) == "lúa 12 ha"


def test_the_text_is_the_blocks_joined_and_places_count_paragraphs(tmp_path: Path) -> None:
    document = read(tmp_path, p("Thu 12 tỷ đồng."), p(), p("Chi 9 tỷ đồng."))
    assert document.text == "Thu 12 tỷ đồng.\nChi 9 tỷ đồng."
    assert [dict(block.place) for block in document.blocks] == [{"paragraph": 1}, {"paragraph": 3}]
    assert texts(document) == document.text.split("\n")


def test_notes_stand_behind_their_paragraph_and_know_their_mark(tmp_path: Path) -> None:
    own = "<w:r><w:footnoteRef/></w:r>"
    feet = notes("footnote", p(own, " Gồm 7 và 5,5.", note(1)), p(own, " Số cũ."))
    ends = notes("endnote", p("<w:r><w:endnoteRef/></w:r>", " Ước tính."), p("Dòng 1") + p("Dòng 2"))
    document = read(
        tmp_path, p("Thu 12,5", note(1), "%, chi 1.234", note(1, "endnote"), " tỷ", note(2)),
        p("Hết.", note(2, "endnote")),
        footnotes='<w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote>' + feet, endnotes=ends,
    )  # fmt: skip
    body = "Thu 12,5%, chi 1.234 tỷ"
    assert texts(document) == [body, "Gồm 7 và 5,5.", "Ước tính.", "Số cũ.", "Hết.", "Dòng 1\nDòng 2"]
    found = [block for block in document.blocks if block.kind == "note"]
    assert [block.place["note"] for block in found] == [1, "i", 2, "ii"]
    assert [document.text[: block.anchor] for block in found[:3]] == ["Thu 12,5", "Thu 12,5%, chi 1.234", body]


def test_a_mark_that_was_typed_is_no_figure(tmp_path: Path) -> None:
    reference = '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="1"/><w:t>7</w:t></w:r>'
    document = read(tmp_path, p("Thu 12", reference, " tỷ"), footnotes=notes("footnote", p("7 Ước tính.")))
    assert texts(document) == ["Thu 12 tỷ", "Ước tính."]
    assert document.blocks[1].place == {"note": "7"}


def test_a_note_by_hand_is_tied_to_its_mark(tmp_path: Path) -> None:
    body = p("Có 987", raised("1"), " hộ, 45", raised("2"), " vụ.")
    document = read(tmp_path, body, p(raised("1"), " Gồm 900 và 87."), p("2 Số cũ."))
    assert texts(document) == ["Có 987 hộ, 45 vụ.", "Gồm 900 và 87.", "Số cũ."]
    assert [(block.kind, block.anchor) for block in document.blocks[1:]] == [("note", 6), ("note", 13)]


def test_deleted_notes_paragraph_ends_and_rows_are_gone(tmp_path: Path) -> None:
    ended = '<w:rPr><w:del w:id="9" w:author="a"/></w:rPr>'
    gone = f'<w:del w:id="8" w:author="a">{note(1)}</w:del>'
    row = "<w:tr>{}<w:tc>" + p("{}") + "</w:tc></w:tr>"
    table = f"<w:tbl>{row.format('', '12')}{row.format('<w:trPr><w:del/></w:trPr>', '13')}</w:tbl>"
    document = read(
        tmp_path, p("Thu 12", gone, properties=ended), p(" tỷ đồng"), table, footnotes=notes("footnote", p("Cũ"))
    )
    assert texts(document) == ["Thu 12 tỷ đồng", "12"]


def test_cells_have_coordinates_of_the_grid(tmp_path: Path) -> None:
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{text}</w:tc>"

    inner = f"<w:tbl><w:tr>{cell(p('trong 5'))}</w:tr></w:tbl>"
    merged, rest = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = [
        cell(p("Chỉ tiêu"), merged) + cell(p("Hai năm"), '<w:gridSpan w:val="2"/>'),
        cell(p("?"), rest) + cell(p("2023")) + cell(p("2024")),
        cell(p("Lúa") + p("(ha)")) + cell(p("12", note(1))) + cell(p("13") + inner + p()),
    ]
    table = f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"
    document = read(tmp_path, table, p("Hết"), footnotes=notes("footnote", p("Ước tính")))
    assert texts(document)[:6] == ["Chỉ tiêu", "Hai năm", "2023", "2024", "Lúa\n(ha)", "12"]
    assert texts(document)[6:] == ["13", "trong 5", "Ước tính", "Hết"]
    places = [tuple(block.place.values()) for block in document.blocks if block.kind == "cell"]
    assert places == [(1, 1, 1), (1, 1, 2), (1, 2, 2), (1, 2, 3), (1, 3, 1), (1, 3, 2), (1, 3, 3), (2, 1, 1)]
    assert document.text[: document.blocks[8].anchor].endswith("12")


def test_text_boxes_are_read_once(tmp_path: Path) -> None:
    document = read(tmp_path, p("Ngoài khung: 5 hộ", TWO_VERSIONS), p("Hết"))
    assert texts(document) == ["Ngoài khung: 5 hộ", "Trong khung: 666 hộ", "Hết"]
    assert document.blocks[1].place == {"paragraph": 1, "box": 1}


LEVEL = '<w:lvl w:ilvl="{}"><w:start w:val="{}"/><w:numFmt w:val="{}"/><w:lvlText w:val="{}"/></w:lvl>'
NUMBERING = (
    '<w:abstractNum w:abstractNumId="0">' + LEVEL.format(0, 1, "upperRoman", "%1.")
    + LEVEL.format(1, 1, "decimal", "%1.%2")
    + LEVEL.format(2, 1, "lowerLetter", "%3)") + "</w:abstractNum>"
    '<w:abstractNum w:abstractNumId="1">' + LEVEL.format(0, 1, "bullet", "\uf0b7") + "</w:abstractNum>"
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="0"/>'
    '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="4"/></w:lvlOverride></w:num>'
)  # fmt: skip


def item(text: str, level: int, id: int = 1) -> str:
    return p(text, properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{id}"/></w:numPr>')


def test_numbers_of_lists_are_counted_and_kept_off_the_text(tmp_path: Path) -> None:
    items = [(0, 1), (1, 1), (1, 1), (2, 1), (0, 1), (1, 1), (0, 2), (0, 3), (0, 1)]
    body = [item(text, *where) for text, where in zip("abcdefghi", items, strict=True)]
    document = read(tmp_path, *body, numbering=NUMBERING)
    assert texts(document) == list("abcdefghi")
    labels = [block.place["label"] for block in document.blocks]
    assert labels == ["I.", "I.1", "I.2", "a)", "II.", "II.1", "•", "IV.", "V."]


def test_headings_by_style_and_by_sight(tmp_path: Path) -> None:
    path = tmp_path / "made.docx"
    made = docx.Document()
    made.add_heading("Kinh tế", 1)
    made.add_paragraph("Thu ngân sách đạt 12 tỷ đồng, tăng 3 tỷ đồng so với cùng kỳ năm trước.")
    made.add_paragraph("II. XÃ HỘI")
    made.add_paragraph("Có 45 hộ thoát nghèo trong sáu tháng đầu năm, ít hơn cùng kỳ năm trước.")
    made.save(str(path))
    kinds = [block.kind for block in documents.read(str(path)).blocks]
    assert kinds == ["heading", "paragraph", "heading", "paragraph"]


def test_a_table_of_contents_is_left_out(tmp_path: Path) -> None:
    styles = '<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>'
    document = read(tmp_path, p("I. Kinh tế", "<w:r><w:tab/></w:r>", "12", style="TOC1"), p("Thu 5 tỷ."), styles=styles)
    assert texts(document) == ["Thu 5 tỷ."]


def test_a_sentence_that_was_torn_is_tied_together(tmp_path: Path) -> None:
    first, second = "Tổng thu ngân sách trên địa bàn huyện đạt 120 tỷ đồng, trong đó thu nội địa", "đạt 80 tỷ đồng."
    blocks = read(tmp_path, p(first), p(second), p("Chi 90 tỷ đồng.")).blocks
    assert [block.continues for block in blocks] == [None, 0, None]


def bomb(size: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files(p("1")).items():
            if name != "word/document.xml":
                archive.writestr(name, data)
        with archive.open("word/document.xml", "w", force_zip64=True) as document:
            for _ in range(size):
                document.write(b" " * 1_000_000)
    return out.getvalue()


def with_document(xml: bytes) -> bytes:
    return pack({**files(p("1")), "word/document.xml": xml})


LOL = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
ENTITIES = f'<!DOCTYPE w [<!ENTITY l0 "lol">{LOL}]><w:document xmlns:w="{W}">&l9;</w:document>'
FETCH = f'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]><w:document xmlns:w="{W}">&x;</w:document>'
DEEP = "".join(["<w:sdt><w:sdtContent>"] * 5000 + [p("1")] + ["</w:sdtContent></w:sdt>"] * 5000)
WHOLE = pack(files(p("Thu 12 tỷ đồng."), styles=""))
CUT = WHOLE.index(b"word/document.xml") + 40
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600

HARM = {
    "split the file": [lambda: bomb(120)],
    "entities": [lambda: with_document(ENTITIES.encode()), lambda: with_document(ENTITIES.encode("utf-16")),
        lambda: with_document(FETCH.encode())],
    "too deeply": [lambda: pack(files(DEEP))],
    "more markup": [lambda: pack(files("<w:p/>" * 5_100_000))],
    "take the password away": [lambda: OLE + "EncryptedPackage".encode("utf-16-le")],
    "old Word file": [lambda: OLE],
    "broken or cut short": [lambda: WHOLE[:-40], lambda: WHOLE[: len(WHOLE) // 2], lambda: WHOLE[:4],
        lambda: WHOLE[:CUT] + b"\xff" * 20 + WHOLE[CUT + 20 :],
        lambda: with_document(b"<w:document"), lambda: with_document(b"")],
    "empty": [lambda: b""],
    "a spreadsheet": [lambda: pack({"xl/workbook.xml": b"<a/>"})],
    "another archive": [lambda: pack({"a.txt": b"1"})],
    "an RTF file": [lambda: b"{\\rtf1 12}"],
    "something else": [lambda: "Thu 12 tỷ đồng".encode()],
}  # fmt: skip


@pytest.mark.parametrize(("says", "make"), [(says, make) for says, makes in HARM.items() for make in makes])
def test_bad_files_are_refused_soon_with_what_to_do(says: str, make: object, tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    path.write_bytes(make())  # type: ignore[operator]
    documents.read(str(path / "nothing"))
    start = time.process_time()
    tracemalloc.start()
    document = documents.read(str(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert says in str(document.error), document.error
    assert time.process_time() - start < 5
    assert peak < 300_000_000  # the buffer that the file is read into is 200 of them


def test_strict_files_are_read(tmp_path: Path) -> None:
    strict = {
        name: data.replace(W.encode(), b"http://purl.oclc.org/ooxml/wordprocessingml/main").replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/", b"http://purl.oclc.org/ooxml/officeDocument/"
        )
        for name, data in files(p("Thu 12", note(1), " tỷ."), footnotes=notes("footnote", p("Cũ"))).items()
    }
    path = tmp_path / "report.docx"
    path.write_bytes(pack(strict))
    assert texts(documents.read(str(path))) == ["Thu 12 tỷ.", "Cũ"]


def test_a_missing_picture_does_no_harm(tmp_path: Path) -> None:
    made = files(p("Thu 12 tỷ."))
    relation = b'<Relationship Id="x" Type="http://x/image" Target="NULL"/>'
    made["word/_rels/document.xml.rels"] = made["word/_rels/document.xml.rels"].replace(b"</Rel", relation + b"</Rel")
    path = tmp_path / "report.docx"
    path.write_bytes(pack(made))
    assert texts(documents.read(str(path))) == ["Thu 12 tỷ."]


def test_text_needs_none_of_it_and_word_files_name_the_extra(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Thu 12 tỷ đồng.", encoding="utf-8")
    (tmp_path / "a.docx").write_bytes(WHOLE)
    code = (
        "import sys; from audit import documents; documents.read('a.txt')\n"
        "assert not {'docx', 'lxml', 'zipfile'} & set(sys.modules), set(sys.modules)\n"
        "assert '.docx' in documents.SUFFIXES and not documents.read('a.docx').error\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
    code = (
        "import sys; sys.modules['docx'] = None; from audit import documents\n"
        "assert '.docx' not in documents.SUFFIXES and documents.LACKING['.docx'] == 'docx'\n"
        "print(documents.read('a.docx').error)"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert "pip install 'crossfoot[docx]'" in said


REPORT = """BÁO CÁO

Tình hình sản xuất quý II

I. Nông nghiệp

Diện tích lúa hè thu đạt 4.120/5.000 ha, đạt 82,4% kế hoạch1. Sản lượng 12.500 tấn, tăng 2.500 tấn, tương đương 25%
so với cùng kỳ2. Toàn huyện có 48 hợp tác xã, gồm 31 hợp tác xã nông nghiệp và 17 hợp tác xã dịch vụ, trong đó xếp

1 Lúa chất lượng cao 3.000 ha, lúa thường 1.120 ha.
2 Cùng kỳ đạt 10.000 tấn.

loại tốt 12 hợp tác xã3 và 36 hợp tác xã loại khá.

II. Xã hội

Giải quyết việc làm cho 640/800 lao động, đạt 70% kế hoạch.

3 Trong đó 7 hợp tác xã đạt chuẩn hữu cơ, 5 hợp tác xã đạt chuẩn VietGAP.
"""


def test_a_report_gives_the_same_figures_and_claims_as_its_text(tmp_path: Path) -> None:
    text, word = tmp_path / "report.txt", tmp_path / "report.docx"
    text.write_text(REPORT, encoding="utf-8")
    expected, found = docx_twin.compare(str(text), str(word))
    assert expected == found
    assert expected["figures"].total() == 19 and expected["claims"].total() >= 4 and expected["findings"].total() == 1
    notes = [block for block in documents.read(str(word)).blocks if block.kind == "note"]
    assert [block.place["note"] for block in notes] == [1, 2, 3] and all(block.anchor for block in notes)


def test_a_figure_is_not_taken_for_the_mark_beside_it(tmp_path: Path) -> None:
    body = p(
        "Thu 1.234", note(1), " tỷ đồng, có 987", raised("9"), " hộ và 45", note(2), ". Năm 2021", note(3), ", 12 vụ"
    )
    feet = notes(
        "footnote", *(p("<w:r><w:footnoteRef/></w:r>", f" {text}") for text in ("06 hộ cũ", "Gồm 7 hộ", "8 hộ"))
    )
    read(tmp_path, body, footnotes=feet)
    (tmp_path / "report.txt").write_text(
        "Tổ chức năm học 2020 - 202115 cho 45 lớp.\n\n15 Gồm 7 lớp.\n", encoding="utf-8"
    )
    (tmp_path / "report.md").write_text(
        "Có 45[^14] lớp, 12[^1] vụ.\n\n[^14]: Gồm 7 lớp.\n[^1]: 8 vụ\n", encoding="utf-8"
    )
    printed = {
        Path(reading.document.path).suffix: [figure.printed for figure in reading.figures]
        for reading in audit.check(tmp_path).readings
    }
    assert printed[".docx"] == ["1.234", "987", "45", "12", "06", "7", "8"]
    assert printed[".txt"] == ["45", "7"]
    assert printed[".md"] == ["45", "12", "7", "8"]
