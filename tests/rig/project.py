"""A project in a folder, run by the real cycle with a clock that the test holds."""

from __future__ import annotations

import atexit
import html
import io
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import duckdb

from goldmine_ingest import config
from goldmine_ingest.app import Resources, RunReport, deliver_due, run_cycle
from goldmine_ingest.fetch.name_lookup import Resolver
from goldmine_ingest.runtime.redaction import Redactor
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.history import Store, open_store
from tests.rig.blank_history import blank_history
from tests.rig.waiting import PATIENCE

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

CRITERIA = """
[[proof]]
name = "Finance reconciliation"
result = "month-end close from six days to two"
offer = "a reconciled close with an exception report"
skills = ["Python", "SQL"]
phrases = ["reconciliation", "month-end close"]
first_step = "Reconcile one closed month from exports and list every exception"

[budget]
currency = "USD"
fixed_minimum = 500
"""


_warm = threading.local()


def kept_resources() -> Resources:
    """What a resident process keeps between cycles, one for all tests of a thread: each new
    child would cost a second.
    """
    if not hasattr(_warm, "tools"):
        _warm.tools = Resources()
        atexit.register(_warm.tools.__exit__, None, None, None)
    tools: Resources = _warm.tools
    return tools


@dataclass
class Clock:
    """Stands still until the test moves it."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass
class Home:
    """A project folder. `settings` is goldmine.toml without the [database] table; `criteria` is
    criteria.toml.
    """

    folder: Path
    settings: str
    criteria: str = CRITERIA
    env: Mapping[str, str] = field(default_factory=dict)
    clock: Clock = field(default_factory=Clock)
    printed: io.StringIO = field(default_factory=io.StringIO)

    def project(self) -> Project:
        files = self.folder / "config"
        files.mkdir(parents=True, exist_ok=True)
        (files / "goldmine.toml").write_text(
            '[database]\npath = "data/goldmine.duckdb"\n' + self.settings, encoding="utf-8"
        )
        (files / "criteria.toml").write_text(self.criteria, encoding="utf-8")
        return config.load(files / "goldmine.toml", env=self.env, cwd=self.folder)

    def run(
        self,
        *,
        all_feeds: bool = True,
        dry_run: bool = False,
        stop: Callable[[], bool] = lambda: False,
        resolve: Resolver | None = None,
        redactor: Redactor | None = None,
        tools: Resources | None = None,
    ) -> RunReport:
        self.printed = io.StringIO()
        project = self.project()
        if not dry_run:
            blank_history(project.database.path)
        return run_cycle(
            project,
            env=self.env,
            now=self.clock,
            out=self.printed,
            all_feeds=all_feeds,
            dry_run=dry_run,
            stop=stop,
            resolve=resolve,
            redactor=redactor,
            resources=tools or kept_resources(),
        )

    def deliver(self) -> RunReport:
        """What is due by now goes out, without a poll, as a resident process does between two
        cycles.
        """
        return deliver_due(
            self.project(),
            env=self.env,
            now=self.clock,
            out=self.printed,
            resources=kept_resources(),
        )

    def store(self) -> AbstractContextManager[Store]:
        """The history, opened as a cycle opens it."""
        path = self.folder / "data/goldmine.duckdb"
        wait = timedelta(seconds=PATIENCE)
        return open_store(blank_history(path), now=self.clock(), wait=wait)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """What the history says."""
        with self.store() as store:
            con: duckdb.DuckDBPyConnection = store.con
            return con.execute(query).fetchall()


def upwork_item(
    n: int,
    *,
    title: str | None = None,
    budget: str | None = "$1,500",
    posted: datetime = NOON,
    body: str | None = None,
) -> str:
    """One job in Upwork's saved-search grammar. Without a budget it has no money label at all."""
    link = f"https://www.upwork.com/jobs/Reconciliation-{n}_%7E01{n:016x}?source=rss"
    money = f"<b>Budget</b>: {budget}\n<br />" if budget else ""
    words = (
        body
        or f"Our month-end close no. {n} takes too long. We need a reconciliation of bank exports against the ledger in Python and SQL."
    )
    description = (
        f"{words}<br /><br />{money}<b>Posted On</b>: {posted:%B %d, %Y %H:%M} UTC<br"
        " /><b>Category</b>: Data Extraction"
        "<br /><b>Skills</b>:Python,     SQL    \n<br /><b>Country</b>: Germany\n<br /><a"
        f' href="{link}">click to apply</a>\n'
    )
    return (
        f"<item><title>{html.escape(title or f'Month-end reconciliation {n}')} -"
        f" Upwork</title><link>{html.escape(link)}</link>"
        f"<description><![CDATA[{description}]]></description><pubDate>{format_datetime(posted)}</pubDate><guid>{html.escape(link)}</guid></item>"
    )


def upwork_feed(*items: str) -> bytes:
    """A saved-search feed with these items."""
    head = (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>All jobs |'
        " upwork.com</title><link>https://www.upwork.com/ab/feed/jobs/rss</link><generator>Upwork"
        " Corporation</generator>"
    )
    return f"{head}{''.join(items)}</channel></rss>".encode()
