"""Plain text."""

from __future__ import annotations

from audit.documents.blocks import split
from audit.documents.encodings import decode
from audit.records import Block, Document

SUFFIXES = (".txt", ".text")


def read(path: str, data: bytes) -> Document:
    """The document that the bytes of a plain-text file hold."""
    decoded = decode(data)
    if decoded.error:
        return Document(path, error=decoded.error)
    return Document(path, decoded.text, blocks(decoded.text), warnings=decoded.warnings)


def blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a plain text."""
    return split(text)
