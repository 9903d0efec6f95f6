"""What a Word file says elsewhere than at the text itself: styles, and the numbers of lists and headings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

Element = Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFF = frozenset({"0", "false", "off", "none"})
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


def child(node: Element | None, *path: str) -> Element | None:
    """The first child of that name, and so on down the path."""
    for name in path:
        if node is None:
            return None
        node = next(node.iterchildren(W + name), None)
    return node


def value(node: Element | None, default: str = "") -> str:
    """The `w:val` of an element."""
    return default if node is None else str(node.get(W + "val", default))


def number(text: str | None, default: int = 0) -> int:
    """A whole number as an attribute holds it, or the default for what is none, or is absurd."""
    try:
        found = int(text or "")
    except ValueError:
        return default
    return found if abs(found) < 1_000_000 else default


def switch(properties: Element | None, name: str) -> bool | None:
    """An on/off property; None where nothing is said."""
    node = child(properties, name)
    return None if node is None else value(node, "1").lower() not in _OFF


def raised(properties: Element | None) -> int | None:
    """1 for superscript, -1 for subscript, 0 for neither, None where nothing is said."""
    align = child(properties, "vertAlign")
    if align is not None:
        return {"superscript": 1, "subscript": -1}.get(value(align), 0)
    position = child(properties, "position")
    if position is None:
        return None
    height = number(value(position))
    return (height > 0) - (height < 0)


@dataclass(slots=True)
class Style:
    """What a style says by itself; None where it says nothing."""

    name: str = ""
    base: str = ""
    outline: int | None = None
    hidden: bool | None = None
    raised: int | None = None
    list: tuple[str | None, int | None] | None = None


class Styles:
    """The styles of a document, asked along their chains."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, Style] = {}
        self._known: dict[tuple[str, str], Any] = {}
        self.default = ""
        for node in [] if root is None else root.findall(W + "style"):
            id = node.get(W + "styleId", "")
            text, paragraph = child(node, "rPr"), child(node, "pPr")
            outline = child(paragraph, "outlineLvl")
            self._styles[id] = Style(
                value(child(node, "name")).lower(), value(child(node, "basedOn")),
                None if outline is None else number(value(outline), 9),
                switch(text, "vanish"), raised(text), list_of(paragraph),
            )  # fmt: skip
            if node.get(W + "type") == "paragraph" and node.get(W + "default", "0") not in _OFF:
                self.default = id

    def ask(self, id: str, question: str) -> Any:
        """The nearest answer along the chain of a style, or None."""
        key = (id, question)
        if key not in self._known:
            self._known[key] = self._asked(id, question)
        return self._known[key]

    def _asked(self, id: str, question: str) -> Any:
        seen: set[str] = set()
        while id in self._styles and id not in seen:
            seen.add(id)
            style = self._styles[id]
            answer = getattr(style, question)
            if answer is not None:
                return answer
            id = style.base
        return None

    def name(self, id: str) -> str:
        """The name of a style in small letters; built-in names are English in every language of Word."""
        return self._styles[id].name if id in self._styles else ""

    def outline(self, id: str) -> int | None:
        """The level of a heading style, from 0; None for text."""
        level = self.ask(id, "outline")
        if level is None and (match := re.fullmatch(r"heading ([1-9])", self.name(id))):
            level = int(match[1]) - 1
        if level is None and self.name(id) in ("title", "subtitle"):
            level = 0
        return level if level is not None and level < 9 else None


def list_of(properties: Element | None) -> tuple[str | None, int | None] | None:
    """The list (numId) and the level that paragraph properties name."""
    node = child(properties, "numPr")
    if node is None:
        return None
    id, level = child(node, "numId"), child(node, "ilvl")
    return (None if id is None else value(id)), (None if level is None else number(value(level)))


@dataclass(slots=True)
class _Level:
    start: int = 1
    format: str = "decimal"
    text: str = ""
    legal: bool = False
    restarts: bool = True


@dataclass(slots=True)
class _List:
    shape: str
    levels: dict[int, _Level] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts the items of a document's lists, in the order of the text."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        shapes: dict[str, dict[int, _Level]] = {}
        linked: dict[str, str] = {}
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()
        if root is None:
            return
        for node in root.findall(W + "abstractNum"):
            id = node.get(W + "abstractNumId", "")
            shapes[id] = {number(level.get(W + "ilvl")): _level(level) for level in node.findall(W + "lvl")}
            if (link := child(node, "numStyleLink")) is not None:
                linked[id] = value(link)
        for node in root.findall(W + "num"):
            found = _List(value(child(node, "abstractNumId")))
            for override in node.findall(W + "lvlOverride"):
                at = number(override.get(W + "ilvl"))
                if (level := child(override, "lvl")) is not None:
                    found.levels[at] = _level(level)
                if (start := child(override, "startOverride")) is not None:
                    found.starts[at] = number(value(start), 1)
            self._lists[node.get(W + "numId", "")] = found
        for found in self._lists.values():
            if not shapes.get(found.shape) and found.shape in linked:
                list_id = (styles.ask(linked[found.shape], "list") or ("", 0))[0]
                found.shape = self._lists[list_id].shape if list_id in self._lists else found.shape
            found.levels = {**shapes.get(found.shape, {}), **found.levels}

    def label(self, id: str, at: int) -> str:
        """The label of the next item of a list on a level, as it is printed; "" where there is none."""
        found = self._lists.get(id)
        if found is None or at not in found.levels:
            return ""
        counts = self._counts.setdefault(found.shape, {})
        if (id, at) not in self._begun:
            self._begun.add((id, at))
            if at in found.starts:
                counts[at] = found.starts[at] - 1
        counts[at] = counts.get(at, found.levels[at].start - 1) + 1
        for deeper in [level for level in counts if level > at]:
            if found.levels.get(deeper, _Level()).restarts:
                del counts[deeper]
        level = found.levels[at]
        if level.format == "bullet":
            return "•"

        def part(match: re.Match[str]) -> str:
            other = found.levels.get(int(match[1]) - 1, _Level())
            return printed(counts.get(int(match[1]) - 1, other.start), "decimal" if level.legal else other.format)

        return re.sub("%([1-9])", part, level.text).strip()


def _level(node: Element) -> _Level:
    return _Level(
        number(value(child(node, "start")), 1), value(child(node, "numFmt"), "decimal"), value(child(node, "lvlText")),
        bool(switch(node, "isLgl")), value(child(node, "lvlRestart"), "1") != "0",
    )  # fmt: skip


def printed(count: int, format: str) -> str:
    """A number of a list or note as Word prints it.

    >>> printed(4, "upperRoman"), printed(28, "lowerLetter"), printed(7, "decimal")
    ('IV', 'bb', '7')
    """
    if format == "none":
        return ""
    if format == "decimalZero":
        return f"{count:02}"
    text = str(count)
    if format.endswith("Roman") and 0 < count < 4000:
        text, rest = "", count
        for size, letters in _ROMAN:
            text += letters * (rest // size)
            rest %= size
    elif format.endswith("Letter") and 0 < count <= 780:
        text = "abcdefghijklmnopqrstuvwxyz"[(count - 1) % 26] * ((count - 1) // 26 + 1)
    return text.upper() if format.startswith("upper") else text
