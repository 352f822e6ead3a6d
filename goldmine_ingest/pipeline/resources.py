"""What a resident process keeps from one cycle to the next: the child that reads bodies, the child
that sends, the judge.

A fresh process pays about two seconds for them before its first alert; a resident one pays once.
All are started when first needed.
"""

from __future__ import annotations

from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self

from goldmine_ingest.facts.rates import Rates

if TYPE_CHECKING:
    from goldmine_ingest.criteria import Judge
    from goldmine_ingest.notify import Notifier
    from goldmine_ingest.parse.reading_child import ReadingWorker
    from goldmine_ingest.pipeline.ingest.ingest_context import IngestContext
    from goldmine_ingest.settings.criteria import CriteriaSettings
    from goldmine_ingest.settings.project import Project


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
        return self._worker

    @property
    def notifier(self) -> Notifier:
        """The child that sends."""
        from goldmine_ingest.notify import Notifier

        if self._notifier is None:
            self._notifier = Notifier()
        return self._notifier

    def up(self, criteria: CriteriaSettings, now: datetime) -> None:
        """Starts the reading child and loads the judge now, so that the first alert doesn't wait
        for them.
        """
        from goldmine_ingest.parse.reading import ReadJob

        self.worker.read(ReadJob("", b"", "", "", "auto", frozenset(), now))
        self.judge(criteria)

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
