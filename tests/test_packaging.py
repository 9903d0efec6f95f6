from __future__ import annotations

import configparser
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def setup_cfg() -> configparser.ConfigParser:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    return config


def folders_with_code() -> set[str]:
    found = {"audit.rules"}
    for path in (ROOT / "audit").rglob("*"):
        if path.suffix in {".py", ".toml"} and "__pycache__" not in path.parts:
            found.add(".".join(path.parent.relative_to(ROOT).parts))
    return found


def test_every_folder_of_the_package_is_listed() -> None:
    listed = setup_cfg()["options"]["packages"].split()
    assert set(listed) == folders_with_code()
    assert len(listed) == len(set(listed))


def test_every_data_file_is_packaged() -> None:
    patterns = {name: value.replace(",", " ").split() for name, value in setup_cfg()["options.package_data"].items()}
    homes = {name: ROOT / name.replace(".", "/") for name in patterns}
    homes["audit.rules"] = ROOT / "rules"
    for name in setup_cfg()["options"]["packages"].split():
        home = homes.get(name, ROOT / name.replace(".", "/"))
        data = [path for path in home.iterdir() if path.is_file() and path.suffix not in {".py", ".pyc", ".md"}]
        for path in data:
            assert any(path.match(pattern) for pattern in patterns.get(name, [])), f"{path} is not in package_data"


def test_the_rule_library_can_be_a_package() -> None:
    assert (ROOT / "rules" / "__init__.py").read_text() == ""


def test_pyproject_only_says_how_to_build_and_how_ruff_is_set() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(pyproject) == {"build-system", "tool"}
    assert set(pyproject["tool"]) == {"ruff"}


def build(kind: str, source: Path, out: Path) -> Path:
    """One distribution built from a folder or an sdist by pip or build, in isolation."""
    before = set(out.glob("*"))
    command = [sys.executable, "-m", "build", f"--{kind}", "--outdir", str(out), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    (made,) = set(out.glob("*")) - before
    return made


def contents(wheel: Path) -> set[str]:
    return {name for name in zipfile.ZipFile(wheel).namelist() if not name.split("/")[0].endswith(".dist-info")}


def checkout(target: Path) -> Path:
    """The files that git knows, without what earlier builds left behind."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes((ROOT / name).read_bytes())
    return target


@pytest.mark.slow
def test_a_wheel_from_the_sdist_is_the_wheel_and_finds_its_rules(tmp_path: Path) -> None:
    pytest.importorskip("build")
    source = checkout(tmp_path / "source")
    direct = build("wheel", source, tmp_path / "direct")
    sdist = build("sdist", source, tmp_path / "sdist")
    subprocess.run(["tar", "xzf", str(sdist), "-C", str(tmp_path)], check=True)
    again = build("wheel", tmp_path / sdist.name.removesuffix(".tar.gz"), tmp_path / "again")
    assert contents(again) == contents(direct)
    assert {f"audit/rules/{path.name}" for path in (source / "rules").glob("*.toml")} <= contents(direct)
    assert {name.split("/")[0] for name in contents(direct)} == {"audit"}


@pytest.mark.slow
@pytest.mark.parametrize("how", [["."], ["-e", "."]])
def test_an_install_finds_its_rules_from_anywhere(tmp_path: Path, how: list[str]) -> None:
    source = checkout(tmp_path / "source")
    venv.create(tmp_path / "env", with_pip=True)
    python = str(tmp_path / "env" / "bin" / "python")
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *how]
    subprocess.run(install, cwd=source, check=True, capture_output=True)
    done = subprocess.run(
        [python, "-m", "audit", "rules"], cwd=tmp_path, check=True, capture_output=True, text=True, encoding="utf-8"
    )
    assert all(path.stem in done.stdout for path in (source / "rules").glob("*.toml"))
