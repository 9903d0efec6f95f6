"""Candidate claims, one module a shape, found by their place. A finder proposes; binding decides.

A finder module has `find(context) -> Iterable[Group]`, or `follow(context, groups)` if it builds on what the others
have proposed, or `lead(context)` if the others build on what it says of tables. A group is one decision: its candidates
need the same slot, so at most one of them is bound. Each candidate carries its features (what the text says for it) and
its fit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from importlib import import_module, resources
from types import ModuleType

from audit.finders.base import Candidate, Context, Group

__all__ = ["Candidate", "Context", "Group", "finders", "followers", "leaders"]


@cache
def finders() -> tuple[Callable[[Context], Iterable[Group]], ...]:
    """Every finder in this folder."""
    return tuple(module.find for module in _modules() if hasattr(module, "find"))


@cache
def leaders() -> tuple[Callable[[Context], Iterable[Group]], ...]:
    """Those that come before the finders."""
    return tuple(module.lead for module in _modules() if hasattr(module, "lead"))


@cache
def followers() -> tuple[Callable[[Context, Sequence[Group]], Iterable[Group]], ...]:
    """Those that build on the groups of the finders."""
    return tuple(module.follow for module in _modules() if hasattr(module, "follow"))


def _modules() -> Iterator[ModuleType]:
    files = [entry.name for entry in resources.files(__name__).iterdir() if entry.name.endswith(".py")]
    names = sorted(name[:-3] for name in files if not name.startswith("_") and name != "base.py")
    return (import_module(f"{__name__}.{name}") for name in names)
