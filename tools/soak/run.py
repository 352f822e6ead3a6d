"""The days: the world moves on, the product runs a cycle, is killed or restored, and everything
is compared with the truth.
"""

from __future__ import annotations

import json
import os
import random
import select
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from goldmine_ingest.store.backup import back_up, restore
from tests.rig.command import goldmine
from tests.rig.feed_server import Answer, FeedServer, Request
from tests.rig.project import CRITERIA, Clock, Home
from tools.soak import faults, growth, ledger_checks
from tools.soak.sinks import MOODS, Place, Sink, Taken
from tools.soak.truth import Receipt, Truth
from tools.soak.world import Feed, World

ROOT = Path(__file__).parent.parent.parent
# Berlin's clocks go back on 25 October 2026, New York's on 1 November.
BEGIN = datetime(2026, 10, 23, 6, tzinfo=UTC)
POINTS = (
    "locked",
    "fetched",
    "mid_transaction",
    "before_commit",
    "in_wal",
    "committed",
    "attempted",
    "accepted",
    "recorded",
    "checkpoint",
    "copying",
)
SERVERS = 8
CYCLES_A_DAY = 5  # half of what there are: a kill may find its point not reached, or the cycle over
EVERY = ("1h", "2h", "2h", "4h")
_SETTINGS = """publish = "data/history.duckdb"
publish_every = "6h"
[fetch]
allow_private = {places}
[alerts]
max_age = "none"
"""


class SoakError(AssertionError):
    """The product broke a promise. The text says which, for which listing, and what happened to
    it.
    """


@dataclass
class Figures:
    """What a soak prints."""

    cycles: int = 0
    kills: int = 0
    polls: Counter[str] = field(default_factory=Counter)
    drawn: Counter[str] = field(
        default_factory=Counter
    )  # by the battery's number: answers of feeds, moods of destinations, kills
    # At each day's end: listings, size, memory, largest child, threads, files, children.
    days: list[dict[str, float]] = field(default_factory=list)


