"""The stage of a fault case: a project with a control feed, a feed to break, two destinations,
tripwires and planted secrets.

    scene.serve("/healthy", qualified=(1, 2), rejected=(3,), review=(4,))
    scene.feeds.script("/faulty", Answer(500))
    scene.run()
    scene.failed("http_error")        # what the case itself must show
    scene.heals(qualified=(11,))      # U8: the source is well again

The phone gets each match at once, the desk everything in the digest of 18:00. Leaving the stage
checks the universal conditions U1 to U8 of every case (see `Conditions`), so that a case lists only
what is its own.
"""

from __future__ import annotations

import io
import logging
import re
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from goldmine_ingest.app import RunReport
from goldmine_ingest.exchange.invariants import invariants
from goldmine_ingest.fetch.name_lookup import Resolver
from goldmine_ingest.runtime.redaction import RedactingFilter, Redactor
from tests.faults.leftovers import Leftovers, process_titles
from tests.rig.feed_server import Answer, FeedServer, Tripwire
from tests.rig.project import Home, upwork_feed
from tests.rig.receiver import Receiver
from tests.rig.watching import item, told

Verdict = Literal["qualified", "rejected", "review"]
# For cases in which something hangs. The real ones are five times as long; what is well is given
# those everywhere else, however busy the machine is.
SHORT = 'connect_timeout = "2s"\nidle_timeout = "2s"\ntotal_timeout = "4s"'
# Secrets at each place where a user may have one. None may be found in anything that is written:
# what is looked for is how each of them begins.
_PLANTED = "c4nary-"
CANARIES = {
    "HEALTHY_KEY": "c4nary-feed-query-51fa0b",
    "FAULTY_PASSWORD": "c4nary-userinfo-77e1d2",
    "FAULTY_HEADER": "c4nary-header-0b9c4e",
    "PHONE_TOKEN": "c4nary-apprise-e5d8f3",
    "DESK_TOKEN": "c4nary-literal-9a62c7",
}
_VIEWS = (
    "listings",
    "polls",
    "feeds",
    "runs",
    "alerts",
    "decisions",
    "findings",
    "raw_entries",
    "sightings",
    "revisions",
    "criteria_versions",
)

# How the last poll of each feed ended, and how the feed stands.
_ENDED = (
    "SELECT DISTINCT ON (feed) feed, outcome, coalesce(error, ''), consecutive_failures,"
    " next_poll_at, state FROM polls JOIN feeds USING (feed) ORDER BY started_at DESC, run_id"
)
# Searched where they lie: some views have more rows than are quickly fetched.
_HOLDS = "SELECT 1 FROM {0} AS whole WHERE contains(whole::VARCHAR, ?) LIMIT 1"


