"""Texts read by the rooms up to the statements, for tests."""

from __future__ import annotations

from audit import documents, pipeline, rulebook
from audit.pipeline import Parse
from audit.records import Figure, Reading
from audit.settings import Settings
from audit.statements import Statement

BOOK = rulebook.load()


def parse(text: str, **settings: str) -> Parse:
    """What the text rooms make of a text."""
    return pipeline.parse(documents.read_text(text), BOOK, Settings(**settings))  # type: ignore[arg-type]


def figures(text: str, **settings: str) -> list[Figure]:
    return parse(text, **settings).figures


def figure(text: str, **settings: str) -> Figure:
    """The only figure of a text."""
    found = figures(text, **settings)
    assert len(found) == 1, [f.printed for f in found]
    return found[0]


def statement(text: str, printed: str) -> Statement:
    """The statement of the only figure that is printed so."""
    parsed = parse(text)
    found = [row for row in parsed.statements.rows if parsed.figures[row.figure].printed == printed]
    assert len(found) == 1, [f.printed for f in parsed.figures]
    return found[0]


def audited(*texts: str, **settings: str) -> list[Reading]:
    """The texts through the whole engine, one batch."""
    from audit.batch import audit_all

    given = [documents.read_text(text, f"{number}.txt") for number, text in enumerate(texts)]
    return list(audit_all(given, BOOK, Settings(**settings)))  # type: ignore[arg-type]
