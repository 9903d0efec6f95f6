"""``python -m audit`` is the same as ``crossfoot``."""

from __future__ import annotations

from audit.cli import script

script()
