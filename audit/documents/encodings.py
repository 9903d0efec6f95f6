"""From bytes to text: which encoding a file is in, and what to tell the reader when it had to be guessed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, what was guessed to get it, or why there is none."""

    text: str = ""
    warnings: tuple[str, ...] = ()
    error: str | None = None


def decode(data: bytes) -> Decoded:
    """The text of a file's bytes, a byte-order mark dropped and nothing else changed."""
    try:
        return Decoded(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Decoded(data.decode("cp1258", "replace"), ("not UTF-8: read as windows-1258",))
