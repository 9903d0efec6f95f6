"""Figures without claims, bound by their labels: the same group or indicator, and roles that make a rule whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from audit import languages
from audit.records import Claim, Figure, Term
from audit.settle import settle
from audit.units import base

if TYPE_CHECKING:
    from audit.rulebook import Rule, Rulebook

NAMES = ("indicator", "period", "role", "group")
_REPEATED = ("first", "second")


class Label(NamedTuple):
    """What an extractor says of a figure; `role` is a role of a rule, or level, growth, change, share."""

    indicator: str
    period: str
    role: str
    group: str


def claims(figures: Sequence[Figure], labels: Sequence[Label], rules: Rulebook) -> Iterator[Claim]:
    """The claims that the labels make, settled. Two candidates for one role, and nothing is claimed."""
    gathered: dict[tuple[str, str], list[int]] = {}
    for figure, label in zip(figures, labels, strict=True):
        if label.group or label.indicator:
            key = ("group", label.group) if label.group else ("indicator", label.indicator)
            gathered.setdefault(key, []).append(figure.id)
    bound: set[frozenset[int]] = set()
    for members in gathered.values():
        held = _roles(members, labels)
        for rule in _fitting(held, rules):
            terms = tuple(Term(role, k, n, _sign(figures[k])) for role in rule.roles for n, k in enumerate(held[role]))
            together = frozenset(term.figure for term in terms)
            if together in bound or not _one_measure(rule, terms, figures):
                continue
            bound.add(together)
            yield settle(rule, terms, figures).into(Claim(0, rule.id, terms, "labelled"))
    yield from _repeats(figures, labels, rules, bound)


def settled(rule: Rule, terms: tuple[Term, ...], figures: Sequence[Figure], binding: str) -> Claim:
    """A claim that somebody made: unassessable where it ties a unit that nobody knows to another one."""
    claim = Claim(0, rule.id, terms, binding)
    same = {base(figures[t.figure].unit)[0] for t in terms if rule.roles[t.role].unit == "same"} - {""}
    opaque = len(same) > 1 and any(unit.partition("/")[0] not in _known() for unit in same)
    return claim if opaque else settle(rule, terms, figures).into(claim)


@cache
def _known() -> frozenset[str]:
    """The units of all languages, and what they convert into."""
    found = {unit for code in languages.available() for unit in languages.load(code).units.values()}
    return frozenset(found | {base(unit)[0] for unit in found} | {"%", "USD", "GBP", "EUR", "INR", "RM", "JPY"})


def _sign(figure: Figure) -> int:
    return -1 if figure.negative else 1


def _roles(members: Sequence[int], labels: Sequence[Label]) -> Mapping[str, list[int]]:
    """The members by role; two levels of different periods are the earlier and the later one."""
    held: dict[str, list[int]] = {}
    levels = [k for k in members if labels[k].role in ("", "level")]
    periods = sorted({labels[k].period for k in levels if labels[k].period})
    two = len(levels) == len(periods) == 2
    for k in members:
        role = labels[k].role
        if two and k in levels:
            role = "current" if labels[k].period == periods[1] else "previous"
        held.setdefault({"growth": "percent", "share": "parts"}.get(role, role), []).append(k)
    return held


def _fitting(held: Mapping[str, list[int]], rules: Rulebook) -> Iterator[Rule]:
    """The rules whose every role is held, by one figure unless it is a list; of those with the same roles the first.

    Bounds go last, and before them rules that are only for tables.
    """
    taken: set[frozenset[str]] = set()
    for rule in sorted(rules.values(), key=lambda rule: (rule.operation == "bound", not rule.finder, not rule.columns)):
        roles = frozenset(rule.roles)
        if roles in taken or not all(name in held for name in roles):
            continue
        if rule.operation == "bound" and any(
            roles < frozenset(other.roles) for other in rules.values() if set(other.roles) <= set(held)
        ):
            continue
        if all(len(held[name]) > 1 if role.many else len(held[name]) == 1 for name, role in rule.roles.items()):
            taken.add(roles)
            yield rule


def _one_measure(rule: Rule, terms: Sequence[Term], figures: Sequence[Figure]) -> bool:
    """A percentage where the rule wants one; all else in one unit, and a unit that nobody knows equals only itself."""
    percent = [figures[t.figure].unit in ("%", "‰") for t in terms if rule.roles[t.role].unit == "%"]
    others = [figures[t.figure] for t in terms if rule.roles[t.role].unit != "%"]
    same = [figures[t.figure] for t in terms if rule.roles[t.role].unit == "same"]
    units = {base(figure.unit)[0] for figure in same}
    return all(percent) and len(units) <= 1 and (not percent or not any(f.unit in ("%", "‰") for f in others))


def _repeats(
    figures: Sequence[Figure], labels: Sequence[Label], rules: Rulebook, bound: set[frozenset[int]]
) -> Iterator[Claim]:
    """The same indicator of the same period, in the same unit and role, printed twice."""
    rule = next((r for r in rules.values() if r.operation == "equal" and tuple(r.roles) == _REPEATED), None)
    if rule is None:
        return
    first: dict[tuple[str, ...], int] = {}
    for figure, label in zip(figures, labels, strict=True):
        if not label.indicator or not label.period:
            continue
        key = (label.indicator, label.period, label.role, label.group, base(figure.unit)[0])
        other = first.setdefault(key, figure.id)
        if other == figure.id or frozenset((other, figure.id)) in bound or label.role == "parts":
            continue
        terms = (Term("first", other, 0, _sign(figures[other])), Term("second", figure.id, 0, _sign(figure)))
        yield settle(rule, terms, figures).into(Claim(0, rule.id, terms, "labelled"))
