"""Decisions of people, in a TOML file: which findings may stand, and how the office writes. Read, and added to.

[office]
truncates = true
shares_to_100 = true
rounds = "thousand"

[[accepted]]
fingerprint = "0f3a9c41d2be"
reason = "the ministry publishes it so"
who = "Lan"
when = 2026-11-24
"""

from __future__ import annotations

import getpass
import re
import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from audit.records import Finding, Waiver
from audit.settings import Office

ROUNDS = {"ten": 1, "hundred": 2, "thousand": 3, "million": 6}
_OFFICE = ("truncates", "shares_to_100", "rounds")
_ACCEPTED = ("fingerprint", "reason", "who", "when")
_FINGERPRINT = re.compile(r"[0-9a-f]{12}")
_SHORTEST = 4  # of a fingerprint's beginning; fewer digits are the number of a finding


class DecisionError(ValueError):
    """Decisions that cannot be used; the message names file, line, fault and what to write instead."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """What a file decides; `office` is None where it has no [office]."""

    accepted: tuple[Waiver, ...] = ()
    office: Office | None = None


def load(path: str) -> Decisions:
    """The decisions of a file; a DecisionError where there is anything that would be passed over."""
    return parse(text_of(path), path)


def text_of(path: str) -> str:
    """The text of a file of decisions, its line ends as they are."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            return file.read()
    except UnicodeDecodeError as problem:
        raise DecisionError(f"{path}:1: this is not UTF-8 text ({problem.reason}); save it as UTF-8") from problem
    except OSError as problem:
        reason = problem.strerror or problem
        raise DecisionError(f"{path}: {reason}; `crossfoot accept` writes such a file") from problem


def office_of(path: str) -> Office:
    """The [office] of a file that must have one."""
    office = load(path).office
    if office is None:
        raise DecisionError(f"{path}:1: there is no [office]; write [office] and below it, say, truncates = true")
    return office


def today(fingerprint: str, reason: str, who: str | None) -> Waiver:
    """A waiver of this day; of whoever is logged in, where nobody is named."""
    if not reason.strip():
        raise DecisionError("the reason is empty; say why the finding may stand")
    if who is None:
        try:
            who = getpass.getuser()
        except (OSError, KeyError, ImportError):
            who = ""
    return Waiver(fingerprint, reason.strip(), who.strip(), date.today().isoformat())


def parse(text: str, path: str) -> Decisions:
    """The decisions in a text; `path` is for messages."""
    try:
        data = tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as problem:
        line = re.search(r"line (\d+)", str(problem))
        where = line[1] if line else str(text.count("\n") + 1)
        raise DecisionError(f'{path}:{where}: this is not TOML: {problem}; put texts in "…"') from problem
    page = _Page(path, text)
    for key in data:
        if key not in ("office", "accepted"):
            raise page.wrong(page.line(key), f"unknown key {key!r}; {_instead(key, ('[office]', '[[accepted]]'))}")
    office = _office(page, data["office"]) if "office" in data else None
    return Decisions(_accepted(page, data.get("accepted", [])), office)


def mark(findings: Iterable[Finding], accepted: Collection[Waiver]) -> None:
    """Tie the findings to the waivers that have their fingerprints."""
    if accepted:
        waivers = {waiver.fingerprint: waiver for waiver in accepted}
        for finding in findings:
            finding.accepted = waivers.get(finding.fingerprint)


def choose(name: str, findings: Iterable[Finding]) -> Finding:
    """The finding that a person means: by fingerprint or its beginning, or by number, counted from 1 as in the table.

    `findings` come in the table's order.
    """
    listed = list(findings)
    if name.isdecimal() and len(name) < _SHORTEST:
        if not 1 <= int(name) <= len(listed):
            raise DecisionError(f"there is no finding {name}; {_known(listed)}")
        return listed[int(name) - 1]
    found = [finding for finding in listed if finding.fingerprint.startswith(name.lower())]
    if len(name) < _SHORTEST or not found:
        raise DecisionError(f"there is no finding {name!r}; {_known(listed)}")
    if len(found) > 1:
        raise DecisionError(f"{name!r} begins {len(found)} fingerprints; write more of it: {_known(found)}")
    return found[0]


def added(text: str, waiver: Waiver, path: str) -> str:
    """The text of a file with one more waiver at its end; what stood there stays as it is, comments included."""
    before = parse(text, path)
    known = next((held for held in before.accepted if held.fingerprint == waiver.fingerprint), None)
    if known is not None:
        who = f" by {known.who}" if known.who else ""
        raise DecisionError(f"{path}: {waiver.fingerprint} is accepted already{who}: {known.reason}")
    end = "\r\n" if "\r\n" in text else "\n"
    lines = ["[[accepted]]", f"fingerprint = {_quoted(waiver.fingerprint)}", f"reason = {_quoted(waiver.reason)}"]
    lines += [f"who = {_quoted(waiver.who)}"] * bool(waiver.who) + [f"when = {waiver.when}"] * bool(waiver.when)
    gap = "" if not text else end if text.endswith("\n") else 2 * end
    whole = text + gap + "".join(line + end for line in lines)
    try:
        after = parse(whole, path)
    except DecisionError as problem:
        raise DecisionError(f"{path}: no [[accepted]] can follow what stands there; write it that way") from problem
    if after != Decisions((*before.accepted, waiver), before.office):
        raise DecisionError(f"{path}: the entry does not come back as it was given; write it by hand")
    return whole


