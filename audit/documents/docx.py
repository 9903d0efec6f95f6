"""Word files: their own XML walked part by part, since no library keeps figures, marks and changes apart.

Read is what the final view shows: insertions in, deletions out, marks of notes and numbers of lists kept off the text.
Headers and footers, comments, pictures and tables of contents are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.documents.blocks import goes_on, is_heading
from audit.documents.lines import Line
from audit.documents.loading import Refused
from audit.records import Block, Document

if TYPE_CHECKING:
    from audit.documents._word_body import Part

SUFFIXES = (".docx", ".docm")
EXTRA = "docx"
NEEDS = ("docx", "lxml")

_LONGEST = 50_000_000


def read(path: str, data: bytes) -> Document:
    """The document that the bytes of a Word file hold; its text is its blocks, joined by newlines."""
    from audit.documents._word_body import Walker
    from audit.documents._word_package import unpack

    try:
        package = unpack(data)
        body = next((node for node in package.document if node.tag.endswith("}body")), None)
        walker = Walker(package)
        parts = [] if body is None else walker.walk(body)
        if sum(len(part.text) for part in parts) > _LONGEST:
            raise Refused("more text than a report has: split the file")
    except Refused as refusal:
        return Document(path, error=str(refusal))
    except RecursionError:
        return Document(path, error="the Word file nests its parts too deeply to be a report: save it anew from Word")
    text, blocks = assembled(parts)
    warnings = []
    if package.old_font and not any(character > "\u0100" for character in text):
        warnings.append("letters in an old font (.VnTime, VNI) are not read: convert the report to Unicode")
    if walker.left_out:
        warnings.append("an embedded document is not read: open the report in Word and save it anew")
    return Document(path, text, blocks, warnings=tuple(warnings))


def assembled(parts: list[Part]) -> tuple[str, tuple[Block, ...]]:
    """The text of the parts and its blocks, notes tied to their marks, torn sentences tied together."""
    starts: list[int] = []
    length = 0
    for part in parts:
        starts.append(length)
        length += len(part.text) + 1
    marks: dict[str, int] = {}
    for part, start in zip(parts, starts, strict=True):
        for mark in part.marks:
            marks.setdefault(mark.note, start + mark.offset)
    continued = _continued(parts)
    blocks = [
        Block(id, part.kind, start, start + len(part.text), part.place, marks.get(part.note), continued.get(id))
        for id, (part, start) in enumerate(zip(parts, starts, strict=True))
    ]
    return "\n".join(part.text for part in parts), tuple(blocks)


def _continued(parts: list[Part]) -> dict[int, int]:
    """Headings that only look so are told from text; paragraphs that go on with a sentence -> the one before."""
    body = [id for id, part in enumerate(parts) if part.kind in ("paragraph", "heading", "cell")]
    found: dict[int, int] = {}
    for at, id in enumerate(body):
        part = parts[id]
        if part.kind != "paragraph":
            continue
        following = parts[body[at + 1]] if at + 1 < len(body) else None
        before = body[at - 1] if at else -1
        if at and _goes_on(parts[before], part, begun=before in found):
            found[id] = before
        elif following is not None and following.kind == "paragraph" and not part.listed:
            looks = is_heading(_line(part), _line(following), first=not at)
            part.kind = "heading" if looks else part.kind
    return found


def _goes_on(before: Part, part: Part, *, begun: bool) -> bool:
    if before.kind != "paragraph" or part.listed:
        return False
    return goes_on(before.text, part.text, gap=part.empty_before, begun=begun)


def _line(part: Part) -> Line:
    return Line(0, len(part.text), part.text, int(part.empty_before), False)
