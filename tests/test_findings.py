"""One finding a cause: what belongs together, who is suspected, how bad it is, and what the ledger says."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from audit import findings, rulebook, settle
from audit.numbers import parse_printed
from audit.records import Block, Claim, Document, Figure, Reading, Term

RULES = rulebook.load()
Roles = dict[str, str | list[str]]


class Report:
    """Builds a reading from printed figures and claims about them; figures have one name each: as printed."""

    def __init__(self, *printed: str, unit: str = "", kind: str = "count") -> None:
        text = " ".join(printed)
        self.reading = Reading(Document("report", text, (Block(0, "paragraph", 0, len(text)),)))
        at = 0
        for number, one in enumerate(printed):
            self.reading.figures.append(_figure(number, one, at, unit, kind))
            self.reading.indicators.append("")
            at += len(one) + 1

    def claim(self, rule: str, binding: str = "explicit", **roles: str | list[str]) -> Report:
        ids = {figure.printed: figure.id for figure in self.reading.figures}
        terms = [
            Term(role, ids[printed], position)
            for role, held in roles.items()
            for position, printed in enumerate([held] if isinstance(held, str) else held)
        ]
        claim = Claim(len(self.reading.claims), rule, tuple(terms), binding)
        self.reading.claims.append(settle.settle(RULES[rule], terms, self.reading.figures).into(claim))
        return self

    def find(self, language: str = "en") -> Reading:
        findings.find(self.reading, RULES, language)
        return self.reading

    def states(self) -> dict[str, str]:
        return {figure.printed: figure.state for figure in self.reading.figures}


def _figure(number: int, printed: str, at: int, unit: str, kind: str) -> Figure:
    read = parse_printed(printed, ",")
    assert read is not None
    mantissa, decimals, negative = read
    if "%" in printed:
        unit, kind = "%", "percent"
    half = int(kind != "count")
    end = at + len(printed)
    return Figure(
        number, 0, at, end, printed, mantissa, decimals, 2 * mantissa - half, 2 * mantissa + half, negative,
        unit=unit, kind=kind, quantity_end=end,
    )  # fmt: skip


def test_one_wrong_figure_that_breaks_two_claims_is_one_finding() -> None:
    report = Report("6.218", "5.209", "1.011", "83,74%")
    report.claim("balance", balance="1.011", inflow="6.218", outflow="5.209")
    report.claim("ratio", percent="83,74%", part="5.209", whole="6.218")
    (finding,) = report.find().findings
    assert (finding.severity, finding.claims, finding.suspect, finding.suggestion) == ("error", [0, 1], 1, "5.207")
    assert report.states()["5.209"] == "contradicted"


def test_claims_that_no_single_change_mends_are_two_findings() -> None:
    report = Report("74", "15", "35", "30", "50%")
    report.claim("parts", whole="74", parts=["15", "35", "30"]).claim("ratio", percent="50%", part="15", whole="35")
    assert [finding.claims for finding in report.find().findings] == [[0], [1]]


def test_where_nothing_decides_both_ways_are_said() -> None:
    report = Report("88,46%", "46", "51").claim("ratio", percent="88,46%", part="46", whole="51")
    (finding,) = report.find().findings
    assert finding.suspect is None and finding.suggestion is None
    assert finding.message.startswith("46 / 51 = 90,196%, not 88,46%; either ")
    assert report.states()["88,46%"] == "contradicted"


def test_a_claim_that_holds_speaks_for_its_figures() -> None:
    report = Report("52,83%", "5.238", "10.000", "4.762", "10.238")
    report.claim("ratio", percent="52,83%", part="5.238", whole="10.000")
    assert report.find().findings[0].suspect is None
    report.claim("parts", whole="10.000", parts=["5.238", "4.762"])
    (finding,) = report.find().findings
    assert (finding.suspect, finding.suggestion) == (0, "52,38%")
    assert report.states() == {
        "52,83%": "contradicted",
        "5.238": "verified",
        "10.000": "verified",
        "4.762": "verified",
        "10.238": "unchecked",
    }


def test_the_arithmetic_is_redone_with_its_unit() -> None:
    report = Report("74", "15", "35", "30", unit="đồng", kind="measure")
    report.reading.document = Document("report", "74 triệu đồng", (Block(0, "paragraph", 0, 13),))
    report.reading.figures[0].quantity_end = 13
    report.claim("parts", whole="74", parts=["15", "35", "30"])
    assert report.find("vi").findings[0].message.startswith("15 + 35 + 30 = 80, không phải 74 (triệu đồng)")


def test_bounds_verify_nothing_but_may_contradict() -> None:
    report = Report("90", "80", "70").claim("within", part="70", whole="80")
    assert report.find().findings == [] and set(report.states().values()) == {"unchecked"}
    report.claim("within", part="90", whole="80")
    assert report.find().findings[0].severity == "error"


def test_severity_follows_excess_and_binding() -> None:
    def severity(percent: str, binding: str = "explicit") -> str:
        report = Report(percent, "526", "1.000", "9")
        report.claim("ratio", binding, percent=percent, part="526", whole="1.000")
        return report.find().findings[0].severity

    assert severity("53,8%") == "error"
    assert severity("52,9%") == "warning"
    assert severity("52,7%", "nearby") == "note"
    assert severity("52,5%") == "warning"
    assert severity("52,50%") == "error"


def test_two_step_rounding_and_padded_zeros_are_notes() -> None:
    report = Report("41,30%", "4.127", "10.000").claim("ratio", percent="41,30%", part="4.127", whole="10.000")
    assert report.find().findings[0].severity == "warning"
    report = Report("41,30%", "4.129", "10.000").claim("ratio", percent="41,30%", part="4.129", whole="10.000")
    assert report.find().findings[0].severity == "note"
    report = Report("361.500", "180.247", "181.240", kind="measure")
    report.claim("parts", whole="361.500", parts=["180.247", "181.240"])
    assert report.find().findings[0].severity == "note"
    assert "contradicted" not in report.states().values()


def test_truncations_share_one_note() -> None:
    report = Report("66,8%", "113", "169", "37,2%", "63")
    report.claim("ratio", percent="66,8%", part="113", whole="169")
    report.claim("ratio", percent="37,2%", part="63", whole="169")
    (note,) = report.find().findings
    assert (note.severity, note.claims) == ("note", [0, 1])
    assert set(report.states().values()) <= {"verified", "unchecked"}


def test_fingerprints_survive_a_new_layout_but_not_a_new_figure() -> None:
    def prints(*printed: str) -> list[str]:
        report = Report(*printed)
        report.claim("parts", whole=printed[-3], parts=list(printed[-2:]))
        return [finding.fingerprint for finding in report.find().findings]

    assert prints("40", "15", "35") == prints("7", "8", "40", "15", "35") != prints("41", "15", "35")
    twice = Report("40", "15", "35").claim("parts", whole="40", parts=["15", "35"])
    twice.claim("parts", whole="40", parts=["15", "35"])
    twice.reading.claims[1].terms = tuple(reversed(twice.reading.claims[1].terms))
    assert len({finding.fingerprint for finding in twice.find().findings}) == len(twice.reading.findings)


def test_coverage_counts_every_figure_once() -> None:
    report = Report("80", "15", "35", "30", "7").claim("parts", whole="80", parts=["15", "35", "30"])
    assert findings.coverage(report.find()) == {"figures": 5, "verified": 4, "contradicted": 0, "unchecked": 1}


numbers = st.lists(st.integers(1, 9999), min_size=3, max_size=12, unique=True)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Figures at random with claims at random: some hold, most do not, many share figures."""
    printed = [f"{number:,}".replace(",", ".") for number in draw(numbers)]
    report = Report(*printed, kind=draw(st.sampled_from(["count", "measure"])))
    for _ in range(draw(st.integers(1, 6))):
        some = draw(st.lists(st.sampled_from(printed), min_size=3, max_size=4, unique=True))
        rule = draw(st.sampled_from(["parts", "balance", "within"]))
        if rule == "parts":
            report.claim("parts", draw(st.sampled_from(["explicit", "nearby"])), whole=some[0], parts=some[1:])
        elif rule == "balance":
            report.claim("balance", balance=some[0], inflow=some[1], outflow=some[2])
        else:
            report.claim("within", part=some[0], whole=some[1])
    return report


