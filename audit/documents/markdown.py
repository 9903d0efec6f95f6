"""Markdown."""

from __future__ import annotations

from audit.documents import text as plain
from audit.records import Document

SUFFIXES = (".md", ".markdown")


def read(path: str, data: bytes) -> Document:
    """The document that the bytes of a Markdown file hold."""
    return plain.read(path, data)
