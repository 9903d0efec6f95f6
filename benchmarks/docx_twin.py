"""The same report as a text and as a Word file: do both give the same figures, claims and findings?

    python benchmarks/docx_twin.py REPORT.txt [--keep TWIN.docx]

The Word file is made from the text: a paragraph for each of its paragraphs, its notes as real footnotes where their
markers stand. Exit status 1 if anything differs. Needs the extra crossfoot[docx].
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import audit
from audit import documents
from audit.records import Document, Figure, Reading

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_MARKER = re.compile(r"\[\^[^\]\s]{1,40}\]|\[[0-9]{1,3}\]|\([0-9]{1,3}\)|[0-9]{1,3}\)?|[⁰¹²³⁴-⁹]{1,3}")

# A paragraph in pieces: text, or the number of a footnote.
Pieces = Sequence[str | int]


def write(path: str | Path, paragraphs: Iterable[Pieces], notes: dict[int, str]) -> None:
    """A Word file of these paragraphs, with these footnotes."""
    import docx
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml

    made = docx.Document()
    for pieces in paragraphs:
        made.element.body.insert(len(made.element.body) - 1, parse_xml(f"<w:p {_W}>{''.join(map(_run, pieces))}</w:p>"))
    xml = "".join(
        f'<w:footnote w:id="{id}"><w:p><w:r><w:footnoteRef/></w:r>{_run(" " + text)}</w:p></w:footnote>'
        for id, text in notes.items()
    )
    part = Part(
        PackURI("/word/footnotes.xml"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
        f'<?xml version="1.0" encoding="UTF-8"?><w:footnotes {_W}>{xml}</w:footnotes>'.encode(),
        made.part.package,
    )
    made.part.relate_to(part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes")
    made.save(str(path))


def _run(piece: str | int) -> str:
    if isinstance(piece, int):
        raised = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
        return f'<w:r>{raised}<w:footnoteReference w:id="{piece}"/></w:r>'
    return f'<w:r><w:t xml:space="preserve">{escape(piece)}</w:t></w:r>'


def pieces_of(document: Document) -> tuple[list[list[str | int]], dict[int, str]]:
    """The paragraphs and the footnotes of a text, put together from its blocks."""
    marks: list[tuple[int, int]] = []
    notes: dict[int, str] = {}
    for block in document.blocks:
        if block.kind == "note" and block.anchor is not None:
            notes[len(notes) + 1] = _flat(document.text[block.start : block.end])
            marks.append((block.anchor, len(notes)))
        elif block.kind == "note" and notes:
            notes[len(notes)] += " " + _flat(document.text[block.start : block.end])
    marks.sort()
    paragraphs: dict[int, list[str | int]] = {}
    heads: dict[int, int] = {}
    for block in document.blocks:
        if block.kind == "note":
            continue
        head = heads[block.id] = block.id if block.continues is None else heads[block.continues]
        pieces = paragraphs.setdefault(head, [])
        if pieces:
            pieces.append(" ")
        pieces += _pieces(document.text, block.start, block.end, marks)
    return list(paragraphs.values()), notes


def _pieces(text: str, start: int, end: int, marks: list[tuple[int, int]]) -> Iterable[str | int]:
    for anchor, note in marks:
        if start <= anchor < end:
            yield _flat(text[start:anchor], edges=True)
            yield note
            marker = _MARKER.match(text, anchor)
            start = marker.end() if marker else anchor
    yield _flat(text[start:end], edges=True)


def _flat(text: str, *, edges: bool = False) -> str:
    """In one line, as a paragraph of a Word file is."""
    flat = re.sub(r"\s*[\r\n]\s*", " ", text)
    return flat if edges else flat.strip()


def facts(reading: Reading) -> dict[str, Counter[Any]]:
    """What was found, without offsets and numbers, which differ from format to format."""

    def shown(figure: Figure) -> tuple[Any, ...]:
        return (figure.printed, figure.low2, figure.high2, figure.scale, figure.unit, figure.kind, figure.state)

    figures = reading.figures
    return {
        "figures": Counter(map(shown, figures)),
        "claims": Counter(
            (claim.rule, claim.binding, claim.verdict, *((t.role, figures[t.figure].printed) for t in claim.terms))
            for claim in reading.claims
        ),
        "findings": Counter(
            (f.rule, f.severity, f.message, f.suggestion, None if f.suspect is None else figures[f.suspect].printed)
            for f in reading.findings
        ),
    }


def compare(report: str, twin: str) -> tuple[dict[str, Counter[Any]], dict[str, Counter[Any]]]:
    """Write the twin of a text report, and read both."""
    document = documents.read(report)
    if document.error:
        raise SystemExit(f"{report}: {document.error}")
    write(twin, *pieces_of(document))
    text, word = audit.check(report).readings[0], audit.check(twin).readings[0]
    return facts(text), facts(word)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("report")
    parser.add_argument("--keep", metavar="FILE")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text, word = compare(options.report, options.keep or str(Path(folder, "twin.docx")))
    differences = 0
    for name in text:
        only_text, only_word = text[name] - word[name], word[name] - text[name]
        print(f"{name}: {text[name].total()} in the text, {word[name].total()} in the Word file, "
              f"{only_text.total()} only in the text, {only_word.total()} only in the Word file")  # fmt: skip
        for mark, rows in (("-", only_text), ("+", only_word)):
            for row in rows.elements():
                print(f"  {mark} {row}")
        differences += only_text.total() + only_word.total()
    return int(differences > 0)


if __name__ == "__main__":
    sys.exit(main())
