"""Having feeds asked now: a cycle in a child, as `goldmine run` is."""

from __future__ import annotations

from goldmine_ingest.web.response import Answer
from goldmine_ingest.web.visit import Visit


def poll(visit: Visit) -> Answer:
    """Every feed that is due, or all of a first poll."""
    problem = visit.site.poll(())
    return Answer(
        "polling.html",
        {"said": problem, "done": "Your feeds are being asked"},
        headers={"Refresh": "2; url=/"},
    )
