"""Repeats: what names a figure, which misses are sure, and the traps that must stay silent."""

from __future__ import annotations

import pytest
from parsing import BOOK, audited, parse

from audit import documents, pipeline
from audit.finders._paper import Paper
from audit.finders.base import noun_match
from audit.finders.repeats import _is_slip
from audit.settings import Settings

BOX = "Needed: $71.46 million\n\nPledged: $28.93 million\n\nMissing: $42.53 million\n\nFamilies served: 61,384\n\n"
ASKED = "The relief desk of Port Arden asks for $71.46 million, with which 61,384 families could be served. "


def repeats(text: str, verdict: str) -> set[tuple[str, ...]]:
    """The pairs that are printed twice, as printed."""
    (reading,) = audited(text)
    found = [claim for claim in reading.claims if claim.rule == "repeat" and claim.verdict == verdict]
    return {tuple(reading.figures[k].printed for k in claim.figures) for claim in found}


def test_the_odd_figure_of_a_box_that_the_text_tells_again_is_an_alarm() -> None:
    text = BOX + ASKED + "Friends of the town have promised $28.39 million, which leaves a gap of $42.53 million."
    assert repeats(text, "discrepant") == {("28.93", "28.39")}


def test_a_long_box_is_compared_with_what_the_text_tells_beside_each_of_its_figures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(Paper, "_stands_for", lambda paper, a, b: bool(asked.append((a, b))))
    values = [100_003 + 7 * n for n in range(120)]
    box = "\n\n".join(f"Needed: ${value} million" for value in values)
    told = " ".join(f"One gave ${value} million and another ${value + 3} million." for value in values[::2])
    audited(f"{box}\n\n{told}")
    assert 0 < len(asked) < 30 * len(values)


def test_two_odd_figures_beside_a_box_are_none_of_it() -> None:
    text = BOX + ASKED + "It spent $31.27 million last year and $34.85 million before; the gap is $42.53 million."
    assert not repeats(text, "discrepant")


@pytest.mark.parametrize(
    "text",
    [
        "Tháng 3, lò gạch Gò Sậy bán được 48.217 viên gạch. Tháng 4, lò gạch Gò Sậy bán được 43.217 viên gạch.",
        "Năm 2018, hồ Tà Lơi chứa 61.385 m3 nước ngọt. Năm 2019, hồ Tà Lơi chứa 61.585 m3 nước ngọt.",
        "Xưởng mộc Gò Sậy giao 48.217 tấm ván ép. Xưởng mộc Gò Sậy giao 48.219 tấm ván ép.",  # too near to be a slip
        "Tại xã An Lạc, sản lượng ngô lai đạt 48.217 tấn. Tại xã Bình Sơn, sản lượng ngô lai đạt 43.217 tấn.",
        "Kế hoạch giao: 48.217 tấn than cám. Thực hiện được 43.217 tấn than cám.",
    ],
)
def test_another_period_another_base_or_a_near_value_is_no_contradiction(text: str) -> None:
    assert not repeats(text, "discrepant")


def test_a_long_figure_is_known_again_in_a_table() -> None:
    rows = ["Xã | Hộ nghèo", "---|---", "Bãi Trường | 4.317", "Đồi Sim | 2.968", "Gành Đá | 3.051", "Cộng | 10.336"]
    table = "\n".join(f"| {row} |" for row in rows)
    text = f"{table}\n\nTheo phòng lao động, toàn huyện còn 10.336 hộ nghèo sau kỳ rà soát."
    assert ("10.336", "10.336") in repeats(text, "consistent")


def test_a_hedged_head_holds_against_the_exact_body() -> None:
    text = "Hơn 52.000 cây dầu rái đã bén rễ\n\nLượng cây dầu rái (giống ươm tại chỗ) còn sống trên đồi Cát là 52.047."
    assert repeats(text, "consistent") == {("52.000", "52.047")}


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [
        (48217, 43217, True),
        (48217, 84217, True),  # two digits swapped
        (48217, 48219, False),  # a near value is another value
        (48217, 48917, True),
        (48217, 93217, False),
        (217, 317, False),  # three digits agree by chance
    ],
)
def test_a_slip_keeps_the_last_digits(one: int, other: int, slip: bool) -> None:
    assert _is_slip(one, other, float(one), float(other)) is slip


def test_a_slip_of_the_scale_is_ten_or_a_thousand_times() -> None:
    assert _is_slip(4825, 4825, 4825.0, 4825000.0)
    assert not _is_slip(4825, 4825, 4825.0, 482500.0)


def test_a_label_goes_back_over_a_break_and_leaves_the_unit_out() -> None:
    document = documents.read_text("Kinh phí: $12,4 triệu. Bão Sơn Ca gây thiệt hại 886 tỷ đồng vì lốc xoáy.")
    rows = pipeline.parse(document, BOOK, Settings(language="vi")).statements.rows
    assert {"kinh", "phí"} <= rows[0].label
    assert "lốc" in rows[1].label
    assert not {"tỷ", "đồng"} & rows[1].label


def test_things_counted_together_match_one_of_them() -> None:
    rows = parse("Tòa giải quyết 316 vụ, việc. Hòa giải thành 87/316 vụ án. Tòa đón 316 người.").statements.rows
    whole, _, again, people = rows
    assert noun_match(whole, again) == "~"
    assert noun_match(whole, people) == "!"
