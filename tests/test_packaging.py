from __future__ import annotations

import configparser
from pathlib import Path

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
