"""Reports read by several processes: the same readings in the same order, whatever becomes of a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit import batch, pipeline, rulebook, workers
from audit.records import Document, Reading
from audit.settings import Settings

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")

BOOK = rulebook.load()
CHECK = [sys.executable, "-m", "audit", "check", "--format", "jsonl"]


def reports(folder: Path, count: int) -> list[str]:
    for number in range(count):
        text = f"Cơ quan thu {420 + number} trong 765 triệu đồng, đạt 54,9% dự toán, gồm 400 và {20 + number % 7}.\n"
        (folder / f"{number:02}.txt").write_text(text, encoding="utf-8")
    return [str(folder / f"{number:02}.txt") for number in range(count)]


def bound(paths: list[str | Document], jobs: int = 2) -> Iterator[Reading]:
    return workers.bind_all(paths, BOOK, Settings(), None, jobs)


def said(readings: Iterator[Reading]) -> list[object]:
    return [(r.document, r.language, r.figures, r.indicators, r.claims) for r in readings]


def test_the_same_readings_in_the_same_order(tmp_path: Path) -> None:
    paths: list[str | Document] = [*reports(tmp_path, 30), str(tmp_path / "none.txt"), Document("x", error="no")]
    one_by_one = (batch.bind(given, BOOK, Settings()) for given in batch.read_all(paths, BOOK, Settings()))
    apart = said(bound(paths))
    assert apart == said(one_by_one)
    assert sum(len(claims) for *_, claims in apart) > 10


def test_tables_and_figures_are_read_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "table.csv"
    table.write_text("ngành,kỳ trước,kỳ này\nA,100,110\n", encoding="utf-8")
    report = reports(tmp_path, 1)[0]
    here: list[str | Document] = []
    read_all = batch.read_all

    def noted(paths: list[str | Document], *rest: object) -> Iterator[Document | Reading]:
        here.extend(paths)
        return read_all(paths, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(batch, "read_all", noted)
    assert [reading.document.path for reading in bound([str(table), report])] == [str(table), report]
    assert here == [str(table)]


def test_what_is_to_be_done_meanwhile_is_done_once_if_anything_is_read_apart(tmp_path: Path) -> None:
    done: list[int] = []
    list(workers.bind_all(reports(tmp_path, 9), BOOK, Settings(), None, 2, lambda: done.append(1)))
    assert done == [1]
    list(workers.bind_all([Document("x", error="no")], BOOK, Settings(), None, 2, lambda: done.append(1)))
    assert done == [1]


@pytest.mark.parametrize("ended", ["killed", "left"])
def test_a_report_that_ends_its_process_is_the_only_one_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ended: str
) -> None:
    read = pipeline.read

    def deadly(document: Document, *rest: object) -> Reading:
        if document.path.endswith("03.txt"):
            os.kill(os.getpid(), signal.SIGKILL) if ended == "killed" else os._exit(3)
        return read(document, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "read", deadly)
    readings = list(bound([*reports(tmp_path, 20)]))
    assert [r.document.path[-6:] for r in readings if r.document.error] == ["03.txt"]
    assert readings[3].document.error == workers.KILLED
    assert [r.document.path[-6:-4] for r in readings] == [f"{number:02}" for number in range(20)]


def test_no_more_is_read_ahead_than_may_wait(tmp_path: Path) -> None:
    asked: list[str] = []

    def sources() -> Iterator[str]:
        for path in reports(tmp_path, 30):
            asked.append(path)
            yield path

    readings = workers.bind_all(sources(), BOOK, Settings(), None, 1)
    next(readings)
    assert len(asked) == workers._AHEAD
    readings.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "missing", [OSError(24, "Too many open files"), NotImplementedError(), ImportError(), RuntimeError()]
)
@pytest.mark.parametrize("where", ["start", "submit"])
def test_without_processes_all_is_read_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: Exception, where: str
) -> None:
    def fail(*_: object) -> None:
        raise missing

    if where == "start":
        monkeypatch.setattr(workers, "ProcessPoolExecutor", fail)
    else:
        monkeypatch.setattr(workers.ProcessPoolExecutor, "submit", fail)
    paths: list[str | Document] = [*reports(tmp_path, 6)]
    assert said(bound(paths)) == said(
        batch.bind(given, BOOK, Settings()) for given in batch.read_all(paths, BOOK, Settings())
    )


def run(*arguments: str, stdin: str | None = None) -> str:
    done = subprocess.run([*CHECK, *arguments], capture_output=True, text=True, input=stdin, check=False)
    assert done.returncode in (0, 1), done.stderr
    return "\n".join(line.partition('"seconds"')[0] for line in done.stdout.splitlines())


def test_the_command_says_the_same_with_one_process_and_with_several(tmp_path: Path) -> None:
    reports(tmp_path, 12)
    assert run(str(tmp_path), "--jobs", "1") == run(str(tmp_path), "--jobs", "3") != ""


def test_standard_input_reaches_its_reader(tmp_path: Path) -> None:
    (path,) = reports(tmp_path, 1)
    text = Path(path).read_text(encoding="utf-8")
    assert run("-", "--jobs", "2", stdin=text) == run("-", "--jobs", "1", stdin=text)
    assert '"printed"' in run("-", "--jobs", "2", stdin=text)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_the_command(tmp_path: Path, how: signal.Signals) -> None:
    long = Path(reports(tmp_path, 1)[0])
    long.write_text(long.read_text(encoding="utf-8") * 8_000, encoding="utf-8")  # seconds of reading
    command = subprocess.Popen([*CHECK, str(long), "--jobs", "2"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    children = wait_for(lambda: working(command.pid))
    assert command.poll() is None
    command.send_signal(how)
    assert command.wait(20) == (130 if how == signal.SIGINT else -signal.SIGKILL)
    assert wait_for(lambda: not any(Path(f"/proc/{child}").exists() and not zombie(child) for child in children))


def working(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def zombie(pid: str) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def wait_for(happens: object) -> list[str]:
    """What `happens` gives as soon as it is something; fails after a while."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if told := happens():  # type: ignore[operator]
            return told  # type: ignore[no-any-return]
        time.sleep(0.02)
    raise AssertionError("it did not happen")
