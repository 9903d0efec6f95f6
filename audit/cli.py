"""The commands; nothing else imports click or prints. What takes long to import is imported inside them."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

import click

from audit import __version__, reports
from audit.records import SEVERITIES
from audit.settings import Settings
from audit.tally import Exit, Tally

if TYPE_CHECKING:
    from audit.records import Document, Reading
    from audit.rulebook import Rulebook
    from audit.walk import Found

_MANY = 8
_USUAL = 8  # processes at most, unless more are asked for: each costs a tenth of a second and tens of megabytes

Command = TypeVar("Command", bound=Callable[..., Any])


class Failure(click.ClickException):
    """The command could not run: a message, no traceback."""

    exit_code = Exit.FAILED


def _ids(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def _options(command: Command) -> Command:
    """The options that `check` and `figures` share."""
    for option in reversed(
        (
            click.argument("paths", nargs=-1, required=True, metavar="PATHS..."),
            click.option(
                "--format",
                "format_",
                type=click.Choice(reports.formats()),
                default="table",
                show_default=True,
                help="How to print the result.",
            ),
            click.option("--output", metavar="FILE", help="Write to a file, whole or not at all."),
            click.option("--text", is_flag=True, help="Add the text that the offsets index to JSON."),
            click.option(
                "--messages",
                metavar="CODE",
                help="Language of the messages: vi, en. Default: the language of each document.",
            ),
            click.option("--language", metavar="CODE", help="Language of the documents. Default: found out."),
            click.option(
                "--number-format",
                metavar="EXAMPLE",
                help="How the documents write numbers: 1.234,5 or 1,234.5. Default: found out.",
            ),
            click.option(
                "--as",
                "as_",
                type=click.Choice(["figures", "table", "text"]),
                help="What the inputs are: extracted figures, tables, reports. Default: found out.",
            ),
            click.option(
                "--jobs",
                type=click.IntRange(min=1),
                metavar="N",
                help="How many processes read reports (Linux). Default: one a processor, at most 8.",
            ),
            click.option(
                "--rules", "rules_dirs", multiple=True, metavar="DIR", help="A folder with rules of your own."
            ),
            click.option("--select", multiple=True, metavar="IDS", callback=_ids, help="Only these rules."),
            click.option("--ignore", multiple=True, metavar="IDS", callback=_ids, help="All rules but these."),
        )
    ):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="crossfoot")
def cli() -> None:
    """Check whether the figures of a report agree with each other: totals, shares, growth, differences."""


@cli.command()
@_options
@click.option("--accept", metavar="FILE", help="Findings that somebody has accepted; `crossfoot accept` writes them.")
@click.option("--office", metavar="FILE", help="How the office writes: a file with [office]. Default: --accept's.")
@click.option("--verbose", is_flag=True, help="Show every claim with its arithmetic.")
@click.option(
    "--fail-on",
    type=click.Choice([*reversed(SEVERITIES), "never"]),
    default="warning",
    show_default=True,
    help="Exit with 1 if there is a finding at least this severe.",
)
def check(paths: tuple[str, ...], fail_on: str, **chosen: Any) -> None:
    """Audit reports: files, folders, or - for standard input.

    Exit status: 0 nothing at or above --fail-on, 1 findings, 2 something could not be read or run.
    """
    sys.exit(_run("check", paths, chosen).status(fail_on))


@cli.command()
@_options
@click.option("--claims", is_flag=True, help="Write figures, claims and terms into the folder that --output names.")
@click.option(
    "--store",
    type=click.Choice(["csv", "parquet", "xlsx"]),
    default="csv",
    show_default=True,
    help="With --claims: the kind of the files.",
)
def figures(paths: tuple[str, ...], claims: bool, store: str, **chosen: Any) -> None:
    """List the figures of reports, with value, unit, interval and state.

    With --claims and --output DIR, write them with the claims between them: `crossfoot check DIR` audits that folder.
    """
    if claims and not chosen["output"]:
        raise click.UsageError("--claims needs a folder to write to: --output DIR")
    sys.exit(_run("figures", paths, chosen, store if claims else None).status("never"))


@cli.command()
@click.argument("report")
@click.argument("finding", metavar="ID")
@click.option("--reason", required=True, help="Why the finding may stand.")
@click.option("--who", help="Who says so. Default: the name you are logged in with.")
@click.option(
    "--file", "path", default="accepted.toml", show_default=True, metavar="FILE", help="Where to add it, for --accept."
)
@click.option("--office", metavar="FILE", help="How the office writes: a file with [office]. Default: that of --file.")
@click.option("--language", metavar="CODE", help="Language of the report. Default: found out.")
@click.option("--number-format", metavar="EXAMPLE", help="How it writes numbers. Default: found out.")
@click.option("--rules", "rules_dirs", multiple=True, metavar="DIR", help="A folder with rules of your own.")
def accept(report: str, finding: str, reason: str, who: str | None, path: str, **chosen: Any) -> None:
    """Accept a finding of a report, with the reason.

    ID is the finding's fingerprint, or its beginning, or its number in the table (counted from 1).
    """
    from audit import batch, sink, waivers
    from audit.reports._visible import visible

    try:
        text = waivers.text_of(path) if os.path.exists(path) else ""
        before = waivers.parse(text, path)
        settings = _settings({"messages": None, "accept": None, **chosen})
        if before.office is not None and not chosen["office"]:
            settings = replace(settings, office=before.office)
        book = _rulebook(settings)
        readings = list(batch.audit_all(batch.read_all([report], book, settings), book, settings))
        if len(readings) != 1:
            raise Failure(f"{report}: holds {len(readings)} documents; name the one that the finding is in")
        reading = readings[0]
        if reading.document.error is not None:
            raise Failure(f"{report}: {reading.document.error}")
        found = waivers.choose(finding, reading.findings)
        sink.to_file([waivers.added(text, waivers.today(found.fingerprint, reason, who), path)], path)
    except ValueError as problem:
        raise Failure(str(problem)) from problem
    click.echo(f"{path}: {found.fingerprint} {found.rule}: {visible(found.message)}")


@cli.command()
@click.argument("rule", required=False)
@click.option("--rules", "rules_dirs", multiple=True, metavar="DIR", help="A folder with rules of your own.")
@click.option(
    "--messages", metavar="CODE", default="en", show_default=True, help="Language of the explanations: vi, en."
)
@click.option("--columns", metavar="FILE", help="Which rules the columns of this table could feed.")
def rules(rule: str | None, rules_dirs: tuple[str, ...], messages: str, columns: str | None) -> None:
    """List the rules, or explain one with its examples."""
    from audit import rulebook

    book = _rulebook(Settings(rules_dirs=rules_dirs))
    if columns is not None:
        _print([_feeding(columns, book)])
        return
    try:
        text = rulebook.listing(book, messages) if rule is None else rulebook.explain(book, rule, messages)
    except (KeyError, ValueError) as problem:
        raise Failure(str(problem.args[0] if problem.args else problem)) from problem
    _print([text.rstrip("\n") + "\n"])


def main(arguments: list[str] | None = None) -> None:
    """One command: everything that can end a run ends here."""
    try:
        cli.main(arguments, prog_name="crossfoot", standalone_mode=False)
    except click.ClickException as problem:
        problem.show()
        sys.exit(problem.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("\ninterrupted", err=True)
        sys.exit(Exit.INTERRUPTED)
    except OSError as problem:
        click.echo(f"Error: {problem}", err=True)
        sys.exit(Exit.FAILED)


def _feeding(path: str, book: Rulebook) -> str:
    from audit.documents.loading import Refused
    from audit.inputs import _feeding

    try:
        return _feeding.told(path, book)
    except Refused as refused:
        raise Failure(f"{click.format_filename(path)}: {refused}") from refused


def _run(subject: str, paths: tuple[str, ...], chosen: dict[str, Any], store: str | None = None) -> Tally:
    """Find, read, audit, report; a document at a time passes through, nothing is collected.

    With `store`, figures and claims are written to a folder in files of that kind.
    """
    gc.set_threshold(50_000, 20, 20)  # imports and figures make many objects and hardly a cycle: a tenth of a short run
    from audit import batch, documents, inputs, sink, walk

    shown = {name: chosen.pop(name, False) for name in ("format_", "output", "text", "verbose")}
    kind, jobs = chosen.pop("as_"), chosen.pop("jobs") or min(_processors(), _USUAL)
    settings = _settings(chosen)
    book = _rulebook(settings)
    found = walk.find(paths, inputs.suffixes(), documents.LACKING)
    _say_skipped(found, documents.LACKING)
    tally = Tally()
    with ExitStack() as stack:
        paths_, before = _progress(found, stack)
        bound = _bound(paths_, len(found.inputs), jobs, book, settings, kind)
        readings = tally.over(batch.judge_all(bound, book, settings))
        if store is not None:
            _store(shown["output"], readings, book, store)
            return tally
        render = getattr(reports.load(shown["format_"]), subject)
        options = reports.Options(
            book,
            settings.messages,
            shown["text"],
            shown["verbose"],
            sink.colour(shown["output"]),
            sink.width(shown["output"]),
        )
        if shown["output"]:
            sink.to_file(render(readings, options), shown["output"])
        else:
            _print(render(readings, options), before)
    _say_unmatched(settings, tally)
    return tally


def _processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _bound(
    paths: Iterable[str | Document], count: int, jobs: int, book: Rulebook, settings: Settings, kind: str | None
) -> Iterator[Reading]:
    """The readings of all inputs, not yet judged. Up to `jobs` other processes read them while this one gets ready."""
    from audit import batch

    if jobs > 1 and count:
        from audit import workers

        if workers.possible():
            ready = partial(import_module, "audit.frames")
            return workers.bind_all(paths, book, settings, kind, min(jobs, count), ready)
    return batch.bind_all(paths, book, settings, kind)


def _store(folder: str, readings: Iterator[Reading], book: Rulebook, store: str) -> None:
    from audit.documents.loading import Refused
    from audit.inputs import figures

    try:
        figures.write(folder, readings, book, store)
    except Refused as refused:
        raise Failure(str(refused)) from refused


def _print(chunks: Iterable[str], before: Callable[[], None] = lambda: None) -> None:
    """To standard output. That a reader has seen enough (``| head``) is no failure, and click would call it one."""
    from audit import sink

    try:
        sink.to_stdout(chunks, before)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter complains while it closes
        sys.exit(Exit.BROKEN_PIPE)


def _settings(chosen: dict[str, Any]) -> Settings:
    from audit import languages, numbers

    try:
        chosen = _decided(**chosen)
        for code in filter(None, (chosen["language"], chosen["messages"])):
            languages.raw(code)
        if chosen["number_format"]:
            numbers.decimal_mark(chosen["number_format"])
    except ValueError as problem:
        raise Failure(str(problem)) from problem
    return Settings(**chosen)


def _decided(accept: str | None = None, office: str | None = None, **chosen: Any) -> dict[str, Any]:
    """The choices with what the files of decisions hold; `--office` overrules the header of `--accept`."""
    if accept is None and office is None:
        return chosen
    from audit import waivers

    decisions = waivers.load(accept) if accept else waivers.Decisions()
    habits = waivers.office_of(office) if office else decisions.office
    return {**chosen, "accepted": decisions.accepted, **({"office": habits} if habits else {})}


def _rulebook(settings: Settings) -> Rulebook:
    from audit import rulebook

    try:
        return rulebook.load(settings.rules_dirs, select=settings.select or None, ignore=settings.ignore or None)
    except ValueError as problem:
        raise Failure(str(problem)) from problem


def _say_skipped(found: Found, lacking: Mapping[str, str]) -> None:
    for folder, count in found.skipped.items():
        click.echo(
            f"{click.format_filename(folder)}: {count} files skipped (README, hidden, or no report format)", err=True
        )
    for suffix, count in found.lacking.items():
        extra = f"pip install 'crossfoot[{lacking[suffix]}]'"
        click.echo(f"{count} of them end in {suffix}: to have them read, {extra}", err=True)


def _say_unmatched(settings: Settings, tally: Tally) -> None:
    from audit.reports._visible import visible

    for waiver in settings.accepted:
        if waiver.fingerprint not in tally.accepted:
            click.echo(f"accepted, but no longer found: {waiver.fingerprint} ({visible(waiver.reason)})", err=True)


def _progress(found: Found, stack: ExitStack) -> tuple[Iterable[Any], Callable[[], None]]:
    """The inputs behind a progress bar, if somebody watches and there are many; and what to do before printing."""
    if len(found.inputs) <= _MANY or not sys.stderr.isatty():
        return found.inputs, lambda: None
    bar = stack.enter_context(click.progressbar(found.inputs, file=sys.stderr, show_pos=True))
    wipe = (lambda: click.echo("\r\x1b[K", nl=False, err=True)) if sys.stdout.isatty() else (lambda: None)
    return bar, wipe
