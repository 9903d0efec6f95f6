"""Many printed numbers at once: `audit.numbers.parse_printed` over a whole column, byte by byte in numpy.

What is written plainly (digits, the format's separators, a minus, a percent sign, up to 18 digits) is read here; the
rest, a cell in a thousand, goes to the slow reader, so that both always say the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from audit.numbers import parse_printed

AT_ONCE = 1 << 17  # rows; what a pass needs beside the column does not grow with it
_DIGITS = 18  # fit into int64, whatever they are
_LONGEST = 2 * _DIGITS
_TENS = 10 ** np.arange(_DIGITS + 1, dtype=np.int64)


@dataclass(slots=True)
class Numbers:
    """A column, read: ``mantissa / 10 ** decimals``; `known` says where; mantissas past int64 stand in `big`."""

    mantissa: NDArray[np.int64]
    decimals: NDArray[np.int16]
    known: NDArray[np.bool_]
    marked: NDArray[np.bool_]  # printed with a percent sign
    big: dict[int, int] = field(default_factory=dict)

    def exactly(self, row: int) -> int | None:
        """The mantissa of a row; None where there is no number."""
        if not self.known[row]:
            return None
        return self.big.get(row, int(self.mantissa[row]))


def parse(column: pd.Series[Any], mark: str) -> Numbers:
    """The numbers of a column of text; whatever is no number in any format is not known."""
    count = len(column)
    found = Numbers(
        np.zeros(count, np.int64), np.zeros(count, np.int16), np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    )
    for start in range(0, count, AT_ONCE):
        _chunk(column.iloc[start : start + AT_ONCE], mark, found, start)
    return found


def readable(column: pd.Series[Any], mark: str) -> pd.Series[Any]:
    """Where a column holds a printed number."""
    return pd.Series(parse(column, mark).known, index=column.index)


def _chunk(column: pd.Series[Any], mark: str, found: Numbers, start: int) -> None:
    texts = column.tolist()
    plain = [text if isinstance(text, str) and text.isascii() else "" for text in texts]
    lengths = np.fromiter(map(len, plain), np.int64, len(plain))
    data = np.frombuffer("".join(plain).encode("ascii") or b"\0", np.uint8)
    read = _Reader(data, lengths, ord(mark))
    rows = slice(start, start + len(texts))
    found.mantissa[rows], found.decimals[rows] = read.mantissa, read.decimals
    found.known[rows], found.marked[rows] = read.sound, read.marked & read.sound
    for k in np.flatnonzero(~read.sound).tolist():
        text = texts[k]
        slow = parse_printed(text, mark) if isinstance(text, str) else None
        if slow is None:
            continue
        mantissa = -slow[0] if slow[2] else slow[0]
        found.known[start + k], found.decimals[start + k] = True, slow[1]
        found.marked[start + k] = text.rstrip().endswith(("%", "‰"))
        if slow[0] < 2**63:
            found.mantissa[start + k] = mantissa
        else:
            found.big[start + k] = mantissa


class _Reader:
    """Reads a chunk from the last byte of each text to its first; `sound` is where nothing unusual was met."""

    def __init__(self, data: NDArray[np.uint8], lengths: NDArray[np.int64], mark: int) -> None:
        count = len(lengths)
        ends = np.cumsum(lengths)
        self.mantissa = np.zeros(count, np.int64)
        self.digits = np.zeros(count, np.int64)
        self.decimals = np.zeros(count, np.int16)
        self.groups = np.zeros(count, np.int64)
        self.sound = (lengths > 0) & (lengths <= _LONGEST)
        self.marked = np.zeros(count, np.bool_)
        negative = np.zeros(count, np.bool_)
        first = np.zeros(count, np.uint8)
        thousands = ord(".") if mark == ord(",") else ord(",")
        for k in range(int(min(lengths.max(initial=0), _LONGEST))):
            rows = self.sound & (lengths > k)
            byte = np.where(rows, data[np.where(rows, ends - 1 - k, 0)], 0)
            digit = byte - ord("0")
            is_digit = rows & (digit < 10)
            self._digit(digit, is_digit)
            first = np.where(is_digit, byte, first)
            if is_digit.sum() == rows.sum():
                continue
            is_mark, is_group = rows & (byte == mark), rows & (byte == thousands)
            sign = rows & (byte == ord("-")) & (lengths == k + 1) & (self.digits > 0)
            percent = rows & (byte == ord("%")) & (k == 0)
            self._separators(is_mark, is_group)
            negative |= sign
            self.marked |= percent
            self.sound &= ~rows | is_digit | is_mark | is_group | sign | percent
        self._finish(first)
        self.mantissa = np.where(negative, -self.mantissa, self.mantissa)

    def _digit(self, digit: NDArray[Any], here: NDArray[np.bool_]) -> None:
        self.sound &= ~(here & (self.digits >= _DIGITS))
        place = _TENS[np.minimum(self.digits, _DIGITS)]
        self.mantissa += np.where(here & self.sound, digit.astype(np.int64) * place, 0)
        self.digits += here

    def _separators(self, is_mark: NDArray[np.bool_], is_group: NDArray[np.bool_]) -> None:
        twice = is_mark & ((self.decimals > 0) | (self.groups > 0) | (self.digits == 0))
        self.decimals = np.where(is_mark, self.digits, self.decimals).astype(np.int16)
        self.groups += is_group
        crooked = is_group & (self.digits - self.decimals != 3 * self.groups)
        self.sound &= ~(twice | crooked)

    def _finish(self, first: NDArray[np.uint8]) -> None:
        """The first group has one to three digits; a leading zero stands alone, or in a number without separators."""
        whole = self.digits - self.decimals
        lead = whole - 3 * self.groups
        grouped = self.groups > 0
        zero = (first == ord("0")) & (grouped | ((self.decimals > 0) & (whole > 1)))
        self.sound &= (whole > 0) & ~zero & (~grouped | ((lead > 0) & (lead <= 3)))
