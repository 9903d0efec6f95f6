"""Every example of every rule, through the whole engine: a rule's examples are its tests."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

import pytest
from parsing import BOOK, audited

from audit.records import HOLDS, Claim, Reading
from audit.rulebook import Example, Rule

LISTS = "a short list that misses by a tenth is taken for a list of something else"
WEAK = {
    "Tổ một góp 14 triệu đồng, tổ hai góp 36 triệu đồng và tổ ba góp 31 triệu đồng, tổng cộng 75 triệu đồng.": LISTS,
    "Tiêu đề: hỗ trợ 63,4 tỷ đồng. Thân bài: tổng hỗ trợ là 36.372 triệu đồng.": "one shared word names no indicator",
}
ENGINE_SOURCE = "\n".join(
    entry.read_text(encoding="utf-8")
    for entry in resources.files("audit.finders").iterdir()
    if entry.name.endswith(".py")
)


def is_proposed(rule: Rule) -> bool:
    """Whether a finder asks for this rule: by its finder's name, and for one of its roles where a role is named."""
    asked = re.findall(rf'rule\("{rule.finder}", "(\w+)"', ENGINE_SOURCE)
    if asked:
        return any(role in rule.roles for role in asked)
    return bool(rule.finder) and f'"{rule.finder}"' in ENGINE_SOURCE


def examples(*verdicts: str) -> list[object]:
    """The examples of the rules that some finder proposes; bounds are proposed only where they are broken."""
    found = []
    for rule in BOOK.values():
        for number, example in enumerate(rule.examples):
            if example.verdict in verdicts and is_proposed(rule):
                marks = [pytest.mark.xfail(strict=True, reason=WEAK[example.text])] if example.text in WEAK else []
                found.append(pytest.param(rule, example, id=f"{rule.id}-{number}", marks=marks))
    return found


@cache
def readings() -> dict[str, Reading]:
    """Each example as a document of its own, all in one batch."""
    texts = sorted({example.text for rule in BOOK.values() for example in rule.examples})
    return dict(zip(texts, audited(*texts), strict=True))


def claims(rule: Rule, example: Example) -> list[Claim]:
    return [claim for claim in readings()[example.text].claims if claim.rule == rule.id]


def roles(claim: Claim, reading: Reading) -> dict[str, list[str]]:
    """The figures of a claim as printed, by role."""
    found: dict[str, list[str]] = {}
    for term in claim.terms:
        found.setdefault(term.role, []).append(reading.figures[term.figure].printed)
    return {role: sorted(printed) for role, printed in found.items()}


def bound_as_the_example_says(rule: Rule, example: Example) -> Claim:
    """The claim of this rule on exactly the example's figures."""
    reading = readings()[example.text]
    assert reading.document.error is None
    wanted = {role: sorted(printed) for role, printed in example.roles.items()}
    made = {claim.id: roles(claim, reading) for claim in claims(rule, example)}
    right = [claim for claim in claims(rule, example) if made[claim.id] == wanted]
    assert len(right) == 1, made or [(claim.rule, roles(claim, reading)) for claim in reading.claims]
    return right[0]


def alarmed(reading: Reading) -> set[int]:
    """The claims that a finding of severity warning or error holds."""
    return {claim for finding in reading.findings if finding.severity != "note" for claim in finding.claims}


@pytest.mark.parametrize(("rule", "example"), examples("right"))
def test_a_right_example_is_verified(rule: Rule, example: Example) -> None:
    reading = readings()[example.text]
    assert alarmed(reading) == set()
    if rule.operation == "bound":
        assert claims(rule, example) == []
    else:
        assert bound_as_the_example_says(rule, example).verdict in HOLDS


@pytest.mark.parametrize(("rule", "example"), examples("wrong"))
def test_a_wrong_example_is_an_alarm(rule: Rule, example: Example) -> None:
    claim = bound_as_the_example_says(rule, example)
    assert claim.verdict == "discrepant"
    assert claim.id in alarmed(readings()[example.text])


@pytest.mark.parametrize(("rule", "example"), examples("silent"))
def test_a_silent_example_makes_no_claim(rule: Rule, example: Example) -> None:
    assert claims(rule, example) == []
    assert alarmed(readings()[example.text]) == set()


def test_a_rule_that_is_proposed_by_none_makes_no_claim() -> None:
    silent = {rule.id for rule in BOOK.values() if not is_proposed(rule)}
    assert len(silent) < len(BOOK) / 2
    assert not silent & {claim.rule for reading in readings().values() for claim in reading.claims}
