"""What the README shows in Python runs as it stands there."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pandera.errors
import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SNIPPETS = [
    textwrap.dedent(block)
    for block in re.findall(r"(?:^    .*\n|^\n)+", README, re.MULTILINE)
    if "import audit" in block
]


def test_the_audit_snippet(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    exec(SNIPPETS[0], {})
    printed = capsys.readouterr().out
    assert "47,04%" in printed
    assert "verified" in printed


def test_the_schema_snippet() -> None:
    with pytest.raises(pandera.errors.SchemaErrors) as caught:
        exec(SNIPPETS[1], {})
    cases = caught.value.failure_cases
    assert list(cases["index"]) == [0]
    assert round(cases["failure_case"].iloc[0]) == 399  # as the comment beside it says


def test_the_files_that_the_readme_links_to() -> None:
    links = re.findall(r"\]\(([\w./-]+)\)", README)
    assert len(links) >= 3
    assert [link for link in links if not (ROOT / link).exists()] == []