@dataclass
class Scene:
    """See the module. Servers and receivers are real, on loopback; the guard is on, with the
    feed server's own port as its exception.
    """

    folder: Path
    backlog: str = 'backlog = "all"\nmax_age = "none"'
    deadlines: str = ""  # the real ones
    broken: int = 1  # feeds to break: "faulty", "faulty-2", ...
    faulty_lines: str = ""
    phone_lines: str = ""
    desk_lines: str = 'mode = "digest"'
    more: str = ""  # further lines at the end of goldmine.toml
    resolve: Resolver | None = None
    settled: tuple[str, ...] = (
        "phone",
        "desk",
    )  # destinations that must have everything at the end
    served: dict[str, Verdict] = field(default_factory=dict)
    reports: list[RunReport] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    _ended: dict[str, tuple[object, ...]] = field(default_factory=dict)

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.feeds = stack.enter_context(FeedServer())
            self.phone = stack.enter_context(Receiver())
            self.desk = stack.enter_context(Receiver())
            self.tripwires = [
                stack.enter_context(Tripwire(host)) for host in ("127.0.0.1", "127.0.0.2")
            ]
            self._logged = io.StringIO()
            self._leftovers = stack.enter_context(Leftovers())
            stack.enter_context(self._log_everything())
            self._stack = stack.pop_all()
        self.home = Home(self.folder, self._settings(), env=self._env())
        self.serve("/healthy", qualified=(1,), rejected=(3,), review=(4,))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._stack:
            if error is None:
                Conditions(self).check()

    # The stage

    @property
    def faulty(self) -> tuple[str, ...]:
        """The names of the feeds to break; each stands at the path of its name."""
        return ("faulty", *(f"faulty-{n}" for n in range(2, self.broken + 1)))

    def _env(self) -> dict[str, str]:
        place = f"127.0.0.1:{self.feeds.port}"
        return {
            "HEALTHY_URL": f"http://{place}/healthy?apikey={CANARIES['HEALTHY_KEY']}",
            **{
                _variable(feed): f"http://watcher:{CANARIES['FAULTY_PASSWORD']}@{place}/{feed}"
                for feed in self.faulty
            },
            "FAULTY_HEADER": CANARIES["FAULTY_HEADER"],
            "PHONE_URL": f"json://{CANARIES['PHONE_TOKEN']}@127.0.0.1:{self.phone.port}/hook",
        }

    def _settings(self) -> str:
        desk = f"json://127.0.0.1:{self.desk.port}/{CANARIES['DESK_TOKEN']}"
        faulty = "".join(
            f'[[feed]]\nname = "{feed}"\nurl = "env:{_variable(feed)}"\nheaders = {{ X-Key ='
            f' "env:FAULTY_HEADER" }}\n{self.faulty_lines}\n'
            for feed in self.faulty
        )
        return (
            "[fetch]\nallow_private ="
            f' ["{self.feeds.place}"]\n{self.deadlines}\n[alerts]\n{self.backlog}\n[[feed]]\nname ='
            f' "healthy"\nurl = "env:HEALTHY_URL"\n{faulty}[[notify]]\nname = "phone"\nurl ='
            f' "env:PHONE_URL"\ntimezone = "UTC"\n{self.phone_lines}\n[[notify]]\nname ='
            f' "desk"\nurl = "{desk}"\ntimezone = "UTC"\n{self.desk_lines}\n{self.more}\n'
        )

    @contextmanager
    def _log_everything(self) -> Iterator[None]:
        """At DEBUG, through the filter that the command installs."""
        root, self.redactor = logging.getLogger(), Redactor()
        handlers, filters, level = root.handlers[:], root.filters[:], root.level
        root.handlers, root.level = [logging.StreamHandler(self._logged)], logging.DEBUG
        RedactingFilter(self.redactor).install(root)
        try:
            yield
        finally:
            root.handlers, root.filters, root.level = handlers, filters, level

    def faulty_at(self, url: str, feed: str = "faulty") -> None:
        """A feed to break stands elsewhere than on the feed server."""
        self.home.env = {**self.home.env, _variable(feed): url}

    def body(
        self,
        *,
        qualified: Collection[int] = (),
        rejected: Collection[int] = (),
        review: Collection[int] = (),
        whole: bool = True,
    ) -> bytes:
        """A feed of these jobs, by number. `whole`: a poll will receive it, so from now on each
        of them must be stored.
        """
        jobs: list[tuple[int, Verdict, dict[str, Any]]] = [
            *((n, "qualified", {}) for n in qualified),
            *((n, "rejected", {"budget": "$50"}) for n in rejected),
            *((n, "review", {"budget": None}) for n in review),
        ]
        items = {n: item(n, **facts) for n, _, facts in sorted(jobs, key=lambda job: job[0])}
        if whole:
            self.served.update({title_of(items[n]): verdict for n, verdict, _ in jobs})
        return upwork_feed(*items.values())

    def serve(self, path: str, answer: Answer | None = None, **jobs: Any) -> None:
        """A path that brings these jobs, in this way."""
        self.feeds.script(path, replace(answer or Answer(), body=self.body(**jobs)))

    def run(self, **options: Any) -> RunReport:
        """One cycle over every feed."""
        report = self.home.run(resolve=self.resolve, redactor=self.redactor, **options)
        self.reports.append(report)
        self._ended = {}
        return report

    def timed(self) -> RunReport:
        """The same; how long it took is a figure, never a condition: machines differ."""
        began = time.monotonic()
        report = self.run()
        self.figures.append(f"{time.monotonic() - began:.1f} s")
        return report

    def rows(self, query: str) -> list[tuple[object, ...]]:
        return self.home.rows(query)

    # What cases ask

    def ended(self) -> dict[str, tuple[object, ...]]:
        """What `_ENDED` says of each feed; asked once after each cycle."""
        if not self._ended:
            self._ended = {str(feed): rest for feed, *rest in self.rows(_ENDED)}  # type: ignore[misc]
        return self._ended

    def outcome(self, feed: str = "faulty") -> tuple[str, str]:
        """How the last poll of a feed ended, and its error ('' if none)."""
        outcome, error, *_ = self.ended()[feed]
        return str(outcome), str(error)

    def failed(self, *outcomes: str, says: str = "", feed: str = "faulty") -> None:
        """U5: a feed to break has one error record with its name, class and words, and the cycle
        said so by its status.
        """
        outcome, error = self.outcome(feed)
        assert outcome in outcomes, (feed, outcome, error)
        assert error, "a failed poll says why"
        assert says in error
        *_, failures, next_poll, state = self.ended()[feed]
        assert failures
        assert next_poll is not None or state in ("paused", "held")
        assert self.reports[-1].exit_status == 3
        assert [subject for subject, _ in self.reports[-1].problems].count(feed) == 1
        self.figures.append(outcome)

    def validators(self) -> list[tuple[object, object]]:
        """What the next request of each feed to break is conditional on."""
        self.home.clock.forward(minutes=6)
        counts = {feed: len(self.feeds.requests(f"/{feed}")) for feed in self.faulty}
        self.run()
        headers = [self.feeds.requests(f"/{feed}")[count].headers for feed, count in counts.items()]
        return [(each.get("if-none-match"), each.get("if-modified-since")) for each in headers]

    def heals(self, own: Mapping[str, Collection[int]] | None = None, **jobs: Any) -> None:
        """U8: the sources are well again, with these jobs (or each with qualified ones of its own),
        and news come everywhere; a day later, so that every pause is over.
        """
        self.home.env = self._env()
        self.serve("/healthy", qualified=(1, 5), rejected=(3,), review=(4,))
        for feed in self.faulty:
            each = {"qualified": own[feed]} if own else jobs
            self.serve(
                f"/{feed}", **(each or {"qualified": (11,), "rejected": (13,), "review": (14,)})
            )
        for sink in (self.phone, self.desk):
            sink.script = ("200",)
        self.settles(times=1)
        assert {self.outcome(feed)[0] for feed in self.faulty} == {"ok"}
        self.home.clock.forward(hours=24)
        self.home.deliver()  # the next digest

    def settles(self, hours: float = 25, times: int = 2) -> None:
        """Time goes by: every retry and digest is due; nothing may come twice on the way."""
        for _ in range(times):
            self.home.clock.forward(hours=hours)
            self.run()

    def sent(self, sink: Receiver) -> Counter[str]:
        """How often each title arrived, as a message of its own or in a digest."""
        arrived: Counter[str] = Counter()
        for message in told(sink):
            found = [message["listing"]] if message["kind"] == "match" else []
            arrived.update(
                str(listing["title"]) for listing in [*found, *message.get("listings", [])]
            )
        return arrived


