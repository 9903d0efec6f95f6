"""What people decided: accepted findings, and how an office writes."""

from __future__ import annotations

import json
import stat
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from audit import findings, office, rulebook, settle, waivers
from audit.cli import Exit, cli
from audit.numbers import parse_printed
from audit.records import Block, Claim, Document, Figure, Finding, Reading, Term, Waiver
from audit.settings import Office

RULES = rulebook.load()
WRONG = "Trại giống có 72/96 chuồng đạt chuẩn, bằng 57,0%.\n"
PRINT = "0123456789ab"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    Path("sai.txt").write_text(WRONG, encoding="utf-8")

    def invoke(*arguments: str) -> Result:
        result = CliRunner().invoke(cli, arguments)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        return result

    return invoke


def finding(run: Run, *options: str) -> dict[str, Any]:
    document = json.loads(run("check", "sai.txt", "--format", "json", *options).stdout)["documents"][0]
    (only,) = document["findings"]
    assert isinstance(only, dict)
    return only


def test_an_accepted_finding_is_listed_and_no_longer_fails_the_run(run: Run) -> None:
    before = finding(run)
    assert run("check", "sai.txt").exit_code == Exit.FINDINGS
    said = run("accept", "sai.txt", before["fingerprint"], "--reason", "số của Bộ", "--who", "Lan")
    assert said.exit_code == Exit.CLEAN
    assert before["fingerprint"] in said.stdout
    after = finding(run, "--accept", "accepted.toml")
    assert after.pop("accepted") == {"reason": "số của Bộ", "who": "Lan", "when": _only("accepted.toml").when}
    assert after == before
    shown = run("check", "sai.txt", "--accept", "accepted.toml", "--messages", "en")
    assert shown.exit_code == Exit.CLEAN
    assert "accepted because: số của Bộ (Lan, " in shown.stdout
    assert "should be" not in shown.stdout
    assert shown.stderr == ""


@pytest.mark.parametrize("form", ["lines", "csv"])
def test_the_other_formats_say_why(run: Run, form: str) -> None:
    run("accept", "sai.txt", "1", "--reason", "=đã rà soát")
    assert "đã rà soát" not in run("check", "sai.txt", "--format", form).stdout
    assert "đã rà soát" in run("check", "sai.txt", "--format", form, "--accept", "accepted.toml").stdout


def test_an_entry_that_matches_nothing_is_reported(run: Run) -> None:
    Path("a.toml").write_text(f'[[accepted]]\nfingerprint = "{PRINT}"\nreason = "cũ"\n', encoding="utf-8")
    result = run("check", "sai.txt", "--accept", "a.toml")
    assert result.exit_code == Exit.FINDINGS
    assert PRINT in result.stderr
    assert "cũ" in result.stderr


@pytest.mark.parametrize("name", ["1", "prefix", "whole"])
def test_a_finding_goes_by_number_or_fingerprint(run: Run, name: str) -> None:
    print_ = finding(run)["fingerprint"]
    asked = {"1": "1", "prefix": print_[:6].upper(), "whole": print_}[name]
    assert run("accept", "sai.txt", asked, "--reason", "r").exit_code == Exit.CLEAN
    assert _only("accepted.toml").fingerprint == print_


@pytest.mark.parametrize("name", ["0", "2", "zzzz", "abc", ""])
def test_no_such_finding(run: Run, name: str) -> None:
    result = run("accept", "sai.txt", name, "--reason", "r")
    assert result.exit_code == Exit.FAILED
    assert finding(run)["fingerprint"] in result.stderr
    assert not Path("accepted.toml").exists()


def test_what_stands_in_the_file_stays(run: Run) -> None:
    old = f"# Phòng Thống kê\r\n[[accepted]]\r\nfingerprint = '{PRINT}' # ghi tay\r\nreason = 'x'"
    Path("d.toml").write_bytes(old.encode())
    Path("d.toml").chmod(0o640)
    assert run("accept", "sai.txt", "1", "--reason", 'a "b" \\ \n c', "--file", "d.toml").exit_code == Exit.CLEAN
    new = Path("d.toml").read_bytes().decode()
    assert new.startswith(old)
    assert new.count("\n") == new.count("\r\n")
    assert [waiver.reason for waiver in waivers.load("d.toml").accepted] == ["x", 'a "b" \\ \n c']
    assert stat.S_IMODE(Path("d.toml").stat().st_mode) == 0o640
    again = run("accept", "sai.txt", "1", "--reason", "r", "--file", "d.toml")
    assert again.exit_code == Exit.FAILED
    assert "already" in again.stderr
    assert Path("d.toml").read_bytes().decode() == new


