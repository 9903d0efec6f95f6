"""What may be bound beside what: a figure has one place in most texts, and two where rows and columns are told."""

from __future__ import annotations

import pytest

from audit import documents, parallels, pipeline, rulebook
from audit.batch import audit_all
from audit.records import HOLDS
from audit.settings import Settings

BOOK = rulebook.load()


def sums(text: str) -> set[tuple[str, ...]]:
    """The figures of each sum that holds, the total first."""
    reading = next(audit_all([documents.read_text(text)], BOOK, Settings()))
    held = [claim for claim in reading.claims if claim.verdict in HOLDS and claim.rule == "parts"]
    return {tuple(reading.figures[k].printed for k in claim.figures) for claim in held}


def test_a_figure_is_a_part_of_its_row_and_of_its_column() -> None:
    text = (
        "Toàn huyện có 7.947 hộ nuôi cá, gồm 5.106 hộ ở vùng trũng và 2.841 hộ ở vùng đồi. "
        "Nuôi lồng có 1.918 hộ, gồm 1.202 hộ ở vùng trũng và 716 hộ ở vùng đồi. "
        "Nuôi ao có 6.029 hộ, gồm 3.904 hộ ở vùng trũng và 2.125 hộ ở vùng đồi."
    )
    rows = {("7.947", "5.106", "2.841"), ("1.918", "1.202", "716"), ("6.029", "3.904", "2.125")}
    columns = {("5.106", "1.202", "3.904"), ("2.841", "716", "2.125")}
    assert rows | columns <= sums(text)


def test_one_total_may_be_parted_in_two_ways() -> None:
    text = (
        "The district counted 1,972,984 people: 993,495 men and 979,489 women. "
        "Of the total, 1,120,321 live in villages, while the towns have grown to 852,663."
    )
    assert {("1,972,984", "993,495", "979,489"), ("1,972,984", "1,120,321", "852,663")} <= sums(text)


def test_small_numbers_have_one_place() -> None:
    text = "Đội có 12 người, gồm 7 nam và 5 nữ. Đội mua 12 áo, gồm 7 áo xanh, 3 áo đỏ và 2 áo trắng."
    assert sums(text) == {("12", "7", "5"), ("12", "7", "3", "2")}
    parsed = pipeline.parse(documents.read_text(text), BOOK, Settings())
    assert len(parsed.figures) == 7


def test_lists_far_apart_are_not_held_against_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    interleave = parallels._interleave

    def counted(first: list[int], second: list[int]) -> bool:
        asked.append(first[0])
        return interleave(first, second)

    monkeypatch.setattr(parallels, "_interleave", counted)
    line = "Cơ quan thu 420 trong 765 triệu đồng, đạt 54,9% dự toán, gồm 400 và 20.\n"
    counts = []
    for lines in (60, 240):
        asked.clear()
        list(audit_all([documents.read_text(line * lines)], BOOK, Settings()))
        counts.append(len(asked))
    assert 0 < counts[1] <= 6 * counts[0]
