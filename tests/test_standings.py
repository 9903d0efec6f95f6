"""Ranks as numbers: within the places that there are, and as many steps apart as are told."""

from __future__ import annotations

import pytest
from parsing import audited


def verdicts(text: str) -> dict[tuple[str, ...], str]:
    (reading,) = audited(text)
    return {tuple(reading.figures[k].printed for k in c.figures): c.verdict for c in reading.claims}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Chỉ số của tỉnh giảm 4 bậc, từ hạng 12 xuống hạng 16.", {("4", "12", "16"): "consistent"}),
        ("Chỉ số của tỉnh giảm 3 bậc, từ hạng 12 xuống hạng 16.", {("3", "12", "16"): "discrepant"}),
        ("The county climbed 5 places in the ranking, from 20th to 15th.", {("5", "20", "15"): "consistent"}),
        ("The county climbed 6 places in the ranking, from 20th to 15th.", {("6", "20", "15"): "discrepant"}),
        ("The road from 20th to 15th Street has 6 shops.", {}),
        ("Chỉ số của tỉnh xếp thứ 68/63.", {("68", "63"): "discrepant"}),
        ("Chỉ số của tỉnh xếp thứ 38/63, đạt 60,3 điểm.", {}),  # and 60,3 % is no share of 63
        ("Tỉnh xếp thứ 3/8 trong vùng và thứ 38/63 cả nước.", {}),
    ],
)
def test_ranks(text: str, said: dict[tuple[str, ...], str]) -> None:
    assert verdicts(text) == said
