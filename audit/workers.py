"""Reports read by several processes at once; readings come in the order in which the reports were named.

A run that has one report to read gains, too: it is read while this process imports what judging needs.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context, parent_process

from audit import batch, inputs
from audit.records import Document, Reading
from audit.rulebook import Rulebook
from audit.settings import Settings

KILLED = "the process that read it was killed, perhaps for want of memory: free some, or split the document"
_AHEAD = 4  # reports that may wait to be judged, a process

_told: tuple[Rulebook, Settings, str | None]


def possible() -> bool:
    """Whether this process may be forked as it is: before anything has started a thread, and where that is sound."""
    alone = threading.active_count() == 1 and "numpy" not in sys.modules
    return sys.platform == "linux" and hasattr(os, "fork") and alone


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Keep an interrupt back while processes are forked: a hook there would swallow it, or a child would tell of it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def bind_all(
    given: Iterable[str | Document], rulebook: Rulebook, settings: Settings, kind: str | None, jobs: int,
    meanwhile: Callable[[], object] = lambda: None,
) -> Iterator[Reading]:  # fmt: skip
    """`batch.read_all` and `batch.bind`, in `jobs` processes; this one reads tables, figures and its standard input.

    `meanwhile` is called once, when they have begun; not where there is nothing for them to read. A report that ends
    its process comes back with its `error` set. Where no processes can be made, for want of files, memory or
    semaphores, all is read in this one.
    """

    def start(count: int = jobs) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(count, get_context("fork"), _begin, (rulebook, settings, kind))

    pool: ProcessPoolExecutor | None = None
    able = True

    def send(one: str | Document) -> tuple[str | Document, Future[list[Reading]] | None]:
        nonlocal pool, able
        if not able or isinstance(one, Document) or one == "-" or not inputs.is_text(one, kind):
            return one, None
        try:
            with _uninterrupted():
                pool = pool or start()
                try:
                    return one, pool.submit(_bind, one)
                except BrokenProcessPool:
                    pool = start()
                    return one, pool.submit(_bind, one)
        except (ImportError, OSError, RuntimeError):  # "not implemented" is one, too
            able = False
            return one, None

    def receive(one: str | Document, future: Future[list[Reading]] | None) -> Iterable[Reading]:
        if future is None or isinstance(one, Document):
            return (batch.bind(each, rulebook, settings) for each in batch.read_all([one], rulebook, settings, kind))
        try:
            return future.result()
        except BrokenProcessPool:  # by this report or by another one: alone, it has nobody else to blame
            pass
        alone: ProcessPoolExecutor | None = None
        try:
            with _uninterrupted():
                alone = start(1)
                again = alone.submit(_bind, one)
            return again.result()
        except (OSError, RuntimeError):
            return [Reading(Document(one, error=KILLED))]
        finally:
            if alone is not None:
                alone.shutdown(wait=False, cancel_futures=True)

    rest = iter(given)
    try:
        ahead = deque(map(send, islice(rest, _AHEAD * jobs)))
        if any(future is not None for _, future in ahead):
            meanwhile()
        while ahead:
            yield from receive(*ahead.popleft())
            ahead.extend(map(send, islice(rest, 1)))
    finally:
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)


def _begin(*told: *tuple[Rulebook, Settings, str | None]) -> None:
    """What a process does first. An interrupt is for the process that asked; with it, this one ends."""
    global _told
    _told = told
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    asking = parent_process()
    if asking is not None:
        asking.join()
        os._exit(1)


def _bind(path: str) -> list[Reading]:
    rulebook, settings, kind = _told
    return [batch.bind(given, rulebook, settings) for given in batch.read_all([path], rulebook, settings, kind)]
