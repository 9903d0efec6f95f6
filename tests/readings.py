"""Readings made by hand, so that the reports are tested without the rooms before them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

from audit.records import Block, Claim, Document, Figure, Finding, Reading, Term
from audit.reports import Options

NUMBER = re.compile(r"\d+(?:\.\d{3})*(?:,\d+)?(%)?")

RULES: Any = {
    "parts": SimpleNamespace(
        id="parts", identity="whole = sum(parts)", operation="sum", stated="whole",
        roles={"whole": SimpleNamespace(many=False), "parts": SimpleNamespace(many=True)},
        reading=lambda note: None,
    ),
    "ratio": SimpleNamespace(
        id="ratio", identity="percent = 100 * part / whole", operation="ratio", stated="percent",
        roles={name: SimpleNamespace(many=False) for name in ("part", "whole", "percent")},
        reading=lambda note: None,
    ),
}  # fmt: skip

GIFTS = (
    "I. Công tác xã hội\n"
    "Thị trấn tặng 14 triệu đồng cho tổ một, 36 triệu đồng cho tổ hai và 31 triệu đồng cho tổ ba, "
    "cộng lại là 75 triệu đồng.\n"
    "II. Trồng trọt\n"
    "Đã gieo 47/125 ha, đạt 37,60% kế hoạch.\n"
)


def options(**changes: Any) -> Options:
    return Options(rulebook=RULES, **changes)


def document(text: str, path: str = "bao-cao.txt") -> Document:
    """A block a line; a line that begins with a Roman number is a heading."""
    blocks, start = [], 0
    for number, line in enumerate(text.splitlines(keepends=True)):
        kind = "heading" if re.match(r"[IVX]+\.", line) else "paragraph"
        end = start + len(line.rstrip("\r\n"))
        blocks.append(Block(number, kind, start, end, {"line": number + 1, "column": 1}))
        start += len(line)
    return Document(path, text, tuple(blocks))


def reading(text: str = GIFTS, path: str = "bao-cao.txt") -> Reading:
    """The figures of a text, unclaimed."""
    source = document(text, path)
    figures = []
    for match in NUMBER.finditer(text):
        block = next(block.id for block in source.blocks if block.start <= match.start() < block.end)
        whole, _, decimals = match[0].rstrip("%").replace(".", "").partition(",")
        mantissa, spread = int(whole + decimals), 1 if decimals or match[1] else 0
        figures.append(Figure(
            len(figures), block, match.start(), match.end(), match[0], mantissa, len(decimals),
            2 * mantissa - spread, 2 * mantissa + spread, unit=match[1] or "", kind="percent" if match[1] else "count",
            quantity_start=match.start(), quantity_end=match.end(),
        ))  # fmt: skip
    return Reading(source, figures=figures, indicators=[""] * len(figures))


def audited() -> Reading:
    """The text above with its two claims: a sum that does not hold, a share that does."""
    read = reading()
    sum_claim = Claim(
        0, "parts", (*(Term("parts", n, n) for n in range(3)), Term("whole", 3)), "explicit", "discrepant",
        Fraction(75), Fraction(75), Fraction(81), Fraction(81), Fraction(1), 6.0,
    )  # fmt: skip
    share = Claim(
        1, "ratio", (Term("part", 4), Term("whole", 5), Term("percent", 6)), "explicit", "consistent",
        Fraction(37595, 1000), Fraction(37605, 1000), Fraction(376, 10), Fraction(376, 10), Fraction(1, 100), 0.0,
    )  # fmt: skip
    read.claims = [sum_claim, share]
    read.findings = [Finding(0, "parts", "error", [0], 3, "81", "14 + 36 + 31 = 81, không phải 75", "abc")]
    for figure in read.figures:
        figure.state = "contradicted" if figure.id == 3 else "unchecked" if figure.id < 3 else "verified"
    return read


def output(name: str, readings: Iterable[Reading], **changes: Any) -> str:
    """What a format prints for these readings."""
    from audit.reports import load

    return "".join(load(name).check(readings, options(**changes)))
