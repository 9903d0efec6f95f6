"""Printed digits and what they may have been before one small slip: a wrong, swapped, lost or added digit.

Nothing here knows claims. A target is a range of values (of the number as printed, sign aside); what comes back are
the numbers in that range that one slip turns into the printed one. Each place of the number is solved for its digit,
so that the cost grows with the number of digits, not with the number of variants.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

LONGEST = 18  # digits: a longer number was not typed by hand, and floats would blur it
_BODY = re.compile(r"\d(?:.*\d)?", re.DOTALL)
_SCALES = (3, -3, 6, -6, 9, -9)
_POWERS = (1, -1, 2, -2)


class Variant(NamedTuple):
    """A number one slip away: ``mantissa / 10**decimals``, and the kind of slip."""

    kind: str
    mantissa: int
    decimals: int


def variants(printed: str, mantissa: int, decimals: int, low: float, high: float) -> Iterator[Variant]:
    """The values from `low` to `high` that one slip of the digits, the decimal mark or the scale makes of `printed`."""
    digits = "".join(character for character in printed if character.isdecimal())
    if not digits or len(digits) > LONGEST or not digits.isascii() or high < 0:
        return  # a number in letters is not misprinted by a digit
    if int(digits) == mantissa:
        bottom, top = _whole_range(low, high, decimals)
        for kind, found in _same_length(digits, bottom, top):
            yield Variant(kind, found, decimals)
        if printed.isascii() and not any(character.isalpha() for character in printed):
            yield from _other_length(digits, decimals, low, high)
    yield from _shifted(mantissa, decimals, low, high)


def tried(printed: str) -> int:
    """How many variants of a printed number there are: what a hit has to be paid for."""
    digits = sum(character.isdecimal() for character in printed)
    return 21 * digits + len(_SCALES) + len(_POWERS)


def reprint(printed: str, decimals: int, mantissa: int, new_decimals: int, number_format: str = "") -> str:
    """Another number in the extent and format of `printed`: its sign, %, separators and leading zeros are kept.

    `number_format` gives the separator of thousands where `printed` is too short to show one.

    >>> reprint("1.234,5%", 1, 9876, 1), reprint("06", 0, 8, 0), reprint("320", 0, 3200, 0, "1.234,5")
    ('987,6%', '08', '3.200')
    """
    span = _BODY.search(printed)
    if span is None:
        return str(mantissa)
    body = span[0]
    digits = "".join(character for character in body if character.isdecimal())
    text = str(mantissa).zfill(len(digits) if digits.startswith("0") or new_decimals == decimals == 0 else 0)
    if len(text) == len(digits) and decimals == new_decimals:
        spare = iter(text if digits.startswith("0") else str(mantissa).zfill(len(digits)))
        filled = "".join(next(spare) if character.isdecimal() else character for character in body)
        if digits.startswith("0") or len(str(mantissa)) == len(digits):
            return printed[: span.start()] + filled + printed[span.end() :]
    written = _written(body, decimals, mantissa, new_decimals, number_format)
    return printed[: span.start()] + written + printed[span.end() :]


def rounded(value: Fraction, decimals: int) -> int:
    """The mantissa of the magnitude of `value`, rounded half up to so many decimals."""
    scaled = abs(value) * Fraction(10) ** decimals
    return (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)


def _same_length(digits: str, bottom: int, top: int) -> Iterator[tuple[str, int]]:
    """One wrong digit, or two neighbours that changed places."""
    value, place = int(digits), 10 ** (len(digits) - 1)
    for i, character in enumerate(digits):
        digit = int(character)
        least = max(-((value - bottom) // place) + digit, 1 if i == 0 and len(digits) > 1 else 0)
        most = min((top - value) // place + digit, 9)
        for other in range(least, most + 1):
            found = value + (other - digit) * place
            if other != digit and bottom <= found <= top:
                yield "digit", found
        follower = digits[i + 1 : i + 2]
        if follower and follower != character and not (i == 0 and follower == "0"):
            found = value + (int(follower) - digit) * (place - place // 10)
            if bottom <= found <= top:
                yield "swap", found
        place //= 10


def _other_length(digits: str, decimals: int, low: float, high: float) -> Iterator[Variant]:
    """One digit too few or too many; behind the decimal mark that changes the number of decimals, too."""
    count, seen = len(digits), set()
    ranges = {behind: _whole_range(low, high, behind) for behind in range(decimals - 1, decimals + 2)}
    for i in range(count + 1):
        behind = decimals if count - i >= decimals and i < count else decimals + (decimals > 0)
        bottom, top = ranges[behind]
        place = 10 ** (count - i)
        base = int(digits[:i] or "0") * 10 * place + int(digits[i:] or "0")
        for digit in range(max(-((base - bottom) // place), int(i == 0)), min((top - base) // place, 9) + 1):
            found = base + digit * place
            if bottom <= found <= top and (found, behind) not in seen:
                seen.add((found, behind))
                yield Variant("lost" if digit else "zero", found, behind)
    for i in range(count if count > 1 else 0):
        shorter = digits[:i] + digits[i + 1 :]
        behind = decimals - (i >= count - decimals)
        bottom, top = ranges[behind]
        found = int(shorter)
        leading = shorter[0] == "0" and behind < len(shorter) - 1
        if bottom <= found <= top and (found, behind) not in seen and not leading:
            seen.add((found, behind))
            yield Variant("zero" if digits[i] == "0" else "added", found, behind)


def _whole_range(low: float, high: float, decimals: int) -> tuple[int, int]:
    power = 10.0**decimals
    return math.ceil(low * power - 1e-6), math.floor(high * power + 1e-6)


def _shifted(mantissa: int, decimals: int, low: float, high: float) -> Iterator[Variant]:
    """The decimal mark in another place, or a lost or wrong scale word."""
    value = mantissa / 10.0**decimals
    half = 0.5 / 10.0**decimals
    for kind, powers in (("power", _POWERS), ("scale", _SCALES)):
        for power in powers:
            factor = 10.0**power
            if low - half * factor <= value * factor <= high + half * factor and mantissa:
                behind, digits = decimals - power, mantissa
                while behind > decimals and digits % 10 == 0:
                    behind, digits = behind - 1, digits // 10
                yield Variant(kind, digits * 10 ** max(0, -behind), max(0, behind))


def _written(body: str, decimals: int, mantissa: int, new_decimals: int, number_format: str) -> str:
    marks = [character for character in body if not character.isdecimal()]
    wanted = [character for character in number_format if not character.isdecimal()]
    mark = marks[-1] if decimals and marks else wanted[-1] if wanted else "," if marks and marks[0] == "." else "."
    separators = marks[:-1] if decimals else marks
    whole_digits = sum(character.isdecimal() for character in body) - decimals
    if separators:
        group = separators[0]
    elif whole_digits > 3 or not (wanted or decimals):
        group = ""
    else:
        group = wanted[0] if len(wanted) > 1 and wanted[-1] == mark else "." if mark == "," else ","
    text = str(mantissa).zfill(new_decimals + 1)
    whole, rest = (text[:-new_decimals], text[-new_decimals:]) if new_decimals else (text, "")
    grouped = f"{int(whole):,}".replace(",", group)
    return f"{grouped}{mark}{rest}" if rest else grouped
