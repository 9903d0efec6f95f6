"""The text of one paragraph of a Word file, in its final view, and the marks in it that stand for no quantity."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from audit.documents._word_styles import Styles, W, child, number, raised, switch, value

Element = Any

_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

# What a run holds in place of characters. A no-break hyphen is a hyphen to whoever reads the figures beside it.
_CHARACTERS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_DELETED = frozenset({"del", "moveFrom", "rPr", "pPr", "sdtPr", "sdtEndPr", "rt", "smartTagPr", "customXmlPr"})
_NOT_SHOWN = re.compile(r"\s*(?:PAGE|PAGEREF|NUMPAGES|SECTION|SECTIONPAGES|NOTEREF|TC|XE|RD|TA)\b", re.IGNORECASE)
_SYMBOLS = str.maketrans({
    **{0xF000 + code: chr(code) for code in range(0x20, 0x40) if code not in (0x22, 0x24, 0x27, 0x2A, 0x2D)},
    0xF02D: "−", 0xF0B1: "±", 0xF0B4: "×", 0xF0B8: "÷", 0xF0B0: "°", 0xF0A3: "≤", 0xF0B3: "≥", 0xF0B9: "≠",
    0xF0BB: "≈", 0xF0D7: "·", 0xF0B7: "•", 0xF044: "Δ", 0xF053: "Σ", 0xF061: "α", 0xF062: "β", 0xF06D: "μ",
})  # fmt: skip
_PRIVATE = re.compile("[\uf000-\uf0ff]")
_BLANKS = str.maketrans("\t\r\n", "   ")

# A number of a note that was raised by hand: 1, (1), [1], 1,2 or *.
_MARK = re.compile(r"[\s,;()\[\]*]*(?:(?P<number>[0-9]{1,3})(?:\s?[,;–-]\s?[0-9]{1,3})*[\s,;()\[\]*]*|[*†‡§]+\s*)")
_POWER_OF = re.compile(r"(?<![^\W\d_])[kcdmh]?m$")
_ORDINAL = frozenset({"st", "nd", "rd", "th"})


@dataclass(slots=True)
class Mark:
    """Where a note is referred to: the offset in its paragraph, and the note ("f3", "e1", or "t2": typed by hand)."""

    offset: int
    note: str


@dataclass(slots=True)
class Paragraph:
    """A paragraph's text without the marks in it; `opens`: the number of a note that it opens with, raised by hand."""

    text: str
    marks: list[Mark] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    opens: int | None = None
    custom: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Field:
    code: bool = True
    instruction: str = ""
    shown: bool = True


# A piece of a paragraph: ("text" | "mark", the text or the note, raised 1, lowered -1).
Piece = tuple[str, str, int]


class Reader:
    """Reads paragraphs one after another; a field may reach over several."""

    def __init__(self, styles: Styles) -> None:
        self.styles = styles
        self.fields: list[_Field] = []
        self.kept: list[Piece] = []
        self.custom: dict[str, str] = {}
        self._style = ""
        self._pieces: list[Piece] = []
        self._boxes: list[Element] = []

    def read(self, node: Element) -> Paragraph | None:
        """The paragraph, or None where its end was deleted: it then goes on with the next one."""
        properties = child(node, "pPr")
        self._style = value(child(properties, "pStyle"), self.styles.default)
        self._pieces, self.kept = self.kept, []
        self._boxes = []
        self._walk(node)
        self.fields = [open for open in self.fields if not open.code and open.shown]
        end = child(properties, "rPr")
        if end is not None and _runs_on(end) and not self._boxes and node.getnext() is not None:
            self.kept = self._pieces
            return None
        return _resolved(self._pieces, self._boxes, self.custom)

    def _walk(self, node: Element) -> None:
        for part in node:
            tag = part.tag
            if tag == W + "r":
                self._run(part)
            elif tag == ALTERNATE:
                for chosen in branch(part):
                    self._walk(chosen)
            elif tag.startswith(_M):
                self._math(part)
            elif not tag.startswith(W):
                continue
            elif (name := tag[len(W) :]) == "sdt":
                self._control(part)
            elif name == "fldSimple":
                if not _NOT_SHOWN.match(part.get(W + "instr", "")):
                    self._walk(part)
            elif name not in _DELETED:
                self._walk(part)

    def _control(self, node: Element) -> None:
        """A content control: what was filled in, not the invitation to fill it in."""
        if not switch(child(node, "sdtPr"), "showingPlcHdr"):
            content = child(node, "sdtContent")
            if content is not None:
                self._walk(content)

    def _run(self, node: Element) -> None:
        properties = child(node, "rPr")
        style = value(child(properties, "rStyle"))
        hidden = self._ask(properties, style, "hidden")
        level = self._ask(properties, style, "raised") or 0
        custom = ""
        for part in node:
            name = part.tag.removeprefix(W)
            if name == "fldChar":
                self._field(part)
            elif name == "instrText":
                if self.fields and self.fields[-1].code:
                    self.fields[-1].instruction += part.text or ""
            elif hidden or not all(not open.code and open.shown for open in self.fields):
                continue
            elif name in ("footnoteReference", "endnoteReference"):
                note = name[0] + part.get(W + "id", "")
                self._pieces.append(("mark", note, 0))
                custom = note if switch_on(part.get(W + "customMarkFollows")) else ""
            elif name == "t" and custom:
                self.custom[custom] = (part.text or "").strip()  # the mark was typed by hand
            elif name == "ruby" and child(part, "rubyBase") is not None:
                self._walk(part.find(W + "rubyBase"))
            else:
                self._content(part, name, level)

    def _ask(self, properties: Element | None, style: str, question: str) -> Any:
        """What the run says of itself, else its style, else the paragraph's style."""
        said = None
        if properties is not None:
            said = switch(properties, "vanish") if question == "hidden" else raised(properties)
        if said is None and style:
            said = self.styles.ask(style, question)
        return self.styles.ask(self._style, question) if said is None else said

    def _content(self, part: Element, name: str, level: int) -> None:
        if name == "t":
            text = part.text or ""
            text = text if part.get(_SPACE) == "preserve" else text.strip(" \t\r\n")
            self._add(text.translate(_BLANKS), level)
        elif name in _CHARACTERS:
            self._add(_CHARACTERS[name], 0)
        elif name == "sym":
            self._add(_symbol(part.get(W + "char", "")), level)
        elif name in ("drawing", "pict", "object") or part.tag == ALTERNATE:
            self._boxes += boxes(part)

    def _add(self, text: str, level: int) -> None:
        if text:
            if _PRIVATE.search(text):
                text = _PRIVATE.sub("•", text.translate(_SYMBOLS))
            self._pieces.append(("text", text, level))

    def _field(self, node: Element) -> None:
        kind = node.get(W + "fldCharType", "")
        if kind == "begin":
            self.fields.append(_Field())
        elif kind == "separate" and self.fields:
            self.fields[-1].code = False
            self.fields[-1].shown = not _NOT_SHOWN.match(self.fields[-1].instruction)
        elif kind == "end" and self.fields:
            self.fields.pop()

    def _math(self, node: Element) -> None:
        """A formula in one line: a fraction with a slash, powers left out."""
        name = node.tag.removeprefix(_M)
        if name == "t":
            self._add(node.text or "", 0)
        elif name not in ("sup", "sub"):
            for at, part in enumerate(node):
                if name == "f" and part.tag == _M + "den" and at:
                    self._add("/", 0)
                if part.tag == W + "r":
                    self._run(part)
                elif part.tag.startswith(_M):
                    self._math(part)


