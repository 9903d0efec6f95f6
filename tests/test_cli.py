from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from audit.cli import Exit, cli

WRONG = (
    "I. Thủy lợi\n"
    "Toàn huyện đã lắp 63/84 trạm bơm, đạt 57,0%.\n"
    "II. Hợp tác xã\n"
    "Hợp tác xã có 58 thành viên, gồm 31 thành viên nam và 27 thành viên nữ.\n"
)
CLEAN = "Huyện có 40 hộ vay vốn, gồm 25 hộ ở xã Thượng và 15 hộ ở xã Hạ.\n"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    (tmp_path / "sai.txt").write_text(WRONG, encoding="utf-8")
    (tmp_path / "sach.md").write_text(CLEAN, encoding="utf-8")

    def invoke(*arguments: str, stdin: str | bytes | None = None) -> Result:
        result = CliRunner().invoke(cli, arguments, input=stdin)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        return result

    return invoke


def command(*arguments: str, **options: object) -> subprocess.Popen[str]:
    """The real thing, in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "audit", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", **options,  # type: ignore[call-overload]
    )  # fmt: skip


def test_a_wrong_sum_is_a_finding(run: Run) -> None:
    result = run("check", "sai.txt")
    assert result.exit_code == Exit.FINDINGS
    assert "57,0%" in result.stdout
    assert "75,0%" in result.stdout


def test_a_clean_report_passes(run: Run) -> None:
    result = run("check", "sach.md")
    assert result.exit_code == Exit.CLEAN
    assert "Không có mâu thuẫn" in result.stdout


def test_the_threshold_decides_the_exit_status(run: Run) -> None:
    assert run("check", "sai.txt", "--fail-on", "never").exit_code == Exit.CLEAN
    assert run("check", "sai.txt", "--fail-on", "note").exit_code == Exit.FINDINGS


def test_json_lines_and_csv_and_lines(run: Run) -> None:
    whole = json.loads(run("check", "sai.txt", "sach.md", "--format", "json", "--text").stdout)
    lines = run("check", "sai.txt", "sach.md", "--format", "jsonl", "--text").stdout.splitlines()
    assert whole["documents"] == [json.loads(line) for line in lines]
    assert [document["document"] for document in whole["documents"]] == ["sai.txt", "sach.md"]
    assert whole["documents"][0]["text"] == WRONG
    assert run("check", "sai.txt", "--format", "lines").stdout.startswith("sai.txt:2:")
    assert run("check", "sai.txt", "--format", "csv").stdout.startswith("document,finding,severity")


def test_every_claim_and_finding_names_what_is_there(run: Run) -> None:
    (document,) = json.loads(run("check", "sai.txt", "--format", "json", "--text").stdout)["documents"]
    figures = {figure["id"] for figure in document["figures"]}
    claims = {claim["id"]: claim for claim in document["claims"]}
    assert figures == set(range(len(document["figures"])))
    for claim in claims.values():
        in_roles = {f for held in claim["roles"].values() for f in (held if isinstance(held, list) else [held])}
        assert set(claim["figures"]) == in_roles <= figures
    for finding in document["findings"]:
        assert finding["suspect"] is None or finding["suspect"] in figures
        if finding["severity"] != "note":
            assert any(claims[claim]["verdict"] == "discrepant" for claim in finding["claims"])


def test_figures_are_listed(run: Run) -> None:
    (document,) = json.loads(run("figures", "sach.md", "--format", "json").stdout)["documents"]
    assert [figure["printed"] for figure in document["figures"]] == ["40", "25", "15"]
    assert "claims" not in document
    assert run("figures", "sach.md").stdout.count("hộ") >= 3


def test_standard_input_is_a_dash(run: Run) -> None:
    result = run("check", "-", "--format", "json", stdin=CLEAN)
    (document,) = json.loads(result.stdout)["documents"]
    assert document["document"] == "-"
    assert document["coverage"]["figures"] == 3


def test_messages_in_the_language_of_choice(run: Run) -> None:
    assert "verified" in run("check", "sai.txt", "--messages", "en").stdout
    assert "verified" not in run("check", "sai.txt").stdout


def test_rules_are_selected_and_ignored(run: Run) -> None:
    def used(*arguments: str) -> set[str]:
        (document,) = json.loads(run("check", "sai.txt", "--format", "json", *arguments).stdout)["documents"]
        return {claim["rule"] for claim in document["claims"]}

    everything = used()
    assert len(everything) >= 2
    one = min(everything)
    assert used("--select", one) == {one}
    assert one not in used("--ignore", one)
    assert not used("--ignore", ",".join(everything)) & everything


@pytest.mark.parametrize("arguments", [["--select", "no-such-rule"], ["--ignore", "no-such-rule"]])
def test_an_unknown_rule_is_refused_by_name(run: Run, arguments: list[str]) -> None:
    result = run("check", "sach.md", *arguments)
    assert result.exit_code == Exit.FAILED
    assert "no-such-rule" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [["--language", "xx"], ["--messages", "xx"], ["--number-format", "12"], ["--format", "pdf"], ["--as", "pdf"], []],
)
def test_a_wrong_option_is_explained(run: Run, arguments: list[str]) -> None:
    result = run("check", *(["sach.md", *arguments] if arguments else []))
    assert result.exit_code == Exit.FAILED
    assert "Error" in result.stderr or "Error" in result.output
    assert not result.stdout


def test_a_bad_rule_file_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "broken.toml").write_text("id = \n")
    for arguments in (["check", "sach.md", "--rules", "mine"], ["rules", "--rules", "mine"]):
        result = run(*arguments)
        assert result.exit_code == Exit.FAILED
        assert "broken.toml" in result.stderr


def test_rules_are_listed_and_explained(run: Run) -> None:
    listing = run("rules").stdout
    assert "ratio" in listing
    explained = run("rules", "ratio").stdout
    assert len(explained) > 200
    unknown = run("rules", "no-such-rule")
    assert unknown.exit_code == Exit.FAILED
    assert "no-such-rule" in unknown.stderr


def test_output_goes_to_a_file(run: Run, tmp_path: Path) -> None:
    result = run("check", "sai.txt", "--format", "json", "--output", "out.json")
    assert (result.exit_code, result.stdout) == (Exit.FINDINGS, "")
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["version"] == 1


def test_output_into_a_missing_folder_is_explained(run: Run) -> None:
    done = command("check", "sach.md", "--output", "no/such/out.json")
    _, errors = done.communicate()
    assert done.returncode == Exit.FAILED
    assert "no/such" in errors
    assert "Traceback" not in errors


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_a_full_disk_is_explained(run: Run) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "audit", "check", "sai.txt"], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == Exit.FAILED
    assert "space" in done.stderr
    assert "Traceback" not in done.stderr


BAD = {
    "missing.txt": None,
    "rubbish.txt": bytes(range(256)) * 40,
    "docx.txt": b"PK\x03\x04" + b"\0" * 500,
}
ODD = {
    "empty.txt": b"",
    "no-figures.txt": "Không có số nào ở đây.\n".encode(),
    "utf16.txt": CLEAN.encode("utf-16"),
    "bom.txt": b"\xef\xbb\xbf" + CLEAN.encode(),
    "nul.txt": CLEAN.replace(" ", "\0 ", 2).encode(),
    "controls.txt": ("\x1b[31m" + CLEAN + "\u202e\u200f12 hộ").encode(),
    "digits.txt": b"1" * 1_000_000,
    "latin.txt": "Doanh số là 12 triệu é".encode("cp1258", errors="replace"),
    "one-line.txt": CLEAN.replace("\n", " ").encode() * 40,
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_a_row_and_the_others_go_on(run: Run, tmp_path: Path, name: str) -> None:
    if (content := BAD[name]) is not None:
        (tmp_path / name).write_bytes(content)
    result = run("check", name, "sach.md", "--format", "json")
    bad, clean = json.loads(result.stdout)["documents"]
    assert result.exit_code == Exit.FAILED
    assert bad["error"]
    assert "internal" not in bad["error"]
    assert clean["error"] is None
    assert clean["coverage"]["figures"] == 3
    assert name in run("check", name, "sach.md").stdout


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("format_", ["json", "table"])
def test_what_is_odd_is_read_all_the_same(run: Run, tmp_path: Path, name: str, format_: str) -> None:
    (tmp_path / name).write_bytes(ODD[name])
    result = run("check", name, "--format", format_)
    assert result.exit_code in (Exit.CLEAN, Exit.FINDINGS), result.output
    if format_ == "json":
        (document,) = json.loads(result.stdout)["documents"]
        assert document["error"] is None
    else:
        assert "\x1b" not in result.stdout


def test_an_empty_folder_says_so(run: Run, tmp_path: Path) -> None:
    (tmp_path / "void").mkdir()
    result = run("check", "void")
    assert result.exit_code == Exit.FAILED
    assert "no report in this folder" in result.stdout


def test_a_folder_says_how_many_files_it_skipped(run: Run, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("1 + 1 = 3")
    result = run("check", ".", "--format", "json")
    assert len(json.loads(result.stdout)["documents"]) == 2
    assert "1 files skipped" in result.stderr


def test_a_batch_is_its_documents_one_by_one(run: Run) -> None:
    def stripped(*names: str) -> list[object]:
        return json.loads(run("check", *names, "--format", "json").stdout)["documents"]

    assert stripped("sai.txt", "sach.md") == stripped("sai.txt") + stripped("sach.md")


def test_no_colour_and_no_progress_off_the_terminal(run: Run, tmp_path: Path) -> None:
    for number in range(12):
        (tmp_path / f"{number}.txt").write_text(CLEAN, encoding="utf-8")
    result = run("check", ".")
    assert "\x1b" not in result.stdout
    assert not result.stderr


def test_a_broken_pipe_is_quiet(run: Run, tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text(CLEAN * 600, encoding="utf-8")
    done = command("figures", "long.txt", "--format", "lines")
    assert done.stdout
    done.stdout.readline()
    done.stdout.close()
    assert done.stderr
    with done.stderr:
        assert done.stderr.read() == ""
    assert done.wait() == Exit.BROKEN_PIPE


def test_an_interruption_is_one_line(run: Run) -> None:
    done = command("check", "-", stdin=subprocess.PIPE)
    time.sleep(1.5)
    done.send_signal(signal.SIGINT)
    _, errors = done.communicate(timeout=20)
    assert done.returncode == Exit.INTERRUPTED
    assert errors.strip() == "interrupted"


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["rules"], ["rules", "ratio"], ["check", "--help"]])
def test_small_commands_import_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys; from audit.cli import main\n"
        f"try: main({arguments!r})\n"
        "except SystemExit: pass\n"
        "print([name for name in ('pandas', 'pandera', 'numpy', 'tabulate') if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import sys, audit; print(sorted({'pandas', 'pandera', 'click'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def test_the_console_script_prints_all_and_gives_the_status(tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    report.write_text(WRONG + CLEAN * 2000, encoding="utf-8")
    code = "from audit.__main__ import script; script()"
    arguments = ["check", "--format", "json", str(report)]
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True)
    assert done.returncode == Exit.FINDINGS
    assert len(json.loads(done.stdout)["documents"][0]["figures"]) == 6 + 2000 * 3
    lost = subprocess.run([sys.executable, "-c", code, "check", str(tmp_path / "lost.txt")], capture_output=True)
    assert lost.returncode == Exit.FAILED


def test_a_closed_output_is_no_reason_to_crash(tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    report.write_text(WRONG, encoding="utf-8")
    code = "import sys; sys.stdout = None; from audit.__main__ import script; script()"
    for arguments in (["check", str(report)], ["check", "--output", str(tmp_path / "out"), str(report)]):
        done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (Exit.FINDINGS, "")


def test_a_construction_that_misses_all_over_is_doubted_and_breaks_nothing(run: Run, tmp_path: Path) -> None:
    line = "Tổng thu 120 triệu đồng, gồm thu phí 50 triệu đồng và thu lệ phí 60 triệu đồng.\n"
    (tmp_path / "report.txt").write_text(line * 400, encoding="utf-8")
    done = run("check", "--format", "json", "report.txt")
    assert done.exit_code != Exit.FAILED
    assert json.loads(done.stdout)["documents"][0]["findings"] == []


def test_a_rule_that_is_selected_says_what_it_says_among_all(run: Run, tmp_path: Path) -> None:
    (tmp_path / "lua.txt").write_text(
        "Tổng sản lượng đạt 18.420 tấn, tăng 6,21% so với cùng kỳ, gồm lúa 11.260 tấn, tăng 4,35% và ngô 7.160 tấn, "
        "tăng 9,27%.\n",
        encoding="utf-8",
    )

    def said(*arguments: str) -> list[tuple[str, list[int]]]:
        (document,) = json.loads(run("check", "lua.txt", "--format", "json", *arguments).stdout)["documents"]
        return [(claim["rule"], claim["figures"]) for claim in document["claims"]]

    everything = said()
    assert {rule for rule, _ in everything} == {"parts", "weighted-growth"}
    for rule, _ in everything:
        assert said("--select", rule) == [claim for claim in everything if claim[0] == rule]
        assert said("--ignore", rule) == [claim for claim in everything if claim[0] != rule]
