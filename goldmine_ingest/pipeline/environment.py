"""What a cycle needs of the outside world, so that a test can hand it another one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from goldmine_ingest.fetch.name_lookup import Resolver
    from goldmine_ingest.notify import Notifier
    from goldmine_ingest.parse.reading import FeedRead, ReadJob
    from goldmine_ingest.pipeline.resources import Resources
    from goldmine_ingest.runtime.redaction import Redactor


@dataclass(frozen=True, slots=True)
class Environment:
    """The environment's variables, the clock, where messages are printed, and `resources`: who
    reads bodies, judges and sends.

    `progress` is told how far the cycle is. `stop` is asked between two feeds and two sends whether
    to end early. `resolve` replaces the resolver of host names.
    """

    env: Mapping[str, str]
    now: Callable[[], datetime]
    out: TextIO
    redactor: Redactor
    resources: Resources
    progress: Callable[[str], None] = lambda _: None
    stop: Callable[[], bool] = lambda: False
    resolve: Resolver | None = None

    def read(self, job: ReadJob) -> FeedRead:
        """Reads a body in the child."""
        return self.resources.worker.read(job, stop=self.stop)

    def notifier(self) -> Notifier:
        """Who sends messages."""
        return self.resources.notifier
