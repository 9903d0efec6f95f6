from __future__ import annotations

from pathlib import Path

import pytest

from audit import walk
from audit.records import Document

SUFFIXES = {".txt", ".md"}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    for name in ("b.txt", "a.MD", "README.md", ".hidden.txt", "~$b.txt", "c.xyz", "sub/d.txt", ".git/e.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("1")
    return tmp_path


def test_a_folder_gives_its_reports_in_order_and_counts_the_rest(archive: Path) -> None:
    found = walk.find([str(archive)], SUFFIXES)
    assert found.inputs == [str(archive / name) for name in ("a.MD", "b.txt", "sub/d.txt")]
    assert found.skipped == {str(archive): 4}


def test_a_named_file_is_read_whatever_it_is_called(archive: Path) -> None:
    names = [str(archive / name) for name in ("README.md", "c.xyz", ".hidden.txt", "missing.txt")]
    assert walk.find([*names, "-"], SUFFIXES).inputs == [*names, "-"]


def test_each_file_is_read_once(archive: Path) -> None:
    found = walk.find([str(archive / "b.txt"), str(archive), str(archive / "sub" / ".." / "b.txt")], SUFFIXES)
    assert found.inputs == [str(archive / name) for name in ("b.txt", "a.MD", "sub/d.txt")]


def test_patterns_that_the_shell_left_alone(archive: Path) -> None:
    (archive / "x[1].txt").write_text("1")
    matching = [str(archive / name) for name in ("b.txt", "x[1].txt", "~$b.txt")]
    assert walk.find([str(archive / "*.txt")], SUFFIXES).inputs == matching
    assert walk.find([str(archive / "x[1].txt")], SUFFIXES).inputs == [str(archive / "x[1].txt")]
    assert walk.find([str(archive / "no*thing")], SUFFIXES).inputs == [str(archive / "no*thing")]


def test_an_empty_folder_says_so(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_text("1")
    (document,) = walk.find([str(tmp_path)], SUFFIXES).inputs
    assert isinstance(document, Document)
    assert document.error == "no report in this folder: looked for .md, .txt (1 other files skipped)"


def test_what_an_extra_would_read_is_counted(archive: Path) -> None:
    (archive / "~$a.docx").write_text("1")
    (archive / "a.DOCX").write_text("1")
    found = walk.find([str(archive)], SUFFIXES, {".docx"})
    assert found.lacking == {".docx": 1} and found.skipped == {str(archive): 6}
    assert not walk.find([str(archive)], {*SUFFIXES, ".docx"}, ()).lacking
