"""Periods as they are named in a text: "tháng 5" is a month, "5 tháng" a stretch of five, "quý I", "năm 2017"."""

from __future__ import annotations

import re
from bisect import bisect_left

_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
_PERIOD = re.compile(
    r"\b(?:(?P<many>[0-9]{1,2}) tháng|tháng (?P<month>[0-9]{1,2})(?![0-9])"
    r"|(?:quý|quí) (?P<quarter>[1-4]|iv|i{1,3})\b|(?P<day>ngày [0-9]{1,2}[/-][0-9]{1,2})"
    r"|(?P<week>tuần (?:qua|trước|này))|(?P<year>(?:19|20)[0-9]{2})(?![0-9%]|[.,][0-9])"
    r"|(?P<whole>cả năm|lũy kế|luỹ kế|tháng này|tháng trước|năm trước|năm ngoái|cùng kỳ"
    r"|first (?:half|quarter)|second (?:half|quarter)"
    r"|january|february|march|april|june|july|august|september|october|november|december))"
)


class Periods:
    """The periods that a text names, asked by place."""

    def __init__(self, low: str) -> None:
        found = [(m.start(), _key(m)) for m in _PERIOD.finditer(low)]
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


def _key(m: re.Match[str]) -> str:
    name = m.lastgroup or ""
    value = m[name]
    return name[0] + _ROMAN.get(value, value.lstrip("0"))


def match(a: frozenset[str], b: frozenset[str]) -> str:
    """ "=" the same, "~" in part, "!" another, "?" where one names none."""
    if not a or not b:
        return "?"
    return "=" if a == b else "~" if a & b else "!"
