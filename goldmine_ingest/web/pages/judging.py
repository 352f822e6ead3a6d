"""A box to paste a listing into: what the criteria say of it, and "keep it". Nothing that stands in
it is ever fetched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from goldmine_ingest.errors import UsageError
from goldmine_ingest.pipeline.ingest.pasted_listing import judge
from goldmine_ingest.web.listing_facts import sheet
from goldmine_ingest.web.listing_lookup import better
from goldmine_ingest.web.response import Answer, see
from goldmine_ingest.web.signs import signs_of

if TYPE_CHECKING:
    from goldmine_ingest.pipeline.ingest.pasted_listing import Judged
    from goldmine_ingest.web.visit import Visit

_LONGEST = 100_000


def show(visit: Visit) -> Answer:
    """The box; title, text and url fill it, as a share or a bookmark gives them. Nothing is judged
    by GET.
    """
    shared = [visit.query.get(name, "").strip() for name in ("title", "text", "url")]
    text = "\n\n".join(part for part in dict.fromkeys(shared) if part)
    return _box(visit, text)


def decide(visit: Visit) -> Answer:
    """What the criteria say; with `save`, stored in the history."""
    text = visit.form.get("text", "")[:_LONGEST]
    save = bool(visit.form.get("save"))
    try:
        judged, problem = judge(
            text.encode("utf-8", "replace"), visit.project, visit.now, save=save
        )
    except UsageError as error:
        return _box(visit, text, problem=error.message)
    if save and len(judged) == 1:
        return see(f"/l/{judged[0].listing.listing_id}")
    return _box(visit, text, [_shown(visit, each) for each in judged], problem or "")


def _box(
    visit: Visit, text: str, listings: list[dict[str, Any]] | None = None, problem: str = ""
) -> Answer:
    visit.look()
    facts = {"text": text, "found": listings or [], "problem": problem}
    return Answer("judge.html", facts, name="judge")


def _shown(visit: Visit, judged: Judged) -> dict[str, Any]:
    """What _listing.html shows of a listing that isn't stored, or not yet."""
    criteria = visit.project.criteria
    return {
        "sheet": sheet(
            judged.listing,
            judged.decision,
            None,
            now=visit.now,
            base_currency=criteria.base_currency,
            proofs=criteria.proofs,
        ),
        "notes": ("the history has this listing already",) if judged.stored else (),
        "changes": () if judged.decision.decision == "qualified" else better(judged.would_change),
        "better_than": None,
        "signs": signs_of(judged.decision),
        "client": None,
        "happened": (),
        "stored": judged.stored,
    }
