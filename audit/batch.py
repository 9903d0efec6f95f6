"""Many documents at once through every stage; one report is a batch of one."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from audit.records import Document, Reading
from audit.rulebook import Rulebook
from audit.settings import Settings

CHUNK_DOCUMENTS = 256
CHUNK_CHARACTERS = 4_000_000
NO_RULES = Rulebook(())


def bind(given: Document | Reading, rulebook: Rulebook, settings: Settings) -> Reading:
    """A document's figures and claims, settled and not yet judged; what breaks a stage comes back with its `error` set.

    What comes as a reading has its figures and claims already: only the office's habits are applied.
    """
    from audit import office

    def read() -> Reading:
        if isinstance(given, Reading):
            reading = given
        else:
            from audit import pipeline

            reading = pipeline.read(given, rulebook, settings)
        if reading.document.error is None:
            office.apply(reading, rulebook, settings.office)
        return reading

    return _timed(read, given if isinstance(given, Reading) else Reading(given))


def judge(readings: Sequence[Reading], rulebook: Rulebook, settings: Settings) -> list[Reading]:
    """Verdicts and findings for readings as `bind` gives them, in the same order."""
    from audit import findings, gate

    sound = [reading for reading in readings if reading.document.error is None]
    if sound:
        gate.judge(sound)

    def find(reading: Reading) -> Reading:
        findings.find(reading, rulebook, settings.messages or reading.language, settings.office)
        if settings.accepted:
            from audit import waivers

            waivers.mark(reading.findings, settings.accepted)
        return reading

    return [_timed(partial(find, reading), reading) for reading in readings]


def judge_all(readings: Iterable[Reading], rulebook: Rulebook, settings: Settings) -> Iterator[Reading]:
    """The same for any number of readings, a chunk at a time, so that memory does not grow with the archive."""
    chunk: list[Reading] = []
    characters = 0
    for reading in readings:
        chunk.append(reading)
        characters += len(reading.document.text)
        if len(chunk) >= CHUNK_DOCUMENTS or characters >= CHUNK_CHARACTERS:
            yield from judge(chunk, rulebook, settings)
            chunk, characters = [], 0
    if chunk:
        yield from judge(chunk, rulebook, settings)


def audit_all(documents: Iterable[Document | Reading], rulebook: Rulebook, settings: Settings) -> Iterator[Reading]:
    """Documents in, audited readings out, in the same order; no document is the end of the others."""
    return judge_all((bind(given, rulebook, settings) for given in documents), rulebook, settings)


def bind_all(
    paths: Iterable[str | Document], rulebook: Rulebook, settings: Settings, kind: str | None = None
) -> Iterator[Reading]:
    """What the paths hold, read and bound one by one; see `read_all` and `bind`."""
    return (bind(given, rulebook, settings) for given in read_all(paths, rulebook, settings, kind))


def read_all(
    paths: Iterable[str | Document],
    rulebook: Rulebook = NO_RULES,
    settings: Settings = Settings(),  # noqa: B008
    kind: str | None = None,
) -> Iterator[Document | Reading]:
    """Read paths one by one, as they are asked for; what already is a document passes through.

    `kind` says what the paths hold; without it, each is asked. What is no report is bound by `rulebook`.
    """
    from audit import inputs

    for given in paths:
        if isinstance(given, Document):
            yield given
            continue
        try:
            yield from inputs.read(given, rulebook, settings, kind)
        except Exception as problem:
            yield Document(given, error=_reason(problem))


def _timed(step: Callable[[], Reading], before: Reading) -> Reading:
    """One step of one document: skipped if the document could not be read, and never the end of the others."""
    if before.document.error is not None:
        return before
    start = time.perf_counter()
    try:
        reading = step()
    except Exception as problem:
        reading = Reading(replace(before.document, error=_reason(problem)), before.language, before.number_format)
    reading.seconds = before.seconds + time.perf_counter() - start
    return reading


def _reason(problem: Exception) -> str:
    """A failure of ours in one line, with the place where to look for it."""
    frames = traceback.extract_tb(problem.__traceback__)
    where = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"internal error: {type(problem).__name__}: {problem}{where}"