def switch_on(text: str | None) -> bool:
    """Whether an on/off attribute is on."""
    return (text or "0").lower() not in ("0", "false", "off")


def branch(node: Element) -> Iterator[Element]:
    """The one of several versions of the same content that is read: the first that holds anything."""
    yield from [part for part in node if len(part)][:1]


def boxes(node: Element) -> Iterator[Element]:
    """The contents of the text boxes in a drawing, each once, however many versions of it there are."""
    for part in branch(node) if node.tag == ALTERNATE else node:
        if part.tag == W + "txbxContent":
            yield part
        else:
            yield from boxes(part)


def _runs_on(end: Element) -> bool:
    """Whether the properties of a paragraph's end say that the next paragraph stands in the same line."""
    return any(child(end, name) is not None for name in ("del", "moveFrom")) or bool(switch(end, "specVanish"))


def _symbol(code: str) -> str:
    try:
        found = int(code, 16)
    except ValueError:
        return ""
    return chr(found | 0xF000 if found < 0x100 else found) if 0 < found < 0xD800 or 0xE000 <= found < 0x10000 else ""


def _resolved(pieces: list[Piece], found: list[Element], custom: dict[str, str]) -> Paragraph:
    """The paragraph of its pieces: raised numbers become marks, what is left is joined."""
    joined: list[Piece] = []
    for kind, text, level in pieces:
        if kind == "text" and joined and joined[-1][0] == "text" and joined[-1][2] == level:
            joined[-1] = ("text", joined[-1][1] + text, level)
        else:
            joined.append((kind, text, level))
    out = Paragraph("", boxes=found, custom=custom)
    parts: list[str] = []
    length = 0
    for at, (kind, body, level) in enumerate(joined):
        if kind == "mark":
            out.marks.append(Mark(length, body))
            continue
        if level:
            before = parts[-1] if parts else ""
            after = joined[at + 1][1] if at + 1 < len(joined) and joined[at + 1][0] == "text" else ""
            body, mark = _shifted(body, level, before, after)
            if mark and not "".join(parts).strip() and out.opens is None:
                out.opens = number(mark, 0) or None
            elif mark:
                out.marks.append(Mark(length, f"t{mark}"))
        if body:
            parts.append(body)
            length += len(body)
    return _stripped(out, "".join(parts))


def _shifted(body: str, level: int, before: str, after: str) -> tuple[str, str]:
    """What a raised or lowered piece leaves in the text, and the number of the note that it stands for, or ""."""
    found = _MARK.fullmatch(body)
    if level > 0 and body.strip() in ("0", "o", "O") and after.lstrip()[:1] in ("C", "F"):
        return "°", ""
    if found and (after.startswith(("/", "\u2044")) or before.endswith(("/", "\u2044"))):
        return (f" {body}" if before[-1:].isdigit() else body), ""  # one half of a fraction: 3 1/2
    if level > 0 and body in ("2", "3") and _POWER_OF.search(before.lower()):
        return "²" if body == "2" else "³", ""
    if found and level > 0:
        return ("" if body == body.rstrip() else " "), found["number"] or "*"
    if not before[-1:].isdigit():
        return body, ""
    if level > 0 and len(body.strip()) == 1 and body.strip().isalpha():
        return "", body.strip()
    return (body if body in _ORDINAL else f" {body}"), ""


def _stripped(paragraph: Paragraph, text: str) -> Paragraph:
    """Without white space around it, the marks moved along."""
    paragraph.text = text.strip()
    lead = len(text) - len(text.lstrip())
    for mark in paragraph.marks:
        mark.offset = min(max(mark.offset - lead, 0), len(paragraph.text))
    return paragraph
