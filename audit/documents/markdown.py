"""Markdown: headings, pipe tables and notes apart, the rest as plain text; fenced code and comments are left out.

Offsets index the raw text: what is not read, or read already, is blanked in place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from audit.documents.blocks import split
from audit.documents.encodings import decode
from audit.documents.lines import Line, inked
from audit.records import Block, Document

SUFFIXES = (".md", ".markdown")

Span = tuple[int, int]
# Lines that are read, and the blocks that they hold.
Apart = tuple[Span, tuple[Block, ...]]

_HIDDEN = re.compile(r"^[ \t>]*(?P<fence>`{3,}|~{3,})|(?P<comment><!--)", re.MULTILINE)
_HEADING = re.compile(r"#{1,6}[ \t]+(?=[^\s#])")
_UNDERLINE = re.compile(r"[ \t]*\r?\n {0,3}(?:=+|-{3,})[ \t]*(?:[\r\n]|$)")
_NOTE = re.compile(r"\[\^(?P<name>[^\]\s]{1,40})\]:[ \t]*(?=\S)")
_MARK = re.compile(r"\[\^([^\]\s]{1,40})\](?!:)")
_BAR = re.compile(r"(?<!\\)\|")
_DELIMITER = frozenset("|-: \t")


def read(path: str, data: bytes) -> Document:
    """The document that the bytes of a Markdown file hold."""
    decoded = decode(data)
    if decoded.error:
        return Document(path, error=decoded.error)
    return Document(path, decoded.text, blocks(decoded.text), warnings=decoded.warnings)


def blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a Markdown text, in order."""
    shown = _blanked(text, _hidden(text))
    lines = inked(shown)
    apart = [*_marked(shown, lines), *_cells(lines)]
    spans = sorted(span for span, _ in apart)
    return _merged([block for _, found in apart for block in found], split(_blanked(shown, spans), close=True))


def _blanked(text: str, spans: Iterable[Span]) -> str:
    """The text with the spans, which are in order, filled with line ends: nothing else moves."""
    pieces: list[str] = []
    done = 0
    for start, end in spans:
        if end > done:
            pieces += text[done : max(start, done)], "\n" * (end - max(start, done))
            done = end
    pieces.append(text[done:])
    return "".join(pieces)


def _hidden(text: str) -> Iterator[Span]:
    """The spans of fenced code (to the end of the text, if nothing closes it) and of comments."""
    at, comments = 0, True
    while match := _HIDDEN.search(text, at):
        at = match.end()
        if match["fence"]:
            at = _fence_end(text, match["fence"], at)
            yield match.start(), at
        elif comments:
            closing = text.find("-->", at)
            comments = closing >= 0
            if comments:
                at = closing + 3
                yield match.start(), at


def _fence_end(text: str, fence: str, start: int) -> int:
    closing = re.compile(rf"^[ \t>]*{fence[0]}{{{min(len(fence), 1000)},}}[ \t]*\r?$", re.MULTILINE).search(text, start)
    return closing.end() if closing else len(text)


def _marked(text: str, lines: Sequence[Line]) -> Iterator[Apart]:
    """Headings and notes. The ids of these blocks are given later."""
    marks: dict[str, int] = {}
    for match in _MARK.finditer(text):
        marks.setdefault(match[1], match.start())
    done = -1
    for at, line in enumerate(lines):
        if at <= done:
            continue
        if heading := _HEADING.match(line.text):
            body = line.text[heading.end() :].rstrip("#").rstrip()
            start = line.start + heading.end()
            yield (line.start, line.end), (Block(0, "heading", start, start + len(body)),)
        elif note := _NOTE.match(line.text):
            name = note["name"]
            place = {"note": int(name) if name.isascii() and name.isdigit() and len(name) < 10 else name}
            done = _note_end(text, lines, at)
            start, end = line.start, lines[done].end
            yield (start, end), (Block(0, "note", start + note.end(), end, place, marks.get(name)),)
        elif (at == 0 or line.gap) and len(line.text) <= 150 and _UNDERLINE.match(text, line.end):
            yield (line.start, line.end), (Block(0, "heading", line.start, line.end),)


def _note_end(text: str, lines: Sequence[Line], at: int) -> int:
    """The last line of a note: it goes on until an empty line, and beyond that while its lines are indented."""
    while at + 1 < len(lines):
        following = lines[at + 1]
        indented = text[following.start - 1] in " \t"
        if _NOTE.match(following.text) or _HEADING.match(following.text) or (following.gap and not indented):
            break
        at += 1
    return at


def _cells(lines: Sequence[Line]) -> Iterator[Apart]:
    """The cells of pipe tables; tables, rows (the header is the first) and columns are counted from 1."""
    table = row = 0
    inside = False
    for at, line in enumerate(lines):
        bar = "|" in line.text
        if inside and bar and not line.gap:
            if _is_delimiter(line):
                yield (line.start, line.end), ()
                continue
            row += 1
        else:
            inside = bar and at + 1 < len(lines) and _is_delimiter(lines[at + 1])
            if not inside:
                continue
            table, row = table + 1, 1
        yield (line.start, line.end), tuple(_row(line, table, row))


def _is_delimiter(line: Line) -> bool:
    return not line.gap and "|" in line.text and "-" in line.text and _DELIMITER.issuperset(line.text)


def _row(line: Line, table: int, row: int) -> Iterator[Block]:
    edges = [bar.start() for bar in _BAR.finditer(line.text)]
    left = edges.pop(0) + 1 if line.text.startswith("|") else 0
    if not edges or edges[-1] != len(line.text) - 1:
        edges.append(len(line.text))
    for column, right in enumerate(edges, start=1):
        body = line.text[left:right].strip()
        if body:
            start = line.start + line.text.index(body[0], left)
            yield Block(0, "cell", start, start + len(body), {"table": table, "row": row, "column": column})
        left = right + 1


def _merged(apart: Sequence[Block], plain: Sequence[Block]) -> tuple[Block, ...]:
    """Both kinds in order, numbered anew. A heading or a table ends a sentence."""
    numbers: dict[int, int] = {}
    found: list[Block] = []
    barrier = -1
    for block, is_plain in sorted(
        [*((block, False) for block in apart), *((block, True) for block in plain)], key=lambda pair: pair[0].start
    ):
        number = len(found)
        behind = None if block.continues is None else numbers[block.continues]
        found.append(replace(block, id=number, continues=None if behind is None or behind < barrier else behind))
        if is_plain:
            numbers[block.id] = number
        elif block.kind != "note":
            barrier = number
    return tuple(found)
