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
    from goldmine_ingest.runtime.redaction import Redactor


@dataclass(frozen=True, slots=True)
class Environment:
    """The environment's variables, the clock, where messages are printed, who reads bodies, and how
    to get at who sends messages.

    `progress` is told how far the cycle is. `stop` is asked between two feeds and two sends whether
    to end early. `resolve` replaces the resolver of host names.
    """

    env: Mapping[str, str]
    now: Callable[[], datetime]
    out: TextIO
    redactor: Redactor
    read: Callable[[ReadJob], FeedRead]
    notifier: Callable[[], Notifier]
    progress: Callable[[str], None] = lambda _: None
    stop: Callable[[], bool] = lambda: False
    resolve: Resolver | None = None
