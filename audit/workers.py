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
from functools import partial
from itertools import islice
from multiprocessing import get_context, parent_process

from audit import batch, inputs
from audit.records import Document, Reading
from audit.rulebook import Rulebook
from audit.settings import Settings

KILLED = "the process that read it was killed, perhaps for want of memory: free some, or split the document"
_AHEAD = 4  # reports that may wait to be judged, a process

_Told = tuple[Rulebook, Settings, str | None]
_told: _Told


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
    """`batch.bind_all`, in `jobs` processes; this one reads tables, figures and its standard input.

    `meanwhile` is called once, when they have begun; not where there is nothing for them to read. A report that ends
    its process comes back with its `error` set. Where no processes can be made, for want of files, memory or
    semaphores, all is read in this one.
    """
    crew = _Crew(jobs, (rulebook, settings, kind))

    def sent(one: str | Document) -> Callable[[], Iterable[Reading]]:
        """Sent to be read apart, if it can be; gives its readings when it is called."""
        if not isinstance(one, Document) and one != "-" and inputs.is_text(one, kind):
            future = crew.submit(one)
            if future is not None:
                return partial(crew.result, one, future)
        return partial(batch.bind_all, [one], rulebook, settings, kind)

    rest = iter(given)
    try:
        ahead = deque(map(sent, islice(rest, _AHEAD * jobs)))
        if crew.pool is not None:
            meanwhile()
        while ahead:
            yield from ahead.popleft()()
            ahead.extend(map(sent, islice(rest, 1)))
    finally:
        crew.leave()


class _Crew:
    """The processes that read, made when the first report is sent, and made anew when one of them has been killed."""

    def __init__(self, jobs: int, told: _Told) -> None:
        self.jobs, self.told = jobs, told
        self.pool: ProcessPoolExecutor | None = None
        self.able = True

    def submit(self, path: str) -> Future[list[Reading]] | None:
        """The readings to come of a report, or None where no process can be made."""
        if not self.able:
            return None
        try:
            with _uninterrupted():
                self.pool = self.pool or self._start()
                try:
                    return self.pool.submit(_bind, path)
                except BrokenProcessPool:
                    self.pool = self._start()
                    return self.pool.submit(_bind, path)
        except (ImportError, OSError, RuntimeError):  # "not implemented" is one, too
            self.able = False
            return None

    def result(self, path: str, future: Future[list[Reading]]) -> list[Reading]:
        """The readings of a report; if its process was killed, by it or by another one, it is tried once alone."""
        try:
            return future.result()
        except BrokenProcessPool:
            alone = _Crew(1, self.told)
        try:
            again = alone.submit(path)
            return again.result() if again is not None else _lost(path)
        except BrokenProcessPool:
            return _lost(path)
        finally:
            alone.leave()

    def leave(self) -> None:
        """Let the processes end by themselves."""
        if self.pool is not None:
            self.pool.shutdown(wait=False, cancel_futures=True)

    def _start(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self.jobs, get_context("fork"), _begin, self.told)


def _lost(path: str) -> list[Reading]:
    return [Reading(Document(path, error=KILLED))]


def _begin(*told: *_Told) -> None:
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
    return list(batch.bind_all([path], *_told))
