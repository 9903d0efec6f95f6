"""Numbers as text, from integers: exact decimals for machines, and in the document's own format for people."""

from __future__ import annotations

import re
from fractions import Fraction


def plain(mantissa: int, decimals: int, negative: bool = False) -> str:
    """``mantissa / 10**decimals`` as an exact decimal that keeps its trailing zeros.

    >>> plain(1250, 2), plain(5, 3), plain(12, 0, negative=True)
    ('12.50', '0.005', '-12')
    """
    if mantissa < 0:
        mantissa, negative = -mantissa, not negative
    text = str(mantissa)
    if decimals > 0:
        text = text.zfill(decimals + 1)
        text = f"{text[:-decimals]}.{text[-decimals:]}"
    elif decimals < 0:
        text += "0" * -decimals
    return f"-{text}" if negative and mantissa else text


def halves(bound: int, decimals: int) -> str:
    """A bound counted in halves of the last printed digit, as an exact decimal.

    >>> halves(11765, 2), halves(11766, 2)
    ('58.825', '58.83')
    """
    return plain(bound * 5, decimals + 1) if bound & 1 else plain(bound >> 1, decimals)


def significant(value: Fraction, digits: int, up: bool) -> str:
    """The value with so many significant digits, rounded towards +inf (`up`) or -inf; zeros at the end are dropped.

    >>> [significant(Fraction(2, 3), 3, up) for up in (False, True)], significant(Fraction(80), 12, up=True)
    (['0.666', '0.667'], '80')
    """
    if not value:
        return "0"
    places = digits - _magnitude(value)
    numerator, denominator = value.numerator, value.denominator
    if places >= 0:
        numerator *= 10**places
    else:
        denominator *= 10**-places
    mantissa = -(-numerator // denominator) if up else numerator // denominator
    text = plain(mantissa, places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def nearest(value: Fraction, decimals: int) -> str:
    """The value rounded half up to so many decimals.

    >>> nearest(Fraction(4800, 421), 2)
    '11.40'
    """
    scaled = abs(value) * 10**decimals
    return plain((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator), decimals, value < 0)


def localized(text: str, number_format: str) -> str:
    """An exact decimal in the format of a document, thousands grouped.

    >>> localized("-1234567.50", "1.234,5")
    '-1.234.567,50'
    """
    marks = re.findall(r"[^0-9]", number_format)
    decimal = marks[-1] if marks else "."
    group = marks[0] if len(marks) > 1 else ""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, rest = digits.partition(".")
    grouped = f"{int(whole):,}".replace(",", group)
    return f"{sign}{grouped}{decimal}{rest}" if rest else f"{sign}{grouped}"


def _magnitude(value: Fraction) -> int:
    """The number of digits before the decimal point; 0 for 0.1 … 0.99, -1 for 0.01 … 0.099."""
    numerator, denominator = abs(value.numerator), value.denominator
    guess = len(str(numerator)) - len(str(denominator))
    above = numerator >= denominator * 10**guess if guess >= 0 else numerator * 10**-guess >= denominator
    return guess + 1 if above else guess
