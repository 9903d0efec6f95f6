"""What the caller chose, in one frozen object that travels from the door to every room."""

from __future__ import annotations

from dataclasses import dataclass

from audit.records import Waiver


@dataclass(frozen=True, slots=True)
class Office:
    """How an office writes its figures; None leaves it to be guessed from each document.

    `truncates`: digits are cut off, not rounded. `shares_to_100`: one share of a list is nudged until the list makes
    exactly 100. `rounds` is the power of ten to which whole numbers are rounded that end in so many zeros, 0 for none.
    """

    truncates: bool | None = None
    shares_to_100: bool | None = None
    rounds: int | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices of one run; None or empty leaves the choice to each document.

    `language` and `messages` are language codes, `number_format` is an example such as ``1.234,5``; `select` and
    `ignore` are rule ids, `rules_dirs` folders with rules of the user's own. `accepted` are findings that a person
    has accepted, `office` says how the documents were written.
    """

    language: str | None = None
    number_format: str | None = None
    messages: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    rules_dirs: tuple[str, ...] = ()
    accepted: tuple[Waiver, ...] = ()
    office: Office = Office()
