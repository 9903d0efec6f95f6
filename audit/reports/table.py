"""The report on a terminal: what is wrong, where to look, and how much was looked at."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from audit.places import Places
from audit.records import HOLDS, Block, Finding, Reading
from audit.reports import Options
from audit.reports._claims import finding_place, pointed_at, worst_first
from audit.reports._decimals import halves, plain
from audit.reports._details import accepted_lines, claim_lines, finding_lines
from audit.reports._grid import columns, grid, paint
from audit.reports._phrases import phrases, place
from audit.reports._visible import visible, visible_end

_WORST = 50
_NARROWEST = 24


@dataclass(frozen=True, slots=True)
class Row:
    """What the summary keeps of a document when its reading is gone."""

    path: str
    severities: Counter[str]
    states: Counter[str]
    seconds: float
    error: str | None

    @property
    def badness(self) -> tuple[bool, int, int, int]:
        severities = self.severities
        return (self.error is not None, severities["error"], severities["warning"], severities["note"])


def check(readings: Iterable[Reading], options: Options) -> Iterator[str]:
    """Details of the documents with findings as they come, then, for several documents, a summary, worst first."""
    rest = iter(readings)
    first = list(zip(range(2), rest, strict=False))
    opening = [reading for _, reading in first]
    if len(opening) == 1:
        yield from _alone(opening[0], options)
        return
    rows, words = [], None
    for reading in chain(opening, rest):
        words = words or _words(reading, options)
        rows.append(_row(reading))
        if reading.findings or reading.document.error is not None or options.verbose:
            yield from _document(reading, options)
    if words:
        yield from _summary(rows, words, options)


def figures(readings: Iterable[Reading], options: Options) -> Iterator[str]:
    """The figures of each document in a table."""
    for reading in readings:
        words = _words(reading, options)
        yield _header(reading, words, options)
        if not reading.figures:
            continue
        places = Places(reading.document)
        heads = ("#", "where", "printed", "value", "unit", "kind", "interval", "indicator", "state")
        rows = [
            [
                str(figure.id),
                place(places.of(figure.block, figure.start), words),
                visible(figure.printed, 24),
                plain(figure.mantissa, figure.decimals, figure.negative) + (f"e{figure.scale}" if figure.scale else ""),
                visible(figure.unit or figure.noun, 16),
                words.get(figure.kind, figure.kind),
                _interval(halves(figure.low2, figure.decimals), halves(figure.high2, figure.decimals)),
                visible(reading.indicators[index] if reading.indicators else "", max(options.width - 90, 12)),
                paint(words.get(figure.state, figure.state), figure.state, options.colour),
            ]
            for index, figure in enumerate(reading.figures)
        ]
        yield grid([words.get(head, head) for head in heads], rows, right=(0, 3)) + "\n\n"


def _interval(low: str, high: str) -> str:
    return low if low == high else f"{low} … {high}"


def _words(reading: Reading, options: Options) -> Mapping[str, str]:
    return phrases(options.messages or reading.language)


def _alone(reading: Reading, options: Options) -> Iterator[str]:
    yield from _document(reading, options)
    words = _words(reading, options)
    if reading.document.error is not None or not reading.figures:
        return
    if not any(finding.severity != "note" for finding in reading.findings):
        held = sum(claim.verdict in HOLDS for claim in reading.claims)
        yield words["nothing_wrong" if held else "nothing_claimed"].format(claims=held) + "\n\n"
    sections = _sections(reading, words)
    if len(sections) > 1 and reading.findings:
        heads = [words[name] for name in ("section", "figures", "verified", "contradicted", "unchecked")]
        yield (
            grid(
                heads,
                [[visible(row[0], max(options.width - 46, 16)), *map(str, row[1:])] for row in sections],
                right=(1, 2, 3, 4),
            )
            + "\n\n"
        )
    yield _blind(_states(reading), words, options)


def _document(reading: Reading, options: Options) -> Iterator[str]:
    words = _words(reading, options)
    yield _header(reading, words, options)
    if reading.document.error is not None:
        return
    places = Places(reading.document)
    listed = list(enumerate(worst_first(reading.findings), 1))
    accepted = [row for row in listed if row[1].accepted is not None]
    listed = [row for row in listed if row[1].accepted is None]
    if listed:
        yield _findings(listed, reading, places, words, options) + "\n\n"
        for number, finding in listed:
            yield "\n".join(finding_lines(number, finding, reading, places, words, options)) + "\n\n"
    if accepted:
        yield words["accepted"] + "\n"
        for number, finding in accepted:
            yield "\n".join(accepted_lines(number, finding, reading, places, words, options)) + "\n"
        yield "\n"
    if options.verbose:
        for claim in reading.claims:
            yield "\n".join(claim_lines(claim, reading, places, words, options)) + "\n"
        yield "\n"


def _header(reading: Reading, words: Mapping[str, str], options: Options) -> str:
    source = reading.document
    path = paint(visible(source.path), "bold", options.colour)
    for warning in source.warnings:
        path += f"\n  {paint(words['warning'], 'warning', options.colour)}: {visible(warning)}"
    if source.error is not None:
        reason = words["unreadable"].format(reason=visible(source.error))
        return f"{path}\n  {paint(reason, 'error', options.colour)}\n\n"
    if not reading.figures:
        return f"{path}\n  {words['no_figures']}\n\n"
    said = phrases(reading.language)["language"] if options.messages is None else _language_name(reading, words)
    coverage = words["header"].format(
        language=said, number_format=reading.number_format, figures=len(reading.figures),
        **{state: _states(reading)[state] for state in ("verified", "contradicted", "unchecked")},
    )  # fmt: skip
    return f"{path}\n  {coverage}\n\n"


def _language_name(reading: Reading, words: Mapping[str, str]) -> str:
    return words.get(f"language_{reading.language}", phrases(reading.language)["language"])


def _findings(
    listed: list[tuple[int, Finding]], reading: Reading, places: Places, words: Mapping[str, str], options: Options
) -> str:
    """One row a finding; the reason is left to the details where the terminal is too narrow for it."""
    rows = []
    for number, finding in listed:
        figure = pointed_at(finding, reading, options)
        quantity = reading.document.text[figure.quantity_start : figure.quantity_end] if figure else ""
        printed = (quantity if len(quantity) >= len(figure.printed) else figure.printed) if figure else ""
        severity = paint(words.get(finding.severity, finding.severity), finding.severity, options.colour)
        where = place(finding_place(finding, reading, places, options), words)
        rows.append(
            [
                str(number),
                severity,
                visible(where, 24),
                visible(printed, 24),
                visible(finding.suggestion or "", 20),
                finding.rule,
            ]
        )
    heads = [words[name] for name in ("number", "severity", "where", "printed", "should_be", "rule")]
    without = grid(heads, rows, right=(0,))
    left = options.width - columns(without) - 2
    if left < _NARROWEST:
        return without
    for row, (_, finding) in zip(rows, listed, strict=True):
        row.insert(5, visible(finding.message, left))
    heads.insert(5, words["because"])
    return grid(heads, rows, right=(0,))


def _sections(reading: Reading, words: Mapping[str, str]) -> list[tuple[str, int, int, int, int]]:
    """Coverage by the heading that a figure stands under; sections without figures are left out."""
    blocks = {block.id: block for block in reading.document.blocks}
    headings = [block for block in reading.document.blocks if block.kind == "heading"]
    counts: dict[int | None, Counter[str]] = {}
    following = iter(sorted(headings, key=lambda block: block.start))
    current, coming = None, next(following, None)
    for figure in sorted(reading.figures, key=lambda figure: figure.start):
        while coming is not None and coming.start <= figure.start:
            current, coming = coming.id, next(following, None)
        counts.setdefault(current, Counter())[figure.state] += 1
    rows = []
    for heading, states in counts.items():
        title = words["start"] if heading is None else _title(reading, blocks[heading])
        rows.append(
            (title.strip(), sum(states.values()), states["verified"], states["contradicted"], states["unchecked"])
        )
    return rows


def _title(reading: Reading, heading: Block) -> str:
    """The text of a heading, with the number that its format keeps apart from it."""
    return f"{heading.place.get('label', '')} {reading.document.text[heading.start : heading.end]}"


def _states(reading: Reading) -> Counter[str]:
    return Counter(figure.state for figure in reading.figures)


def _row(reading: Reading) -> Row:
    severities = Counter(finding.severity for finding in reading.findings if finding.accepted is None)
    return Row(reading.document.path, severities, _states(reading), reading.seconds, reading.document.error)


def _summary(rows: list[Row], words: Mapping[str, str], options: Options) -> Iterator[str]:
    """One row a document, worst first; of a long batch only the worst, and those with findings."""
    ordered = sorted(rows, key=lambda row: row.badness, reverse=True)
    shown = [row for number, row in enumerate(ordered) if number < _WORST or any(row.badness)]
    yield _batch(shown, words, options.width) + "\n"
    if len(shown) < len(rows):
        yield words["summary_rest"].format(count=len(rows) - len(shown)) + "\n"
    states: Counter[str] = sum((row.states for row in rows), Counter())
    clean = sum(not row.error and not row.severities["error"] and not row.severities["warning"] for row in rows)
    yield "\n" + words["summary"].format(
        documents=len(rows), clean=clean, unreadable=sum(row.error is not None for row in rows), figures=states.total(),
        **{state: states[state] for state in ("verified", "contradicted", "unchecked")},
    ) + "\n"  # fmt: skip
    yield _blind(states, words, options)


def _blind(states: Counter[str], words: Mapping[str, str], options: Options) -> str:
    return textwrap.fill(words["blind"].format(unchecked=states["unchecked"]), options.width) + "\n"


def _batch(rows: list[Row], words: Mapping[str, str], width: int) -> str:
    """The documents of a batch in a table; where the terminal is narrow, without the columns that matter least."""
    names = ["errors", "warnings", "notes", "figures", "verified", "contradicted", "unchecked", "seconds"]
    table = [_numbers(row) for row in rows]
    while (left := width - columns(grid([words[name] for name in names], table))) < _NARROWEST and len(names) > 4:
        names.pop()
        table = [row[:-1] for row in table]
    for row, numbers in zip(rows, table, strict=True):
        numbers.insert(0, visible_end(row.path, left))
    return grid([words[name] for name in ("document", *names)], table, right=range(1, len(names) + 1))


def _numbers(row: Row) -> list[str]:
    if row.error is not None:
        return ["-"] * 8
    counts: list[Any] = [row.severities[name] for name in ("error", "warning", "note")]
    counts += [row.states.total(), *(row.states[state] for state in ("verified", "contradicted", "unchecked"))]
    return [*map(str, counts), f"{row.seconds:.2f}"]
