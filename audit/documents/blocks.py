"""Plain text split into blocks: what was torn apart by line ends, page ends and notes is put together again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from audit.documents.lines import Line, inked
from audit.documents.notes import Note, find_notes
from audit.records import Block

# What begins an item of a list: a bullet, a letter, a number, a roman number. `-5,6` is a figure, not an item.
LABEL = re.compile(
    r"[-–—+*•·▪◦●○■□➢✓]+(?=\s|[^\W\d_])"
    r"|\(?(?:[0-9]{1,2}(?:\.[0-9]{1,2}){0,4}|[IVXivx]{1,6}|[A-Za-zđĐ])(?:\)|[.](?![0-9.]))(?=\s|[^\W\d_]|$)"
    r"|[0-9]{1,2}(?:\.[0-9]{1,2}){1,4}(?=\s+[^\W\d_a-z])"
)
_NUMBERED = re.compile(r"\(?(?:[0-9]{1,2}(?:\.[0-9]{1,2}){0,4}|[IVX]{1,6}|[A-ZĐa-zđ])[.)]?[ \t]*(?=[^\W\d_])")
_YEARS_SECOND = re.compile(r"[-–—][ \t]*(?:19|20)[0-9]{2}\b")
_FIGURE = re.compile(r"[0-9](?![0-9]*\.?\s*$)")
_INK_OF_NUMBERS = frozenset("0123456789.,%‰()+-–−/|:;*xX… \t\u00a0")
_CLOSERS = "\"'”’»)]*"
_TERMINAL = ".!?…;"
_HEADING = 150
_WRAPPED = 140


def split(text: str, *, close: bool = False) -> tuple[Block, ...]:
    """The blocks of a plain text, in order; notes are set apart, and what they interrupt is tied together.

    `close`: only an empty line ends a paragraph (or a line too long to have been broken by hand), as in Markdown.
    """
    lines = inked(text)
    notes = find_notes(text, lines)
    found: list[Block] = []
    behind: Block | None = None  # the body's last block, and its last line
    last: Line | None = None
    position = 0
    for note in notes:
        behind, last = _body(lines[position : note.first], found, behind, last, close=close, after_note=position > 0)
        found.append(_note_block(note, lines, len(found)))
        position = note.last + 1
    _body(lines[position:], found, behind, last, close=close, after_note=position > 0)
    return tuple(found)


def _note_block(note: Note, lines: Sequence[Line], id: int) -> Block:
    return Block(id, "note", note.start, lines[note.last].end, {"note": note.number}, note.anchor)


def _body(
    lines: Sequence[Line],
    found: list[Block],
    behind: Block | None,
    last: Line | None,
    *,
    close: bool,
    after_note: bool,
) -> tuple[Block | None, Line | None]:
    """Add the blocks of a stretch of body text to `found`; the first may go on with `behind`, the body's last one."""
    for first, end in _grouped(lines, close):
        opening = lines[first]
        follows = lines[end] if end < len(lines) else None
        kind = "heading" if end == first + 1 and is_heading(opening, follows, first=not found) else "paragraph"
        block = Block(len(found), kind, opening.start, lines[end - 1].end)
        interrupted = after_note and first == 0
        if behind is not None and last is not None and _resumes(behind, last, opening, interrupted=interrupted):
            block = replace(block, kind="paragraph", continues=behind.id)
            if behind.kind == "heading":
                behind = found[behind.id] = replace(behind, kind="paragraph")
        found.append(block)
        # A page's number between two halves of a sentence is no part of it.
        if not (opening.text.isdigit() and opening.gap and follows is not None and follows.gap):
            behind, last = block, lines[end - 1]
    return behind, last


def _grouped(lines: Sequence[Line], close: bool) -> list[tuple[int, int]]:
    """First and one past the last line of every block: lines that a line end has torn apart belong together."""
    groups: list[tuple[int, int]] = []
    run = 0
    while run < len(lines):
        stop = run + 1
        while stop < len(lines) and not lines[stop].gap:
            stop += 1
        width = _measure(lines, run, stop)
        first = run
        for at in range(run + 1, stop):
            if not _goes_on(lines[at - 1], lines[at], width, begun=at - 1 > first, close=close):
                groups.append((first, at))
                first = at
        groups.append((first, stop))
        run = stop
    return groups


