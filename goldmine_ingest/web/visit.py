"""One request as a page sees it, with what a page may ask."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from goldmine_ingest.errors import BusyError
from goldmine_ingest.web.glance import Glance, glance
from goldmine_ingest.web.response import NoHistoryError
from goldmine_ingest.web.session import Session, form_token

if TYPE_CHECKING:
    from goldmine_ingest.analysis.inbox import Inbox
    from goldmine_ingest.settings.project import Project
    from goldmine_ingest.store.history import Store
    from goldmine_ingest.web.page_store import PageStore
    from goldmine_ingest.web.site import Site

T = TypeVar("T")


@dataclass(slots=True)
class Visit:
    """One request of a signed-in owner (`session` is None on the sign-in page alone). `form` and
    `query` hold the last value of each name; `path` is decoded, `address` is path and query as they
    were sent; `fragment`: the script asks, which has the head of the page already.
    """

    site: Site
    session: Session | None
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    client: str = ""
    host: str = ""
    secure: bool = False
    cookie: str = ""
    cookies: Mapping[str, str] = field(default_factory=dict)
    fragment: bool = False
    address: str = "/"
    now: datetime = field(init=False)
    glanced: Glance | None = None
    waiting: Inbox | None = None  # where the page has asked for it, the top bar needn't

    @property
    def keys_on(self) -> bool:
        """Whether single keys are on; the script keeps the cookie beside its own note."""
        return self.cookies.get("keys") != "0"

    def __post_init__(self) -> None:
        self.now = self.site.now()

    @property
    def project(self) -> Project:
        return self.site.project()

    def ask(self, question: Callable[[PageStore], T]) -> T:
        """The answer of the live history, asked in one short opening, with what the top bar shows.
        Never render inside it. Raises what Site.history raises.
        """
        with self.site.history() as store:
            answer = question(store)
            self.glanced = glance(
                store, self.project, self.waiting, now=self.now, zone=self.site.zone()
            )
        return answer

    def ask_copy(self, about: Hashable, question: Callable[[Store], T]) -> tuple[T, datetime]:
        """The answer of the page's own copy, and as of when that is (its store's `now`): for what
        takes longer than a cycle should wait. The same question about the same is asked of a copy
        once. What the top bar shows is asked by `ask`.
        """
        with self.site.copy.use(self.project.database.path, self.now) as copy:
            return copy.answer(about, question), copy.as_of

    def look(self) -> None:
        """What the top bar shows, for a page that asks nothing of the history; nothing where that
        is in use, or isn't there yet.
        """
        with suppress(BusyError, NoHistoryError):
            self.ask(lambda _: None)

    def token(self, action: str) -> str:
        """What a form of this session that is sent to `action` must bring along."""
        return form_token(self.site.key(), self.session.session_id, action) if self.session else ""

    @staticmethod
    def new_event() -> str:
        """The id of the event that a form records: made with the form, so that the same form sent
        twice is one event.
        """
        return uuid.uuid4().hex
