"""Reports with planted slips: what crossfoot sees of them, and what it verifies by chance."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from labels import Labelled, LabelledFigure, Relation, Span, verdict
from matching import Audit, overlap, run, same, touched

DRAWS = 4


@dataclass(frozen=True)
class Slip:
    """One figure of a sound relation, printed wrongly."""

    document: Labelled
    variant: int
    kind: str
    relation: Relation
    figure: LabelledFigure
    changed: str

    @property
    def new(self) -> Span:
        return self.figure.span[0], self.figure.span[0] + len(self.changed)

    @property
    def text(self) -> str:
        start, end = self.figure.span
        return self.document.text[:start] + self.changed + self.document.text[end:]

    @property
    def around(self) -> list[list[Span]]:
        """The relations that the figure stands in, as spans of the changed text."""
        return [
            [self._moved(span) for span in relation.spans]
            for relation in self.document.relations
            if self.figure.span in relation.spans
        ]

    def _moved(self, span: Span) -> Span:
        (start, end), by = self.figure.span, len(self.changed) - len(self.figure.printed)
        if span[0] >= end:
            return span[0] + by, span[1] + by
        return (start, end + by) if span == (start, end) else span


def misprints(printed: str, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Small misprints of a figure, by kind: one digit, two swapped, one lost."""
    spots = [i for i, character in enumerate(printed) if character.isdigit()]
    spot = rng.choice(spots)
    digits = [d for d in "0123456789" if d != printed[spot] and not (spot == spots[0] and d == "0")]
    yield "digit", printed[:spot] + rng.choice(digits) + printed[spot + 1 :]
    pairs = [
        (a, b) for a, b in pairwise(spots) if printed[a] != printed[b] and not (a == spots[0] and printed[b] == "0")
    ]
    if pairs:
        a, b = rng.choice(pairs)
        yield "swap", printed[:a] + printed[b] + printed[a + 1 : b] + printed[a] + printed[b + 1 :]
    if len(spots) > 2 and "." not in printed and "," not in printed:
        spot = rng.choice(spots[1:])
        yield "lost digit", printed[:spot] + printed[spot + 1 :]


def slips(documents: Sequence[Labelled], variants: int, rng: random.Random) -> list[Slip]:
    """Up to `variants` slips a document, each of which no rounding excuses."""
    made: list[Slip] = []
    done: set[tuple[str, int, str]] = set()
    for document in documents:
        sound = [
            relation
            for relation in document.relations
            if relation.verdict == "consistent"
            and relation.confidence >= 0.9
            and relation.family not in ("repeat", "implied")
        ]
        for variant in range(variants if sound else 0):
            relation = rng.choice(sound)
            name, figure = rng.choice(sorted(relation.figures.items(), key=lambda pair: pair[0]))
            kind, changed = rng.choice(list(misprints(figure.printed, rng)))
            key = document.path.name, figure.span[0], changed
            if key not in done and _breaks(relation, document, name, changed):
                done.add(key)
                made.append(Slip(document, variant, kind, relation, figure, changed))
    return made


def inject(
    documents: Sequence[Labelled], command: str, variants: int, seed: int, say: Callable[[str], None]
) -> list[str]:
    """Audit the documents with slips in them; the lines of the report."""
    made = slips(documents, variants, random.Random(seed))
    before = run(command, [document.path for document in documents])
    after = [_audited([slip for slip in made if slip.variant == k], command) for k in range(variants)]
    planted: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    count: Counter[str] = Counter()
    for slip in made:
        name = slip.document.path.name
        if _alarmed(before[name], slip.figure.span, None):
            count["before"] += 1  # alarmed without the slip: says nothing
            continue
        audit = after[slip.variant][name]
        hit = _alarmed(audit, slip.new, slip.around)
        planted[slip.kind] += 1
        seen[slip.kind] += hit
        count["passed"] += not hit and _verified(audit, slip.new)
        suspects = [f for f in audit.findings if f.suspect is not None and overlap(f.suspect, slip.new)]
        count["named"] += bool(suspects)
        count["restored"] += any(finding.suggestion == slip.figure.printed for finding in suspects)
        if not hit:
            say(f"{name} NOT SEEN {slip.kind}: {slip.figure.printed} -> {slip.changed} in {slip.relation.expression}")
    total, found = planted.total(), seen.total()
    return [
        *(f"  {kind:20s}{_share(seen[kind], n)}" for kind, n in planted.items()),
        f"slips seen            {_share(found, total)}   (alarmed before: {count['before']})",
        f"passed as verified    {_share(count['passed'], total)}",
        f"right figure named    {_share(count['named'], found)}",
        f"printed value restored {_share(count['restored'], found)}",
    ]


