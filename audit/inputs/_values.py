"""One extracted figure from its cells: what is printed, its value and its bounds, whichever of them a person corrected.

The three say the same thing, so two of them outvote the third: whoever corrects one cell need not correct the others.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from audit.figures import bounds
from audit.inputs._rows import Row
from audit.numbers import LONGEST, decimal_text, parse_printed
from audit.records import Figure

KINDS = ("count", "measure", "percent")
WIDEST = 30
HEDGES = ("", "above", "below", "about")
_DECIMAL = re.compile(r"([-−+]?)([0-9]+)(?:\.([0-9]+))?")
_COMPOSITE = re.compile(r"[0-9]\D*[^\W\d_]\D*[0-9]")


class Number(NamedTuple):
    mantissa: int
    decimals: int
    negative: bool


def figure(row: Row, number: int, mark: str) -> Figure:
    """The figure of a row, as number `number` of its document; faults are noted with the row."""
    printed, hedge = row.text("printed").strip(), row.one_of("hedge", HEDGES, "")
    unit = row.text("unit").strip() or (printed[-1] if printed.endswith(("%", "‰")) else "")
    exactly = row.text("low") == row.text("high") if row.text("low") else None
    kind = row.one_of("kind", KINDS, _kind(unit, printed, exactly))
    value = _decided(row, printed, mark, hedge, kind)
    if value is None:
        value = Number(0, 0, False)
    stated = _bounds(row)
    exact = stated is not None and stated[0] == stated[1] if stated else kind == "count" and not value.decimals
    low2, high2 = bounds(value.mantissa, exact, hedge)
    if stated is not None:
        low2, high2 = _halves(stated, value, (low2, high2))
    elif value.negative:
        low2, high2 = -high2, -low2
    if not printed or _stale(printed, value, mark):
        printed = _reprinted(value, mark, printed[-1:] if printed.endswith(("%", "‰")) else "")
    start, scale = row.whole("start", -1), row.whole("scale", 0)
    if abs(scale) > WIDEST:
        row.fault("scale", f"{scale} is no power of ten of a quantity")
        scale = 0
    return Figure(
        number, row.whole("block", 0), start, row.whole("end", -1), printed, value.mantissa, value.decimals,
        low2, high2,
        value.negative, scale, unit, row.text("noun"), kind, hedge, row.whole("quantity_start", start),
    )  # fmt: skip


def decimal(text: str) -> Number | None:
    """An exact decimal with a point, as the frames write it."""
    m = _DECIMAL.fullmatch(text.strip())
    if m is None or len(m[2] + (m[3] or "")) > LONGEST:
        return None
    return Number(int(m[2] + (m[3] or "")), len(m[3] or ""), m[1] in ("-", "−") and bool(m[1]))


def _kind(unit: str, printed: str, exactly: bool | None) -> str:
    if unit in ("%", "‰"):
        return "percent"
    return (
        "count" if exactly or (exactly is None and not unit and printed.isdigit() and len(printed) < 5) else "measure"
    )


def _decided(row: Row, printed: str, mark: str, hedge: str, kind: str) -> Number | None:
    """The value that two of printed, value and bounds agree on; faults where there is none."""
    told = decimal(row.text("value")) if row.text("value") else None
    read = parse_printed(printed, mark) if printed else None
    if row.text("value") and told is None:
        row.fault("value", f"{row.text('value')!r} is not a number; write it with a point, as in 12.50")
        return None
    if read is None and any(map(str.isdigit, printed)) and not _COMPOSITE.search(printed):
        row.fault("printed", f"{printed!r} is not a number")
        return None
    seen = Number(*read) if read is not None else None
    if told is None or seen is None:
        if told is None and seen is None:
            row.fault("value", "is empty, and what is printed does not tell it")
        return told or seen
    if (told.mantissa, told.decimals) == (seen.mantissa, seen.decimals):
        return told
    held = _bounds(row)
    if held is None:
        row.fault("value", f"is {row.text('value')}, but {printed} is printed: correct one of them, or empty value")
        return None
    if _within(seen, held, hedge, kind):
        return told
    if _within(told, held, hedge, kind):
        return seen
    row.fault("value", f"value {row.text('value')}, printed {printed} and low to high say three things: correct two")
    return None


def _bounds(row: Row) -> tuple[Fraction, Fraction] | None:
    """The bounds as given; none where either cell is empty or a fault."""
    found = []
    for column in ("low", "high"):
        text = row.text(column)
        if not text:
            return None
        read = decimal(text)
        if read is None:
            row.fault(column, f"{text!r} is not a number; write it with a point, as in 12.45")
            return None
        found.append(_fraction(read))
    if found[0] > found[1]:
        row.fault("low", "is above high")
        return None
    return found[0], found[1]


def _within(value: Number, held: tuple[Fraction, Fraction], hedge: str, kind: str) -> bool:
    """Whether bounds are those of a value, as far as this program makes them."""
    low, high = held
    exact = low == high
    low2, high2 = bounds(value.mantissa, exact, hedge)
    unit = Fraction(1, 2 * 10**value.decimals)
    return (low, high) in ((low2 * unit, high2 * unit), (-high2 * unit, -low2 * unit))


def _halves(held: tuple[Fraction, Fraction], value: Number, usual: tuple[int, int]) -> tuple[int, int]:
    """Bounds in halves of the last digit; those that do not hold the value, or are no such halves, are old."""
    ends = [end * 2 * 10**value.decimals for end in held]
    middle = 2 * value.mantissa * (-1 if value.negative else 1)
    if all(end.denominator == 1 for end in ends) and ends[0] <= middle <= ends[1]:
        return int(ends[0]), int(ends[1])
    return (-usual[1], -usual[0]) if value.negative else usual


def _stale(printed: str, value: Number, mark: str) -> bool:
    read = parse_printed(printed, mark)
    return read is not None and read[:2] != value[:2]


def _reprinted(value: Number, mark: str, percent: str) -> str:
    text = decimal_text(value.mantissa, value.decimals)
    return ("-" if value.negative else "") + text.replace(".", mark) + percent


def _fraction(value: Number) -> Fraction:
    return Fraction(-value.mantissa if value.negative else value.mantissa, 10**value.decimals)