@pytest.mark.parametrize(
    ("text", "line", "instead"),
    [
        ("[[accepted]]\nfingerprint = 0123\n", 2, "TOML"),
        ("[[accepted]]\nreason = 'r'\n", 1, "add fingerprint"),
        (f"[[accepted]]\nfingerprint = '{PRINT}'\nreason = ' '\n", 3, "reason = "),
        (f"[[accepted]]\nfingerprint = '{PRINT}'\nreason = 'r'\nwhom = 'x'\n", 4, "write who"),
        (f"[[accepted]]\nfingerprint = '{PRINT}'\nreason = 'r'\nwhen = 'hôm qua'\n", 4, "2026-01-31"),
        ("[[accepted]]\nfingerprint = 'xyz'\nreason = 'r'\n", 2, "copy the twelve"),
        (f"[[accepted]]\nfingerprint = '{PRINT}'\nreason = 'r'\n" * 2, 5, "keep one"),
        ("[accepted]\nfingerprint = 'x'\n", 1, "write [[accepted]]"),
        ("\n[[acepted]]\n", 2, "write [[accepted]]"),
        ("[office]\nrounds = 'thousands'\n", 2, '"thousand"'),
        ("[office]\ntruncates = 'yes'\n", 2, "truncates = true"),
        ("[office]\ntruncated = true\n", 2, "write truncates"),
        ("office = 3\n", 1, "write [office]"),
    ],
)
def test_a_bad_file_says_where_and_what_to_write(run: Run, text: str, line: int, instead: str) -> None:
    Path("a.toml").write_text(text, encoding="utf-8")
    for option in ("--accept", "--office"):
        result = run("check", "sai.txt", option, "a.toml")
        assert result.exit_code == Exit.FAILED
        assert f"a.toml:{line}: " in result.stderr
        assert instead in result.stderr
        assert result.stdout == ""


def test_files_that_are_not_there_or_not_text(run: Run) -> None:
    Path("b.toml").write_bytes(b"\xff\xfe\x00")
    Path("c.toml").write_text("", encoding="utf-8")
    for name, option in (("a.toml", "--accept"), ("b.toml", "--accept"), ("c.toml", "--office"), (".", "--accept")):
        result = run("check", "sai.txt", option, name)
        assert result.exit_code == Exit.FAILED
        assert name in result.stderr
    assert run("accept", "sai.txt", "1", "--reason", " ").exit_code == Exit.FAILED
    assert run("accept", "khong-co.txt", "1", "--reason", "r").exit_code == Exit.FAILED


@given(reason=st.text(min_size=1), who=st.text())
def test_any_words_come_back_as_they_were_given(reason: str, who: str) -> None:
    waiver = Waiver(PRINT, reason.strip() or "r", who.strip(), "2026-02-03")
    try:
        whole = waivers.added("# x\n", waiver, "a.toml")
    except waivers.DecisionError:
        assert any(0xD800 <= ord(letter) < 0xE000 for letter in reason + who)  # TOML has no lone surrogates
        return
    assert waivers.parse(whole, "a.toml").accepted == (waiver,)
    assert tomllib.loads(whole)["accepted"][0]["reason"] == waiver.reason


def test_an_inline_list_cannot_be_added_to() -> None:
    with pytest.raises(waivers.DecisionError, match="can follow"):
        waivers.added("accepted = []\n", Waiver(PRINT, "r"), "a.toml")


def test_several_findings_of_one_beginning() -> None:
    two = [Finding(n, "ratio", "error", [], None, None, "", f"aaaa{n:08x}") for n in range(2)]
    with pytest.raises(waivers.DecisionError, match="begins 2"):
        waivers.choose("aaaa", two)
    assert waivers.choose("aaaa00000001", two) is two[1]


