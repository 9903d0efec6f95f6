"""crossfoot: checks whether the figures of a report agree with each other."""

from __future__ import annotations

__version__ = "0.1.0"
