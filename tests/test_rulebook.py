from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from audit import rulebook
from audit.explain import figures_of, work
from audit.rulebook import RuleError
from audit.settle import settle

GOOD = """\
id = "own"
family = "parts_total"
operation = "sum"
finder = "own-list"
stated = "whole"
identity = "whole = sum(parts)"

[title]
vi = "Tổng"
en = "Total"

[summary]
vi = "Các phần cộng lại"
en = "Parts add up"

[roles.whole]
holds = ["level"]
text = {vi = "tổng", en = "total"}

[roles.parts]
list = true
holds = ["level"]
text = {vi = "phần", en = "part"}

[words.vi]
list = ["gồm"]

[messages]
vi = "{parts} = {computed}, không phải {whole}"
en = "{parts} = {computed}, not {whole}"

[[examples]]
verdict = "right"
language = "vi"
text = "Có 9 cầu, gồm 5 cầu sắt và 4 cầu gỗ."
roles = {whole = "9", parts = ["5", "4"]}

[[examples]]
verdict = "wrong"
language = "vi"
text = "Có 8 cầu, gồm 5 cầu sắt và 4 cầu gỗ."
roles = {whole = "8", parts = ["5", "4"]}
"""

LIBRARY = list(rulebook.load().values())
EXAMPLES = [(rule, example) for rule in LIBRARY for example in rule.examples]


def folder(tmp_path: Path, **files: str) -> str:
    for name, text in files.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    return str(tmp_path)


@pytest.mark.parametrize(("rule", "example"), EXAMPLES, ids=lambda value: getattr(value, "id", "example"))
def test_the_numbers_of_each_example_deserve_its_verdict(rule: rulebook.Rule, example: rulebook.Example) -> None:
    if example.verdict != "silent":
        assert (
            work(rule, example).verdict
            in {"right": {"consistent", "truncated"}, "wrong": {"discrepant"}}[example.verdict]
        )


@pytest.mark.parametrize("rule", LIBRARY, ids=lambda rule: rule.id)
def test_each_rule_is_complete(rule: rulebook.Rule) -> None:
    assert rule.warnings == []
    assert set(rule.messages) == set(rule.title) == set(rule.summary) == {"vi", "en"}
    vietnamese = {example.verdict for example in rule.examples if example.language == "vi"}
    assert vietnamese == {"right", "wrong", "silent"}
    assert set(rule.formula.roles) == set(rule.roles)
    for language in ("vi", "en"):
        page = rulebook.explain(rulebook.load(), rule.id, language)
        assert rule.title[language] in page and rule.identity in page
        assert all(example.text.split()[0] in page for example in rule.examples)


def test_a_reading_that_is_a_slip_explains_the_wrong_example() -> None:
    rule = rulebook.load()["change-percent"]
    wrong = next(example for example in rule.examples if example.verdict == "wrong")
    settled = settle(rule, *figures_of(rule, wrong))
    assert (settled.verdict, settled.note) == ("discrepant", "over-current")
    assert "current level instead" in rulebook.explain(rulebook.load(), "change-percent", "en")


def test_a_folder_of_ones_own_works_like_the_library(tmp_path: Path) -> None:
    book = rulebook.load([folder(tmp_path, own=GOOD)])
    assert set(book) - set(rulebook.load()) == {"own"}
    assert book["own"].accepts("parts", "level") and not book["own"].accepts("whole", "share")
    assert [rule.id for rule in book.by_finder()["own-list"]] == ["own"]
    assert "gồm" in book.words("vi")["list"]
    assert list(rulebook.load([str(tmp_path)], select=["own"])) == ["own"]
    assert "own" not in rulebook.load([str(tmp_path)], ignore=["own"])
    assert "Có 9 cầu" in rulebook.explain(book, "own", "vi")
    assert any(line.startswith("own ") for line in rulebook.listing(book, "vi").splitlines())


