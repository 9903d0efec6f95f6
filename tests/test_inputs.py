"""Extracted figures and tables: what comes in is settled anew, and what is wrong with it is said all at once."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

import audit
from audit import batch, inputs, rulebook
from audit.inputs import figures
from audit.records import Reading
from audit.reports import Options
from audit.reports import json as report
from audit.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
CORPUS = sorted((ROOT / "benchmarks" / "corpus").glob("*.txt"))
BOOK = rulebook.load()
REPORT = """Trạm kiểm định 120/160 xe khách, đạt 70%.

Đội xe sửa 47 xe, gồm 18 xe tải, 16 xe khách và 13 xe con; chi 86 tỷ 340 triệu đồng.
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "audit", *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120)


def read(path: Path, kind: str | None = None, **chosen: object) -> list[Reading]:
    settings = Settings(**chosen)  # type: ignore[arg-type]
    book = rulebook.load(settings.rules_dirs)
    return list(batch.audit_all(batch.read_all([str(path)], book, settings, kind), book, settings))


def told(reading: Reading) -> dict[str, object]:
    said = report.document(reading, Options(BOOK))
    return {key: said[key] for key in ("claims", "findings", "coverage")} | {
        "figures": [{k: v for k, v in row.items() if k != "block"} for row in said["figures"]]
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = tmp_path / "report.txt"
    source.write_text(REPORT, encoding="utf-8")
    figures.write(str(tmp_path / "frames"), read(source), BOOK)
    return tmp_path / "frames"


def edit(path: Path, change: dict[tuple[int, str], str]) -> None:
    """Change cells, by row of the file (the header is row 1) and column."""
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    for (row, column), value in change.items():
        rows[row - 2][column] = value
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize("store", ["csv", "parquet", "xlsx"])
@pytest.mark.parametrize("path", CORPUS[:: max(1, len(CORPUS) // 6)], ids=lambda path: path.stem)
def test_a_folder_says_what_the_report_says(path: Path, store: str, tmp_path: Path) -> None:
    pytest.importorskip({"parquet": "pyarrow", "xlsx": "openpyxl"}.get(store, "csv"))
    before = read(path)
    figures.write(str(tmp_path / "frames"), before, BOOK, store)
    after = read(tmp_path / "frames")
    assert [told(reading) for reading in after] == [told(reading) for reading in before]


def test_the_command_writes_and_reads_the_folder(tmp_path: Path) -> None:
    source, home = tmp_path / "r.txt", tmp_path / "frames"
    source.write_text(REPORT, encoding="utf-8")
    assert run("figures", str(source), "--claims", "--output", str(home)).returncode == 0
    assert sorted(p.name for p in home.iterdir()) == ["claims.csv", "crossfoot.json", "figures.csv", "terms.csv"]
    manifest = json.loads((home / "crossfoot.json").read_text(encoding="utf-8"))
    assert manifest["frames"] == 1 and len(manifest["rules"]) == len(manifest["documents"][0]["sha256"]) == 64
    (one,) = json.loads(run("check", str(home), "--format", "json").stdout)["documents"]
    (other,) = json.loads(run("check", str(source), "--format", "json").stdout)["documents"]
    assert one["findings"] == other["findings"] and one["claims"] == other["claims"] and one["findings"]
    (tmp_path / "others").mkdir()
    (tmp_path / "others" / "letter.txt").write_text("x")
    refused = run("figures", str(source), "--claims", "--output", str(tmp_path / "others"))
    assert refused.returncode == 2 and "not empty" in refused.stderr


@pytest.mark.parametrize(
    "change", [{"printed": "75%"}, {"value": "75"}, {"printed": "75%", "value": "75", "low": "", "high": ""}]
)
def test_a_correction_in_any_cell_is_enough(folder: Path, change: dict[str, str]) -> None:
    (broken,) = read(folder)
    assert [finding.rule for finding in broken.findings] == ["ratio"]
    row = 2 + next(figure.id for figure in broken.figures if figure.printed == "70%")
    edit(folder / "figures.csv", {(row, column): value for column, value in change.items()})
    (mended,) = read(folder)
    assert mended.document.error is None and mended.findings == []
    assert mended.figures[row - 2].printed == "75%" and len(mended.claims) == len(broken.claims)


def test_a_wrong_correction_is_found(folder: Path) -> None:
    edit(folder / "figures.csv", {(5, "printed"): "48", (5, "value"): "48"})
    (reading,) = read(folder)
    assert reading.figures[3].printed == "48" and reading.figures[3].exact
    assert {finding.rule for finding in reading.findings} == {"ratio", "parts"}


def test_every_fault_is_told_at_once(folder: Path) -> None:
    edit(folder / "figures.csv", {(2, "printed"): "12x", (3, "figure"): "0", (4, "scale"): "x", (6, "kind"): "guess"})
    edit(folder / "terms.csv", {(2, "role"): "cake", (3, "figure"): "99", (4, "sign"): "7"})
    (reading,) = read(folder)
    error = reading.document.error or ""
    for part in (
        "row 2, column printed: '12x' is not a number", "row 3, column figure: the id 0 is there already",
        "row 4, column scale", "row 6, column kind", "terms.csv: row 2, column role",
        "row 3, column figure: there is no", "row 4, column sign",
    ):  # fmt: skip
        assert part in error, error
    assert reading.figures == [] and run("check", str(folder)).returncode == 2


def test_missing_columns_and_unknown_versions_are_told(folder: Path) -> None:
    rows = list(csv.reader(io.StringIO((folder / "figures.csv").read_text(encoding="utf-8"), newline="")))
    drop = {rows[0].index("unit"), rows[0].index("value")}
    text = "\n".join(",".join(f'"{c}"' for k, c in enumerate(row) if k not in drop) for row in rows)
    (folder / "figures.csv").write_text(text, encoding="utf-8")
    (reading,) = read(folder)
    error = reading.document.error or ""
    assert "column unit: is missing" in error and "column value: is missing" in error
    manifest = json.loads((folder / "crossfoot.json").read_text(encoding="utf-8"))
    (folder / "crossfoot.json").write_text(json.dumps({**manifest, "frames": 99}), encoding="utf-8")
    (reading,) = read(folder)
    assert "version 99" in (reading.document.error or "")
    (folder / "crossfoot.json").write_text("{", encoding="utf-8")
    assert "damaged" in (read(folder)[0].document.error or "")


def test_figures_alone_are_bound_by_their_labels(tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_text(
        "figure,printed,value,unit,indicator,period,role,group\n"
        '0,"1.200",1200,thúng,gạo,2024,level,\n1,"1.000",1000,thúng,gạo,2023,level,\n2,"25,0%",25.0,%,gạo,2024,growth,\n'
        "3,30,30,thúng,,,whole,kho\n4,12,12,thúng,,,parts,kho\n5,18,18,thúng,,,parts,kho\n"
        "6,30,30,thúng,,,whole,bến\n7,12,12,thúng,,,parts,bến\n8,19,19,giỏ,,,parts,bến\n",
        encoding="utf-8",
    )
    (reading,) = read(path)
    assert reading.document.error is None
    assert [(claim.rule, claim.verdict) for claim in reading.claims] == [
        ("growth", "discrepant"),
        ("parts", "consistent"),
    ]
    assert [finding.suspect for finding in reading.findings] != [] and reading.figures[6].state == "unchecked"


def test_text_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("part;whole;percent\n1;8;12,5\n1;8;12,50\n1;8;12,60\n", encoding="utf-8")
    (reading,) = read(path)
    assert [figure.printed for figure in reading.figures if figure.kind == "percent"] == ["12,5", "12,50", "12,60"]
    assert [claim.verdict for claim in reading.claims if claim.rule == "ratio"] == [
        "consistent",
        "consistent",
        "discrepant",
    ]


TIDY = """sector,current,previous,change,percent,share
Chè,"1.240","1.180",60,"5,1","38,6"
Mía,"1.530","1.410",130,"8,5","47,6"
Lạc,443,420,23,"5,5","13,8"
Tổng số,"3.213","3.010",203,"6,7",100
"""


def test_a_tidy_table_feeds_the_rules_of_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "sectors.csv"
    path.write_text(TIDY, encoding="utf-8")
    (reading,) = read(path)
    assert {claim.rule for claim in reading.claims} >= {"growth", "difference", "shares-by-group"}
    (finding,) = reading.findings
    figure = reading.figures[finding.suspect if finding.suspect is not None else -1]
    assert figure.printed == "130" and finding.suggestion == "120"
    place = report.document(reading, Options(BOOK))["findings"][0]["place"]
    assert place == {"sheet": "sectors", "row": 3, "column": 4}
    listed = run("rules", "--columns", str(path))
    assert "growth" in listed.stdout and "shares-by-group" in listed.stdout and "lacks part, whole" in listed.stdout


OWN = """id = "yearly-shares"
family = "share_sum"
operation = "sum"
identity = "100 = sum(parts)"
group = "year"
title = {vi = "Tỷ trọng", en = "Shares"}
summary = {vi = "Mỗi năm 100 %", en = "100 % a year"}
messages = {vi = "{parts} = {computed}", en = "{parts} = {computed}"}
columns = {parts = "weight"}

[roles.parts]
list = true
unit = "%"
text = {vi = "phần", en = "parts"}

[[examples]]
verdict = "right"
language = "en"
text = "60 and 40"
roles = {parts = ["60", "40"]}

[[examples]]
verdict = "wrong"
language = "en"
text = "60 and 45"
roles = {parts = ["60", "45"]}
"""


def test_a_rule_of_ones_own_names_columns_and_groups(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "yearly-shares.toml").write_text(OWN, encoding="utf-8")
    path = tmp_path / "weights.csv"
    path.write_text("year,what,weight\n2023,a,60.0\n2023,b,40.0\n2024,a,55.5\n2024,b,45.5\n", encoding="utf-8")
    (reading,) = read(path, rules_dirs=(str(tmp_path / "rules"),))
    own = [claim.verdict for claim in reading.claims if claim.rule == "yearly-shares"]
    assert own == ["consistent", "discrepant"]
    path.write_text("what,weight\na,60.0\nb,x9\n", encoding="utf-8")
    (reading,) = read(path, rules_dirs=(str(tmp_path / "rules"),))
    assert "row 1, column year: is missing" in (reading.document.error or "")
    path.write_text("year,weight\n1,60.0\n1,4o\n2,z\n", encoding="utf-8")
    (reading,) = read(path, rules_dirs=(str(tmp_path / "rules"),))
    error = reading.document.error or ""
    assert "row 3, column weight: '4o' is not a number" in error and "row 4, column weight" in error


def test_a_large_table_lists_what_fails(tmp_path: Path) -> None:
    rows = [f"{200 + k},{100 + k},{100 if k != 7777 else 99}" for k in range(21_000)]
    path = tmp_path / "large.csv"
    path.write_text("current,previous,change\n" + "\n".join(rows), encoding="utf-8")
    (reading,) = read(path)
    assert [figure.printed for figure in reading.figures] == ["7977", "7877", "99"]
    assert [claim.verdict for claim in reading.claims] == ["discrepant"] and reading.document.warnings
    assert report.document(reading, Options(BOOK))["findings"][0]["place"]["row"] == 7779


def test_a_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for library, suffix in (("pyarrow", "parquet"), ("openpyxl", "xlsx")):
        monkeypatch.setitem(sys.modules, library, None)
        path = tmp_path / f"t.{suffix}"
        path.write_bytes(b"PAR1")
        (reading,) = read(path)
        assert f"crossfoot[{suffix}]" in (reading.document.error or "")


@pytest.mark.parametrize("suffix", ["csv", "parquet", "xlsx"])
@pytest.mark.parametrize(
    "data", [b"", b"\0\1\2\3" * 40, b"PK\x03\x04rubbish", "a,b\n1,2\n".encode("utf-16"), b'"open\n1,2']
)
def test_rubbish_is_one_unreadable_row(suffix: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"t.{suffix}"
    path.write_bytes(data)
    (reading,) = read(path)
    assert reading.document.error is None or "internal error" not in reading.document.error


def test_what_an_input_is_can_be_said(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("figure,printed,value\n0,12,12\n", encoding="utf-8")
    assert inputs.load("figures").takes(str(path)) and len(read(path)[0].figures) == 1
    assert len(read(path, "table")[0].figures) == 3
    assert read(path, "text")[0].document.blocks != ()
    assert "crossfoot.json" not in {p.name for p in tmp_path.iterdir()}


def test_a_folder_walk_takes_a_folder_of_figures_as_one(folder: Path) -> None:
    result = audit.check(folder.parent)
    assert [Path(path).name for path in result.documents["path"]] == ["frames", "report.txt"] or [
        Path(path).name for path in result.documents["path"]
    ] == ["report.txt", "frames"]
    assert result.claims["verdict"].tolist().count("discrepant") == 2


def test_an_unknown_unit_equals_only_itself(folder: Path) -> None:
    before = [claim.verdict for claim in read(folder)[0].claims if claim.rule == "parts"]
    parts = {(row, "unit"): "thúng" for row in range(5, 9)}
    edit(folder / "figures.csv", parts)
    assert [claim.verdict for claim in read(folder)[0].claims if claim.rule == "parts"] == before == ["consistent"]
    edit(folder / "figures.csv", {(6, "unit"): "giỏ"})
    assert [claim.verdict for claim in read(folder)[0].claims if claim.rule == "parts"] == ["unassessable"]
