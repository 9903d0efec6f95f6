"""What the caller chose, in one frozen object that travels from the door to every room."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices of one run; None or empty leaves the choice to each document.

    `language` and `messages` are language codes, `number_format` is an example such as ``1.234,5``; `select` and
    `ignore` are rule ids, `rules_dirs` folders with rules of the user's own.
    """

    language: str | None = None
    number_format: str | None = None
    messages: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    rules_dirs: tuple[str, ...] = ()
