"""From printed digits to an exact decimal, in whichever of the world's number formats they stand.

One separator before exactly three digits (``2,345``) can mean two things; then, and only then, the format of the
document decides. Whatever follows no format at all is ``None``: nobody guesses.
"""

from __future__ import annotations

import re

LONGEST = 40  # digits; anything longer is an identifier or an attack, and int() refuses it past 4,300

_SPACES = " \u00a0\u2009\u202f\u2007\u2008\u200a"
_MINUS = "-\u2010\u2011\u2012\u2013\u2014\u2212"
_SHAPE = re.compile(
    rf"(?P<open>\()?[{_SPACES}]*(?P<sign>[{_MINUS}+])?[{_SPACES}]*"
    rf"(?P<body>[0-9]+(?:[.,{_SPACES}][0-9]+)*)"
    rf"[{_SPACES}]*[%‰]?[{_SPACES}]*(?P<close>\))?"
)
_SPACE = re.compile(rf"[{_SPACES}]")
_SEPARATORS = dict.fromkeys(map(ord, f".,{_SPACES}"))
_SPACED = re.compile(rf"[0-9]{{1,3}}(?:[{_SPACES}][0-9]{{3}})+(?P<tail>[.,][0-9]+)?")
_THREES = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+")
_INDIAN = re.compile(r"[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}")


def decimal_mark(number_format: str) -> str:
    """The decimal mark of a format given by example: ``1.234,5`` has the comma, ``1,234.5`` the dot.

    >>> decimal_mark("1.234,5")
    ','
    """
    marks = [character for character in number_format if character in ".,"]
    if not marks:
        raise ValueError(f"number format {number_format!r} shows no decimal mark; write '1.234,5' or '1,234.5'")
    return marks[-1]


def parse_printed(printed: str, decimal_mark: str) -> tuple[int, int, bool] | None:
    """Read a printed number: ``(mantissa, decimals, negative)``, or None where it is malformed.

    `decimal_mark` is the document's, ``","`` or ``"."``. A sign, a % or ‰ and accounting parentheses may be there.

    >>> parse_printed("12.345,60", ",")
    (1234560, 2, False)
    >>> parse_printed("2,345", "."), parse_printed("2,345", ",")
    ((2345, 0, False), (2345, 3, False))
    """
    if printed.isdecimal() and printed.isascii():
        return (int(printed), 0, False) if len(printed) <= LONGEST else None
    if len(printed) > 2 * LONGEST:
        return None
    shape = _SHAPE.fullmatch(printed)
    if shape is None or (shape["open"] is None) != (shape["close"] is None):
        return None
    read = _digits(shape["body"], decimal_mark)
    if read is None:
        return None
    sign = shape["sign"]
    negative = sign in _MINUS if sign else shape["open"] is not None
    return read[0], read[1], negative


def _digits(body: str, decimal_mark: str) -> tuple[int, int] | None:
    """The mantissa and decimals of a number that has lost its sign and unit."""
    if _SPACE.search(body) is not None:
        spaced = _SPACED.fullmatch(body)
        if spaced is None:
            return None
        decimals = len(spaced["tail"] or " ") - 1
        return _whole(body), decimals
    dots, commas = body.count("."), body.count(",")
    if not dots and not commas:
        return _checked(body, 0)
    if dots and commas:
        mark = "." if body.rfind(".") > body.rfind(",") else ","
        whole, _, rest = body.rpartition(mark)
        return _checked(body, len(rest)) if mark not in whole and _grouped(whole) else None
    if dots + commas > 1:
        return _checked(body, 0) if _grouped(body) else None
    return _one_separator(body, "." if dots else ",", decimal_mark)


def _one_separator(body: str, mark: str, decimal_mark: str) -> tuple[int, int] | None:
    whole, _, rest = body.partition(mark)
    if len(rest) == 3 and mark != decimal_mark and _grouped(body):
        return _checked(body, 0)
    # four digits and more behind the document's thousands mark are neither a group nor its usual decimals
    malformed = (len(rest) > 3 and mark != decimal_mark and whole != "0") or (whole[0] == "0" and len(whole) > 1)
    return None if malformed else _checked(body, len(rest))


def _grouped(text: str) -> bool:
    if text[0] == "0":
        return False
    return _THREES.fullmatch(text) is not None or _INDIAN.fullmatch(text) is not None


def _checked(body: str, decimals: int) -> tuple[int, int] | None:
    return (_whole(body), decimals) if len(body) <= LONGEST else None


def _whole(body: str) -> int:
    return int(body.translate(_SEPARATORS))


def decimal_text(mantissa: int, decimals: int) -> str:
    """``mantissa / 10 ** decimals`` as an exact decimal with a point, trailing zeros kept.

    >>> decimal_text(-1250, 2), decimal_text(5, 3)
    ('-12.50', '0.005')
    """
    digits = str(abs(mantissa)).zfill(decimals + 1)
    text = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    return f"-{text}" if mantissa < 0 else text
