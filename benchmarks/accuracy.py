"""How well crossfoot reads labelled reports: NAME.txt beside NAME.json.

    accuracy.py                         the corpus beside this file: figures, relations, verdicts, alarms
    accuracy.py --only vi --list        documents whose name begins so; print every miss and false alarm
    accuracy.py --inject 3              corrupt single figures of sound relations: what is seen, what passes as verified
    accuracy.py --scramble              redraw one labelled figure in five: what is verified all the same, by chance
    accuracy.py FOLDER                  another labelled folder

A label is *found* when a claim ties exactly its figures and agrees: it holds where the label holds, and is discrepant
within a finding where the label does not. Bounds find nothing. An alarm is a finding of severity error or warning. It
is *true* when one of its discrepant claims is a label that does not hold and every other one shares a figure with that
label; *beside* (counted neither way, twice a label at most) when all of its claims share a figure with a label that
does not hold and was found, and none is a sound label; *false* otherwise.
"""

from __future__ import annotations

import argparse
import re
import shlex
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import corruptions
from labels import Labelled, LabelledFigure, Span, load, parse
from matching import COMPOSITE, Audit, Finding, match, overlap, run, touched

CORPUS = Path(__file__).resolve().parent / "corpus"
COMMAND = f"{shlex.quote(sys.executable)} -m audit check --format json"
_NOT_A_QUANTITY = re.compile(
    r"\b\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d\d\b"
    r"|(?i:năm|giai đoạn|năm học)\s+(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)?\d\d)?\b"
    r"|(?i:tháng|quý|khóa|kỳ họp thứ|điều|khoản)\s+\d{1,2}\b(?!\s*[%.,]\d)"
    r"|\b\d+/(?:\d{4}/)?[A-ZĐ]{2,}[\w-]*|Covid-19|\bk?m[23]\b|CO2",
    re.IGNORECASE,
)

Say = Callable[[str], None]


