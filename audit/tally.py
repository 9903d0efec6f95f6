"""What a run amounts to: the worst that it found, and what it tells the shell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum

from audit.records import SEVERITIES, Reading


class Exit(IntEnum):
    """What the command tells the shell."""

    CLEAN = 0
    FINDINGS = 1
    FAILED = 2
    INTERRUPTED = 130
    BROKEN_PIPE = 141


@dataclass(slots=True)
class Tally:
    """What decides the exit status, gathered while readings pass by."""

    worst: int = -1
    unread: int = 0
    accepted: set[str] = field(default_factory=set)

    def over(self, readings: Iterable[Reading]) -> Iterator[Reading]:
        for reading in readings:
            self.unread += reading.document.error is not None
            for finding in reading.findings:
                if finding.accepted is not None:
                    self.accepted.add(finding.fingerprint)
                    continue
                self.worst = max(self.worst, SEVERITIES.index(finding.severity))
            yield reading

    def status(self, fail_on: str) -> Exit:
        if self.unread:
            return Exit.FAILED
        failed = fail_on != "never" and self.worst >= SEVERITIES.index(fail_on)
        return Exit.FINDINGS if failed else Exit.CLEAN
