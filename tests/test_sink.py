from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit import sink


def full_disk() -> Iterator[str]:
    yield "half of it"
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_file_is_replaced_and_keeps_its_permissions(tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    file.write_text("old")
    file.chmod(0o640)
    sink.to_file(["né", "w"], str(file))
    assert file.read_text(encoding="utf-8") == "néw"
    assert file.stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["out.json"]


def test_a_new_file_follows_the_umask(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        sink.to_file(["x"], str(tmp_path / "new"))
    finally:
        os.umask(old)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("problem", [OSError, KeyboardInterrupt])
def test_what_fails_half_way_leaves_the_old_file(tmp_path: Path, problem: type[BaseException]) -> None:
    def failing() -> Iterator[str]:
        yield from full_disk() if problem is OSError else ["half"]
        raise problem

    file = tmp_path / "out.txt"
    file.write_text("old")
    with pytest.raises(problem):
        sink.to_file(failing(), str(file))
    assert file.read_text() == "old"
    assert os.listdir(tmp_path) == ["out.txt"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    sink.to_file(["new"], str(tmp_path / "link"))
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_a_device_is_written_and_not_replaced() -> None:
    sink.to_file(["x"], os.devnull)
    assert not os.path.isfile(os.devnull)


def test_what_cannot_be_encoded_is_spelt_out(tmp_path: Path) -> None:
    sink.to_file(["a\udc80"], str(tmp_path / "x"))
    assert (tmp_path / "x").read_bytes() == b"a\\udc80"
