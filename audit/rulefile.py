"""The format of a rule file, checked key by key: what is wrong, on which line, and what to write instead."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import PurePath
from string import Formatter
from typing import Any

from audit.identities import INTEGER, Identity, IdentityError
from audit.identities import parse as parse_identity

OPERATIONS = ("sum", "difference", "ratio", "change", "average", "product", "equal", "bound")
KINDS = ("innocent", "slip")
VERDICTS = ("right", "wrong", "silent")
LANGUAGES = ("vi", "en")

Names = tuple[str, ...]
Build = Callable[..., Any]

_TOP = ("id", "family", "operation", "identity", "title", "summary", "roles", "messages", "examples")
_TOP_MORE = ("finder", "stated", "readings", "words", "columns", "group")


class RuleError(ValueError):
    """A rule, or a choice of rules, that cannot be used; the message names file, line, fault and remedy."""


@dataclass(frozen=True, slots=True)
class Source:
    """A rule file's text, to say where in it something is wrong."""

    path: str
    text: str

    def wrong(self, key: str, problem: str, within: str = "") -> RuleError:
        """An error at the line where `key` is written, looked for behind the header `within`."""
        return RuleError(f"{self.path}:{self.line(key, within)}: {problem}")

    def line(self, key: str, within: str = "") -> int:
        start = 0
        name, _, number = within.partition("#")
        if name:
            headers = list(re.finditer(rf"^[ \t]*\[+\s*{re.escape(name)}\s*\]+", self.text, re.MULTILINE))
            if headers:
                start = headers[min(int(number or 0), len(headers) - 1)].start()
        written = re.compile(rf"^[ \t]*\[*[ \t]*\"?{re.escape(key)}\"?[ \t]*(=|\]|\.)", re.MULTILINE)
        found = written.search(self.text, start)
        return self.text.count("\n", 0, found.start() if found else start) + 1


class _Table:
    """One table of the file, whose keys are taken out by name and kind."""

    def __init__(self, source: Source, value: Any, where: str, required: Names, more: Names) -> None:
        self.source, self.where = source, where
        name = where.rpartition(".")[2].partition("#")[0] or "the file"
        if not isinstance(value, dict):
            raise source.wrong(name, f"{name} must be a table; write [{where}]")
        self.value: dict[str, Any] = value
        for key in value:
            if key not in required + more:
                raise self.wrong(key, f"unknown key {key!r}; {_instead(key, required + more)}")
        for key in required:
            if key not in value:
                raise self.wrong(name, f"{key!r} is missing in {name}; add {_sample(key)}")

    def wrong(self, key: str, problem: str) -> RuleError:
        return self.source.wrong(key, problem, self.where)

    def text(self, key: str, default: str | None = None) -> str:
        value = self.value.get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.wrong(key, f'{key} must be a text; write {key} = "…"')
        return value

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        value = self.text(key)
        if value not in allowed:
            raise self.wrong(key, f"{key} cannot be {value!r}; write one of {', '.join(allowed)}")
        return value

    def flag(self, key: str) -> bool:
        value = self.value.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, f"{key} must be true or false; write {key} = true")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.value.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise self.wrong(key, f'{key} must be a list of texts; write {key} = ["…", "…"]')
        if len(set(value)) < len(value):
            twice = next(item for item in value if value.count(item) > 1)
            raise self.wrong(key, f"{twice!r} stands twice in {key}; remove one")
        return tuple(value)

    def by_language(self, key: str, needed: bool = True) -> dict[str, str]:
        where = f"{self.where}.{key}" if self.where and "#" not in self.where else key
        table = _Table(self.source, self.value.get(key, {}), where, LANGUAGES if needed else (), LANGUAGES)
        return {language: table.text(language) for language in table.value}