@dataclass(frozen=True, slots=True)
class _Page:
    """A file's text, to say where in it something is wrong."""

    path: str
    text: str

    def wrong(self, line: int, problem: str) -> DecisionError:
        return DecisionError(f"{self.path}:{line}: {problem}")

    def line(self, key: str, header: str = "", number: int = 0) -> int:
        """The line of a key, looked for behind the numbered header; that of the header where the key is absent."""
        start, end = 0, len(self.text)
        if header:
            held = list(re.finditer(rf"^[ \t]*\[+[ \t]*{header}[ \t]*\]+", self.text, re.MULTILINE))
            if number < len(held):
                start = held[number].start()
                end = held[number + 1].start() if number + 1 < len(held) else end
        written = re.compile(rf"^[ \t]*\[*[ \t]*[\"']?{re.escape(key)}[\"']?[ \t]*[=\].]", re.MULTILINE)
        found = written.search(self.text, start, end)
        return self.text.count("\n", 0, found.start() if found else start) + 1


def _office(page: _Page, given: Any) -> Office:
    if not isinstance(given, dict):
        raise page.wrong(page.line("office"), "office must be a table; write [office]")
    for key, value in given.items():
        line = page.line(key, "office")
        if key not in _OFFICE:
            raise page.wrong(line, f"unknown key {key!r} in [office]; {_instead(key, _OFFICE)}")
        if key != "rounds" and not isinstance(value, bool):
            raise page.wrong(line, f"{key} must be true or false; write {key} = true")
        if key == "rounds" and (not isinstance(value, str) or value not in ROUNDS):
            names = ", ".join(f'"{name}"' for name in ROUNDS)
            raise page.wrong(line, f"rounds cannot be {value!r}; write one of {names}")
    return Office(given.get("truncates"), given.get("shares_to_100"), ROUNDS.get(given.get("rounds", "")))


def _accepted(page: _Page, given: Any) -> tuple[Waiver, ...]:
    if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
        raise page.wrong(page.line("accepted"), "accepted must be a list of tables; write [[accepted]] before each")
    lines: dict[str, int] = {}
    found = []
    for number, entry in enumerate(given):
        waiver = _waiver(page, number, entry)
        line = page.line("fingerprint", "accepted", number)
        if waiver.fingerprint in lines:
            raise page.wrong(
                line, f"{waiver.fingerprint} stands in line {lines[waiver.fingerprint]}, too; keep one of the two"
            )
        lines[waiver.fingerprint] = line
        found.append(waiver)
    return tuple(found)


def _waiver(page: _Page, number: int, entry: dict[str, Any]) -> Waiver:
    def wrong(key: str, problem: str) -> DecisionError:
        return page.wrong(page.line(key, "accepted", number), problem)

    for key in entry:
        if key not in _ACCEPTED:
            raise wrong(key, f"unknown key {key!r} in [[accepted]]; {_instead(key, _ACCEPTED)}")
    for key in ("fingerprint", "reason"):
        if key not in entry:
            raise wrong(key, f'{key!r} is missing in [[accepted]]; add {key} = "…"')
    for key in ("fingerprint", "reason", "who"):
        value = entry.get(key, "")
        if not isinstance(value, str) or (key in entry and not value.strip()):
            raise wrong(key, f'{key} must be a text; write {key} = "…"')
    if not _FINGERPRINT.fullmatch(entry["fingerprint"]):
        problem = f"{entry['fingerprint']!r} is no fingerprint; copy the twelve characters from the report"
        raise wrong("fingerprint", problem)
    when = entry.get("when", "")
    try:
        day = when if isinstance(when, date) else date.fromisoformat(when) if when else ""
    except (TypeError, ValueError) as fault:
        raise wrong("when", f"when cannot be {when!r}; write a day, as in when = 2026-01-31") from fault
    return Waiver(entry["fingerprint"], entry["reason"].strip(), entry.get("who", "").strip(), str(day))


def _quoted(text: str) -> str:
    """A basic string of TOML: quotes, backslashes and control characters escaped."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08X}" for c in escaped) + '"'


def _known(findings: Iterable[Finding]) -> str:
    listed = [f"{finding.fingerprint} ({finding.rule})" for finding in findings]
    return f"choose from {', '.join(listed)}" if listed else "this report has no findings"


def _instead(key: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(key, known, 1)
    return f"write {near[0]}" if near else f"choose from {', '.join(known)}"
