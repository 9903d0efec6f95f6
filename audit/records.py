"""The rows that travel from room to room: plain records, one class a frame, importing nothing of ours.

Every offset counts code points of `Document.text`. Exact values are integers: a figure's bounds are counted in
halves of its last printed digit, so that a rounded measure is ``2 * mantissa - 1 … 2 * mantissa + 1``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

HOLDS = ("consistent", "truncated", "reread")
SEVERITIES = ("note", "warning", "error")


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text that is read as one: a paragraph, heading, note or table cell.

    `anchor` is the offset in the body where a note's marker stands; `continues` names the block whose broken sentence
    this one goes on with (a page break or a note came between).
    """

    id: int
    kind: str
    start: int
    end: int
    place: Mapping[str, Any] = field(default_factory=dict)
    anchor: int | None = None
    continues: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One report: its text and the blocks that it consists of, in order. `error` says why it could not be read.

    `places` says where a figure stands in a source whose text is not at hand, by block and start.
    """

    path: str
    text: str = ""
    blocks: tuple[Block, ...] = ()
    sha256: str = ""
    error: str | None = None
    warnings: tuple[str, ...] = ()
    places: Mapping[tuple[int, int], Mapping[str, Any]] = field(default_factory=dict)


@dataclass(slots=True)
class Figure:
    """One printed quantity; `value` = ±mantissa / 10**decimals, in the unit that is printed, before `scale`."""

    id: int
    block: int
    start: int
    end: int
    printed: str
    mantissa: int
    decimals: int
    low2: int
    high2: int
    negative: bool = False
    scale: int = 0
    unit: str = ""
    noun: str = ""
    kind: str = "measure"
    hedge: str = ""
    quantity_start: int = 0
    quantity_end: int = 0
    state: str = "unchecked"

    @property
    def exact(self) -> bool:
        return self.low2 == self.high2

    @property
    def size(self) -> float:
        """The magnitude as a float, scale included: for evidence only, never for a verdict."""
        return float(self.mantissa) * 10.0 ** (self.scale - self.decimals)


@dataclass(frozen=True, slots=True)
class Term:
    """One figure in one role of one claim; `sign` is -1 where the text says that it enters as a negative."""

    role: str
    figure: int
    position: int = 0
    sign: int = 1


@dataclass(slots=True)
class Claim:
    """Terms tied by a rule's identity, settled exactly. Bounds are in the stated figure's unit and scale."""

    id: int
    rule: str
    terms: tuple[Term, ...]
    binding: str
    verdict: str = "unassessable"
    stated_low: Fraction | None = None
    stated_high: Fraction | None = None
    computed_low: Fraction | None = None
    computed_high: Fraction | None = None
    unit_of_last_digit: Fraction | None = None
    excess: float | None = None
    note: str | None = None
    bits: float = 0.0

    @property
    def figures(self) -> list[int]:
        return list(dict.fromkeys(term.figure for term in self.terms))


@dataclass(frozen=True, slots=True)
class Waiver:
    """A person's word that a finding may stand: why, who said so, and on which day."""

    fingerprint: str
    reason: str
    who: str = ""
    when: str = ""


@dataclass(slots=True)
class Finding:
    """What the reviewer gets: one cause, the claims that it breaks, and what would mend it."""

    id: int
    rule: str
    severity: str
    claims: list[int]
    suspect: int | None
    suggestion: str | None
    message: str
    fingerprint: str = ""
    accepted: Waiver | None = None


@dataclass(slots=True)
class Reading:
    """Everything that is known of one document, stage after stage."""

    document: Document
    language: str = "vi"
    number_format: str = "1.234,5"
    figures: list[Figure] = field(default_factory=list)
    indicators: list[str] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    seconds: float = 0.0
