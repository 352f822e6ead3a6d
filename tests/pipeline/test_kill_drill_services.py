"""kill -9 at random moments while the services that people use are told: they echo what they take,
some recipients refuse, some answers break off. Counted at every recipient.

The promise of docs/reliability.md S2, for each of them: nothing is lost, nothing comes twice but
what was on its way, and that is marked.
"""

from __future__ import annotations

import itertools
import random
import re
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.pipeline.test_kill_drill import IN_A_ROW, Drill, Figures
from tests.rig.fault_table import fault
from tests.rig.feed_server import FeedServer
from tests.rig.nursery import Nursery
from tests.rig.services import Services
from tests.rig.watching import watching

# (service, what stands for its recipients in the URL, who takes messages, who refuses and how).
TOLD = (
    ("telegram", "111/222", ("111",), ("222", "blocked")),
    ("ntfy", "open/closed", ("open",), ("closed", "forbidden")),
    ("gotify", "", ("gotify",), None),
    ("discord", "", ("123456789012345678",), None),
    ("slack", "jobs", ("#jobs",), None),
    ("mattermost", "", ("k" * 26,), None),
)
# What a service answers once, now and then: the message is taken and the connection breaks, or it
# is not taken.
HICCUPS = (("gotify", "broken"), ("discord", "limit"), ("ntfy open", "500"), ("slack", "limit"))
_TITLE = re.compile(r"reconciliation of [a-z ]+?(\d+)")


class ServicesDrill(Drill):
    """The same project, told to services; `whole` cycles say that some recipients refuse."""

    whole = (0, 3)

    def __init__(
        self, folder: Path, feeds: FeedServer, services: Services, nursery: Nursery
    ) -> None:
        self.feeds, self.services, self.nursery = feeds, services, nursery
        self.paths = ["/feed0", "/feed1"]
        lines = "max_per_hour = 10000\ndigest_at = []"
        to = {name: f'url = "{services.url(name, who)}"\n{lines}' for name, who, _, _ in TOLD}
        self.home = watching(folder, feeds, *self.paths, to=to)
        self.served, self.kills = set(), 0
        for name, _, _, refusing in TOLD:
            if refusing:
                services.script(f"{name} {refusing[0]}", f"{refusing[1]}…")

    def check(self, *, duplicates: int) -> Figures:
        """At every recipient: each job once, or again and marked; none at those that refuse."""
        total = Figures(self.kills, len(self.served))
        for name, _, takes, refusing in TOLD:
            for to in takes:
                total.add(self._arrived(name, to, duplicates))
            assert not refusing or not self._texts(name, refusing[0])
        return total

    def _arrived(self, service: str, to: str, duplicates: int) -> Figures:
        arrived: Counter[int] = Counter()
        marked = 0
        for title in self._texts(service, to):
            if found := _TITLE.search(title):
                arrived[int(found[1])] += 1
                marked += "may repeat" in title
                first = arrived[int(found[1])] == 1
                assert first or "may repeat" in title, f"{service} {to}: again, unmarked: {title}"
        assert self.served == set(arrived), f"{service} {to} lost {self.served - set(arrived)}"
        again = sum(arrived.values()) - len(arrived)
        assert again <= duplicates, f"{service} {to}: {again} came again"
        return Figures(0, 0, again, marked)

    def _texts(self, service: str, to: str) -> list[str]:
        """The titles that a recipient took, without what its markup adds."""
        taken = [m.text for m in self.services.messages(service) if m.taken and m.to == to]
        return [re.sub(r"[\\*\u200b]|<[^>]*>", "", text).split("\n")[0] for text in taken]


def kill_while_telling(kills: int, folder: Path, *, seed: int) -> Figures:
    """Two jobs more between two kills, and now and then a hiccup of a service."""
    chance = random.Random(seed)  # noqa: S311 - a drill that can be repeated
    with FeedServer() as feeds, Services() as services, Nursery(services.port) as nursery:
        drill = ServicesDrill(folder, feeds, services, nursery)
        length, hiccups = 1.5, 0
        for round_ in itertools.count():
            drill.serve_more(2)
            if chance.random() < 0.3:
                services.script(*chance.choice(HICCUPS))
                hiccups += 1
            drill.cycle(kill_after=chance.uniform(0.05, length))
            if round_ % IN_A_ROW == IN_A_ROW - 1:
                began = time.monotonic()
                drill.recover()
                length = min(4.0, max(0.5, time.monotonic() - began))
            if drill.kills == kills:
                break
        for _ in range(4):  # what waits for a pause of a service has its turn
            drill.recover()
        return drill.check(duplicates=kills + hiccups)


@pytest.mark.slow
@fault(
    "S2",
    "kill -9 while 8 recipients of 6 services are told, 2 of which refuse",
    "0 lost at any; duplicates only in their window, and marked, in each service's own form",
)
def test_s2_kills_while_services_are_told(quick_folder: Path) -> None:
    """Eight of them."""
    kill_while_telling(8, quick_folder, seed=11)


@pytest.mark.drill
@fault(
    "S2",
    "the same, 100 kills (drill)",
    "0 lost at any; duplicates only in their window, and marked, in each service's own form",
)
def test_s2_a_hundred_kills_while_services_are_told(
    quick_folder: Path, record_property: Callable[[str, object], None]
) -> None:
    """Fifty in each of two projects side by side."""
    total = Figures()
    with ThreadPoolExecutor(2) as pool:
        sides = [
            pool.submit(kill_while_telling, 50, quick_folder / str(seed), seed=seed)
            for seed in (12, 13)
        ]
        for side in sides:
            total.add(side.result())
    print(total.line())
    record_property("figure", total.line())
    assert total.kills == 100
