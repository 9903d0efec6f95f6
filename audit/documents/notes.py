"""Notes at the foot of a page or at the end: found by the markers that the body has of them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from audit.documents.lines import Line

_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
# How a note may open: "42 Text", "42Text", "[1] text", "(1) text", "1) text", "¹ text".
_OPENING = re.compile(
    r"\[(?P<square>[0-9]{1,3})\][ \t]*|\((?P<round>[0-9]{1,3})\)[ \t]*|(?P<half>[0-9]{1,3})\)[ \t]*"
    r"|(?P<bare>[1-9][0-9]{0,2})(?:[ \t\u00a0]+(?=\S)|(?=[^\W\d_]))|(?P<raised>[⁰¹²³⁴-⁹]{1,3})[ \t]*"
)
_FIRST = frozenset("0123456789[(⁰¹²³⁴⁵⁶⁷⁸⁹")
# How its marker may stand in the body: glued to a word, a percentage, a bracket, a full stop, a year. (What stands
# before is looked at after the first character, so that a search jumps from digit to digit.)
_MARKERS = {
    "bare": (
        re.compile(
            r"[1-9](?:(?<=[^\W\d_]{2}.)|(?<=[^\W_][%‰)\]”\"’»].)|(?<=[^\W\d_][.,;:].)|(?<=[^\w.,/-](?:19|20)[0-9]{2}.))"
            r"[0-9]{0,2}(?![\w%‰/]|[.,][0-9])"
        ),
        re.compile(r"[1-9](?<=[^\W\d_] .)[0-9]{0,2}(?=\((?![0-9]+\)))"),
    ),
    "square": (re.compile(r"\[(?<=\S.)[0-9]{1,3}\]|\[(?<=\S .)[0-9]{1,3}\]"),),
    "round": (re.compile(r"\((?<=[^\s(].)[0-9]{1,3}\)"),),
    "half": (re.compile(r"[1-9](?<=[^\W\d_].)[0-9]{0,2}(?=\))"),),
    "raised": (re.compile(r"[⁰¹²³⁴-⁹](?<=\S.)(?<=[^⁰¹²³⁴-⁹].)[⁰¹²³⁴-⁹]{0,2}"),),
}
# Letters and a figure that are a unit or a name: no marker.
_UNIT = re.compile(r"\b[kcdm]?m$")
_NAME = re.compile(r"(?:\b(?i:covid|ncov|sars|cov|pm)|[A-ZĐ]{2})$")
_LIMIT = 400


@dataclass(slots=True)
class Note:
    """A note: its lines (first and last, by index), where its text starts, its number, its marker's offset."""

    first: int
    last: int
    start: int
    number: int
    anchor: int | None


def find_notes(text: str, lines: Sequence[Line]) -> list[Note]:
    """The notes among a text's lines, in order; each with all lines that it has, however a page broke them up."""
    openings = list(_openings(lines))
    if not openings:
        return []
    markers = _markers(text, {style for _, style, _, _ in openings})
    if not markers:
        return []
    notes = _tied(lines, openings, markers)
    for at, note in enumerate(notes):
        following = notes[at + 1] if at + 1 < len(notes) else None
        limit = following.first if following else len(lines)
        if following and _same_foot(note, following, lines):
            note.last = limit - 1
        else:
            note.last = _end(note.first, limit, lines)
    return notes


def _openings(lines: Sequence[Line]) -> Iterator[tuple[int, str, int, int]]:
    for at, line in enumerate(lines):
        if line.text[0] in _FIRST:
            match = _OPENING.match(line.text)
            if match and match.lastgroup and match.end() < len(line.text):
                number = int(match.group(match.lastgroup).translate(_SUPERSCRIPT))
                if 0 < number <= _LIMIT and _is_prose(line.text, match.end()):
                    yield at, match.lastgroup, number, line.start + match.end()


def _is_prose(text: str, start: int) -> bool:
    """Whether words come first, or soon: a row of figures is no note."""
    return re.search(r"[^\W\d_]", text[start : start + 12]) is not None


def _markers(text: str, styles: set[str]) -> dict[tuple[str, int], list[int]]:
    """Where each number stands as a marker, by style, in order."""
    found: dict[tuple[str, int], list[int]] = {}
    for style in styles:
        for pattern in _MARKERS[style]:
            for match in pattern.finditer(text):
                start = match.start()
                number = int(match.group().strip("[]()").translate(_SUPERSCRIPT))
                if style != "bare" or not _belongs(text, start, number):
                    found.setdefault((style, number), []).append(start)
    for places in found.values():
        places.sort()
    return found


def _belongs(text: str, start: int, number: int) -> bool:
    """Whether a number is part of the word before it: km2, Covid19, CO2."""
    low = max(0, start - 8)
    return (number in (2, 3) and bool(_UNIT.search(text, low, start))) or bool(_NAME.search(text, low, start))


def _tied(
    lines: Sequence[Line], openings: list[tuple[int, str, int, int]], markers: dict[tuple[str, int], list[int]]
) -> list[Note]:
    """The openings that are notes: numbers go up (or start anew), and a marker stands in the body before."""
    notes: list[Note] = []
    style, foot, floor = "", 0, 0  # foot: where the notes of this page begin; floor: where its body does
    for at, kind, number, start in openings:
        if notes and kind != style:
            continue
        above = notes[-1] if notes else None
        line = lines[at]
        step = number - above.number if above else 0
        if above and 1 <= step <= 3:
            # On the same foot the marker stands before the foot; else a new page's body lies between.
            anchor = _between(markers.get((kind, number)), max(floor, above.anchor or 0), foot)
            if anchor is not None or (step == 1 and at == above.first + 1 and not line.gap):
                notes.append(Note(at, at, start, number, anchor))
                continue
        if above is None or step > 0 or number == 1:
            low = above.start if above else 0
            anchor = _between(markers.get((kind, number)), low, line.start)
            if anchor is not None and not (above is None and number > 1 and _is_sequel(lines, at)):
                floor, foot, style = low, line.start, kind
                notes.append(Note(at, at, start, number, anchor))
    return notes


def _between(places: list[int] | None, low: int, high: int) -> int | None:
    """The first of the sorted `places` above `low`, if it lies below `high`."""
    if not places:
        return None
    at = bisect_right(places, low)
    return places[at] if at < len(places) and places[at] < high else None


def _is_sequel(lines: Sequence[Line], at: int) -> bool:
    """Whether a line is plainly the second half of the one above it: its number belongs to that sentence."""
    return at > 0 and not lines[at].gap and lines[at - 1].text[-1] == ","


def _same_foot(note: Note, following: Note, lines: Sequence[Line]) -> bool:
    return following.anchor is None or following.anchor < lines[note.first].start


def _end(first: int, limit: int, lines: Sequence[Line]) -> int:
    """The last line of a page's last note: to the end of its sentence, unless the body goes on in between."""
    at = first
    while at + 1 < limit:
        line, following = lines[at], lines[at + 1]
        if line.text[-1] == ":" and not following.gap and following.text[0] in "-+*•·":
            at += 1
            while at + 1 < limit and not lines[at + 1].gap and lines[at + 1].text[0] in "-+*•·":
                at += 1
            return at
        finished = line.text[-4:].rstrip("\"'”’»)")[-1:] in (".", "!", "?", "…", ";")
        torn = line.loose or following.loose
        if torn and (not finished or following.loose):
            at += 1
        else:
            return at
    return at
