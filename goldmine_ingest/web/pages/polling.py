"""Having feeds asked now, as `goldmine run` does, and other work in a child: a page that waits for
its end, and goes on to where what came of it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping

from goldmine_ingest.web.page import Page, get, post
from goldmine_ingest.web.response import Answer, see
from goldmine_ingest.web.visit import Visit

# What goes on in a child, how that is said, and where to go afterwards.
_WORK: Mapping[str, tuple[str, str]] = {
    "poll": ("Your feeds are being asked", "/"),
    "ask": ("The feed is being asked", "/sources"),
    "rescan": ("The stored listings are judged again", "/"),
}


def poll(visit: Visit) -> Answer:
    """Every feed that is due, or all of a first poll."""
    return begun("poll", visit.site.poll(()))


def begun(work: str, problem: str = "") -> Answer:
    """That it has begun; `problem`: why it hasn't."""
    said, to = _WORK[work]
    then = to if problem else f"/polling?work={work}"
    facts = {"said": problem or said, "to": to}
    return Answer("polling.html", facts, headers={"Refresh": f"2; url={then}"})


def wait(visit: Visit) -> Answer:
    """The same while it goes on, then what came of it."""
    work = visit.query.get("work", "")
    if work in _WORK and visit.site.working():
        return begun(work)
    return see(_WORK.get(work, _WORK["poll"])[1])


PAGE = Page("polling", (post("/poll", poll), get("/polling", wait)))