def read(source: Source, role: Build, reading: Build, example: Build, *, trusted: bool = False) -> dict[str, Any]:
    """The checked contents of a rule file, as the arguments of a Rule; the callables build its members.

    Of a trusted file, whose examples come last, these are read when somebody asks for them: they are most of its text.
    """
    head, _, later = source.text.partition("\n[[examples]]") if trusted else (source.text, "", "")
    try:
        data = tomllib.loads(head)
    except tomllib.TOMLDecodeError as problem:
        line = re.search(r"line (\d+)", str(problem))
        where = line[1] if line else str(source.text.count("\n") + 1)
        raise RuleError(f'{source.path}:{where}: this is not TOML: {problem}; put texts in "…"') from problem
    top = _Table(source, data, "", _TOP[:-1] if later else _TOP, _TOP_MORE)
    stem = PurePath(source.path).stem
    if top.text("id") != stem:
        raise top.wrong("id", f'id is {top.text("id")!r} but the file is {stem!r}; write id = "{stem}"')
    roles = _roles(top, role)
    lists = frozenset(name for name, held in roles.items() if held.many)
    formula = _identity(top, lists, roles)
    stated = top.text("stated", "") or None
    if stated != formula.stated:
        want = f'write stated = "{formula.stated}"' if formula.stated else "leave stated out"
        key = "stated" if stated else "identity"
        raise top.wrong(key, f"stated must be what stands on the left of the identity; {want}")
    bounds = formula.relation != "=" or formula.integer is not None
    if bounds != (top.one_of("operation", OPERATIONS) == "bound"):
        what = f"an identity with <=, >= or {INTEGER}"
        raise top.wrong("operation", f'{what} is a bound, and only that; write operation = "bound"')
    columns = _columns(top, roles)
    if not top.text("finder", "") and not columns:
        raise top.wrong("id", 'neither a finder nor columns; add finder = "list" or a [columns] name for each role')
    if later:
        samples: Build = partial(_later, source, role, reading, example)
    else:
        samples = partial(tuple, _examples(top, roles, example))
    return {
        "id": stem, "family": top.text("family"), "operation": top.text("operation"), "finder": top.text("finder", ""),
        "stated": stated, "identity": formula.text, "formula": formula, "title": top.by_language("title"),
        "summary": top.by_language("summary"), "roles": roles, "readings": _readings(top, lists, roles, reading),
        "words": _words(top), "messages": _messages(top, roles, formula), "samples": samples,
        "columns": columns, "group": top.text("group", "") or None, "path": source.path,
    }  # fmt: skip


def _roles(top: _Table, role: Build) -> dict[str, Any]:
    found: dict[str, Any] = {}
    given = top.value["roles"]
    if not isinstance(given, dict) or not given:
        raise top.wrong("roles", "there are no roles; add [roles.part] and so on, one for each name in the identity")
    for name, value in given.items():
        if not name.isidentifier():
            raise top.wrong(name, f"the role {name!r} cannot stand in an identity; use letters, digits and _")
        if name == INTEGER:
            problem = f"{INTEGER!r} is any whole number that is not printed; give the role another name"
            raise top.source.wrong(name, problem, f"roles.{name}")
        table = _Table(top.source, value, f"roles.{name}", ("text",), ("list", "unit", "holds"))
        holds = frozenset(table.texts("holds"))
        found[name] = role(name, table.flag("list"), table.text("unit", ""), holds, table.by_language("text"))
    return found


def _identity(table: _Table, lists: frozenset[str], roles: Mapping[str, Any]) -> Identity:
    try:
        formula = parse_identity(table.text("identity"), lists)
    except IdentityError as problem:
        raise table.wrong("identity", str(problem)) from problem
    for name in formula.roles:
        if name not in roles:
            instead = _instead(name, tuple(roles))
            raise table.wrong("identity", f"the identity names {name!r}, which is no role; {instead}")
    return formula


def _readings(top: _Table, lists: frozenset[str], roles: Mapping[str, Any], build: Build) -> tuple[Any, ...]:
    found: list[Any] = []
    for number, value in enumerate(_array(top, "readings")):
        table = _Table(
            top.source, value, f"readings#{number}", ("id", "kind", "identity", "note"), ("unsigned", "unit")
        )
        name, formula = table.text("id"), _identity(table, lists, roles)
        if name in {reading.id for reading in found} or name == "truncated":
            raise table.wrong("id", f"the reading {name!r} is there already; give this one another id")
        if formula.stated != (top.value.get("stated") or None):
            raise table.wrong("identity", "a reading states the same role as the rule; put that role on its left side")
        unsigned = frozenset(table.texts("unsigned"))
        if unsigned - set(roles):
            raise table.wrong("unsigned", f"unsigned names no role; choose from {', '.join(roles)}")
        kind, unit = table.one_of("kind", KINDS), table.text("unit", "")
        found.append(build(name, kind, formula, table.by_language("note"), unsigned, unit))
    return tuple(found)