def scramble(documents: Sequence[Labelled], command: str, seed: int) -> list[str]:
    """Redraw one labelled figure in five: claims on those that hold do so by chance (bounds and true ones aside)."""
    lucky = drawn = 0
    for draw in range(DRAWS):
        rng = random.Random(seed * 1000 + draw)
        spans: dict[str, list[Span]] = {}
        texts: dict[str, str] = {}
        for document in documents:
            labelled = sorted({span for relation in document.relations for span in relation.spans})
            spans[document.path.name] = [span for span in labelled if rng.random() < 0.2]
            texts[document.path.name] = redrawn(document.text, spans[document.path.name], rng)
        audits = _run_texts(texts, command)
        for document in documents:
            name = document.path.name
            drawn += len(spans[name])
            lucky += _lucky(document, audits[name], texts[name], spans[name])
    rate = 100 * lucky / max(1, drawn)
    return [f"verified by chance    {lucky} claims, {drawn} figures redrawn = {rate:.1f} per 100"]


def redrawn(text: str, spans: Sequence[Span], rng: random.Random) -> str:
    """The text with the digits of each span drawn anew; no leading zero, never what it was."""
    characters = list(text)
    for start, end in spans:
        digits = [i for i in range(start, end) if text[i] in "0123456789"]
        while digits and "".join(characters[start:end]) == text[start:end]:
            for i in digits:
                characters[i] = rng.choice("123456789" if i == digits[0] and len(digits) > 1 else "0123456789")
    return "".join(characters)


def _lucky(document: Labelled, audit: Audit, text: str, spans: Sequence[Span]) -> int:
    true = list(_still_true(document, text))
    return sum(
        claim.holds
        and not claim.bound
        and any(overlap(figure.span, span) for figure in claim.figures for span in spans)
        and not any(same(claim.figures, relation) for relation in true)
        for claim in audit.claims.values()
    )


def _still_true(document: Labelled, text: str) -> Iterator[list[Span]]:
    """The labelled relations that hold in `text`, whose digits were redrawn in place."""
    for relation in document.relations:
        printed = {name: text[slice(*figure.span)] for name, figure in relation.figures.items()}
        if _said(relation, document, printed) in ("consistent", "truncated"):
            yield relation.spans


def _breaks(relation: Relation, document: Labelled, name: str, changed: str) -> bool:
    return _said(relation, document, {name: changed}) == "discrepant"


def _said(relation: Relation, document: Labelled, printed: dict[str, str]) -> str:
    try:
        return verdict(relation, document, printed)
    except (ArithmeticError, ValueError):
        return "unassessable"


def _audited(made: Sequence[Slip], command: str) -> dict[str, Audit]:
    return _run_texts({slip.document.path.name: slip.text for slip in made}, command)


def _run_texts(texts: dict[str, str], command: str) -> dict[str, Audit]:
    if not texts:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        for name, text in texts.items():
            (Path(folder) / name).write_text(text, encoding="utf-8", newline="")
        return run(command, sorted(Path(folder).iterdir()))


def _alarmed(audit: Audit, span: Span, around: Sequence[Sequence[Span]] | None) -> bool:
    """An alarm on `span`; with `around`, its claim names two figures of one of those relations, and few others."""
    for claim in {k for alarm in audit.alarms for k in alarm.broken}:
        figures = audit.claims[claim].figures
        if not any(overlap(figure.span, span) for figure in figures):
            continue
        if around is None or any(n >= 2 and 2 * n >= len(figures) for n in (touched(figures, s) for s in around)):
            return True
    return False


def _verified(audit: Audit, span: Span) -> bool:
    return any(
        claim.holds and not claim.bound and any(overlap(figure.span, span) for figure in claim.figures)
        for claim in audit.claims.values()
    )


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} = {100 * part / max(1, whole):.1f} %"
