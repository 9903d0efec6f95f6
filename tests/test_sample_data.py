"""The sample reports: the planted errors are reported, once each, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

import audit
from audit.records import Finding, Reading

SAMPLES = Path(__file__).resolve().parent.parent / "sample_data"

# Passages with a planted error, as they are printed, and the figure that is wrong.
PLANTED = {
    "3.178 tỷ đồng, tăng 312 tỷ đồng, tương đương 9,82%": "9,82%",
    "13.845 tờ rơi, gồm 6.912 tờ về trồng trọt, 4.371 tờ về chăn nuôi và 2.571 tờ": "13.845",
    "168/187 ấp có nhà văn hóa đạt chuẩn, đạt 85,84%": "85,84%",
    "214.635/452.800 triệu đồng, đạt 47,04%": "47,04%",
    "ngắn hạn chiếm 62,41%; trung hạn chiếm 24,78%; dài hạn chiếm 12,18%": "12,18%",
    "4.148 doanh nghiệp, tăng 196 doanh nghiệp so với cuối năm 2024 (3.925": "3.925",
    "86 cơ sở sản xuất, kinh doanh thực phẩm, trong đó 93": "93",
    "1.492 hộ xuống còn 1.560": "1.560",
    "486 vụ, việc (cũ chuyển sang 131 vụ, việc; thụ lý mới 368": "486",
}
CUT_NOT_ROUNDED = "147/166 hồ sơ, đạt 88,5%"
RIGHT = {
    "3,4 triệu USD, tăng 0,4 triệu USD (14,1%)": "14,1%",
    "547 việc, đạt 63,46%": "63,46%",
    "342/499 vụ, việc, đạt 68,54%": "68,54%",
    "17.862/18.054 hồ sơ, đạt 98,94%": "98,94%",
    "71,46%; đất phi nông nghiệp chiếm 27,33%; đất chưa sử dụng chiếm 1,22%": "1,22%",
    "giảm từ 2,83% xuống còn 2,35%, giảm 0,48%": "0,48%",
}


@pytest.fixture(scope="module")
def reading() -> Reading:
    return audit.check(SAMPLES / "bao-cao-6-thang.txt").readings[0]


def alarms(reading: Reading) -> list[Finding]:
    return [finding for finding in reading.findings if finding.severity != "note"]


def passage(finding: Finding, reading: Reading) -> tuple[int, int]:
    """From the first to the last figure of the finding's broken claims."""
    broken = [reading.claims[claim] for claim in finding.claims if reading.claims[claim].verdict == "discrepant"]
    figures = [reading.figures[figure] for claim in broken for figure in claim.figures]
    return min(figure.start for figure in figures), max(figure.end for figure in figures)


def place(quoted: str, reading: Reading) -> tuple[int, int]:
    assert reading.document.text.count(quoted) == 1, quoted
    start = reading.document.text.index(quoted)
    return start, start + len(quoted)


def within(inner: tuple[int, int], outer: tuple[int, int]) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


@pytest.mark.parametrize("quoted", list(PLANTED))
def test_planted_error_is_reported_once(quoted: str, reading: Reading) -> None:
    where = place(quoted, reading)
    hits = [finding for finding in alarms(reading) if within(passage(finding, reading), where)]
    assert len(hits) == 1, [finding.message for finding in alarms(reading)]
    if hits[0].suspect is not None:
        suspect = reading.figures[hits[0].suspect]
        assert within((suspect.start, suspect.end), where)


def test_nothing_else_is_an_alarm(reading: Reading) -> None:
    planted = [place(quoted, reading) for quoted in PLANTED]
    others = [f for f in alarms(reading) if not any(within(passage(f, reading), where) for where in planted)]
    assert not [finding.message for finding in others]


def test_the_cut_percentage_is_a_remark_at_most(reading: Reading) -> None:
    start, end = place(CUT_NOT_ROUNDED, reading)
    verdicts = {
        claim.verdict
        for claim in reading.claims
        if all(start <= reading.figures[figure].start < end for figure in claim.figures) and len(claim.figures) == 3
    }
    assert verdicts == {"truncated"}


@pytest.mark.parametrize(("quoted", "printed"), RIGHT.items())
def test_right_but_suspicious_places_are_verified(quoted: str, printed: str, reading: Reading) -> None:
    start, end = place(quoted, reading)
    states = {f.state for f in reading.figures if start <= f.start < end and f.printed == printed}
    assert states == {"verified"}