BROKEN = [
    ('operation = "sum"', 'operation = "summe"', None, "write one of sum"),
    ('family = "parts_total"', 'famly = "parts_total"', None, "write 'family'"),
    ('id = "own"', 'id = "mine"', None, 'write id = "own"'),
    ('identity = "whole = sum(parts)"', 'identity = "whole = sum(part)"', None, "sum takes roles that are lists"),
    ('identity = "whole = sum(parts)"', 'identity = "whole = sum(parts) - rest"', None, "names 'rest'"),
    ('identity = "whole = sum(parts)"', 'identity = "whole <= sum(parts)"', 'operation = "sum"', "is a bound"),
    ('identity = "whole = sum(parts)"', 'identity = "whole = sum(parts) * integer"', 'operation = "sum"', "is a bound"),
    ('identity = "whole = sum(parts)"', 'identity = "whole : parts"', None, "has no '='"),
    ("[roles.whole]\n", "[roles.integer]\n", None, "any whole number"),
    ('stated = "whole"', 'stated = "parts"', None, 'write stated = "whole"'),
    ("list = true", "list = 1", None, "write list = true"),
    ('en = "Parts add up"', "", "[summary]", "'en' is missing"),
    ('list = ["gồm"]', 'list = ["gồm", "gồm"]', None, "stands twice"),
    ('en = "{parts} = {computed}, not {whole}"', 'en = "{total}"', None, "choose from whole, parts"),
    ('en = "{parts} = {computed}, not {whole}"', 'en = "{parts"', None, "write {role}"),
    ('verdict = "wrong"', 'verdict = "false"', None, "write one of right, wrong, silent"),
    ('verdict = "wrong"', 'verdict = "right"', "[[examples]]", "there is no wrong example"),
    ('roles = {whole = "8", parts = ["5", "4"]}', 'roles = {whole = "8"}', None, "every role"),
    ('roles = {whole = "8", parts = ["5", "4"]}', 'roles = {whole = "7", parts = ["5", "4"]}', None, "does not stand"),
    ('roles = {whole = "8", parts = ["5", "4"]}', 'roles = {whole = "8", parts = "5"}', None, "must be a list"),
    ('finder = "own-list"', "", 'id = "own"', "neither a finder nor columns"),
    ('operation = "sum"', "operation = sum", None, "not TOML"),
]


@pytest.mark.parametrize(("good", "bad", "at", "says"), BROKEN)
def test_a_bad_file_is_refused_with_its_line_and_a_remedy(
    tmp_path: Path, good: str, bad: str, at: str | None, says: str
) -> None:
    """The line is that of the change, or of `at` where something else has to be mended."""
    assert GOOD.count(good) == 1
    text = GOOD.replace(good, bad)
    line = text[: text.index(at or bad)].count("\n") + 1
    where = folder(tmp_path, own=text)
    with pytest.raises(RuleError) as refused:
        rulebook.load([where])
    assert says in str(refused.value)
    assert str(refused.value).startswith(f"{tmp_path / 'own.toml'}:{line}:")


def test_an_id_is_taken_once(tmp_path: Path) -> None:
    ours = (rulebook.library() / "parts.toml").read_text(encoding="utf-8")
    with pytest.raises(RuleError, match="is taken by"):
        rulebook.load([folder(tmp_path, parts=ours)])
    other = ours.replace('identity = "whole = sum(parts)"', 'identity = "whole = 2 * sum(parts)"')
    with pytest.raises(RuleError, match="contradicts"):
        rulebook.load([folder(tmp_path, parts=other)])


def test_rules_that_tie_the_same_figures_must_agree(tmp_path: Path) -> None:
    twin = GOOD.replace('id = "own"', 'id = "twin"').replace("sum(parts)", "2 * sum(parts)")
    with pytest.raises(RuleError, match=r"contradicts.*same figures"):
        rulebook.load([folder(tmp_path, own=GOOD, twin=twin)])


def test_an_unknown_id_or_folder_is_refused(tmp_path: Path) -> None:
    for chosen in ({"select": ["ration"]}, {"ignore": ["ration"]}):
        with pytest.raises(RuleError, match=r"no rule 'ration'; there are .*ratio"):
            rulebook.load(**chosen)
    with pytest.raises(RuleError, match="no such folder"):
        rulebook.load([str(tmp_path / "none")])
    (tmp_path / "own.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RuleError, match="UTF-8"):
        rulebook.load([str(tmp_path)])


def test_the_rulebook_imports_nothing_heavy() -> None:
    code = (
        "import sys; from audit import rulebook; b = rulebook.load(); rulebook.listing(b); "
        "rulebook.explain(b, 'ratio'); print(sorted({'pandas', 'pandera', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_librarys_examples_are_read_when_they_are_asked_for() -> None:
    path = rulebook.library() / "ratio.toml"
    text = path.read_text(encoding="utf-8")
    rule = rulebook.parse(text, str(path), trusted=True)
    assert rule.examples == rulebook.parse(text, str(path)).examples
    broken = text.replace('verdict = "right"', 'verdict = "rihgt"', 1)
    with pytest.raises(rulebook.RuleError, match="rihgt"):
        rulebook.parse(broken, str(path))
    late = rulebook.parse(broken, str(path), trusted=True)
    with pytest.raises(rulebook.RuleError, match="rihgt"):
        _ = late.examples
