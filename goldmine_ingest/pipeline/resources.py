"""What a resident process keeps from one cycle to the next: the child that reads bodies, the child
that sends, the judge.

A fresh process pays about two seconds for them before its first alert; a resident one pays once.
All are started when first needed. Where nothing comes for a while, the children go: they hold
50 MiB. With the next news both start beside each other.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Self

from goldmine_ingest.errors import UnavailableError
from goldmine_ingest.facts.rates import Rates
from goldmine_ingest.runtime.threads import start

if TYPE_CHECKING:
    from goldmine_ingest.criteria import Judge
    from goldmine_ingest.notify import Notifier
    from goldmine_ingest.parse.reading_child import ReadingWorker
    from goldmine_ingest.pipeline.ingest.ingest_context import IngestContext
    from goldmine_ingest.settings.criteria import CriteriaSettings
    from goldmine_ingest.settings.project import Project

_REST_AFTER = timedelta(minutes=10)


class Resources:
    """A context manager; leaving it ends both children. For one thread. Children that are given
    serve in place of its own.
    """

    def __init__(
        self, worker: ReadingWorker | None = None, notifier: Notifier | None = None
    ) -> None:
        self._worker = worker
        self._notifier = notifier
        self._rates: Rates | None = None
        self._judge: tuple[CriteriaSettings, Judge] | None = None
        # When something was last asked of the children, on the monotonic clock.
        self._read_at = self._sent_at = 0.0
        self._has_news = self._sender_rests = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._worker:
            self._worker.close()
        if self._notifier:
            self._notifier.close()

    @property
    def worker(self) -> ReadingWorker:
        """The child that reads bodies. (Here and below: a cycle in which nothing changed doesn't
        pay for the import.)
        """
        from goldmine_ingest.parse.reading_child import ReadingWorker

        if self._worker is None:
            self._worker = ReadingWorker()
        self._read_at, self._has_news = time.monotonic(), True
        return self._worker

    @property
    def notifier(self) -> Notifier:
        """The child that sends."""
        from goldmine_ingest.notify import Notifier

        if self._notifier is None:
            self._notifier = Notifier()
        self._sent_at = time.monotonic()
        return self._notifier

    def up(self, criteria: CriteriaSettings, now: datetime) -> None:
        """Starts the reading child and loads the judge now, so that the first alert doesn't wait
        for them.
        """
        from goldmine_ingest.parse.reading import ReadJob

        self.worker.read(ReadJob("", b"", "", "", "auto", frozenset(), now))
        self.judge(criteria)

    def rest(self, after: timedelta = _REST_AFTER) -> None:
        """Ends the children of which nothing was asked for so long, and gives back the memory that
        the last news took.
        """
        before = time.monotonic() - after.total_seconds()
        if self._worker and self._read_at <= before:
            self._worker.close()
        if self._notifier and self._sent_at <= before and not self._sender_rests:
            self._notifier.close()
            self._sender_rests = True
        if self._has_news:
            from goldmine_ingest.identity.same_text import forget
            from goldmine_ingest.runtime.memory import give_back

            forget()
            give_back()
            self._has_news = False

    def wake(self, addresses: Callable[[], Mapping[str, str]]) -> None:
        """There is something to read: if the sending child was ended, it starts meanwhile, and
        loads what these destinations (by name) need.
        """
        if not self._sender_rests:
            return
        self._sender_rests, notifier = False, self.notifier
        load = threading.Thread(
            target=_load, args=(notifier, addresses()), name="goldmine-wake", daemon=True
        )
        with suppress(OSError):  # no room for a thread: it starts with its first message
            start(load)

    def rates(self) -> Rates:
        """The conversion of currencies; read when the first amount is converted."""
        if self._rates is None:
            self._rates = Rates()
        return self._rates

    def ingest_context(self, project: Project, run_id: str, now: datetime) -> IngestContext:
        """The settings under which a cycle of the project takes entries in."""
        from goldmine_ingest.pipeline.ingest.ingest_context import IngestContext

        rates = self.rates().beside(project.config_path)
        return IngestContext(
            judge=self.judge(project.criteria),
            base_currency=project.criteria.base_currency,
            convert=lambda amount, currency, base, on: rates.convert(
                amount, currency, base, on.date()
            ),
            feeds={feed.name: feed for feed in project.feeds},
            destinations=project.destinations,
            alerts=project.alerts,
            run_id=run_id,
            now=now,
            mail_outcomes=project.mail_outcomes,
            has_opinions=project.criteria.opinion is not None,
        )

    def judge(self, criteria: CriteriaSettings) -> Judge:
        """The judge of these criteria; a new one only if they changed."""
        from goldmine_ingest.criteria import Judge

        if self._judge is None or self._judge[0] != criteria:
            self._judge = criteria, Judge(criteria)
        return self._judge[1]


def _load(notifier: Notifier, addresses: Mapping[str, str]) -> None:
    for name, url in addresses.items():
        with suppress(UnavailableError):  # told where something is sent to it
            notifier.check_url(name, url)
