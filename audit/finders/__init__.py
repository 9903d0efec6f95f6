"""Candidate claims, one module a shape, found by their place. A finder proposes; binding decides.

A finder module has `find(context) -> Iterable[Group]`. A group is one decision: its candidates need the same slot, so
at most one of them is bound. Each candidate carries its features (what the text says for it) and its fit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module, resources

from audit.finders.base import Candidate, Context, Group

__all__ = ["Candidate", "Context", "Group", "finders"]


@cache
def finders() -> tuple[Callable[[Context], Iterable[Group]], ...]:
    """Every finder in this folder."""
    files = [entry.name for entry in resources.files(__name__).iterdir() if entry.name.endswith(".py")]
    names = sorted(name[:-3] for name in files if not name.startswith("_") and name != "base.py")
    return tuple(import_module(f"{__name__}.{name}").find for name in names)