class Scorer:
    """Counts over documents; `say` gets a line for every miss, false alarm and sprung trap."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self.count: Counter[str] = Counter()
        self.families: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def add(self, document: Labelled, audit: Audit) -> None:
        """Count one document."""
        self.count["documents"] += 1
        self.count["all figures"] += len(audit.figures)
        self.count["notes"] += sum(finding.severity == "note" for finding in audit.findings)
        self._figures(document, audit)
        Judged(document, audit, self).all()

    def _figures(self, document: Labelled, audit: Audit) -> None:
        """Labelled figures: found, read right, taken for exact or rounded; and figures that are no quantities."""
        labelled = {f.span: f for relation in document.relations for f in relation.figures.values()}
        for span, label in labelled.items():
            at = [figure for figure in audit.figures if overlap((figure["start"], figure["end"]), span)]
            self.count["labelled"] += 1
            self.count["figures found"] += len(at) == 1
            if len(at) != 1 or COMPOSITE.fullmatch(at[0]["printed"].strip()):
                continue
            self.count["values"] += 1
            self.count["values right"] += _value_right(at[0]["value"], label, document)
            if label.plain:
                self.count["kinds"] += 1
                self.count["kinds right"] += (at[0]["low"] == at[0]["high"]) == ("#" in label.kind)
        known = [*labelled, *(span for trap in document.traps for span in trap.spans)]
        others = [found.span() for found in _NOT_A_QUANTITY.finditer(document.text)]
        for figure in audit.figures:
            span = figure["start"], figure["end"]
            self.count["no quantities"] += _on(span, others) and not _on(span, known)


class Judged:
    """One document's claims held against its labels."""

    def __init__(self, document: Labelled, audit: Audit, scorer: Scorer) -> None:
        self.document, self.audit, self.count, self.scorer = document, audit, scorer.count, scorer
        self.claims = {claim.id: claim for claim in audit.claims.values() if claim.verdict != "unassessable"}
        self.matched = match(document, self.claims.values())
        self.wrong = {number for number, relation in enumerate(document.relations) if relation.wrong}

    def all(self) -> None:
        self.count["unlabelled"] += sum(not numbers for numbers in self.matched.values())
        self._relations()
        self._alarms()
        self._traps()

    def _exact(self, claim: int) -> bool:
        """The claim is a label that does not hold."""
        return any(number in self.wrong for number in self.matched[claim])

    def _about_an_error(self, finding: Finding) -> bool:
        """At least half of its claims are labels that do not hold: a finding is one cause, not a net."""
        return 2 * sum(map(self._exact, finding.broken)) >= len(finding.broken)

    def _relations(self) -> None:
        fair = [finding for finding in self.audit.findings if self._about_an_error(finding)]
        reported = {claim for finding in fair for claim in finding.broken}
        alarmed = {claim for finding in fair if finding.alarm for claim in finding.broken}
        for number, relation in enumerate(self.document.relations):
            hits = [k for k, claim in self.claims.items() if number in self.matched[k] and not claim.bound]
            found = any(k in reported if relation.wrong else self.claims[k].holds for k in hits)
            seen = any(k in alarmed for k in hits)
            self.scorer.families[relation.family].update(labels=1, found=int(found))
            self.count.update({"labels": 1, "found": int(found)})
            if relation.sure:
                self.count.update({"sure labels": 1, "sure found": int(found)})
                if relation.wrong:
                    self.count.update({"real errors": 1, "real errors found": int(seen)})
            if not found or (relation.wrong and not seen):
                said = "/".join(self.claims[k].verdict for k in hits) or "nothing"
                printed = " ".join(figure.printed for figure in relation.figures.values())
                self._say(
                    f"{relation.family} MISSED, said {said} "
                    f"(label {relation.verdict}, {relation.confidence}): {relation.expression}  {printed}"
                )

    def _alarms(self) -> None:
        true, errors_known = self._true_alarms()
        beside: Counter[int] = Counter()
        for position, alarm in enumerate(self.audit.alarms):
            self.count["alarms"] += 1
            if position in true:
                self.count["true alarms"] += 1
            elif (error := self._beside(alarm, errors_known, beside)) is not None:
                beside[error] += 1
                self.count.update({"alarms": -1, "beside": 1})
            else:
                self.count["false alarms"] += 1
                self._say_false(alarm)

    def _true_alarms(self) -> tuple[set[int], list[int]]:
        """Positions of the alarms that hit a label which does not hold (one alarm a label), and those labels."""
        true: set[int] = set()
        used: set[int] = set()
        for position, alarm in enumerate(self.audit.alarms):
            errors = {number for k in alarm.broken for number in self.matched[k] if number in self.wrong}
            attached = all(self._exact(k) or any(self._shares(k, number) for number in errors) for k in alarm.broken)
            if errors - used and self._about_an_error(alarm) and attached:
                true.add(position)
                used |= errors
        return true, sorted(used)

    def _beside(self, alarm: Finding, errors: Sequence[int], beside: Counter[int]) -> int | None:
        for number in errors:
            near = bool(alarm.broken) and all(
                self._shares(k, number) and all(other in self.wrong for other in self.matched[k]) for k in alarm.broken
            )
            if near and beside[number] < 2:
                return number
        return None

    def _shares(self, claim: int, number: int) -> bool:
        return touched(self.claims[claim].figures, self.document.relations[number].spans) > 0

    def _traps(self) -> None:
        alarmed = {k for alarm in self.audit.alarms for k in alarm.broken}
        for trap in self.document.traps:
            sprung = any(touched(self.claims[k].figures, trap.spans) > 1 and not self.matched[k] for k in alarmed)
            self.count.update({"traps": 1, "traps sprung": int(sprung)})
            if sprung:
                self._say(f"TRAP {trap.looks_like}: {trap.why}")

    def _say_false(self, alarm: Finding) -> None:
        figures = sorted({figure for k in alarm.broken for figure in self.claims[k].figures})
        start, end = (figures[0].start, figures[-1].end) if figures else (0, 0)
        around = self.document.text[max(0, start - 60) : end + 30].replace("\n", " ")[:300]
        printed = " | ".join(figure.text for figure in figures)
        unlabelled = "" if any(self.matched[k] for k in alarm.broken) else " (unlabelled)"
        self._say(f"FALSE ALARM{unlabelled} {alarm.rule}: {printed}  in: {around}")

    def _say(self, line: str) -> None:
        self.scorer.say(f"{self.document.path.stem} {line}")


