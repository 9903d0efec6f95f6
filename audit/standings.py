"""Ranks as numbers: which number is one, and where the number of places stands that belongs to it."""

from __future__ import annotations

import re

from audit.languages import Language

BEFORE = 24  # characters before a number in which a word says that it is a rank
STEPS = 60  # characters around a rank in which the steps of its move are told
MOVED = -1  # the number of places is not told, but the steps of a move that begins or ends here
_ORDINAL = re.compile(r"(?:st|nd|rd|th)(?![^\W_])")
_WORDS = re.compile(r"[^\W\d_]+")
_MOVES = frozenset(("from", "to", "up", "down", "rise", "sink"))


def read(language: Language, low: str, start: int, end: int, floor: int) -> int | None:
    """Where the number of places begins that belongs to the number at start..end; MOVED, or None for no rank.

    `low` is the lower-case text, `floor` where the block of the number begins.

    >>> from audit import languages
    >>> vietnamese = languages.load("vi")
    >>> read(vietnamese, "xếp thứ 38/63", 8, 10, 0), read(vietnamese, "đạt mức 38/63", 8, 10, 0)
    (11, None)
    """
    before = low[max(floor, start - BEFORE) : start]
    named = language.rank_before.search(before) if language.may_end(before) else None
    if named is not None:
        of = language.rank_behind.match(low, end)
        if of is not None and of[1] != "0":
            return of.start(1)
        before = before[: named.start()]
    elif not _ORDINAL.match(low, end):
        return None
    words = before.split()
    moved = bool(words) and not _MOVES.isdisjoint(language.cues.get(words[-1], ()))
    near = _WORDS.findall(low[max(floor, start - STEPS) : start + STEPS]) if moved else ()
    return MOVED if not language.steps.isdisjoint(near) else None
