"""Extracted figures: the folder that ``crossfoot figures --claims --output`` writes, or one file with its columns.

Whoever extracted them, they are settled anew: only figures, roles and rules are taken from the files, never a verdict.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from audit import languages, rulebook
from audit.documents.loading import Refused, load
from audit.inputs import MANIFEST, SUFFIXES, _cells, _labels, _values
from audit.inputs._layout import lay_out
from audit.inputs._rows import Faults, Row, table
from audit.numbers import decimal_mark, parse_printed
from audit.records import Document, Figure, Reading, Term

if TYPE_CHECKING:
    from audit.rulebook import Rulebook
    from audit.settings import Settings

VERSION = 1
NAMES = ("figures", "claims", "terms")
COLUMNS = (
    "document", "figure", "block", "printed", "start", "end", "value", "scale", "unit", "noun", "kind", "hedge",
    "low", "high", "indicator", "period", "role", "group", "state", "place", "words", "quantity_start",
)  # fmt: skip
NEEDED = ("figure", "printed", "value")
OURS = ("figure", "printed", "value", "scale", "unit", "kind", "low", "high")
_KEYS = ("line", "column", "page", "paragraph", "note", "table", "row", "sheet")
_PLACE = re.compile(rf"({'|'.join(_KEYS)}) (.*?)(?=, (?:{'|'.join(_KEYS)}) |$)")


@dataclass(slots=True)
class _Given:
    """The rows of one document, as they come in."""

    figures: list[Figure] = field(default_factory=list)
    ids: dict[int, int] = field(default_factory=dict)
    labels: list[_labels.Label] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    places: list[Mapping[str, Any]] = field(default_factory=list)
    claims: dict[int, tuple[Row, str, str]] = field(default_factory=dict)
    terms: dict[int, list[Term]] = field(default_factory=dict)


def takes(path: str) -> bool:
    """A folder with a manifest, or a file with the columns of extracted figures."""
    if os.path.isdir(path):
        return os.path.isfile(os.path.join(path, MANIFEST))
    return PurePath(path).suffix.lower() in SUFFIXES and set(NEEDED) <= {name.strip() for name in _cells.head(path)}


def read(path: str, rules: Rulebook, settings: Settings) -> Iterable[Reading]:
    """One reading a document; an input with faults is one unreadable document, whose error names all of them."""
    faults = Faults()
    try:
        return _Reader(path, rules, settings, faults).readings()
    except Refused as refused:
        return [Reading(Document(path, error=str(refused)))]


class _Reader:
    def __init__(self, path: str, rules: Rulebook, settings: Settings, faults: Faults) -> None:
        self.path, self.rules, self.settings, self.faults = path, rules, settings, faults
        self.folder = os.path.isdir(path)
        self.manifest = _manifest(path) if self.folder else {}
        self.about = {int(one["document"]): one for one in self.manifest.get("documents", ())}
        self.given: dict[int, _Given] = {key: _Given() for key in self.about}
        self.bound = False

    def readings(self) -> list[Reading]:
        """The readings, if nothing is wrong with any of the files."""
        sheet, where = self._sheet("figures")
        rows = list(table(sheet, where, OURS if self.folder else NEEDED, self.faults))
        mark, guessed = self._mark(rows)
        for row in rows:
            key = row.whole("document", 0)
            given = self.given.setdefault(key, _Given())
            about = self.about.get(key, {}).get("number_format")
            self._figure(row, given, decimal_mark(about) if about else mark)
        if self.folder and self._path("claims") is not None:
            self._bind()
        elif self.folder and self._path("terms") is not None:
            self.faults.add("terms", None, "", "there are terms, but no claims beside them")
        if self.faults:
            raise Refused(self.faults.text())
        found = [self._reading(key, given, sheet.sha256, guessed) for key, given in sorted(self.given.items())]
        _validate(found, self.faults, where)
        if self.faults:
            raise Refused(self.faults.text())
        return found

    def _path(self, name: str) -> str | None:
        if not self.folder:
            return self.path if name == "figures" else None
        here = [os.path.join(self.path, name + suffix) for suffix in SUFFIXES]
        return next((path for path in here if os.path.isfile(path)), None)

    def _sheet(self, name: str) -> tuple[_cells.Sheet, str]:
        path = self._path(name)
        if path is None:
            raise Refused(f"there is no {name}.csv in this folder")
        try:
            found = _cells.sheets(path)
        except Refused as refused:
            raise Refused(f"{os.path.basename(path)}: {refused}") from None
        return (found[0] if found else _cells.Sheet("")), os.path.basename(path)

    def _mark(self, rows: Sequence[Row]) -> tuple[str, str]:
        """The decimal mark of a file that does not say it: chosen, or under which printed and value agree."""
        if self.settings.number_format:
            return decimal_mark(self.settings.number_format), self.settings.number_format
        votes = {",": 0, ".": 0}
        for row in rows:
            told = _values.decimal(row.text("value"))
            for mark in votes:
                seen = parse_printed(row.text("printed").strip(), mark)
                votes[mark] += told is not None and seen is not None and seen[:2] == told[:2]
        mark = max(votes, key=lambda one: (votes[one], one == ","))
        return mark, {",": "1.234,5", ".": "1,234.5"}[mark]

    def _figure(self, row: Row, given: _Given, mark: str) -> None:
        number = row.whole("figure")
        if number in given.ids:
            row.fault("figure", f"the id {number} is there already")
            return
        figure = _values.figure(row, len(given.figures), mark)
        given.ids[number] = figure.id
        given.figures.append(figure)
        given.words.append(row.text("words"))
        given.places.append({key: int(v) if v.isdecimal() else v for key, v in _PLACE.findall(row.text("place"))})
        given.labels.append(_labels.Label(*(row.text(name) for name in _labels.NAMES)))

    def _bind(self) -> None:
        """The claims and terms of the folder."""
        self.bound = True
        known = {**rulebook.load(), **self.rules}
        sheet, where = self._sheet("claims")
        for row in table(sheet, where, ("claim", "rule", "binding"), self.faults):
            given, number = self._of(row), row.whole("claim")
            if number in given.claims:
                row.fault("claim", f"the id {number} is there already")
            if row.text("rule") not in known:
                row.fault("rule", f"there is no rule {row.text('rule')!r}; a rule of your own needs --rules DIR")
            binding = row.one_of("binding", ("explicit", "nearby", "labelled", "layout"), "labelled")
            given.claims[number] = row, row.text("rule"), binding
        sheet, where = self._sheet("terms")
        for row in table(sheet, where, ("claim", "role", "position", "figure", "sign"), self.faults):
            self._term(row, self._of(row), known)
        for given in self.given.values():
            for number, (row, name, _) in given.claims.items():
                roles = {term.role for term in given.terms.get(number, ())}
                lacking = [role for role in (known[name].roles if name in known else ()) if role not in roles]
                if lacking:
                    row.fault("claim", f"no term of claim {number} is its {' or '.join(lacking)}")

    def _of(self, row: Row) -> _Given:
        return self.given.setdefault(row.whole("document", 0), _Given())

    def _term(self, row: Row, given: _Given, known: Mapping[str, Any]) -> None:
        number, role, figure, sign = row.whole("claim"), row.text("role"), row.whole("figure"), row.whole("sign")
        claim = given.claims.get(number)
        if claim is None:
            row.fault("claim", f"there is no claim {number}")
        elif claim[1] in known and role not in known[claim[1]].roles:
            row.fault("role", f"{role!r} is no role of {claim[1]}: {', '.join(known[claim[1]].roles)}")
        if figure not in given.ids:
            row.fault("figure", f"there is no figure {figure}")
        if sign not in (-1, 1):
            row.fault("sign", f"{sign} is neither 1 nor -1")
        term = Term(role, given.ids.get(figure, 0), row.whole("position"), sign)
        given.terms.setdefault(number, []).append(term)

    def _reading(self, key: int, given: _Given, sha256: str, number_format: str) -> Reading:
        about = self.about.get(key, {})
        several = len(self.given) > 1
        path = f"{self.path}: {about.get('path') or key}" if several else self.path
        document = Document(
            path, sha256=about.get("sha256") or sha256, error=about.get("error"), warnings=self._warnings()
        )
        document = lay_out(document, given.figures, given.words, given.places) if document.error is None else document
        labels = [label.indicator for label in given.labels]
        language = self.settings.language or about.get("language") or languages.detect(" ".join(labels))
        if self.bound:
            claims = [
                _labels.settled(self.rules[rule], terms, given.figures, binding)
                for number, (_, rule, binding) in given.claims.items()
                if rule in self.rules and (terms := tuple(given.terms.get(number, ())))
            ]
        else:
            claims = list(_labels.claims(given.figures, given.labels, self.rules))
        for number, claim in enumerate(claims):
            claim.id = number
        return Reading(document, language, about.get("number_format") or number_format, given.figures, labels, claims)

    def _warnings(self) -> tuple[str, ...]:
        told = self.manifest.get("rules")
        if told is None or told == rulebook.digest(self.rules):
            return ()
        return ("the rules are not those that these figures were bound with: verdicts may differ",)


def _manifest(path: str) -> dict[str, Any]:
    """What crossfoot.json says; a version that nobody knows is refused before anything is read by it."""
    try:
        said = json.loads(load(os.path.join(path, MANIFEST), None).decode("utf-8-sig"))
        documents = said["documents"]
        version = said["frames"]
        sound = all(isinstance(one, dict) and isinstance(one["document"], int) for one in documents)
    except Refused as refused:
        raise Refused(f"{MANIFEST}: {refused}") from None
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise Refused(f"{MANIFEST} is damaged ({type(problem).__name__}: {problem}): write the folder anew") from None
    if version != VERSION:
        raise Refused(f"{MANIFEST}: frames of version {version!r} are not known: this program reads version {VERSION}")
    if not sound:
        raise Refused(f"{MANIFEST} is damaged: each document needs a whole number as its key")
    return {**said, "documents": documents}


def _validate(readings: Sequence[Reading], faults: Faults, where: str) -> None:
    """The figures and terms once more, by the models that also guard what goes out."""
    from audit import frames

    sound = [reading for reading in readings if reading.document.error is None]
    for column, value, index in frames.complaints(sound):
        faults.add(where, index + 2, column, f"{value!r} is not allowed there")


def write(folder: str, readings: Iterable[Reading], rules: Rulebook, store: str = "csv") -> None:
    """The folder of figures, claims and terms of many readings: complete, or left as it was."""
    from audit.inputs import _folder

    _folder.write(Path(folder), readings, rulebook.digest(rules), store)
