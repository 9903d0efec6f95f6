"""What speaks for and against an alarm: how a construction fared in the document, and what it costs to ask."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

import pytest

from audit import binding, documents, pipeline, rulebook
from audit.alarms import Miss
from audit.batch import audit_all
from audit.records import Claim
from audit.settings import Settings
from audit.slots import Slots

BOOK = rulebook.load()
WAY = "sum", "explicit"


def claims(text: str) -> list[Claim]:
    (reading,) = audit_all([documents.read_text(text)], BOOK, Settings())
    return reading.claims


def printed(text: str, claim: Claim) -> list[str]:
    figures = pipeline.parse(documents.read_text(text), BOOK, Settings()).figures
    return [figures[k].printed for k in claim.figures]


def broken(text: str) -> list[list[str]]:
    return [printed(text, claim) for claim in claims(text) if claim.verdict == "discrepant"]


def misses(text: str) -> list[Miss]:
    parsed = pipeline.parse(documents.read_text(text), BOOK, Settings())
    binder = binding.Binder(BOOK, parsed.figures, parsed.statements.rows)
    groups = pipeline.candidates(parsed, BOOK)
    sure, others = binding.holding(groups, binder.known)
    return binder.misses(others, binder.slots(sure, others), 0.0, binder.broken(groups))


@pytest.mark.parametrize(
    ("said", "wrong"), [("trên 50%", False), ("50%", True), ("gần 50%", True), ("chưa đến 50%", True)]
)
def test_a_bound_that_is_kept_is_no_error(said: str, wrong: bool) -> None:
    text = f"Nghị quyết được thông qua với 2.814/2.937 phiếu thuận, đạt {said}."
    assert bool(broken(text)) is wrong


def test_two_misses_that_ask_for_one_change_speak_for_each_other() -> None:
    total = "Toàn tỉnh thu 18.462 tỷ đồng, gồm thu nội địa 11.275 tỷ đồng và thu hải quan 7.817 tỷ đồng"
    alone = [miss for miss in misses(total + ".") if miss.features]
    assert alone and all(miss.features["agreement"] == 0.0 for miss in alone)
    # 7.187 mends the sum, and is what 64,5% of 11.142 asks for.
    both = [miss for miss in misses(total + ", đạt 64,5% dự toán (11.142 tỷ đồng).") if miss.features]
    assert max(miss.features["agreement"] for miss in both) > 4.0


FUND = """Restoration: £84.01M

Gifts: £52.84M

Still missing: £31.17M

At the end of May the museum's roof and its two towers had put their cost at £84.01 million, with which every visitor \
could be let in. Friends have given £{given} million to this work so far, 62.9 per cent of the cost. To finish it in \
full, the trustees have yet to find £31.17 million.

From March to May the trustees paid out £12.6 million.
"""


def test_a_figure_that_is_printed_otherwise_elsewhere_is_wrong_in_its_sums_too() -> None:
    assert not broken(FUND.format(given="52.84"))
    assert broken(FUND.format(given="52.48")) == [["52.84", "52.48"], ["84.01", "52.48", "31.17"]]


def test_a_list_steps_over_what_belongs_to_a_member() -> None:
    text = (
        "Tổng thu ngân sách: 9.856,9 tỷ đồng, gồm:\na) Thu hải quan: 715,3 tỷ đồng\nb) Thu nội địa: 9.000,2 tỷ đồng\n"
        "Trong đó: thu xổ số: 115,4 tỷ đồng\nc) Vay bù đắp: 141,4 tỷ đồng\n"
    )
    held = [printed(text, claim) for claim in claims(text) if claim.verdict == "consistent"]
    assert ["9.856,9", "715,3", "9.000,2", "141,4"] in held


def test_a_miss_that_shares_two_figures_is_no_other() -> None:
    slots = Slots()
    for head, figures in ((1, {1, 2, 3}), (4, {4, 5, 6}), (7, {7, 2, 3}), (8, {8, 3, 9})):
        slots.miss(WAY, head, frozenset(figures))
    slots.miss(("ratio", "explicit"), 2, frozenset({2, 5}))
    assert slots.record(WAY, 1, frozenset({1, 2, 3})) == (0, 2)
    assert slots.record(WAY, 30, frozenset({30, 31})) == (0, 4)


def test_a_head_that_misses_twice_counts_with_its_last_figures() -> None:
    slots = Slots()
    slots.miss(WAY, 1, frozenset({1, 2, 3}))
    slots.miss(WAY, 1, frozenset({1, 4, 5}))
    assert slots.record(WAY, 9, frozenset({9, 2, 3})) == (0, 1)
    assert slots.record(WAY, 9, frozenset({9, 4, 5})) == (0, 0)


class Counted(frozenset[int]):
    """Figures that count how often they are compared."""

    compared = 0

    def __and__(self, other: AbstractSet[object]) -> frozenset[int]:
        Counted.compared += 1
        return super().__and__(other)


def test_what_a_document_says_of_a_construction_is_not_read_anew_for_each_miss() -> None:
    slots = Slots()
    for head in range(0, 1500, 3):
        slots.miss(WAY, head, Counted((head, head + 1, head + 2)))
    assert slots.record(WAY, 3, Counted((3, 4, 5))) == (0, 499)
    assert Counted.compared < 5


def test_points_of_a_rate_are_no_percentage_of_the_households() -> None:
    text = (
        "Đến cuối năm 2022, huyện còn 3.214 hộ thiếu nước, chiếm tỷ lệ 8,05% số hộ dân; hộ dùng nước giếng 2.957 hộ, "
        "tỷ lệ 7,41%. So với đầu kỳ (4.830 hộ thiếu nước, tỷ lệ 11,17%), toàn huyện giảm 1.616 hộ, tương ứng giảm "
        "3,12%, trong khi nghị quyết đề ra giảm 2,5%/năm."
    )
    assert broken(text) == []  # 11,17 - 8,05 = 3,12
    without = text.replace("tỷ lệ 8,05%", "tỷ lệ 7,05%")
    assert ["3,12%", "1.616", "4.830"] in broken(without)


def test_figures_that_agree_with_a_minus_in_their_midst_are_no_sum_that_misses() -> None:
    text = (
        "Qua phân loại có 38.915 hồ sơ đủ điều kiện và 12.153 hồ sơ chưa có điều kiện.\n\n"
        "Trong số có điều kiện, đã giải quyết xong 15.076 hồ sơ (tỷ lệ 38,74%). Số hồ sơ chuyển kỳ sau là 35.992 hồ sơ."
    )
    assert broken(text) == []  # 38.915 + 12.153 = 15.076 + 35.992