def _value_right(value: str, label: LabelledFigure, document: Labelled) -> bool:
    try:
        return abs(Fraction(value)) == abs(parse(label.printed, document.format_of(label))[0])
    except ValueError:
        return False


def _on(span: Span, spans: Sequence[Span]) -> bool:
    return any(overlap(span, other) for other in spans)


def summary(scorer: Scorer) -> list[str]:
    """The lines of the report."""
    count = scorer.count

    def share(part: str, whole: str) -> str:
        return f"{count[part]}/{count[whole]} = {100 * count[part] / max(1, count[whole]):.1f} %"

    def per_hundred(part: str, whole: str) -> str:
        return f"{100 * count[part] / max(1, count[whole]):.1f}"

    rows = [
        *((f"  {name}", f"{n['found']}/{n['labels']}") for name, n in sorted(scorer.families.items())),
        ("documents, figures", f"{count['documents']}, {count['all figures']}"),
        ("labelled figures found", share("figures found", "labelled")),
        ("  value right", share("values right", "values")),
        ("  exact or rounded right", share("kinds right", "kinds")),
        ("dates, periods, document numbers", f"{per_hundred('no quantities', 'all figures')} per 100 figures"),
        ("relations found", share("found", "labels")),
        ("  of the sure labels", share("sure found", "sure labels")),
        ("real errors found", share("real errors found", "real errors")),
        ("alarm precision", f"{share('true alarms', 'alarms')} ({count['beside']} beside)"),
        ("false alarms", f"{per_hundred('false alarms', 'documents')} per 100 documents"),
        ("notes", f"{per_hundred('notes', 'documents')} per 100 documents"),
        ("traps sprung", share("traps sprung", "traps")),
        ("claims without a label", f"{per_hundred('unlabelled', 'all figures')} per 100 figures"),
    ]
    return [f"{name:45s}{value}" for name, value in rows]


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("folder", nargs="?", type=Path, default=CORPUS)
    ask.add_argument("--only", default="", metavar="PREFIX", help="documents whose name begins so")
    ask.add_argument("--list", action="store_true", help="print every miss and false alarm")
    ask.add_argument("--inject", type=int, metavar="N", help="corrupt one figure, N variants a document")
    ask.add_argument("--scramble", action="store_true", help="redraw one labelled figure in five")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--command", default=COMMAND, help="what is measured; default: this Python's crossfoot")
    chosen = ask.parse_args()
    if chosen.list and chosen.folder.resolve().name == "blind":
        ask.error("a blind folder is measured, not looked at")
    documents = load(chosen.folder, chosen.only)
    if not documents:
        ask.error(f"no labelled documents in {chosen.folder}")
    say: Say = print if chosen.list else lambda line: None
    if chosen.inject:
        lines = corruptions.inject(documents, chosen.command, chosen.inject, chosen.seed, say)
    elif chosen.scramble:
        lines = corruptions.scramble(documents, chosen.command, chosen.seed)
    else:
        scorer = Scorer(say)
        audits = run(chosen.command, [document.path for document in documents])
        for document in documents:
            scorer.add(document, audits[document.path.name])
        lines = summary(scorer)
    print("\n".join(lines))


if __name__ == "__main__":
    main()
