"""Which kind of engagement a listing is, as far as [rules] mind it: a salaried post, an internship,
an agency's bench, teaching, or one that is filled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from goldmine_ingest.criteria.case import Case
from goldmine_ingest.criteria.objections import Objection, listed
from goldmine_ingest.settings.rules import RulesSettings

_KINDS = (
    ("filled", 1, "says that it is filled"),
    ("internship", 1, "looks like an internship"),
    ("bench", 2, "looks like an agency's bench"),
    ("teaching", 2, "looks like teaching"),
)
_PART_TIME = re.compile(r"part[- ]?time", re.IGNORECASE)
_PLAIN = 2  # phrases of employment that make it plain


def employment(case: Case, settings: RulesSettings) -> Iterator[Objection]:
    """A salaried post, said plainly, where `pay` leaves salaries out."""
    if not settings.pay or "salary" in settings.pay:
        return
    if quotes := _post(case):
        left = (*settings.pay, "salary")
        yield Objection(
            "rules.pay",
            f"reads like employment (“{'”, “'.join(quotes[:2])}”); you want {listed(settings.pay)}",
            quotes,
            left,
        )


def _post(case: Case) -> tuple[str, ...]:
    """The words that say that it is a salaried post; none where they don't plainly."""
    facts = case.facts
    title = facts.text[: facts.title_length]
    in_title = [
        place for place in facts.engagement.signs.get("full_time", ()) if place[1] <= len(title)
    ]
    if in_title and not _PART_TIME.search(title):
        return facts.quotes(in_title)
    signs = facts.engagement.signs.get("employment", ())
    return facts.quotes(signs) if len(signs) >= _PLAIN else ()


def doubtful_kinds(case: Case, settings: RulesSettings | None) -> Iterator[Objection]:
    """What it may be, that few want: to be looked at."""
    facts = case.facts
    if settings and not settings.pay and (quotes := _post(case)):
        yield Objection("rules.pay", f"reads like employment (“{quotes[0]}”)", quotes)
    for kind, least, reason in _KINDS:
        places = facts.engagement.signs.get(kind, ())
        in_title = any(end <= facts.title_length for _, end in places)
        if len(places) + in_title >= least:  # the title is as plain as two sentences
            quotes = facts.quotes(places)
            yield Objection("rules", f"{reason} (“{'”, “'.join(quotes[:2])}”)", quotes)
