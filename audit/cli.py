"""The commands; nothing else imports click or prints."""

from __future__ import annotations

import click

from audit import __version__


@click.group()
@click.version_option(__version__, prog_name="crossfoot")
def main() -> None:
    """Check whether the figures of a report agree with each other."""
