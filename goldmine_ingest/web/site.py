"""What every page is given: the project as its files say now, the history for a moment, the clock,
the key. One for the process.
"""

from __future__ import annotations

import logging
import math
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from goldmine_ingest import config
from goldmine_ingest.analysis.action_spool import take_in, waiting
from goldmine_ingest.config import ConfigProblems
from goldmine_ingest.config.contradictions import literal_credentials, references
from goldmine_ingest.config.current import CurrentProject
from goldmine_ingest.errors import BusyError, ConfigError, GoldmineError, UnavailableError
from goldmine_ingest.runtime.redaction import Redactor
from goldmine_ingest.runtime.web_key import WebKey, read_key
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.history import open_store
from goldmine_ingest.web.guard import Names
from goldmine_ingest.web.history_copy import HistoryCopy, stamp_of
from goldmine_ingest.web.page_store import Memory, PageStore
from goldmine_ingest.web.previews import Jobs
from goldmine_ingest.web.report_files import ReportFiles
from goldmine_ingest.web.response import NoHistoryError
from goldmine_ingest.web.session import Attempts, Links, Session, read_session

if TYPE_CHECKING:
    from goldmine_ingest.analysis.threshold_steps import Threshold
    from goldmine_ingest.criteria import Judge
    from goldmine_ingest.web.glance import Glance
    from goldmine_ingest.web.response import Answer, Tab
    from goldmine_ingest.web.tuning import Preview

PATIENCE = timedelta(seconds=2)  # how long a page waits for another program that has the history
_PAGES_KEPT = 64
log = logging.getLogger("goldmine_ingest.web")


@dataclass(frozen=True, slots=True)
class KeptPage:
    """The last good answer of an address, for a session: shown while the history is busy."""

    made_at: datetime
    answer: Answer
    glanced: Glance


@dataclass(slots=True)
class KeptPages:
    """A bounded number of them, the oldest let go."""

    _pages: OrderedDict[tuple[str, str], KeptPage] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def keep(self, session: Session, address: str, page: KeptPage) -> None:
        with self._lock:
            self._pages[session.session_id, address] = page
            self._pages.move_to_end((session.session_id, address))
            while len(self._pages) > _PAGES_KEPT:
                self._pages.popitem(last=False)

    def get(self, session: Session, address: str) -> KeptPage | None:
        with self._lock:
            return self._pages.get((session.session_id, address))


@dataclass(slots=True)
class Site:
    """`poll` starts a cycle in a child (feeds by name; none: all) and says why not, or "";
    `rescan` likewise has the stored listings judged again (a span of time; with alerts). `working`:
    one of these goes on. `names` are set once the port is known.
    """

    current: CurrentProject
    env: Mapping[str, str] = field(repr=False)
    now: Callable[[], datetime]
    poll: Callable[[tuple[str, ...]], str]
    rescan: Callable[[str, bool], str]
    reports: ReportFiles
    redactor: Redactor = field(default_factory=Redactor)
    working: Callable[[], bool] = lambda: False
    names: Names = field(default_factory=lambda: Names(()))
    tabs: tuple[Tab, ...] = ()
    links: Links = field(default_factory=lambda: Links(secrets.token_hex(16)))
    attempts: Attempts = field(default_factory=Attempts)
    kept: KeptPages = field(default_factory=KeptPages)
    copy: HistoryCopy = field(default_factory=HistoryCopy)
    previews: Jobs[Preview | str] = field(default_factory=Jobs)
    slider_steps: Jobs[Mapping[str, Threshold]] = field(default_factory=Jobs)
    memory: Memory = field(default_factory=Memory)
    ended: set[str] = field(default_factory=set)
    read_at: tuple[int, ...] = ()  # how the history's file looked when it was last read
    broken: str = ""
    _project: Project | None = None
    _judge: tuple[str, Judge] | None = None
    _reading: Lock = field(default_factory=Lock)
    _history: Lock = field(default_factory=Lock)
    _taking: Thread | None = None
    _used: float = -math.inf

    def note_use(self) -> None:
        """Somebody has asked for a page."""
        self._used = time.monotonic()

    def used_within(self, span: timedelta) -> bool:
        return time.monotonic() - self._used < span.total_seconds()

    def close(self) -> None:
        """End what runs in the background, and delete the copy of the history."""
        self.previews.close()
        self.slider_steps.close()
        self.copy.close()

    def project(self) -> Project:
        """As the files say now; while they are broken, as they were, and `broken` says what is
        wrong. Raises ConfigError where they never could be read.
        """
        with self._reading:
            try:
                project = self.current.read()
                self.broken = ""
            except ConfigProblems as error:
                project = self._stand_in(error, error.project)
            except ConfigError as error:
                project = self._stand_in(error, None)
            if project is not self._project:
                self._project = project
                self._learn_secrets(project)
            return project

    def _stand_in(self, error: ConfigError, partly: Project | None) -> Project:
        project = self._project or partly
        if project is None:
            raise error
        self.broken = error.message
        return project

    def _learn_secrets(self, project: Project) -> None:
        literal = set(literal_credentials(project))
        for where, reference in references(project):
            try:
                value = config.reveal(reference, project.home, self.env)
            except UnavailableError:
                continue
            if "://" in value:
                self.redactor.learn_url(value)
                self.redactor.learn_url(value.replace("&", "&amp;"))
            if reference.scheme != "literal" or where in literal:
                self.redactor.learn(value)

    @property
    def data(self) -> Path:
        """The folder of the history, the key and the spool."""
        return self.project().database.path.parent

    def key(self) -> WebKey:
        """Read each time: a new one ends all sessions at once."""
        return read_key(self.data)

    def session_of(self, cookie: str) -> Session | None:
        session = read_session(self.key(), cookie, self.now())
        return None if session is None or session.session_id in self.ended else session

    def zone(self) -> tzinfo:
        """The user's time zone; UTC where none is set."""
        me = self.project().criteria.me
        return ZoneInfo(me.timezone) if me and me.timezone else UTC

    def judge(self) -> Judge:
        """By the present criteria; made once for each text of them."""
        from goldmine_ingest.criteria import Judge

        criteria = self.project().criteria
        if self._judge is None or self._judge[0] != criteria.criteria_hash:
            self._judge = criteria.criteria_hash, Judge(criteria)
        return self._judge[1]

    def hurry_spool(self) -> None:
        """Have what was set aside taken in as soon as the history is free."""
        with self._reading:
            if self._taking is None or not self._taking.is_alive():
                self._taking = Thread(target=self._empty_spool, daemon=True)
                self._taking.start()

    def _empty_spool(self) -> None:
        """Ends when nothing waits any more, or when the process does: what waits then is taken in
        by the next cycle.
        """
        path = self.project().database.path
        while next(waiting(path), None) is not None:
            try:
                with self.history():
                    pass
            except GoldmineError:
                time.sleep(1)

    @contextmanager
    def history(self) -> Iterator[PageStore]:
        """The live history for one short question or one event. What waits in the spool goes in
        first; what was read before and still stands isn't asked again. Raises NoHistoryError,
        BusyError, StoreError.
        """
        path = self.project().database.path
        if not path.exists():
            raise NoHistoryError("nothing was polled yet", hint="goldmine run")
        if not self._history.acquire(timeout=PATIENCE.total_seconds()):
            raise BusyError("another page is being made")
        try:
            with open_store(path, wait=PATIENCE, now=self.now()) as store:
                take_in(store, path)
                yield PageStore.reading(store, path, self.memory)
            self.read_at = stamp_of(path)
        finally:
            self._history.release()