@given(reports())
def test_no_discrepant_claim_is_lost_or_told_twice(report: Report) -> None:
    reading = report.find()
    broken = sorted(claim.id for claim in reading.claims if claim.verdict == "discrepant")
    told = sorted(c for f in reading.findings for c in f.claims if reading.claims[c].verdict == "discrepant")
    assert told == broken
    for finding in reading.findings:
        if finding.severity != "note":
            assert any(reading.claims[number].verdict == "discrepant" for number in finding.claims)
        if len(finding.claims) > 1:
            assert all(finding.suspect in reading.claims[number].figures for number in finding.claims)
    assert [finding.id for finding in reading.findings] == list(range(len(reading.findings)))


@given(reports(), st.integers(0, 1000))
def test_the_order_of_the_claims_does_not_matter(report: Report, seed: int) -> None:
    def told(reading: Reading) -> list[tuple[object, ...]]:
        named = {number: reading.claims[number].terms for f in reading.findings for number in f.claims}
        return [
            (f.severity, f.rule, f.suspect, f.suggestion, f.message, f.fingerprint, [named[n] for n in f.claims])
            for f in reading.findings
        ]

    before = told(report.find())
    random.Random(seed).shuffle(report.reading.claims)
    for number, claim in enumerate(report.reading.claims):
        claim.id = number
    assert told(report.find()) == before
