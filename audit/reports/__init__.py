"""Output formats, one module each: the module's name is the name of the format, and standing in this folder is enough.

A format has two functions, each from a stream of readings and `Options` to a stream of text: `check` reports claims
and findings, `figures` lists the figures alone. Modules whose name begins with an underscore are shared parts.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

from audit.records import Reading

if TYPE_CHECKING:
    from audit.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Options:
    """How to report: the rules that the claims follow, the language of the messages, and what the terminal can show."""

    rulebook: Rulebook
    messages: str | None = None
    text: bool = False
    verbose: bool = False
    colour: bool = False
    width: int = 100


class Format(Protocol):
    """What every module of this folder offers."""

    def check(self, readings: Iterable[Reading], options: Options) -> Iterator[str]: ...

    def figures(self, readings: Iterable[Reading], options: Options) -> Iterator[str]: ...


def formats() -> list[str]:
    """The names of the formats that stand in this folder; the terminal's table first."""
    names = (module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    return sorted(names, key=lambda name: (name != "table", name))


def load(name: str) -> Format:
    """The format of this name."""
    return cast(Format, importlib.import_module(f"{__name__}.{name}"))
