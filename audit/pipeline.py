"""One document from text to settled claims: tokens, figures, statements, candidates, binding. A pure function."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from functools import partial

from audit import binding, languages, neighbours, statements, tokens
from audit.figures import Extract, Extractor, TooManyFigures, vote
from audit.finders import Context, Group, _captions, finders, followers, leaders
from audit.finders._grid import grids
from audit.numbers import decimal_mark
from audit.records import Block, Claim, Document, Figure, Reading
from audit.rulebook import Rulebook
from audit.settings import Settings
from audit.statements import Statements

FORMATS = {",": "1.234,5", ".": "1,234.5"}


@dataclass(slots=True)
class Parse:
    """What the text rooms made of a document, in offsets of its normalised text."""

    language: languages.Language
    mark: str
    scan: tokens.Scan
    extract: Extract
    statements: Statements

    @property
    def figures(self) -> list[Figure]:
        return self.extract.figures


def parse(document: Document, rulebook: Rulebook, settings: Settings) -> Parse:
    """Tokens, figures and statements of one document."""
    name = settings.language or languages.detect(document.text)
    language = languages.load(name, rulebook.whole.words(name))
    scan = tokens.scan(document.text, language)
    mark = decimal_mark(settings.number_format) if settings.number_format else vote(scan, language)
    blocks = _normalised(document.blocks, scan)
    extract = Extractor(scan, blocks, language, mark).run()
    said = neighbours.complete(statements.read(scan, extract, blocks), scan, extract, blocks, language)
    return Parse(language, mark, scan, extract, said)


def candidates(parsed: Parse, rulebook: Rulebook, misses: bool = False) -> list[Group]:
    """The groups of candidate claims that all finders propose; `misses`: those, too, that could raise no alarm."""
    rows, figures = parsed.statements.rows, parsed.figures
    tables = grids(figures, rows, parsed.scan.text, parsed.language.nouns)
    large = [grid for grid in tables if grid.width > 1 or len(grid.rows) > 3]
    inside = {k for grid in large for row in grid.rows for k in row.cells}
    flows = _without(parsed.statements.flows, inside)
    slash = parsed.extract.slash
    back = {b: a for a, b in slash.items()}
    ranks, steps = parsed.extract.ranks, parsed.language.steps
    context = Context(rows, figures, flows, slash, rulebook.whole.by_finder(), tables, back, misses, ranks, steps)
    groups = [group for lead in leaders() for group in lead(context)]
    explained = {term[1] for group in groups for candidate in group.candidates for term in candidate.terms}
    entries = {k for grid in large for row in grid.rows if row.is_entry for k in row.cells} - explained
    context.flows = _without(parsed.statements.flows, inside - entries)
    _captions.apply(tables, groups, figures, rows, parsed.scan.low, parsed.language)
    groups += [group for find in finders() for group in find(context)]
    return groups + [group for follow in followers() for group in follow(context, groups)]


def _without(flows: Iterable[Sequence[int]], inside: Set[int]) -> list[list[int]]:
    """The reading orders without what stands in tables."""
    return [[k for k in flow if k not in inside] for flow in flows]


def read(document: Document, rulebook: Rulebook, settings: Settings) -> Reading:
    """The reading of one document: its figures and the claims that were bound and settled, no findings yet."""
    if document.error is not None:
        return Reading(document)
    try:
        parsed = parse(document, rulebook, settings)
    except TooManyFigures as problem:
        return Reading(replace(document, error=str(problem)))
    claims = binding.bind(candidates(parsed, rulebook), rulebook.whole, parsed.figures, parsed.statements.rows)
    claims = [claim for claim in claims if claim.rule in rulebook]
    figures = _original(parsed.figures, parsed.scan, document.text)
    labels = [indicator(row.label) for row in parsed.statements.rows]
    return Reading(document, parsed.language.id, FORMATS[parsed.mark], figures, labels, list(_numbered(claims)))


def indicator(words: Iterable[str]) -> str:
    """The words that name what a figure measures, in an order of their own."""
    return " ".join(sorted(words))


def _numbered(claims: Sequence[Claim]) -> Iterable[Claim]:
    for number, claim in enumerate(sorted(claims, key=lambda c: (min(c.figures), c.rule, c.figures))):
        claim.id = number
        yield claim


def _normalised(blocks: Sequence[Block], scan: tokens.Scan) -> Sequence[Block]:
    """The blocks in offsets of the normalised text."""
    if scan.origin is None:
        return blocks
    at = partial(bisect_left, scan.origin)
    return [
        replace(b, start=at(b.start), end=at(b.end), anchor=None if b.anchor is None else at(b.anchor)) for b in blocks
    ]


def _original(figures: list[Figure], scan: tokens.Scan, text: str) -> list[Figure]:
    """The figures in offsets of the document's own text; a noun that no language file knows is one all the same."""
    for figure in figures:
        figure.noun = figure.noun.removeprefix("?")
    if scan.origin is not None:
        origin = scan.origin
        for figure in figures:
            figure.start, figure.end = origin[figure.start], origin[figure.end]
            figure.quantity_start, figure.quantity_end = origin[figure.quantity_start], origin[figure.quantity_end]
            figure.printed = text[figure.start : figure.end]
    return figures
