"""What the reports say in each language, by id; an id that a language lacks is said in English."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


@cache
def phrases(language: str) -> Mapping[str, str]:
    """The phrases of a language, by id: from the table beside this module, or from the language's own file."""
    table = tomllib.loads(resources.files(__package__).joinpath("phrases.toml").read_text(encoding="utf-8"))
    own = table[language] if language in table else _own(language)
    return {**table["en"], **own, "code": language}


def _own(language: str) -> Mapping[str, str]:
    from audit import languages

    if language not in languages.available():
        return {}
    file = languages.raw(language)
    return {"language": file["name"], **file.get("phrases", {})}


def place(where: Mapping[str, Any], words: Mapping[str, str], full: bool = False) -> str:
    """A place in words, ``line 88``; `full` adds the column of a line."""
    parts = []
    for key in ("page", "sheet", "table", "note", "paragraph", "line", "row", "column"):
        if where.get(key) is None or (key == "column" and "line" in where and not full):
            continue
        phrase = words.get("note_place" if key == "note" else key, key + " {}")
        parts.append(phrase.format(where[key]))
    return ", ".join(parts)
