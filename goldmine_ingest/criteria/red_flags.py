"""Red flags: what to look at by hand. Findings of their own that never touch the decision or the
score.
"""

from __future__ import annotations

from goldmine_ingest.criteria.case import ZERO, Case
from goldmine_ingest.model.decision import FLAG, Finding
from goldmine_ingest.text.sentences import Role

_REASONS = {
    "free_sample": "asks for work before paying for it",
    "off_platform": "wants contact or payment outside the marketplace",
    "credentials": "asks for credentials, documents or an account before a contract",
    "simple_but_long": "calls it simple, then lists much",
    "full_time_disguised": "reads like a full-time job",
    "commission_only": "pays only if something sells or grows",
    "homework": "looks like someone's homework or exam",
}
# "Simple" with this many different things to deliver, or this many words, isn't.
_MUCH = 6
_LONG = 220


def judge(case: Case) -> tuple[Finding, ...]:
    """The flags that show, in a fixed order, each with the words that show it."""
    found = []
    for name, reason in _REASONS.items():
        if f"flag:{'simple' if name == 'simple_but_long' else name}" not in case.facts.cues:
            continue
        quotes = (
            _simple_but_long(case)
            if name == "simple_but_long"
            else case.facts.quotes(case.facts.places(f"flag:{name}"))
        )
        if quotes and not (name == "full_time_disguised" and case.posting.pay == "salary"):
            found.append(Finding(f"{FLAG}{name}", "fail", ZERO, reason, evidence=quotes))
    return tuple(found)


def _simple_but_long(case: Case) -> tuple[str, ...]:
    facts = case.facts
    simple = facts.places("flag:simple")
    if not simple:
        return ()
    wanted = {
        facts.quote(start, end).lower()
        for start, end in facts.places("spec.deliverable", "spec.tool")
    }
    listing = facts.listing
    length = sum(
        len(words)
        for words, s in zip(listing.words, listing.sentences, strict=True)
        if s.role not in (Role.TITLE, Role.TAG)
    )
    is_long = (len(wanted) >= _MUCH and length > _LONG / 2) or length > _LONG
    return facts.quotes(simple) if is_long else ()