class Soak:
    """One soak in one folder. A context manager: leaving it ends the product and all servers.
    `pace` stretches the time between cycles.
    """

    def __init__(
        self,
        folder: Path,
        *,
        days: int,
        feeds: int,
        seed: int,
        kills: int,
        pace: float = 1,
        say: Callable[[str], None] = print,
    ) -> None:
        self.days, self.kills, self.pace, self.say = days, kills, pace, say
        self.chance = random.Random(seed)  # noqa: S311 - the same soak for the same seed
        self.clock = Clock(BEGIN)
        self.figures = Figures()
        self._cycle = 0
        self._killed: set[int] = set()
        self._receipts: list[tuple[Feed, faults.Served, bool, bool]] = []
        self._product: subprocess.Popen[str] | None = None
        self._fault_point: str | None = None
        self.servers = [FeedServer().__enter__() for _ in range(SERVERS)]
        self.world = World(self.chance, feeds, BEGIN, list(faults.FAULTS))
        names = [feed.name for feed in self.world.feeds]
        self.places = (
            Place("desk", per_hour=1000, digest_at=("12:00",)),
            Place("phone", "Europe/Berlin", quiet=(22, 7), per_hour=20),
            Place("office", "America/New_York", digest=True, digest_at=("08:00", "18:00")),
            Place(
                "narrow",
                "Europe/Berlin",
                digest_at=("02:30",),
                per_hour=1000,
                feeds=frozenset(names[::3]),
            ),
        )
        self.truth = Truth(self.places)
        self.sinks = [
            Sink(place, random.Random(self.chance.random()), self.clock)  # noqa: S311 - as above
            for place in self.places
        ]
        self.home = Home(folder, self._settings(), clock=self.clock)
        self.home.project()
        self._held: dict[str, Any] = {}

    def __enter__(self) -> Soak:
        return self

    def __exit__(self, *_: object) -> None:
        self._end_product()
        for server in self.servers:
            server.__exit__()
        for sink in self.sinks:
            sink.close()

    # The project
    # ------------------------------------------------------------------------------------------

    def _settings(self) -> str:
        text = _SETTINGS.format(places=json.dumps([server.place for server in self.servers]))
        for number, feed in enumerate(self.world.feeds):
            server = self.servers[number % SERVERS]
            for path in (f"/{feed.name}", f"/moved/{feed.name}"):
                server.script(path, partial(self._answer, feed))
            text += (
                f'[[feed]]\nname = "{feed.name}"\nurl = "{server.url(f"/{feed.name}")}"\nbacklog ='
                f' "{feed.backlog}"\n'
            )
            text += (
                f'max_age = "{"24h" if feed.max_age else "none"}"\nevery ='
                f' "{EVERY[number % len(EVERY)]}"\n'
            )
        for server in self.servers:
            server.script("/loop", Answer(302, headers={"Location": "/loop"}))
        return text + "".join(sink.place.toml(sink.receiver.url()) for sink in self.sinks)

    def _answer(self, feed: Feed, request: Request) -> Answer:
        theirs = request.headers.get("if-none-match")
        fault = faults.FAULTS[feed.fault] if feed.fault else None
        self.figures.drawn[fault.number if fault else "none"] += 1
        if fault is faults.LYING_304 and theirs:
            return Answer(304)
        if fault is faults.MOVED and request.path == f"/{feed.name}":
            return Answer(301, headers={"Location": f"/moved/{feed.name}"})
        served = fault.serve(feed) if fault else faults.whole(feed)
        if feed.swapped_from is not None:  # another site's content, which nobody must take in
            served = replace(served, jobs=[])
        etag = dict(served.answer.headers).get("ETag") if fault is None else None
        self._receipts.append((feed, served, feed.renamed, fault is None))
        if etag and etag == theirs:  # the client says that it has this very page
            return Answer(304, headers={"ETag": etag})
        return served.answer

    # The product
    # ------------------------------------------------------------------------------------------

    def _start_product(self, fault: str | None = None) -> subprocess.Popen[str]:
        # A killed process leaves its children's semaphores to Python's tracker, which would say so
        # each time.
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"} | (
            {"FAULT_POINT": fault} if fault else {}
        )
        command = [
            sys.executable,
            "-m",
            "tools.soak.resident",
            str(self.home.folder / "config/goldmine.toml"),
        ]
        return subprocess.Popen(  # noqa: S603 - our own
            command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def _end_product(self) -> None:
        if self._product:
            self._product.communicate()
            self._product = None

    def cycle(
        self, *, all_feeds: bool = False, kill: str | float | None = None
    ) -> dict[str, Any] | None:
        """One cycle now; killed at a crash point, or after so many seconds. None: it was killed."""
        self._cycle += 1
        self.figures.cycles += 1
        self._receipts.clear()
        for sink in self.sinks:
            sink.cycle = self._cycle
        if isinstance(kill, str):
            self._end_product()
            self._product = self._start_product(kill)
        self._product = self._product or self._start_product()
        answer = self._ask(self._product, all_feeds, kill if isinstance(kill, float) else None)
        if answer is None:
            self._killed.add(self._cycle)
            self.figures.kills += 1
            self.figures.drawn["S1" if isinstance(kill, str) else "S2"] += 1
            self._product = None
        elif isinstance(kill, str):
            self._end_product()
        self._learn(answer)
        self._held = answer or self._held
        return answer

    def _ask(
        self, product: subprocess.Popen[str], all_feeds: bool, kill_after: float | None
    ) -> dict[str, Any] | None:
        assert product.stdin
        assert product.stdout
        product.stdin.write(json.dumps({"now": self.clock().isoformat(), "all": all_feeds}) + "\n")
        product.stdin.flush()
        if kill_after is not None and not select.select([product.stdout], [], [], kill_after)[0]:
            product.kill()
        line = product.stdout.readline()
        if line:
            found: dict[str, Any] = json.loads(line)
            return found
        if product.wait() != -9:
            raise SoakError(
                f"the product ended with {product.returncode} in cycle {self._cycle} at"
                f" {self.clock()}"
            )
        product.communicate()
        return None

    def _learn(self, answer: dict[str, Any] | None) -> None:
        """Tells the truth what the polls of this cycle received."""
        polls = answer["polls"] if answer else {}
        self.figures.polls.update(polls.values())
        receipts = []
        for feed, served, renamed, plain in self._receipts:
            outcome = polls.get(feed.name)
            good = outcome in ("ok", "not_modified", "partial")
            if served.jobs and answer and served.sure and not good and outcome != "timeout":
                raise SoakError(
                    f"{feed.name} was served whole ({feed.fault}) and called {outcome}:"
                    f" {answer['errors'].get(feed.name)}"
                )
            receipts.append(
                Receipt(
                    feed,
                    served.jobs,
                    sure=answer is not None and good,
                    renamed=renamed,
                    plain=plain,
                )
            )
            if receipts[-1].sure and feed.swapped_from is None:
                feed.pinned = feed.renamed = False
        self.truth.received(receipts, self.clock())

    # The days
    # ------------------------------------------------------------------------------------------

    def run(self) -> Figures:
        """All days, then everything heals, then the final count. Raises SoakError."""
        self.cycle(all_feeds=True)
        for day in range(1, self.days + 1):
            self._day(day)
            self.check()
        self._heal()
        self.check(settled=True)
        for line in growth.told(self.figures.days):
            self.say(line)
        happened = self.world.happened
        self.figures.drawn.update(
            {"I1": happened["ids"] + happened["ids and addresses"], "I13": happened["swap"]}
        )
        if grown := growth.wrong(self.figures.days):
            raise SoakError("\n".join(grown))
        return self.figures

    def _kill_now(self, day: int) -> str | float | None:
        """A crash point and its pass, or seconds, by chance, so that all kills fall into the first
        half of the days.

        What is left of them comes on the last of these, one cycle after the other. The second half
        is one life of the product, so that its memory can be judged.
        """
        left, days_left = self.kills - self.figures.kills, max(1, self.days // 2) - day + 1
        if (
            days_left < 1
            or left < 1
            or (days_left > 1 and self.chance.random() >= left / (CYCLES_A_DAY * days_left))
        ):
            return None
        if self.chance.random() < 0.5:
            return f"{self.chance.choice(POINTS)}:{self.chance.randint(1, 3)}"
        return self.chance.uniform(0.02, 1.0)

    def _day(self, day: int) -> None:
        restore_day = max(2, self.days // 2)
        end = BEGIN + timedelta(days=day)
        self.world.settled = not restore_day - 2 <= day <= restore_day
        if day % 3 == 0:  # other words of the owner's, by which nothing is judged otherwise (I15)
            self.home.criteria = CRITERIA.replace(
                "six days to two", f"six days to two, said on day {day}"
            )
            self.home.project()
        while self.clock() < end:
            hours = self.chance.choice((0.5, 2, 2, 3, 4)) * self.pace
            self.clock.forward(hours=hours)
            self._move_on(hours)
            self.cycle(all_feeds=self.chance.random() < 0.05, kill=self._kill_now(day))
        if day != restore_day:
            self._look()
        if day == restore_day - 1:
            self._backup = self.home.folder / "copy.duckdb"
            back_up(self.home.folder / "data/goldmine.duckdb", self._backup, self.clock())
            self._backed_up_at = self.clock()
        if day == restore_day and self.days > 2:
            self._restore()
            self._look()
        if day == restore_day + 1 and self.days > 3:
            self.clock.forward(hours=-1)

    def _move_on(self, hours: float) -> None:
        settled = [
            f.job
            for f in self.truth.fates.values()
            if f.stored and f.alerted and not f.loose and not f.job.repost_of and not f.job.edits
        ]
        self.world.move_on(self.clock(), hours, settled, self.truth.knows)
        for sink in self.sinks:
            if sink.until and self.clock() >= sink.until:
                sink.feel("ok")
                sink.until = None
            if sink.mood == "ok" and not self.world.calm and self.chance.random() < 0.02 * hours:
                mood = self.chance.choice([mood for mood in MOODS if mood != "ok"])
                sink.feel(mood)
                self.figures.drawn[MOODS[mood][0]] += 1
                sink.until = self.clock() + timedelta(
                    hours=self.chance.choice(
                        (1, 3, 8) if mood in ("hang", "drip") else (1, 3, 8, 48)
                    )
                )

    def _look(self) -> None:
        """The owner looks at the feeds that are held (I13): half the time the site had mended
        itself by then, half the time it stays.
        """
        for (name,) in self.home.rows("SELECT feed FROM feeds WHERE state = 'held'"):
            feed = next(feed for feed in self.world.feeds if feed.name == name)
            if feed.swapped_from is None:
                raise SoakError(f"{name} is held, and was never swapped")
            if self.chance.random() < 0.5:
                self.world.give_back(feed)
            feed.swapped_from, feed.pinned = None, False
            said = goldmine(
                "--config",
                str(self.home.folder / "config/goldmine.toml"),
                "feeds",
                "accept",
                feed.name,
                cwd=self.home.folder,
            )
            if said.returncode:
                raise SoakError(f"goldmine feeds accept {name}: {said.stderr}")
            self.truth.accepted(feed)

    def _restore(self) -> None:
        self._end_product()
        project = self.home.project()
        restore(project.database, self._backup, self.clock(), uncertain="resend", force=True)
        self.truth.disturb(
            self._backed_up_at,
            {
                t.job
                for taken in self._taken().values()
                for t in taken
                if t.at >= self._backed_up_at
            },
        )
        self.truth.baseline = {feed.name for feed in self.world.feeds}
        self.cycle(all_feeds=True)

    def _heal(self) -> None:
        """Nothing fails any more: three days in which everything that is owed must go out."""
        self.world.calm = True
        for sink in self.sinks:
            sink.feel("ok")
        for _ in range(8):
            self.clock.forward(hours=9)
            for feed in self.world.feeds:
                feed.fault = feed.until = None
            self.cycle(all_feeds=True)
            self._look()

    # The comparison
    # ------------------------------------------------------------------------------------------

    def check(self, *, settled: bool = False) -> None:
        """Cheap enough for each simulated day; `settled`: also that nothing is missing."""
        wrong = ledger_checks.wrong(self.home, self.truth)
        taken = self._taken()
        for place in self.places:
            found = self.truth.wrong(place, taken[place.name])
            wrong += found if settled else [line for line in found if "never told" not in line]
            if settled and place.name in ("desk", "phone"):
                wrong += self.truth.wrong_notices(
                    place, self.sinks[self.places.index(place)].notices
                )
            wrong += [
                f"{place.name}: job {t.job} came in quiet hours ({t.at})"
                for t in taken[place.name]
                if place.is_quiet(t.at)
            ]
        if settled:
            wrong += ledger_checks.doctor(self.home)
        if wrong:
            raise SoakError(self._explained(wrong, taken))
        self._measure()

    def _taken(self) -> dict[str, list[Taken]]:
        return {sink.place.name: sink.taken(frozenset(self._killed)) for sink in self.sinks}

    def _measure(self) -> None:
        size = (self.home.folder / "data/goldmine.duckdb").stat().st_size
        listings: Any = self.home.rows("SELECT count(*) FROM listings")[0][0]
        held = {
            name: self._held[name] for name in ("memory", "child", "threads", "files", "children")
        }
        self.figures.days.append({"listings": listings, "size": size, **held})
        memory = f"{held['memory'] >> 20} MiB and a child of {held['child'] >> 20}"
        said = (
            f"{listings} listings, {size >> 10} KiB; {memory}, {held['threads']} threads,"
            f" {held['files']} files"
        )
        self.say(
            f"{self.clock():%m-%d %H:%M}: cycle {self._cycle}, {self.figures.kills} kills; {said}"
        )

    def _explained(self, wrong: list[str], taken: Mapping[str, Sequence[Taken]]) -> str:
        lines = [
            f"{len(wrong)} promises broken, as of {self.clock()}, cycle {self._cycle}:",
            *wrong[:20],
        ]
        numbers = dict.fromkeys(int(part) for line in wrong[:6] for part in _job_in(line))
        return "\n".join([*lines, *(self.truth.tell(number, taken) for number in numbers)])


def _job_in(line: str) -> list[str]:
    return [
        after for before, after in pairwise(line.split()) if before == "job" and after.isdigit()
    ]