def test_an_office_that_truncates_gets_no_note(run: Run) -> None:
    Path("cat.txt").write_text("Hợp tác xã có 55/96 máy bơm hoạt động, đạt 57,2%.\n", encoding="utf-8")
    Path("o.toml").write_text("[office]\ntruncates = true\n", encoding="utf-8")
    Path("r.toml").write_text("[office]\ntruncates = false\n", encoding="utf-8")

    def severities(*options: str) -> list[str]:
        document = json.loads(run("check", "cat.txt", "--format", "json", *options).stdout)["documents"][0]
        return [held["severity"] for held in document["findings"]]

    assert severities() == ["note"]
    assert severities("--office", "o.toml") == severities("--accept", "o.toml") == []
    assert severities("--office", "r.toml") == ["warning"]
    assert severities("--accept", "o.toml", "--office", "r.toml") == ["warning"]


def test_sums_of_rounded_thousands() -> None:
    def verdict(*printed: str, power: int = 3) -> str:
        reading = _reading(("parts", {"parts": list(printed[:2]), "whole": printed[2]}))
        office.apply(reading, RULES, Office(rounds=power))
        return reading.claims[0].verdict

    assert verdict("12.000", "31.000", "44.000") == "consistent"
    assert verdict("12.000", "31.000", "45.000") == "discrepant"  # three halves of a thousand are not two thousand
    assert verdict("12.000", "31.500", "44.500") == "discrepant"  # not all of them are rounded so
    assert verdict("12.000", "31.000", "44.000", power=0) == "discrepant"
    assert verdict("12.500", "31.500", "44.100", power=2) == "consistent"


ROUNDED = ["1.200", "3.700", "4.800", "7.300", "9.600", "12.900", "15.100", "18.400", "21.600"]


@pytest.mark.parametrize(
    ("others", "rounds", "verdict"),
    [
        (ROUNDED, None, "consistent"),  # all whole numbers end in 00: this document rounds to hundreds
        (ROUNDED, 0, "discrepant"),  # the office says that it does not
        (ROUNDED[:3], None, "discrepant"),  # too few to tell
        (["1.234", "3.789", *ROUNDED[2:]], None, "discrepant"),
    ],
)
def test_what_a_document_rounds_to_is_guessed(others: list[str], rounds: int | None, verdict: str) -> None:
    reading = _reading(
        ("parts", {"parts": ["12.500", "31.500"], "whole": "44.100"}), ("parts", {"parts": others, "whole": "94.600"})
    )
    office.apply(reading, RULES, Office(rounds=rounds))
    assert reading.claims[0].verdict == verdict


@pytest.mark.parametrize(("said", "severity"), [(None, ["note"]), (True, []), (False, ["warning"])])
def test_a_share_that_was_nudged_to_make_100(said: bool | None, severity: list[str]) -> None:
    reading = _reading(
        ("shares", {"parts": ["33,3%", "33,3%", "33,4%"]}),
        ("share", {"part": "1000", "whole": "3000", "percent": "33,4%"}),
    )
    habits = Office(shares_to_100=said)
    office.apply(reading, RULES, habits)
    findings.find(reading, RULES, "en", habits)
    assert [held.severity for held in reading.findings] == severity


def _reading(*claims: tuple[str, dict[str, Any]]) -> Reading:
    """A reading of settled claims, one figure a printed number and role."""
    figures: list[Figure] = []
    made = []
    for rule, roles in claims:
        terms = []
        for role, held in roles.items():
            for printed in [held] if isinstance(held, str) else held:
                known = next((figure for figure in figures if figure.printed == printed), None)
                figure = known if known and "%" in printed and len(made) else _figure(len(figures), printed)
                if figure is not known:
                    figures.append(figure)
                terms.append(Term(role, figure.id, len(terms)))
        claim = Claim(len(made), rule, tuple(terms), "explicit")
        made.append(settle.settle(RULES[rule], terms, figures).into(claim))
    document = Document("report", "", (Block(0, "paragraph", 0, 0),))
    return Reading(document, figures=figures, indicators=[""] * len(figures), claims=made)


def _figure(number: int, printed: str) -> Figure:
    read = parse_printed(printed, ",")
    assert read is not None
    half = int("%" in printed)
    unit, kind = ("%", "percent") if half else ("", "count")
    return Figure(
        number, 0, 0, 0, printed, read[0], read[1], 2 * read[0] - half, 2 * read[0] + half, unit=unit, kind=kind
    )


def _only(path: str) -> Waiver:
    (waiver,) = waivers.load(path).accepted
    return waiver
