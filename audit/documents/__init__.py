"""From files to documents. Each module with `SUFFIXES` reads one format; it is found by its place in this folder."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from audit.documents import text as plain
from audit.documents.lines import Lines
from audit.documents.unicode import normalised
from audit.records import Document

__all__ = ["Lines", "normalised", "read", "read_text"]


def read(path: str, *, stdin: bytes | None = None) -> Document:
    """The document in the file at `path`; "-" is standard input, or the bytes given for it. Bad input raises nothing."""
    try:
        data = (sys.stdin.buffer.read() if stdin is None else stdin) if path == "-" else Path(path).read_bytes()
    except OSError as error:
        return Document(path, error=str(error))
    document = plain.read(path, data)
    return Document(
        path, document.text, document.blocks, hashlib.sha256(data).hexdigest(), document.error, document.warnings
    )


def read_text(text: str, path: str = "-") -> Document:
    """The document that a string holds, read as plain text."""
    return Document(path, text, plain.blocks(text), hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest())
