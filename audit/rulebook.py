"""The rule library: reads rule files and refuses bad ones. The only room that knows their format.

A rule is one TOML file; its name is the rule's id. The library lies in `audit.rules`; a user's folder works the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from audit.identities import Identity
from audit.rulefile import RuleError, Source, read

__all__ = ["Example", "OtherReading", "Role", "Rule", "RuleError", "Rulebook", "explain", "listing", "load"]

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Role:
    """What one part of the identity may hold: statements of the roles in `holds`, one figure or `many`."""

    name: str
    many: bool
    unit: str
    holds: frozenset[str]
    text: Texts


@dataclass(frozen=True, slots=True)
class OtherReading:
    """A claim that fails may hold otherwise: innocently, or as a slip that explains it.

    `unsigned` roles lose their signs; with a `unit` it applies only where the stated figure is printed in that unit.
    """

    id: str
    kind: str
    identity: Identity
    note: Texts
    unsigned: frozenset[str]
    unit: str


@dataclass(frozen=True, slots=True)
class Example:
    """A text with its roles as printed, and what must come of it: right, wrong or silent."""

    verdict: str
    language: str
    text: str
    roles: Mapping[str, tuple[str, ...]]
    why: str


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One kind of claim. `identity` is as written, `formula` the same compiled; `stated` is None where a number is."""

    id: str
    family: str
    operation: str
    finder: str
    stated: str | None
    identity: str
    formula: Identity
    title: Texts
    summary: Texts
    roles: Mapping[str, Role]
    readings: tuple[OtherReading, ...]
    words: Mapping[str, Mapping[str, tuple[str, ...]]]
    messages: Texts
    samples: Callable[[], tuple[Example, ...]]
    columns: Mapping[str, str]
    group: str | None
    path: str

    @property
    def examples(self) -> tuple[Example, ...]:
        """Right, wrong and silent texts, which are the rule's tests."""
        return self.samples()

    def accepts(self, role: str, statement_role: str) -> bool:
        """Whether `role` may be played by a figure whose statement says `statement_role`."""
        held = self.roles.get(role)
        return held is not None and statement_role in held.holds

    def reading(self, reading_id: str | None) -> OtherReading | None:
        """The reading that a claim's note names, if it is one of this rule's."""
        return next((reading for reading in self.readings if reading.id == reading_id), None)

    @property
    def warnings(self) -> list[str]:
        """What is allowed but unwise: a role that occurs so often that the bounds are wider than they need be."""
        forms = [self.formula, *(reading.identity for reading in self.readings)]
        return [
            f"{self.path}: in {form.text!r} the role {name!r} occurs more than once, so that wrong figures may pass; "
            "rewrite it so that each role occurs once"
            for form in forms
            for name in form.loose
        ]


class Rulebook(Mapping[str, Rule]):
    """Rules by id, in the order of their ids.

    `whole` is the rulebook that they were chosen from: a report is read with all of its words and rules, whichever of
    them are asked for, so that none takes what belongs to another.
    """

    def __init__(self, rules: Iterable[Rule], whole: Rulebook | None = None) -> None:
        self.whole = whole or self
        self._rules = {rule.id: rule for rule in sorted(rules, key=lambda rule: rule.id)}
        self._words: dict[str, dict[str, tuple[str, ...]]] = {}
        self._finders: dict[str, list[Rule]] = {}

    def __getitem__(self, rule_id: str) -> Rule:
        return self._rules[rule_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rules)

    def __len__(self) -> int:
        return len(self._rules)

    def by_finder(self) -> dict[str, list[Rule]]:
        """The rules that each finder proposes."""
        if not self._finders:
            for rule in self._rules.values():
                if rule.finder:
                    self._finders.setdefault(rule.finder, []).append(rule)
        return self._finders

    def words(self, language: str) -> dict[str, tuple[str, ...]]:
        """The words of all rules in one language, by cue class."""
        if language in self._words:
            return self._words[language]
        found: dict[str, dict[str, None]] = {}
        for rule in self._rules.values():
            for name, words in rule.words.get(language, {}).items():
                found.setdefault(name, {}).update(dict.fromkeys(words))
        self._words[language] = {name: tuple(words) for name, words in found.items()}
        return self._words[language]


