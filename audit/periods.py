"""Periods as they are named in a text: "tháng 5" is a month, "5 tháng" a stretch of five, "quý I", "năm 2017"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cache

from audit.languages import Language

_YEAR = r"(?P<year>(?:19|20)[0-9]{2})(?![0-9%]|[.,][0-9])"
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_BREAK = re.compile(r"[,;:.()\n]")
STRETCH = "n"  # of so many months: "9 tháng" is not "tháng 9"
_LENGTHS = "dmqnwy"


class Periods:
    """The periods that a text names, asked by place."""

    def __init__(self, low: str, language: Language) -> None:
        found = [(m.start(), _key(m, language.ordinals)) for m in _pattern(language.periods).finditer(low)]
        self.low, self.within = low, language.within
        self.starts = [start for start, _ in found]
        self.keys = [key for _, key in found]

    def before(self, start: int, stop: int) -> frozenset[str]:
        """The last period named between two places, with its year if one follows it."""
        last = bisect_left(self.starts, stop) - 1
        if last < 0 or self.starts[last] < start:
            return frozenset()
        keys = {self.keys[last]}
        if self.keys[last][0] == "y" and last and self.starts[last - 1] >= max(start, self.starts[last] - 12):
            keys.add(self.keys[last - 1])
        return frozenset(keys)

    def behind(self, start: int, stop: int) -> tuple[frozenset[str], int]:
        """The period that a figure's own clause names behind it, and where: "214 cases in the first quarter"."""
        first = bisect_left(self.starts, start)
        if first == len(self.starts) or self.starts[first] >= stop:
            return frozenset(), start
        at = self.starts[first]
        between = self.low[start:at]
        if _BREAK.search(between) or not self.within.search(between):
            return frozenset(), start
        return frozenset((self.keys[first],)), at + 1


@cache
def _pattern(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?=\w)(?:{'|'.join((*patterns, _YEAR))})\b")


def _key(m: re.Match[str], ordinals: Mapping[str, int]) -> str:
    name = m.lastgroup or ""
    value = m[name]
    number = _ROMAN.get(value) or ordinals.get(value) if name in ("month", "quarter", "many") else None
    return (STRETCH if name == "many" else name[0]) + (str(number) if number else value.lstrip("0"))


def match(a: frozenset[str], b: frozenset[str]) -> str:
    """ "=" the same, "~" in part, "!" another, "?" where one names none."""
    if not a or not b:
        return "?"
    return "=" if a == b else "~" if a & b else "!"


def is_stretch(period: frozenset[str]) -> bool:
    """Whether a period is a number of months: "9 tháng", "the first nine months"."""
    return any(key[0] == STRETCH for key in period)


def place(whole: frozenset[str], part: frozenset[str]) -> str:
    """Where a period lies in a stretch of months: "=" its end, "<" an earlier stretch, ">" beyond, else its kind."""
    if not part:
        return "?"
    if whole == part:
        return "w"
    months = next((int(key[1:]) for key in whole if key[0] == STRETCH), 0)
    kind, value = min(part)[0], min(part)[1:]
    if not months or not value.isdigit():
        return kind
    n = int(value)
    last = 3 * n if kind == "q" else n
    if kind not in "mqn" or last > months:
        return ">" if kind in "mqn" else kind
    return "<" if kind == STRETCH else "=" if last == months else kind


def add_up(whole: frozenset[str], parts: Sequence[frozenset[str]]) -> bool:
    """Whether different periods of one kind (months, quarters, days, years) are parts of a longer one."""
    keys = {min(part) for part in parts if part}
    kinds = {key[0] for key in keys}
    if not whole or len(keys) < len(parts) or len(kinds) > 1:
        return False
    kind = kinds.pop()
    return kind not in "nw" and _LENGTHS.index(kind) < _LENGTHS.index(min(whole)[0])
