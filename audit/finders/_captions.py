"""What the words of a table say of its cells: their unit, in its head or in a row's label ("(KSh billion)",
"ĐVT: triệu đồng"), and what each row is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from audit import money, quantities
from audit.finders._grid import Grid
from audit.finders._rows import NIL, PROSE, WORDS
from audit.finders.base import Candidate, Group
from audit.languages import Language
from audit.records import Figure
from audit.statements import Statement, measured_in

LINES, ROOM = 6, 500  # lines above a table, and characters, that may say its unit
LONGEST = 32  # characters of a unit
_BRACKETS = re.compile(rf"\(([^()\n]{{1,{LONGEST}}})\)")
_TOLD = re.compile(rf"(?:đvt|dvt|đơn vị(?: tính)?|units?)\s*:\s*([^\n()]{{1,{LONGEST}}})")
_ENDING = re.compile(rf"(?:,|[-–] |\bin\b)\s*([^,\n()]{{1,{LONGEST}}})(?=,|\n|$)")
_WAYS = _BRACKETS, _TOLD, _ENDING
_OPENING = re.compile(r"(?:in|đvt|dvt|đơn vị(?: tính)?|tính bằng|units?)\b[:\s]+")
_THOUSANDS = re.compile(r"['’`]?(?:1[.,])?000(?:['’]?s)?\b\s*")
_GLUED = re.compile(r"([$£€₹¥₦₱฿])(?=[a-z])")


class Caption(NamedTuple):
    """What the cells of a table are counted in; a noun where things are counted."""

    scale: int
    unit: str
    noun: str


def spelt(phrase: str, language: Language) -> Caption | None:
    """The unit that a lower-case phrase is, and nothing else; None where it says anything more.

    >>> from audit import languages
    >>> english = languages.load("en")
    >>> spelt("ksh billion", english), spelt("'000 tonnes", english), spelt("seasonally adjusted", english)
    (Caption(scale=9, unit='KES', noun=''), Caption(scale=3, unit='t', noun=''), None)
    """
    phrase = _OPENING.sub("", _GLUED.sub(r"\1 ", phrase.strip(" .:*")), count=1)
    thousands = _THOUSANDS.match(phrase)
    scale = 3 if thousands else 0
    words = phrase[thousands.end() if thousands else 0 :].split()
    if not words:
        return Caption(scale, "", "") if scale else None
    for currency, rest in ((words[:1], words[1:]), (words[-1:], words[:-1]), (words[:2], words[2:])):
        paid = money.before(" ".join(currency) + " ")
        power = _power(rest, language)
        if paid is not None and paid[1] == 0 and power is not None:
            return Caption(scale + power, paid[0], "")
    said = " " + " ".join(words)
    behind = quantities.behind(language, 0, said)
    if not behind.known or behind.guessed or behind.unit in ("%", "‰") or behind.end != len(said):
        return None
    return Caption(scale + behind.scale, behind.unit, behind.noun)


def _power(words: Sequence[str], language: Language) -> int | None:
    """The power of ten that words say; none of them says one."""
    if not words:
        return 0
    said = language.scale.fullmatch(" " + " ".join(words))
    return language.scales[" ".join(said[1].split())] if said else None


def apply(
    grids: Sequence[Grid],
    groups: Iterable[Group],
    figures: Sequence[Figure],
    rows: Sequence[Statement],
    text: str,
    language: Language,
) -> None:
    """Give the cells of each grid the unit of their row's label or of the table's head, unless they print their own;
    and the rows the words that name them.

    A head that says several units says none, and none of the rates that `groups` have found in the grids. `text` is in
    lower case, its offsets are those of the figures.
    """
    rates = {k for group in groups for candidate in group.candidates for k in _rates(candidate)}
    for grid in grids:
        first = next(k for row in grid.rows for k in row.cells if k != NIL)
        above = _one(unit for way in _WAYS for unit in _units(way, _head(text, figures[first].start), language))
        columns = {c for c in range(grid.width) if not rates.isdisjoint(grid.column(c))}
        for row in grid.rows:
            row.words = language.named(WORDS.findall(row.label.lower()))
            caption = _one(_units(_BRACKETS, row.label.rpartition("\n")[2], language)) or above
            if caption is None or 2 * len(rates.intersection(row.cells)) > len(row.cells):
                continue
            for c, k in enumerate(row.cells):
                if (
                    k != NIL
                    and c not in columns
                    and not rows[k].percent
                    and not figures[k].unit
                    and not figures[k].scale
                ):
                    measured_in(rows[k], figures[k], caption.unit, caption.scale)
                    if caption.unit or caption.noun:
                        figures[k].noun = rows[k].noun = caption.noun


def _rates(candidate: Candidate) -> Iterator[int]:
    """The figures of a table's claim that its unit is not of: a percentage, and all three where one divides another."""
    roles = {role for role, _, _ in candidate.terms}
    for role, figure, _ in candidate.terms:
        if role == "percent" or "average" in roles:
            yield figure


def _head(text: str, start: int) -> str:
    """The short lines above a table's first row."""
    lines = text[max(0, start - ROOM) : start].split("\n")[:-1]
    kept: list[str] = []
    for line in reversed(lines):
        if len(line) > PROSE or len(kept) == LINES:
            break
        if line.strip():
            kept.append(line)
    return "\n".join(reversed(kept))


def _units(way: re.Pattern[str], text: str, language: Language) -> Iterator[Caption]:
    found = (spelt(m[1], language) for m in way.finditer(text.lower()))
    return (caption for caption in found if caption is not None)


def _one(captions: Iterator[Caption]) -> Caption | None:
    different = set(captions)
    return different.pop() if len(different) == 1 else None
