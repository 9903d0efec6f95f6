"""The engine names no rule: with every id changed it says the same, so adding a rule is adding a file."""

from __future__ import annotations

from dataclasses import replace

import pytest
from parsing import BOOK

from audit import documents
from audit.batch import audit_all
from audit.records import Document, Reading
from audit.rulebook import Rule, Rulebook
from audit.settings import Settings

RENAMED = Rulebook(replace(rule, id=f"own-{rule.id}") for rule in BOOK.values())
TABLE_HEAD = "Bảng 2. Trồng trọt (ha)\n\nXã Lúa Ngô Cộng\n"
TABLE = f"{TABLE_HEAD}Đông 412 138 550\nTây 387 95 482\nNam 298 164 462\nCộng 1.097 397 1.494\n"
TEXTS = ["\n\n".join(e.text for e in rule.examples if e.language == "vi") for rule in BOOK.values()]


def read(texts: list[str], book: Rulebook) -> list[Reading]:
    given: list[Document] = [documents.read_text(text, f"{number}.txt") for number, text in enumerate(texts)]
    return list(audit_all(given, book, Settings()))


def said(reading: Reading, prefix: str) -> list[object]:
    assert reading.document.error is None
    claims = {
        claim.id: (claim.rule.removeprefix(prefix), claim.terms, claim.verdict, claim.note) for claim in reading.claims
    }
    findings = [
        (f.rule.removeprefix(prefix), f.severity, f.suspect, f.message, [claims[c] for c in f.claims])
        for f in reading.findings
    ]
    return [sorted(claims.values(), key=repr), sorted(findings, key=repr), [f.state for f in reading.figures]]


@pytest.mark.parametrize("texts", [TEXTS, [TABLE]], ids=["prose", "table"])
def test_other_ids_give_the_same_claims_and_findings(texts: list[str]) -> None:
    ours, renamed = read(texts, BOOK), read(texts, RENAMED)
    assert sum(len(reading.claims) for reading in ours) >= len(texts)
    for one, other in zip(ours, renamed, strict=True):
        assert said(other, "own-") == said(one, "")


@pytest.mark.parametrize("rule", BOOK.values(), ids=lambda rule: rule.id)
def test_a_rule_alone_makes_its_own_claims_only(rule: Rule) -> None:
    (reading,) = read(["\n\n".join([TABLE, *(example.text for example in rule.examples)])], Rulebook([rule]))
    assert reading.document.error is None
    assert {claim.rule for claim in reading.claims} <= {rule.id}