def test_the_clean_report_has_no_finding() -> None:
    result = audit.check(SAMPLES / "thang-7.md")
    assert result.findings.empty
    assert (result.figures["state"] == "verified").sum() >= 10


# The same of the English report: what is printed, and the wrong figure in it.
PLANTED_ENGLISH = {
    "1,284 containers; 1,137 of them, or 85.85%": "85.85%",
    "86,420 passengers, an increase of 6,180 or 7.2%": "7.2%",
    "$12.48 million: $7.31 million from ships, $3.92 million from goods and $1.35": "$12.48",
    "fell from 126 to 162": "162",
}
RIGHT_ENGLISH = {
    "$3.4 million, $0.4 million (14.1%)": "14.1%",
    "45.6% of the passengers came from the islands, 31.2% from the mainland and 23.3%": "23.3%",
    "More than 3,200 lorries": "3,200",
    "rose from 12.5% to 15.0%, by 2.5%": "2.5%",
    "South Quay 480.4 527.2 9.7%": "9.7%",
    "The Oil Jetty thus had 33.1%": "33.1%",
    "of $1.3 million; a year before income of $16.0": "$16.0",
}


@pytest.fixture(scope="module")
def english() -> Reading:
    return audit.check(SAMPLES / "harbour-q3.txt").readings[0]


def test_the_english_report_has_these_errors_and_no_others(english: Reading) -> None:
    assert english.language == "en"
    planted = [place(quoted, english) for quoted in PLANTED_ENGLISH]
    hits = [[finding for finding in alarms(english) if within(passage(finding, english), where)] for where in planted]
    assert [len(found) for found in hits] == [1] * len(planted) and len(alarms(english)) == len(planted)
    suspects = [None if found[0].suspect is None else english.figures[found[0].suspect].printed for found in hits]
    told = [None if quoted.startswith("fell") else printed for quoted, printed in PLANTED_ENGLISH.items()]
    assert suspects == [None if printed is None else printed.lstrip("$") for printed in told]


@pytest.mark.parametrize(("quoted", "printed"), RIGHT_ENGLISH.items())
def test_right_but_suspicious_places_of_the_english_report(quoted: str, printed: str, english: Reading) -> None:
    start, end = place(quoted, english)
    states = {f.state for f in english.figures if start <= f.start < end and f.printed == printed.lstrip("$")}
    assert states == {"verified"}


def test_the_folder_is_these_reports() -> None:
    pytest.importorskip("docx")
    paths = audit.check(SAMPLES).documents["path"]
    names = sorted(Path(path).name for path in paths)
    assert names == [
        "bao-cao-6-thang.txt",
        "bien-ban-hop.docx",
        "harbour-q3.txt",
        "nganh.csv",
        "so-lieu",
        "thang-7.md",
    ]


def test_the_word_file_has_one_error_in_a_footnote() -> None:
    pytest.importorskip("docx")
    reading = audit.check(SAMPLES / "bien-ban-hop.docx").readings[0]
    (finding,) = reading.findings
    (claim,) = finding.claims
    figures = [reading.figures[figure] for figure in reading.claims[claim].figures]
    assert {figure.printed for figure in figures} == {"29", "32", "90,36%"}
    assert {reading.document.blocks[figure.block].place["note"] for figure in figures} == {1}
    states = {figure.printed: figure.state for figure in reading.figures}
    assert states["45,0%"] == states["64"] == states["1.164"] == "verified"


def test_the_tidy_table_has_an_error_for_each_of_its_rules() -> None:
    result = audit.check(SAMPLES / "bang", rules_dirs=(str(SAMPLES / "bang" / "quy-tac"),))
    found = {finding.rule: finding.suspect for finding in alarms(result.readings[0])}
    printed = {rule: None if k is None else result.readings[0].figures[k].printed for rule, k in found.items()}
    assert printed == {"toc-do": "4,93", "ty-trong-theo-nam": None, "muc-tang": "62,6"}


def test_the_extracted_figures_have_one_error() -> None:
    (reading,) = audit.check(SAMPLES / "so-lieu").readings
    (finding,) = alarms(reading)
    assert finding.rule == "parts" and "326" in finding.message and "178" in finding.message
