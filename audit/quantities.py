"""What stands behind a number and makes a quantity of it: scale words, unit, count noun; amounts in several steps."""

from __future__ import annotations

import re
from typing import NamedTuple

from audit.languages import Language

_PERCENT = re.compile(r"\s{0,2}([%‰])")
_RATE = re.compile(r"\s?/\s?([^\W\d_]+(?:\s?[23²³])?)|\s(?:per|mỗi|một)\s[^\W\d_]+")
_WORD = re.compile(r"[^\S\n]{1,3}([^\W\d_]+(?:\s[^\W\d_]+)?)")
_NOUN_WORDS = re.compile(r"[^\W\d_]+")
_NEXT_STEP = re.compile(r"\s{1,2}([0-9]{1,3}(?:[.,][0-9]{3})*)(?![0-9.,]*[0-9%])")
_LARGE_MONEY = {"triệu đồng": 6, "tỷ đồng": 9}


class Behind(NamedTuple):
    """What the words behind a number say; a noun that no language file knows begins with "?".

    `end` is where the whole quantity ends; `touching` says that a sign belongs to the printed figure, `guessed`
    that the noun stands in no file and has the ending of one.
    """

    scale: int
    unit: str
    noun: str
    end: int
    touching: bool = False
    guessed: bool = False

    @property
    def known(self) -> bool:
        """Whether anything here is known to belong to a quantity."""
        return bool(self.scale or self.unit or (self.noun and self.noun[0] != "?" and not self.guessed))


class Composite(NamedTuple):
    """An amount in several steps as one number, in its last step's scale; it is printed up to `end`."""

    mantissa: int
    end: int
    scale: int
    unit: str
    quantity_end: int


def behind(language: Language, end: int, after: str) -> Behind:
    """What stands behind a number that ends at `end`; `after` is the lower-case text there."""
    if (m := _PERCENT.match(after)) is not None:
        return Behind(0, m[1], "", end + m.end(), m.end() == 1)
    at = scale = 0
    if (m := language.scale.match(after)) is not None and after[m.end() : m.end() + 2] != ".đ":  # not of "tr.đ"
        scale, at = language.scales[" ".join(m[1].split())], m.end()
    if (m := language.unit.match(after, at)) is not None:
        unit = language.units.get(" ".join(m[1].split()), "")
        at = m.end()
        if unit in _LARGE_MONEY:
            scale, unit = scale + _LARGE_MONEY[unit], "đồng"
        if unit and (rate := _RATE.match(after, at)) is not None and not rate[0].strip(" /")[:1].isdigit():
            each = (rate[1] or rate[0].split()[-1]).strip()
            unit, at = f"{unit}/{language.units.get(each, each)}", rate.end()
        return Behind(scale, unit, "", end + at)
    if (m := language.noun.match(after, at)) is not None:
        return Behind(scale, "", " ".join(m[1].split()), end + m.end())
    if (m := language.plural.match(after, at)) is not None:
        words = _NOUN_WORDS.findall(m[2])
        if not any(word in language.not_counted or language.links(word) for word in words):
            return Behind(scale, "", " ".join(words), end + (at if m[1] else m.end()), guessed=True)
    if (m := _WORD.match(after, at)) is not None:
        first = m[1].split()[0]
        # no noun: "27.059 trên tổng số 42.479 cử tri"
        if not language.links(first) and m[1] not in language.cues:
            return Behind(scale, "", "?" + m[1], end + at)
    return Behind(scale, "", "", end + at)


def composite(language: Language, low: str, end: int, mantissa: int, decimals: int, scale: int) -> Composite | None:
    """`86 tỷ 340 triệu đồng` is one amount; None where a number is alone."""
    if not scale or decimals:
        return None
    found, unit, quantity_end = False, "", end
    while (m := language.scale.match(low, end)) is not None:
        number = _NEXT_STEP.match(low, m.end())
        if number is None:
            break
        following = language.scale.match(low, number.end())
        power = language.scales[" ".join(following[1].split())] if following else 0
        unit_at = following.end() if following else number.end()
        named = language.unit.match(low, unit_at)
        value = int(re.sub(r"[.,]", "", number[1]))
        if power >= scale or value >= 10 ** (scale - power) or (not following and named is None):
            break
        mantissa, scale, found = mantissa * 10 ** (scale - power) + value, power, True
        unit = language.units.get(named[1], "") if named else ""
        end, quantity_end = number.end(), (named.end() if named else unit_at)
        if not following:
            break
    return Composite(mantissa, end, scale, unit, quantity_end) if found else None
