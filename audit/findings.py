"""From verdicts to what the reviewer gets: findings, worst first, and the ledger of every figure's state."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from audit import causes, wording
from audit.causes import Cause
from audit.records import HOLDS, SEVERITIES, Claim, Finding, Reading
from audit.rulebook import Rule, Rulebook
from audit.settings import Office
from audit.severity import Severity

GUESSED = Office()
_EXAMPLES = 3  # claims that a collective note quotes


def find(reading: Reading, rulebook: Rulebook, messages_language: str | None = None, office: Office = GUESSED) -> None:
    """Fill `reading.findings`, worst first, and the state of every figure.

    Every discrepant claim is in exactly one finding; claims that hold only when cut (unless the office says that it
    cuts), or only under another innocent reading, share one note a kind.
    """
    language = messages_language or reading.language
    judge = Severity(reading, rulebook, office)
    found = [_finding(cause, reading, rulebook, judge, language) for cause in causes.find(reading, rulebook)]
    found.extend(_habits(reading, rulebook, language, ("reread",) if office.truncates else ("truncated", "reread")))
    found.sort(key=lambda finding: _rank(finding, reading))
    equals: Counter[str] = Counter()
    for number, finding in enumerate(found):
        finding.id = number
        key = _identity(finding, reading, rulebook)
        finding.fingerprint = hashlib.sha256(f"{key}\x1f{equals[key]}".encode()).hexdigest()[:12]
        equals[key] += 1
    reading.findings = found
    _ledger(reading, rulebook)


def coverage(reading: Reading) -> dict[str, int]:
    """How many figures there are, and how many were verified, contradicted and left unchecked."""
    states = Counter(figure.state for figure in reading.figures)
    known = ("verified", "contradicted", "unchecked")
    return {"figures": len(reading.figures), **{state: states[state] for state in known}}


def _finding(cause: Cause, reading: Reading, rulebook: Rulebook, judge: Severity, language: str) -> Finding:
    claims = sorted(cause.claims, key=lambda claim: _telling(claim, rulebook, cause.suspect))
    verdicts = {claim.id: judge.of(claim) for claim in claims}
    worst = max(claims, key=lambda claim: SEVERITIES.index(verdicts[claim.id][0]))
    severity, habit = verdicts[worst.id]
    first = claims[0]
    rule = rulebook[first.rule]
    said = [wording.arithmetic(first, rule, reading, language)]
    reread = rule.reading(first.note)
    if reread is not None:
        said.append(reread.note.get(language) or next(iter(reread.note.values()), ""))
    phrases = wording.phrases(language)
    said.append(phrases.get(habit, "") if habit else wording.alternatives(cause, reading, language))
    message = "; ".join(part for part in said if part)
    return Finding(-1, first.rule, severity, [claim.id for claim in claims], cause.suspect, cause.suggestion, message)


def _habits(reading: Reading, rulebook: Rulebook, language: str, noted: Sequence[str]) -> Iterator[Finding]:
    """One note for all that was cut instead of rounded, and one for each other reading under which claims hold."""
    kinds: dict[str, list[Claim]] = {}
    for claim in sorted(reading.claims, key=lambda claim: causes.in_order(claim, reading)):
        if claim.verdict in noted:
            kinds.setdefault(claim.note or claim.verdict, []).append(claim)
    phrases = wording.phrases(language)
    for kind, claims in sorted(kinds.items()):
        rule = rulebook[claims[0].rule]
        reread = rule.reading(kind)
        if reread is not None:
            what = reread.note.get(language) or next(iter(reread.note.values()), kind)
        else:
            what = phrases.get("truncated", kind)
        quoted = [_quoted(claim, rulebook[claim.rule], reading, language) for claim in claims[:_EXAMPLES]]
        more = phrases.get("more", "… {count}").format(count=len(claims) - _EXAMPLES) if len(claims) > _EXAMPLES else ""
        message = f"{what}: " + "; ".join([*quoted, more] if more else quoted)
        yield Finding(-1, rule.id, "note", [claim.id for claim in claims], None, None, message)


def _quoted(claim: Claim, rule: Rule, reading: Reading, language: str) -> str:
    """A claim that holds after all: its arithmetic, without a rule's words that deny it."""
    stated = wording.stated_figure(claim, rule, reading)
    printed = stated.printed if stated is not None else ""
    computed = wording.computed(claim, stated, reading)
    return f"{printed} ({computed})" if printed else wording.arithmetic(claim, rule, reading, language)


def _telling(claim: Claim, rulebook: Rulebook, suspect: int | None) -> tuple[bool, bool]:
    """First the claims that compute the suspect, last the bounds; else as they come."""
    rule = rulebook[claim.rule]
    stated = any(term.figure == suspect and term.role == rule.stated for term in claim.terms)
    return rule.operation == "bound", not stated


def _rank(finding: Finding, reading: Reading) -> tuple[int, int, int, str]:
    """Worst first; among equals those that break more claims, then in the order of the document."""
    start = min(reading.figures[figure].start for figure in reading.claims[finding.claims[0]].figures)
    alarm = finding.severity != "note"
    return -SEVERITIES.index(finding.severity), -len(finding.claims) * alarm, start, finding.message


def _identity(finding: Finding, reading: Reading, rulebook: Rulebook) -> str:
    """What stays the same when a report is laid out anew: the rule, the printed figures by role, the indicator."""
    claim = reading.claims[finding.claims[0]]
    order = {role: number for number, role in enumerate(rulebook[claim.rule].roles)}
    terms = sorted(claim.terms, key=lambda term: (order.get(term.role, len(order)), term.position))
    printed = [" ".join(reading.figures[term.figure].printed.split()) for term in terms]
    figure = finding.suspect if finding.suspect is not None else _stated(claim, rulebook)
    named = reading.indicators[figure] if figure < len(reading.indicators) else ""
    indicator = " ".join(unicodedata.normalize("NFC", named or "").casefold().split())
    return "\x1f".join([finding.rule, *printed, indicator])


def _stated(claim: Claim, rulebook: Rulebook) -> int:
    stated = rulebook[claim.rule].stated
    return next((term.figure for term in claim.terms if term.role == stated), claim.figures[0])


def _ledger(reading: Reading, rulebook: Rulebook) -> None:
    for figure in reading.figures:
        figure.state = "unchecked"
    for claim in reading.claims:
        if claim.verdict in HOLDS and rulebook[claim.rule].operation != "bound":
            for number in claim.figures:
                reading.figures[number].state = "verified"
    for number in _contradicted(reading.findings, reading, rulebook):
        reading.figures[number].state = "contradicted"


def _contradicted(found: Sequence[Finding], reading: Reading, rulebook: Rulebook) -> Iterator[int]:
    """The suspects of alarms or, where none is named, the stated figures of what they break."""
    for finding in found:
        if finding.severity == "note":
            continue
        if finding.suspect is not None:
            yield finding.suspect
            continue
        for number in finding.claims:
            if reading.claims[number].verdict == "discrepant":
                yield _stated(reading.claims[number], rulebook)
