from __future__ import annotations

from pathlib import Path

import pytest
from readings import document

import audit
from audit import batch, rulebook
from audit.records import Document, Reading
from audit.settings import Settings

TEXT = "Đã tu sửa 63/84 cây cầu, đạt 57,0%.\nXã có 58 đảng viên, gồm 31 đảng viên nam và 27 đảng viên nữ.\n"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "bao-cao.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_check_gives_frames_that_belong_together(report: Path) -> None:
    result = audit.check(report)
    assert list(result.documents["path"]) == [str(report)]
    assert list(result.figures["printed"]) == ["63", "84", "57,0%", "58", "31", "27"]
    assert set(result.claims["verdict"]) == {"consistent", "discrepant"}
    assert list(result.findings["suggestion"]) == ["75,0%"]
    keys = set(zip(result.claims["document"], result.claims["claim"], strict=True))
    assert set(zip(result.terms["document"], result.terms["claim"], strict=True)) == keys


def test_check_takes_several_paths_and_settings(report: Path, tmp_path: Path) -> None:
    missing = tmp_path / "missing.txt"
    result = audit.check([report, str(missing)], ignore=("ratio",))
    assert "ratio" not in set(result.claims["rule"])
    assert result.documents["error"].isna().tolist() == [True, False]


def test_pandera_switched_off_in_the_environment_silences_nothing(
    report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PANDERA_VALIDATION_ENABLED", "False")
    monkeypatch.setenv("PANDERA_VALIDATION_DEPTH", "SCHEMA_ONLY")
    assert len(audit.check(report).findings) == 1


def test_a_document_that_breaks_a_stage_is_a_row_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    from audit import pipeline

    read = pipeline.read

    def fragile(source: Document, *rest: object) -> Reading:
        if source.path == "bad":
            raise RuntimeError("boom")
        return read(source, *rest)

    monkeypatch.setattr(pipeline, "read", fragile)
    sources = [document(TEXT, path) for path in ("one", "bad", "two")]
    readings = list(batch.audit_all(sources, rulebook.load(), Settings()))
    assert [reading.document.error is None for reading in readings] == [True, False, True]
    assert "RuntimeError: boom" in str(readings[1].document.error)
    assert [len(reading.findings) for reading in readings] == [1, 0, 1]


def test_chunks_do_not_change_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    sources = [document(TEXT.replace("57,0", f"{number},0"), str(number)) for number in (57, 75, 58, 74, 57)]
    book = rulebook.load()

    def seen() -> list[tuple[str, list[str], list[str]]]:
        return [
            (r.document.path, [c.verdict for c in r.claims], [f.fingerprint for f in r.findings])
            for r in batch.audit_all(iter(sources), book, Settings())
        ]

    whole = seen()
    monkeypatch.setattr(batch, "CHUNK_DOCUMENTS", 2)
    assert seen() == whole
    monkeypatch.setattr(batch, "CHUNK_CHARACTERS", 1)
    assert seen() == whole


def test_reading_is_as_lazy_as_the_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "CHUNK_DOCUMENTS", 2)
    asked: list[int] = []

    def sources() -> object:
        for number in range(6):
            asked.append(number)
            yield document(TEXT, str(number))

    next(batch.audit_all(sources(), rulebook.load(), Settings()))  # type: ignore[arg-type]
    assert asked == [0, 1]


def test_a_reader_that_fails_is_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    from audit import documents

    def failing(path: str) -> Document:
        raise MemoryError

    monkeypatch.setattr(documents, "read", failing)
    (read,) = batch.read_all(["x"])
    assert read.path == "x"
    assert "MemoryError" in str(read.error)


def test_a_noun_that_nobody_knows_is_printed_as_it_stands(tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    report.write_text("Trạm có 320 cọc tiêu và 2.341 anten.", encoding="utf-8")
    assert audit.check(report).figures["noun"].tolist() == ["cọc tiêu", "anten"]