def _words(top: _Table) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    given = top.value.get("words", {})
    if not isinstance(given, dict):
        raise top.wrong("words", "words must be a table; write [words.vi]")
    for language, value in given.items():
        classes = tuple(value) if isinstance(value, dict) else ()
        table = _Table(top.source, value, f"words.{language}", (), classes)
        found[language] = {name: table.texts(name) for name in classes}
    return found


def _messages(top: _Table, roles: Mapping[str, Any], formula: Identity) -> dict[str, str]:
    found = top.by_language("messages")
    named = [*roles, "computed", "stated", *([INTEGER] if formula.integer else [])]
    for language, message in found.items():
        try:
            names = [name for _, name, _, _ in Formatter().parse(message) if name is not None]
        except ValueError as problem:
            raise top.source.wrong(language, f"{message!r}: {problem}; write {{role}}", "messages") from problem
        for name in names:
            if name not in named:
                known = ", ".join(named)
                raise top.source.wrong(language, f"the message names {{{name}}}; choose from {known}", "messages")
    return found


@cache
def _later(source: Source, role: Build, reading: Build, example: Build) -> tuple[Any, ...]:
    found: tuple[Any, ...] = read(source, role, reading, example)["samples"]()
    return found


def _examples(top: _Table, roles: Mapping[str, Any], build: Build) -> tuple[Any, ...]:
    found: list[Any] = []
    for number, value in enumerate(_array(top, "examples")):
        table = _Table(top.source, value, f"examples#{number}", ("verdict", "language", "text"), ("roles", "why"))
        verdict, printed = table.one_of("verdict", VERDICTS), table.value.get("roles", {})
        if verdict != "silent" and (not isinstance(printed, dict) or set(printed) != set(roles)):
            sample = _roles_sample(roles)
            raise table.wrong("roles", f"an example gives every role as it is printed; write roles = {sample}")
        if not isinstance(printed, dict) or set(printed) - set(roles):
            raise table.wrong("roles", f"roles must name roles of the rule; choose from {', '.join(roles)}")
        held = {name: _printed(table, name, roles[name].many, given) for name, given in printed.items()}
        found.append(build(verdict, table.text("language"), table.text("text"), held, table.text("why", "")))
    for verdict in ("right", "wrong"):
        if verdict not in {example.verdict for example in found}:
            raise top.wrong("examples", f'there is no {verdict} example; add [[examples]] with verdict = "{verdict}"')
    return tuple(found)


def _printed(table: _Table, name: str, many: bool, given: Any) -> tuple[str, ...]:
    texts = given if isinstance(given, list) else [given]
    if isinstance(given, list) != many or not all(isinstance(text, str) for text in texts):
        how = f'{name} = ["12", "8"]' if many else f'{name} = "12"'
        raise table.wrong("roles", f"{name} must be {'a list of texts' if many else 'a text'}, as printed; write {how}")
    text = table.text("text")
    for one in texts:
        if one not in text:
            raise table.wrong("roles", f"{one!r} does not stand in the example's text; copy it as it is printed there")
    return tuple(texts)


def _columns(top: _Table, roles: Mapping[str, Any]) -> dict[str, str]:
    if "columns" not in top.value:
        return {}
    table = _Table(top.source, top.value["columns"], "columns", tuple(roles), ())
    return {name: table.text(name) for name in roles}


def _array(top: _Table, key: str) -> list[Any]:
    value = top.value.get(key, [])
    if not isinstance(value, list):
        raise top.wrong(key, f"{key} must be a list of tables; write [[{key}]] before each")
    return value


def _roles_sample(roles: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f'{name} = ["…"]' if role.many else f'{name} = "…"' for name, role in roles.items()) + "}"


def _instead(key: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(key, known, 1)
    return f"write {near[0]!r}" if near else f"choose from {', '.join(known)}"


def _sample(key: str) -> str:
    samples = {"roles": "[roles.NAME]", "examples": "[[examples]]", "title": "[title]", "summary": "[summary]"}
    samples |= {"messages": "[messages]", "text": 'text = {vi = "…", en = "…"}', "note": 'note = {vi = "…", en = "…"}'}
    return samples.get(key, f'{key} = "…"')
