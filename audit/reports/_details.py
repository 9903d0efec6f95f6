"""One finding, or one claim, as a compiler would show it: the line, the figures marked, the sum redone."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from audit.places import Places
from audit.records import Claim, Figure, Finding, Reading
from audit.reports import Options
from audit.reports._claims import arithmetic, finding_place, pointed_at
from audit.reports._grid import paint
from audit.reports._phrases import place
from audit.reports._visible import quote, visible

_QUOTES = 4
_CONTEXT = 400
_FAR = 2000

Words = Mapping[str, str]


def finding_lines(
    number: int, finding: Finding, reading: Reading, places: Places, words: Words, options: Options
) -> Iterator[str]:
    """Head, quotation, arithmetic of each broken claim, and what would mend it."""
    severity = paint(words.get(finding.severity, finding.severity), finding.severity, options.colour)
    where = place(finding_place(finding, reading, places, options), words, full=True)
    known_as = paint(f"{finding.rule}  {finding.fingerprint}", "dim", options.colour)
    yield f"{number}  {severity}  {visible(where)}  {known_as}"
    claims = [reading.claims[claim] for claim in finding.claims]
    suspect = pointed_at(finding, reading, options)
    involved = list(dict.fromkeys(figure for claim in claims for figure in claim.figures))
    yield from _quotes(involved, suspect, reading, places, words, options)
    yield from _filled(visible(finding.message), options)
    for claim in claims:
        said = arithmetic(claim, reading, options, words)
        if not _says(finding.message, said):
            yield from _filled(f"= {said}", options)
    yield from _filled(_mending(finding, reading, words), options)


def accepted_lines(
    number: int, finding: Finding, reading: Reading, places: Places, words: Words, options: Options
) -> Iterator[str]:
    """A finding that somebody has accepted: what it is, and by whom, when and why it may stand."""
    if (waiver := finding.accepted) is None:
        return
    where = place(finding_place(finding, reading, places, options), words)
    severity = words.get(finding.severity, finding.severity)
    yield from _filled(f"{number}  {severity}  {visible(where)}  {finding.rule}: {visible(finding.message)}", options)
    said = ", ".join(visible(text) for text in (waiver.who, waiver.when) if text)
    reason = words["accepted_because"].format(reason=visible(waiver.reason))
    yield from _filled(f"  {reason} ({said})" if said else f"  {reason}", options)


def claim_lines(claim: Claim, reading: Reading, places: Places, words: Words, options: Options) -> Iterator[str]:
    """One claim in one line, for `--verbose`: place, arithmetic, what is printed, verdict."""
    first = reading.figures[claim.figures[0]]
    where = place(places.of(first.block, first.start), words)
    said = arithmetic(claim, reading, options, words)
    verdict = paint(words[claim.verdict], claim.verdict, options.colour)
    other = options.rulebook[claim.rule].reading(claim.note)
    note = f" ({visible(other.note.get(words['code']) or other.note['en'])})" if other is not None else ""
    yield f"  {visible(where)}  {claim.rule}  {visible(said)}  {verdict}{note}"


def _says(message: str, arithmetic: str) -> bool:
    """Whether the message already shows the same sum."""
    shown, computed = (text.replace("−", "-").removeprefix("100 × ") for text in (message, arithmetic))
    return computed.partition(" = ")[0] in shown


def _mending(finding: Finding, reading: Reading, words: Words) -> str:
    if finding.suspect is None or finding.suggestion is None:
        return words["undecided"] if finding.severity != "note" else ""
    printed = visible(reading.figures[finding.suspect].printed)
    others = len(finding.claims) - 1
    phrase = words["likely_more" if others else "likely"]
    return phrase.format(suggestion=visible(finding.suggestion), printed=printed, others=others)


def _filled(text: str, options: Options) -> list[str]:
    return textwrap.wrap(text, options.width, initial_indent="   ", subsequent_indent="     ", break_on_hyphens=False)


def _quotes(
    involved: list[int], suspect: Figure | None, reading: Reading, places: Places, words: Words, options: Options
) -> Iterator[str]:
    """The passages that hold the figures: those that stand near each other in one quotation."""
    figures = sorted((reading.figures[number] for number in involved), key=lambda figure: figure.start)
    groups: list[list[Figure]] = []
    for figure in figures:
        last = groups[-1][-1] if groups else None
        if last is not None and last.block == figure.block and figure.start - last.end < _FAR:
            groups[-1].append(figure)
        else:
            groups.append([figure])
    if suspect is not None:
        groups.sort(key=lambda group: suspect not in group)
    for group in groups[:_QUOTES]:
        where = f"[{place(places.of(group[0].block, group[0].start), words)}] " if len(groups) > 1 else ""
        yield from _quoted(group, suspect, visible(where), reading, options)
    if len(groups) > _QUOTES:
        yield "   " + words["more_quotes"].format(count=len(groups) - _QUOTES)


def _quoted(
    group: list[Figure], suspect: Figure | None, where: str, reading: Reading, options: Options
) -> Iterator[str]:
    source = reading.document
    block = source.blocks[group[0].block] if group[0].block < len(source.blocks) else None
    begin = max(group[0].start - _CONTEXT, block.start if block else 0)
    end = min(group[-1].end + _CONTEXT, block.end if block else len(source.text))
    marks = [(f.start - begin, f.end - begin, "^" if f is suspect else "-") for f in group]
    lines = quote(source.text[begin:end], marks, options.width - 5 - len(where))
    bar = paint("│", "dim", options.colour)
    for index, line in enumerate(lines):
        if index % 2 and not line:
            continue
        lead = where if index == 0 else " " * len(where)
        text = f"   {bar} {lead}" + (paint(line, "error", options.colour) if index % 2 else line)
        yield text.rstrip()