def _variable(feed: str) -> str:
    """The environment variable that holds the address of a feed to break."""
    return f"{feed.upper().replace('-', '_')}_URL"


def title_of(item_text: str) -> str:
    """The title under which a job of `watching.item` is stored."""
    found = re.search(r"<title>(.*?) - Upwork</title>", item_text)
    assert found
    return found[1]


@dataclass(frozen=True)
class Conditions:
    """U1 to U8, for whatever happened on a stage."""

    scene: Scene

    def check(self) -> None:
        self.u1_stored_once()
        self.u2_u3_told_once()
        self.u4_the_control_feed_is_done()
        self.u6_nothing_is_left()
        self.u7_no_secret_was_written()
        self.s14_the_history_agrees_with_itself()

    def u1_stored_once(self) -> None:
        """Every job that a poll received whole is a listing exactly once (and U8, if the case
        ended with a healed source).
        """
        stored = Counter(
            {
                str(title): int(str(count))
                for title, count in self.scene.rows(
                    "SELECT title, count(*) FROM listings GROUP BY ALL"
                )
            }
        )
        assert {title: stored[title] for title in self.scene.served} == dict.fromkeys(
            self.scene.served, 1
        )

    def u2_u3_told_once(self) -> None:
        """Each destination accepted a qualified job exactly once, a rejected one never, a review
        one at most once and in a digest.
        """
        for name, sink in (("phone", self.scene.phone), ("desk", self.scene.desk)):
            arrived = self.scene.sent(sink)
            for title, verdict in self.scene.served.items():
                least = 1 if verdict == "qualified" and name in self.scene.settled else 0
                most = 0 if verdict == "rejected" else 1
                assert least <= arrived[title] <= most, (
                    f"{name} got '{title}' ({verdict}) {arrived[title]} times"
                )
            alone = {
                str(message["listing"]["title"])
                for message in told(sink)
                if message["kind"] == "match"
            }
            assert not alone & {
                title for title, verdict in self.scene.served.items() if verdict == "review"
            }

    def u4_the_control_feed_is_done(self) -> None:
        """Whatever the other feed did, in every cycle."""
        outcomes = self.scene.rows("SELECT DISTINCT outcome FROM polls WHERE feed = 'healthy'")
        assert {str(outcome) for (outcome,) in outcomes} <= {"ok", "not_modified"}

    def u6_nothing_is_left(self) -> None:
        """No child, no thread, not too much memory, no tripwire touched (leaving a tripwire
        checks that).
        """
        self.scene.figures.append(f"+{self.scene._leftovers.check()} MiB")

    def u7_no_secret_was_written(self) -> None:
        """Neither in a file nor in the log, the printed text, the reports, what `ps` shows, or
        the database (also searched by SQL).
        """
        written = [
            self.scene._logged.getvalue(),
            self.scene.home.printed.getvalue(),
            *map(repr, self.scene.reports),
            *process_titles(),
        ]
        assert all(canary.startswith(_PLANTED) for canary in CANARIES.values())
        with self.scene.home.store() as store:
            stored = [
                view
                for view in _VIEWS
                if store.con.execute(_HOLDS.format(view), [_PLANTED]).fetchall()
            ]
        assert not stored, f"a secret is in the database: {stored}"
        files = [
            file
            for file in self.scene.folder.rglob("*")
            if file.is_file() and "config" not in file.relative_to(self.scene.folder).parts
        ]
        told = [
            text[max(at - 100, 0) : at + 100]
            for text in written
            if (at := text.find(_PLANTED)) >= 0
        ]
        assert not told, f"a secret was written: {told}"
        held = [file for file in files if _PLANTED.encode() in file.read_bytes()]
        assert not held, f"a secret is in a file: {held}"

    def s14_the_history_agrees_with_itself(self) -> None:
        """What `goldmine doctor` asks: a ledger row for each destination, indexes as scans,
        counts, no gaps.
        """
        with self.scene.home.store() as store:
            broken = [
                f"{check.name}: {check.detail}" for check in invariants(store.con) if not check.ok
            ]
        assert not broken
