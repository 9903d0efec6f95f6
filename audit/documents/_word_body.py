"""The blocks of a Word file: paragraphs, cells of tables, text boxes, and notes behind what refers to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from audit.documents._word_package import Package
from audit.documents._word_styles import Numbering, Styles, W, child, list_of, number, printed, switch, value
from audit.documents._word_text import ALTERNATE, Mark, Paragraph, Reader, branch

Element = Any

_CONTENTS = re.compile(r"(?:toc|contents|index) ?(?:heading|[0-9])|table of (?:figures|authorities)|contents? heading")
_TRANSPARENT = frozenset({"customXml", "ins", "moveTo", "smartTag"})
_TYPED = re.compile(r"(?:\[([0-9]{1,3})\]|\(([0-9]{1,3})\)|([0-9]{1,3}))\s+(?=[^\W\d_])")


@dataclass(slots=True)
class Part:
    """One block to be: its text, its place, the notes that it refers to (offsets count from its start)."""

    kind: str
    text: str
    place: dict[str, Any]
    marks: list[Mark] = field(default_factory=list)
    note: str = ""  # of a note: what refers to it
    listed: bool = False  # an item of a numbered or bulleted list
    empty_before: bool = False


class Walker:
    """Walks the body of a document from top to bottom."""

    def __init__(self, package: Package) -> None:
        self.styles = Styles(package.styles)
        self.numbering = Numbering(package.numbering, self.styles)
        self.reader = Reader(self.styles)
        self.notes = {letter + node.get(W + "id", ""): node
                      for letter, root in (("f", package.footnotes), ("e", package.endnotes)) if root is not None
                      for node in root if node.get(W + "type", "normal") == "normal"}  # fmt: skip
        self.format = {"f": _note_format(package, "footnotePr"), "e": _note_format(package, "endnotePr")}
        self.numbers: dict[str, int | str] = {}
        self.typed: dict[str, bool] = {}
        self.counts = {"f": 0, "e": 0}
        self.parts: list[Part] = []
        self.paragraph = self.table = self.depth = 0
        self.pending: list[str] = []
        self.blank = False
        self.left_out = 0  # embedded documents

    def walk(self, body: Element) -> list[Part]:
        """The parts of a body, in order."""
        self._blocks(body)
        self._flush_notes()
        return self.parts

    def _blocks(self, node: Element) -> None:
        for part in _content(node):
            if part.tag == W + "p":
                self.paragraph += 1
                self._paragraph(part, {"paragraph": self.paragraph})
            elif part.tag == W + "tbl":
                self._table(part)
            elif part.tag == W + "altChunk":
                self.left_out += 1

    def _paragraph(self, node: Element, place: dict[str, Any]) -> None:
        properties = child(node, "pPr")
        style = value(child(properties, "pStyle"), self.styles.default)
        read = self.reader.read(node)
        if read is None or _CONTENTS.match(self.styles.name(style)):
            return
        label = self._label(properties, style)
        if read.text:
            level = child(properties, "outlineLvl")
            outline = self.styles.outline(style) if level is None else number(value(level), 9)
            heading = outline is not None and outline < 9
            place = {**place, "label": label} if label else place
            part = Part("heading" if heading else "paragraph", read.text, place, read.marks)
            part.listed, part.empty_before = bool(label), self.blank
            self._typed_note(part, read)
            self.parts += [part] if heading or part.note else _split(part)
        self._refer(read.marks)
        self.blank = not read.text
        self._boxes(read.boxes, place)
        if not self.depth:
            self._flush_notes()

    def _label(self, properties: Element | None, style: str) -> str:
        """The number or bullet before a paragraph that Word counts by itself."""
        own = list_of(properties) or (None, None)
        styled = self.styles.ask(style, "list") or (None, None)
        id = own[0] if own[0] is not None else styled[0]
        level = own[1] if own[1] is not None else styled[1] or 0
        return self.numbering.label(id, level) if id else ""

    def _typed_note(self, part: Part, read: Paragraph) -> None:
        """A note whose mark and number were raised by hand, or stand at the head of the line."""
        name = "" if read.opens is None else f"t{read.opens}"
        typed = _TYPED.match(part.text) if not name and self.typed and not part.listed else None
        if typed:
            name = f"t{int(next(filter(None, typed.groups())))}"
        if self.typed.get(name):
            self.typed[name] = False
            part.kind, part.note, part.place = "note", name, {"note": int(name[1:])}
            if typed:
                part.text = part.text[typed.end() :]
                for mark in part.marks:
                    mark.offset -= typed.end()

    def _refer(self, marks: list[Mark]) -> None:
        """Take note of what a text refers to: the notes are read where the paragraph or table ends."""
        for mark in marks:
            letter = mark.note[0]
            if letter == "t":
                self.typed.setdefault(mark.note, True)
            elif mark.note in self.notes and mark.note not in self.numbers:
                if mark.note in self.reader.custom:
                    self.numbers[mark.note] = self.reader.custom[mark.note]
                else:
                    start, form = self.format[letter]
                    text = printed(start + self.counts[letter], form)
                    self.numbers[mark.note] = int(text) if text.isdecimal() else text
                    self.counts[letter] += 1
                self.pending.append(mark.note)

    def _flush_notes(self) -> None:
        pending, self.pending = self.pending, []
        for name in pending:
            body, self.reader = self.reader, Reader(self.styles)
            text = "\n".join(filter(None, self._lines(self.notes[name], [])))
            self.reader = body
            custom = body.custom.get(name, "")
            text = text.removeprefix(custom).lstrip() if custom else text
            if text:
                self.parts.append(Part("note", text, {"note": self.numbers[name]}, note=name))

    def _boxes(self, found: list[Element], place: dict[str, Any]) -> None:
        for at, box in enumerate(found, start=1):
            outer, self.reader = self.reader, Reader(self.styles)
            count = self.paragraph
            for part in _content(box):
                if part.tag == W + "p":
                    self._paragraph(part, {**place, "box": at})
                elif part.tag == W + "tbl":
                    self._table(part)
            self.paragraph, self.reader = count, outer

    def _table(self, node: Element) -> None:
        self.table += 1
        self.depth += 1
        table = self.table
        for row, line in enumerate(_rows(node), start=1):
            column = 1 + number(value(child(line, "trPr", "gridBefore")))
            for cell in _content(line):
                if cell.tag == W + "tc":
                    properties = child(cell, "tcPr")
                    if _is_shown(properties):
                        self._cell(cell, {"table": table, "row": row, "column": column})
                    column += max(1, number(value(child(properties, "gridSpan")), 1))
        self.depth -= 1
        self.blank = True
        if not self.depth:
            self._flush_notes()

    def _cell(self, node: Element, place: dict[str, Any]) -> None:
        later: list[Element] = []
        marks: list[Mark] = []
        found: list[Element] = []
        text = ""
        for line in self._paragraphs(node, later):
            found += line.boxes
            start = len(text) + bool(text and line.text)
            marks += [Mark(start + mark.offset, mark.note) for mark in line.marks]
            text = f"{text}\n{line.text}" if text and line.text else text + line.text
        if text:
            self.parts.append(Part("cell", text, place, marks))
        self._refer(marks)
        self._boxes(found, place)
        for table in later:
            self._table(table)

    def _paragraphs(self, node: Element, tables: list[Element]) -> Iterator[Paragraph]:
        """The paragraphs of a cell; its tables are put aside."""
        for part in _content(node):
            if part.tag == W + "tbl":
                tables.append(part)
            elif part.tag == W + "p":
                read = self.reader.read(part)
                properties = child(part, "pPr")
                self._label(properties, value(child(properties, "pStyle"), self.styles.default))
                if read is not None:
                    yield read

    def _lines(self, node: Element, seen: list[Element]) -> Iterator[str]:
        """The lines of a note; a table in it comes row by row."""
        tables: list[Element] = []
        for line in self._paragraphs(node, tables):
            yield line.text
        for table in tables:
            for row in _rows(table):
                cells = [" ".join(self._lines(cell, seen)) for cell in _content(row) if cell.tag == W + "tc"]
                yield "\t".join(cells)


def _split(part: Part) -> Iterator[Part]:
    """A paragraph as its lines, where line breaks were typed into it."""
    start = 0
    for line in part.text.split("\n"):
        lead = start + len(line) - len(line.lstrip())
        end = start + len(line) + 1
        if body := line.strip():
            inside = [mark for mark in part.marks if start <= mark.offset < end]
            marks = [Mark(min(max(mark.offset - lead, 0), len(body)), mark.note) for mark in inside]
            yield replace(part, text=body, marks=marks, listed=part.listed and not start)
        start = end


def _content(node: Element) -> Iterator[Element]:
    """The children that hold content, those of wrappers that say nothing about it included."""
    for part in node:
        name = part.tag.removeprefix(W)
        if name == "sdt":
            properties, content = child(part, "sdtPr"), child(part, "sdtContent")
            gallery = value(child(properties, "docPartObj", "docPartGallery"))
            if content is not None and gallery != "Table of Contents" and not switch(properties, "showingPlcHdr"):
                yield from _content(content)
        elif name in _TRANSPARENT:
            yield from _content(part)
        elif part.tag == ALTERNATE:
            for chosen in branch(part):
                yield from _content(chosen)
        else:
            yield part


def _rows(table: Element) -> Iterator[Element]:
    """The rows that are there in the final view."""
    for part in _content(table):
        properties = child(part, "trPr")
        if part.tag == W + "tr" and child(properties, "del") is None and not switch(properties, "hidden"):
            yield part


def _is_shown(properties: Element | None) -> bool:
    """Whether a cell shows what it holds: not deleted, and not the rest of a merged one."""
    if properties is None:
        return True
    merged = (child(properties, name) for name in ("vMerge", "hMerge"))
    return child(properties, "cellDel") is None and all(m is None or value(m, "continue") != "continue" for m in merged)


def _note_format(package: Package, name: str) -> tuple[int, str]:
    """The first number of the notes, and how their numbers are written."""
    places = [child(package.settings, name), *(package.document.iter(W + "sectPr"))]
    start, form = 1, "decimal" if name == "footnotePr" else "lowerRoman"
    for place in places[:2]:
        found = place if place is None or place.tag == W + name else child(place, name)
        start = number(value(child(found, "numStart")), start)
        form = value(child(found, "numFmt"), form)
    return start, form
