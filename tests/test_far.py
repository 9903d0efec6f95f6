"""Percentages whose levels stand far away: looked up by size, and shares that have one whole in common."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsing import BOOK, audited, parse

from audit import pipeline
from audit.finders._far import Common, Levels, Share
from audit.pipeline import candidates

FERRY = (
    "The ferries of the lake carried 4,738 guests in May.\n\n"
    "New boats were bought for the north pier, which had waited 12 years for them, and 31 sailors were hired.\n\n"
    "Some 218 boats called at the pier and 94 were moved; 55 moorings are let, 61 wait for a tenant.\n\n"
    "Families were 1,962 of the guests (41.4%), pupils 1,204 (25.4%) and hikers 377 (8.0%).\n"
)


def _tied(text: str) -> set[frozenset[str]]:
    (reading,) = audited(text)
    return {frozenset(reading.figures[k].printed for k in claim.figures) for claim in reading.claims}


def test_shares_find_the_whole_that_all_of_them_fit() -> None:
    tied = _tied(FERRY)
    assert {frozenset(("4,738", "1,962", "41.4%")), frozenset(("4,738", "1,204", "25.4%"))} <= tied
    assert frozenset(("4,738", "377", "8.0%")) in tied


def test_a_whole_that_only_one_of_them_fits_is_not_theirs() -> None:
    tied = _tied(FERRY.replace("4,738", "6,317"))
    assert not any("6,317" in figures for figures in tied)


def test_what_was_looked_up_raises_no_alarm() -> None:
    (reading,) = audited("Quán bán 1.962 ly trà.\n\nMùa này có 215 khách, chiếm 11,9% số ghế.")
    assert not reading.findings


@given(
    st.lists(st.tuples(st.floats(1, 1e6), st.integers(0, 3)), min_size=1, max_size=12),
    st.floats(1, 1e6),
    st.integers(0, 11),
)
def test_levels_are_found_by_size_nearest_first(sizes: list[tuple[float, int]], size: float, at: int) -> None:
    rows = parse(" ".join(["5 tấn"] * len(sizes))).statements.rows
    for row, (value, unit) in zip(rows, sizes, strict=False):
        row.size, row.unit = value, f"u{unit}"
    context = pipeline.Context(rows, [], [list(range(len(rows)))], {}, {})
    found = Levels(context).about("u0", size, at)
    near = [row for row in rows if row.unit == "u0" and (1 - 0.1) * size <= row.size <= (1 + 0.1) * size]
    expected = sorted((abs(row.size - size), row.figure) for row in near)
    assert [rows[k].size for k in found] == pytest.approx([rows[k].size for _, k in expected])


def test_each_share_hears_the_others_and_not_itself() -> None:
    common = Common([Share(3, "(", 2, {90: 4.0}), Share(5, "(", 4, {90: 3.0, 91: 3.0}), Share(7, ")", 6, {91: 5.0})])
    assert common.nats(3, 2, 90) == 3.0
    assert common.nats(5, 4, 90) == 4.0
    assert common.nats(5, 4, 91) == 0.0
    assert common.best(5, 4) == 90
    assert common.best(7, 6) is None


@pytest.mark.parametrize(
    "text",
    [
        "Số vụ tăng 100%, lên 2 triệu vụ, từ gần 1 triệu vụ; gần 1 triệu vụ.",
        "Sales rose 100% to 2 million. Before that, under 1 million were sold, and under 1 million given away.",
        "Khách tăng 0,0%. Khách giảm 100%, còn 0 khách. Tăng 12%, đạt 0 vé, gần 1 vé.",
    ],
)
def test_a_bound_of_nothing_divides_nothing(text: str) -> None:
    assert all(group.candidates for group in candidates(parse(text), BOOK))