def load(
    extra_dirs: Collection[str] = (), select: Collection[str] | None = None, ignore: Collection[str] | None = None
) -> Rulebook:
    """The library and the rules of `extra_dirs`, narrowed to `select` and without `ignore` (ids).

    Raises RuleError, a ValueError, for a bad file, an id that is taken, or an id that nobody knows.
    """
    rules = {rule.id: rule for rule in _library()}
    for folder in extra_dirs:
        for rule in _folder(Path(folder)):
            _add(rules, rule)
    _refuse_contradictions(rules.values())
    for option, ids in (("select", select), ("ignore", ignore)):
        for wanted in ids or ():
            if wanted not in rules:
                raise RuleError(f"--{option}: there is no rule {wanted!r}; there are {', '.join(sorted(rules))}")
    chosen = set(select or rules) - set(ignore or ())
    whole = Rulebook(rules.values())
    return Rulebook((rules[rule_id] for rule_id in chosen), whole) if len(chosen) < len(rules) else whole


def parse(text: str, path: str, *, trusted: bool = False) -> Rule:
    """One rule from the text of its file; `path` gives its id and names it in messages.

    Examples of a trusted rule, one of the library, are read and checked when they are asked for.
    """
    return Rule(**read(Source(path, text), Role, OtherReading, Example, trusted=trusted))


def digest(rules: Mapping[str, Rule]) -> str:
    """A hash of what rules compute: ids, identities and readings."""
    said = [
        (rule.id, rule.identity, sorted(rule.roles), [(r.id, r.kind, r.identity.text, r.unit) for r in rule.readings])
        for rule in rules.values()
    ]
    return hashlib.sha256(repr(sorted(said)).encode()).hexdigest()


def explain(rulebook: Rulebook, rule_id: str, language: str = "en") -> str:
    """What one rule checks and why, with its examples worked out in numbers."""
    from audit import explain as text

    if rule_id not in rulebook:
        raise RuleError(f"there is no rule {rule_id!r}; there are {', '.join(rulebook)}")
    return text.explain(rulebook[rule_id], language)


def listing(rulebook: Rulebook, language: str = "en") -> str:
    """All rules, a line each: id, identity, title."""
    from audit import explain as text

    return text.listing(rulebook.values(), language)


@lru_cache(maxsize=1)
def _library() -> tuple[Rule, ...]:
    rules: dict[str, Rule] = {}
    for rule in _folder(library(), trusted=True):
        _add(rules, rule)
    return tuple(rules.values())


def library() -> Path:
    """The folder of the rules that come with the program, installed or beside the package in a bare checkout."""
    try:
        return Path(str(resources.files("audit.rules")))
    except ModuleNotFoundError:
        beside = Path(__file__).resolve().parent.parent / "rules"
        if not (beside / "__init__.py").is_file():
            raise
        return beside


def _folder(folder: Path, *, trusted: bool = False) -> Iterator[Rule]:
    if not folder.is_dir():
        raise RuleError(f"{folder}: no such folder of rules")
    for path in sorted(folder.glob("*.toml")):
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as problem:
            raise RuleError(f"{path}: cannot be read as UTF-8 text ({problem}); save it as UTF-8") from problem
        yield parse(text, str(path), trusted=trusted)


def _add(rules: dict[str, Rule], rule: Rule) -> None:
    taken = rules.get(rule.id)
    if taken is None:
        rules[rule.id] = rule
        return
    if taken.identity != rule.identity:
        raise RuleError(
            f"{rule.path}: contradicts {taken.path}: the rule {rule.id!r} cannot be both {rule.identity!r} and "
            f"{taken.identity!r}; give the file another name"
        )
    raise RuleError(f"{rule.path}: the id {rule.id!r} is taken by {taken.path}; give the file another name")


def _refuse_contradictions(rules: Iterable[Rule]) -> None:
    """Two rules that tie the same figures found the same way must not ask them to satisfy different identities."""
    seen: dict[Any, Rule] = {}
    for rule in rules:
        if not rule.finder:
            continue
        held = frozenset((role.name, role.many, role.holds) for role in rule.roles.values())
        other = seen.setdefault((rule.finder, held), rule)
        if other.identity.replace(" ", "") != rule.identity.replace(" ", ""):
            raise RuleError(
                f"{rule.path}: contradicts {other.path}: both tie the same figures, one by {rule.identity!r}, the "
                f"other by {other.identity!r}; let their roles hold different statements, or remove one"
            )