def _measure(lines: Sequence[Line], run: int, stop: int) -> int:
    """The width to which lines run .. stop were filled, or 0 if they do not look like lines broken by a margin."""
    if stop - run < 3:
        return 0
    width = max(map(len, (lines[at].text for at in range(run, stop))))
    if not 50 <= width <= _WRAPPED:
        return 0
    full = small = 0
    for at in range(run, stop - 1):
        if _is_full(lines[at], lines[at + 1], width):
            full += 1
            small += lines[at + 1].text[0].islower()
    joints = stop - run - 1
    return width if full >= 0.6 * joints and small >= 0.3 * joints else 0


def _is_full(line: Line, following: Line, width: int) -> bool:
    return len(line.text) + 1 + len(following.text.split(None, 1)[0]) >= 0.9 * width


def _goes_on(line: Line, following: Line, width: int, *, begun: bool, close: bool) -> bool:
    """Whether the following line belongs to the same block; `begun`: the block already has lines before `line`."""
    text, next_text = line.text, following.text
    if LABEL.match(next_text):
        return text[-1].isdigit() and len(text) >= 40 and _YEARS_SECOND.match(next_text) is not None
    if line.loose or following.loose or is_numbers(text):
        return False
    if width and _is_full(line, following, width):
        return not is_numbers(next_text) or not ends(text)
    if close and len(text) <= _WRAPPED:
        return not is_numbers(next_text)
    if ends(text) or text[-1] == ":":
        return False
    long_enough = 15 if begun or text[-1] in ",(" or text.rfind("(") > text.rfind(")") else 40
    return len(text) >= long_enough and _opens_low(next_text)


def _opens_low(text: str) -> bool:
    """Whether a line opens in the middle of a sentence: with a small letter, or a figure and words or a full stop."""
    opening = text.lstrip("(\"'“‘«")
    if not opening:
        return False
    if opening[0].islower():
        return True
    return opening[0] in "0123456789%" and (not is_numbers(text) or text[-1] == ".")


def ends(text: str) -> bool:
    """Whether a line ends as a sentence does."""
    tail = text[-4:].rstrip(_CLOSERS)
    return bool(tail) and tail[-1] in _TERMINAL


def is_numbers(text: str) -> bool:
    """Whether a line holds nothing but figures, as a line of a table that has lost its frame does."""
    return text[0] in _INK_OF_NUMBERS and _INK_OF_NUMBERS.issuperset(text)


def _resumes(behind: Block, last: Line, opening: Line, *, interrupted: bool) -> bool:
    """Whether a block goes on with the sentence that page end, notes or an empty line broke off in the body before."""
    text = last.text
    if behind.end - behind.start < 40 and behind.continues is None:
        return False
    if ends(text) or text[-1] == ":" or opening.loose or last.loose or is_numbers(text) or LABEL.match(opening.text):
        return False
    if interrupted:
        return not opening.text.isupper()
    if not opening.gap:
        return False
    if opening.text[0].islower():
        return True
    # A figure may open a line of its own: only a sentence that is under way claims it.
    under_way = LABEL.match(text) or any(mark in text[-400:] for mark in (", ", "; ", ". "))
    return bool(under_way) and _opens_low(opening.text)


def goes_on(behind: str, text: str, *, gap: bool, begun: bool) -> bool:
    """Whether a paragraph goes on with the sentence of the one before; `gap`: an empty one stands between,
    `begun`: the one before goes on with yet another.
    """
    before, after = Line(0, len(behind), behind, 0, False), Line(0, len(text), text, int(gap), False)
    if not gap:
        return _goes_on(before, after, 0, begun=begun, close=False)
    block = Block(0, "paragraph", 0, len(behind), continues=0 if begun else None)
    return _resumes(block, before, after, interrupted=False)


def is_heading(line: Line, follows: Line | None, *, first: bool) -> bool:
    """Whether a line looks like a heading; `first`: nothing stands before it."""
    text = line.text
    if is_numbers(text) or follows is None or line.loose or len(text) > _HEADING or text[-1] == "," or ends(text):
        return False
    if text.isupper():
        return len(text) > 3
    numbered = _NUMBERED.match(text) if LABEL.match(text) else None
    if numbered:
        return not _FIGURE.search(text, numbered.end())
    if LABEL.match(text) or text[-1] == ":" or not text[0].isupper() or is_numbers(follows.text) or follows.loose:
        return False
    if first:
        return len(follows.text) > len(text)
    return bool(line.gap) and not _FIGURE.search(text) and (len(follows.text) >= 60 or bool(LABEL.match(follows.text)))
