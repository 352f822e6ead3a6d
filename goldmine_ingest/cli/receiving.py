"""The receivers of webhook: feeds while `goldmine serve` runs, and how the schedule hears that
something came.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from goldmine_ingest.pipeline.polling.webhook_receivers import receiver

if TYPE_CHECKING:
    from goldmine_ingest.cli.session import Session
    from goldmine_ingest.runtime.redaction import Redactor
    from goldmine_ingest.settings.project import Project

_LOOK_EVERY = 0.5  # seconds from a body's arrival until the schedule knows of it, at the most


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Called, it says whether a body has come since it was last called."""

    _came: threading.Event = field(default_factory=threading.Event)

    def __call__(self) -> bool:
        came = self._came.is_set()
        self._came.clear()
        return came

    def note(self, _webhook: str) -> None:
        self._came.set()

    def waiting(self, wait: Callable[[float], bool]) -> Callable[[float], bool]:
        """The same wait, ended early by an arrival."""

        def wait_or_arrival(seconds: float) -> bool:
            end = time.monotonic() + seconds
            while (rest := end - time.monotonic()) > 0 and not self._came.is_set():
                if wait(min(rest, _LOOK_EVERY)):
                    return True
            return wait(0.0)

        return wait_or_arrival


@contextmanager
def receiving(project: Project, session: Session, redactor: Redactor) -> Iterator[Arrivals | None]:
    """Listens for the project's webhooks meanwhile; None if there are none. A change of
    [webhook.NAME] needs a new start.
    """
    if not any(feed.kind == "webhook" and feed.enabled for feed in project.feeds):
        yield None
        return

    arrivals = Arrivals()
    listener, problems = receiver(project, env=session.env, redactor=redactor, taken=arrivals.note)
    with listener:
        for subject, sentence in (*problems, *listener.problems):
            session.complain(f"{subject}: {sentence}; nothing is received for it")
        for name, port in sorted(listener.ports.items()):
            session.say(f"webhook {name}: listening on port {port}")
        yield arrivals
