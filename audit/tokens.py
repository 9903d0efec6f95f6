"""A document's text as tokens: numbers, cue words and punctuation, in one pass.

Cue words are classes, not words: the language file and the rules say which word belongs to which class, and a token
carries the classes as bits. What is printed with digits and is no quantity (dates, document numbers, times, list
labels) is found here by its shape; what only its neighbours give away is left to the figures' room.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from audit.documents.unicode import normalised
from audit.languages import Language

NUMBER, CUE, MARK = 0, 1, 2

CLASSES = (
    "up", "down", "to", "from", "until", "is", "and", "each", "respectively", "period_base", "plan_base", "versus",
    "point", "range", "forecast", "neutral", "share", "reach", "equiv", "list", "open", "whole", "rest", "balance",
    "remain", "factor", "contribution", "complete", "rise", "sink", "within", "bounded", "mean", "out_of", "opens",
    "answer", "top", "bottom", "lead", "next", "second", "third", "place", "names", "gain", "drag", "weight",
    "cumulative", "above", "below", "by", "without", "per", "year", "month", "day", "other",
)  # fmt: skip
BIT = {name: 1 << i for i, name in enumerate(CLASSES)}

_SPACE = "\u00a0\u202f\u2009"
# Patterns of numbers begin with a digit and look back from behind it: where none stands nothing else is tried.
# Blanks that can be nothing else: in a cell, in prose.
_CELL = r"(?<=\| [0-9])[0-9]{0,2}(?: [0-9]{3})+(?= ?\|)"
_PROSE = r"(?<![0-9.,] [0-9])[0-9]{0,2}(?: [0-9]{3}){2,}(?= [^\W\d_]|[.,;)])"
_PLAIN = rf"[0-9]*(?:[.,][0-9]+)*(?:[{_SPACE}][0-9]{{3}}(?![0-9]))*(?:(?<=[{_SPACE}][0-9]{{3}}),[0-9]+)?"
_MARKS = r"[;:(),.=!?]"
# A document that parts thousands by blanks ("1 812 euros") does so often, and by nothing else.
_ONE_BLANK = r"(?<![0-9.,/-] [0-9])(?<![\w.,/-][0-9])[0-9]{0,2} [0-9]{3}(?= [^\W\d_]|[,;)]|\.\s|\.$)"
_BLANKS = re.compile(rf"[0-9]{_ONE_BLANK}")
_GROUPED = re.compile(r"(?<![0-9.,])[1-9][0-9]{0,2}(?:[.,][0-9]{3})+(?![0-9])(?![.,][0-9])")
_OFTEN = 4

# What begins with this number and is no quantity, whatever stands around it.
_NO_QUANTITY = re.compile(
    r"[0-9]{1,2}\s?[/.-]\s?[0-9]{1,2}\s?[/.-]\s?(?:19|20)?[0-9]{2}(?![0-9%]|[.,][0-9])"  # 17/5/2018
    r"|[0-9]{1,2}\s?[/.-]\s?(?:19|20)[0-9]{2}(?![0-9]|[.,][0-9])"  # 7/2019
    r"|(?:19|20)[0-9]{2}\s?[-–—/]\s?(?:(?:19|20)[0-9]{2}|[0-9]{2})(?![0-9%]|[.,][0-9])"  # 2016-2020, 2023-24
    r"|[0-9]{1,2}\s?[-–]\s?[0-9]{1,2}\s?[/.]\s?[0-9]{1,2}(?:[/.](?:19|20)?[0-9]{2})?(?![0-9%]|[.,][0-9])"  # 01-15/02
    r"|[0-9]{1,6}/(?:(?:19|20)[0-9]{2}/)?(?=[a-zđ]{2,9}[-/])[a-zđ]{2,9}[\w/-]*"  # 815/qđ-ttg
    r"|[0-9]{1,6}/(?:19|20)[0-9]{2}/[\w/-]+"  # 40/2019/tt-btc
    r"|[0-9]{1,6}-[a-zđ]{2,9}/[\w/-]+|[0-9]{1,6}-[a-zđ]{2,4}\b(?=[\s.,;)])"  # 12-nq/tu
    r"|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?\b|[0-9]{1,2}h[0-9]{0,2}'?(?!\w)|[0-9]{1,2}\s?giờ\s?[0-9]{2}(?!\w|[.,][0-9])"
    r"|0[0-9]{2,3}[. -][0-9]{3}[. -]?[0-9]{3,4}(?![\w.,])|(?:84|0)[0-9]{8,10}(?!\w)"  # telephone
)
# (5)+(6)-(7), (2+3), {10-(1+5)}, [1], (2)
_BRACKETED = re.compile(
    r"\([0-9]{1,2}\)(?:\s?[-+–]\s?\([0-9]{1,2}\))+|\[[0-9]{1,3}\]|\([0-9]\)(?!%)"
    r"|[({\[][0-9]{1,2}(?:\s?[-+–]\s?[({]?[0-9]{1,2}[)}]?)+[)}\]](?!\s?[%\w])"
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_LABEL = re.compile(
    r"(?!0\.)[0-9]{1,2}(?:\.[0-9]{1,2}){0,3}(?:[.)/]\s{0,3}|(?:(?<=\.[0-9])|(?<=\.[0-9][0-9]))[^\S\n]{0,3})(?=[^\W\d_]|[“\"(])"
    r"|[0-9]{1,2}\)(?<=\([0-9]\)|[0-9][0-9]\))"
)
_BULLETS = frozenset(" \t-+*•·–(")


@dataclass(slots=True)
class Scan:
    """The tokens of one text: parallel lists of kind, start, end and class bits (of a mark: its character's code)."""

    text: str
    low: str
    origin: Sequence[int] | None
    kinds: list[int]
    starts: list[int]
    ends: list[int]
    bits: list[int]
    excluded: list[tuple[int, int]]

    def is_excluded(self, at: int) -> bool:
        i = bisect_right(self.excluded, (at, 1 << 60)) - 1
        return i >= 0 and self.excluded[i][0] <= at < self.excluded[i][1]


def lowered(text: str) -> str:
    """Lower case, of the same length as the text whatever letters it holds."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


@cache
def _pattern(language: Language, blanks: bool) -> re.Pattern[str]:
    words = f"({language.cue_pattern})|({language.counted_word})"
    numbers = "|".join([_ONE_BLANK] * blanks + [_CELL, _PROSE, _PLAIN])
    return re.compile(rf"([0-9](?:{numbers}))|({_MARKS})|(?<![^\W_])(?:{words})")


def _parts_by_blanks(low: str) -> bool:
    """Whether a document parts its thousands by plain blanks: "1 812 euros", four times at least, and no "1,812"."""
    return len(_BLANKS.findall(low)) >= _OFTEN and _GROUPED.search(low) is None


@cache
def _class_bits(language: Language) -> dict[str, int]:
    return {word: sum(BIT.get(name, BIT["other"]) for name in names) for word, names in language.cues.items()}


def scan(text: str, language: Language) -> Scan:
    """Tokenise a whole document's text; offsets index the normalised text, `origin` leads back to the original's."""
    nfc, origin = normalised(text)
    low = lowered(nfc)
    words = _class_bits(language)
    found = []
    for m in _pattern(language, _parts_by_blanks(low)).finditer(low):
        group = m.lastindex
        start, end = m.span()
        if group == 2:
            found.append((MARK, start, end, ord(low[start])))
        elif group == 3:
            word = low[start:end]
            bits = words.get(word)
            found.append((CUE, start, end, words.get(" ".join(word.split()), 0) if bits is None else bits))
        elif group == 1 or language.noun.match(low, end):
            found.append((NUMBER, start, end, 0))
    columns: list[list[int]] = [list(column) for column in zip(*found, strict=True)] or [[], [], [], []]
    kinds, starts = columns[0], columns[1]
    return Scan(nfc, low, origin, kinds, starts, columns[2], columns[3], _merged(_excluded(low, kinds, starts)))


def _excluded(low: str, kinds: list[int], starts: list[int]) -> list[tuple[int, int]]:
    """The spans of what is no quantity by its own shape, or by its place at the head of a line."""
    spans = [m.span() for m in _ADDRESS.finditer(low)] if "http" in low or "www." in low else []
    for kind, start in zip(kinds, starts, strict=True):
        if kind != NUMBER:
            continue
        before = low[start - 1] if start else "\n"
        match = _BRACKETED.match(low, start - 1) if before in "([{" else None
        if match is None and not (before.isalnum() or before in ".,_"):
            match = _NO_QUANTITY.match(low, start)
        if match is None and (before == "\n" or before in _BULLETS) and _heads_line(low, start):
            match = _LABEL.match(low, start)
        if match is not None:
            spans.append(match.span())
    return spans


def _heads_line(low: str, at: int) -> bool:
    """Whether only bullets and blanks stand before a place in its line."""
    at -= 1
    while at >= 0 and low[at] in _BULLETS:
        at -= 1
    return at < 0 or low[at] == "\n"


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
