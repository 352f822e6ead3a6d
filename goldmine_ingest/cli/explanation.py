"""A judged listing for people and for programs: findings with the listing's own words, what
would change the outcome, who gets it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC
from decimal import Decimal
from typing import TYPE_CHECKING

from goldmine_ingest.cli.output import print_table, printable
from goldmine_ingest.cli.session import Session
from goldmine_ingest.model import Json
from goldmine_ingest.model.decision import Decision, Finding, Part
from goldmine_ingest.model.posting import Listing
from goldmine_ingest.render.client_history import client_heading, client_job, client_note

if TYPE_CHECKING:
    from goldmine_ingest.analysis.explanation import Explanation
    from goldmine_ingest.model.client import ClientHistory

_EARLIER_JOBS = 5  # of one client that are shown


def as_json(explanation: Explanation) -> dict[str, Json]:
    """The `explain` and `judge` document of the contract."""
    return (
        {
            "schema": 1,
            "listing": listing_json(explanation.listing, explanation.feeds),
            "decision": explanation.decision.decision,
            "score": explanation.decision.score,
            "criteria_hash": explanation.decision.criteria_hash,
            "findings": [asdict(finding) for finding in explanation.decision.findings],
            "would_change": [
                {
                    "setting": c.setting,
                    "from": c.from_value,
                    "to": c.to_value,
                    "decision": c.decision,
                }
                for c in explanation.would_change
            ],
            "destinations": [asdict(told) for told in explanation.destinations],
            "ask": explanation.decision.ask,
            "fit": [
                {"part": part.name, "adds": round(part.adds, 2), "words": list(part.words)}
                for part in explanation.parts
            ],
            "exposure": explanation.decision.exposure,
            "proof_exposure": explanation.decision.proof_exposure,
            "signals": [asdict(signal) for signal in explanation.decision.signals or ()],
        }
        | _of_several_feeds(explanation)
        | _of_the_client(explanation.client)
        | _rated(explanation)
    )


def _of_the_client(history: ClientHistory | None) -> dict[str, Json]:
    """The client's earlier jobs; nothing where none is known."""
    if history is None or not history.earlier:
        return {}
    same = history.listing.first_posted_as
    jobs = [
        {
            "listing_id": job.listing_id,
            "title": job.title,
            "first_seen_at": job.first_seen_at,
            "same_job": job.first_posted_as == same,
            "hires": job.hires,
            "answer": job.answer.how if job.answer else None,
        }
        for job in history.earlier
    ]
    return {
        "client": {
            "how_known": history.how_known,
            "note": client_note(history) or None,
            "earlier": jobs,
        }
    }


def _rated(explanation: Explanation) -> dict[str, Json]:
    """The user's word, and whether the present criteria agree; nothing without one."""
    rating = explanation.rating
    if rating is None:
        return {}
    word: dict[str, Json] = {
        "rating": rating.rating,
        "because": rating.because,
        "at_time": f"{rating.at_time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "agrees": explanation.agrees,
    }
    return {"rating": word}


def _of_several_feeds(explanation: Explanation) -> dict[str, Json]:
    """What its feeds say differently; nothing where they agree, or there is one."""
    differences = [asdict(each) for each in explanation.disagreements]
    return {"disagreements": differences} if differences else {}


def listing_json(listing: Listing, feeds: Sequence[str]) -> dict[str, Json]:
    """A listing with the names of the `listings` view."""
    base = {
        f"{name}_base": value
        for name, value in asdict(listing.base).items()
        if name.startswith("budget")
    }
    facts = {
        name: value
        for name, value in asdict(listing.posting).items()
        if name not in ("guid", "client_currency", "client_id")
    }
    for name in ("client_spent", "client_avg_hourly"):
        facts[name] = getattr(listing.base, name)
    return {
        "listing_id": listing.listing_id,
        **facts,
        **base,
        "first_seen_at": listing.first_seen_at,
        "repost_of": listing.repost_of,
        "feeds": list(feeds),
    }


def show(explanation: Explanation, session: Session) -> None:
    """The whole of it as text."""
    out, decision = session.out, explanation.decision
    for line in (*_heading(explanation), *(f"({note})" for note in explanation.notes), ""):
        print(printable(line), file=out)
    for line in _client(explanation.client):
        print(printable(line), file=out)
    for finding in decision.findings:
        for line in _finding(finding):
            print(printable(line), file=out)
        if finding.criterion == "proof" and explanation.parts:
            print(printable(f"{'':8}{_parts(explanation.parts)}"), file=out)
    print(file=out)
    if explanation.would_change:
        print("What would change it:", file=out)
        for change in explanation.would_change:
            line = (
                f"  {change.decision} at {change.setting} = {_setting(change.to_value)} (now"
                f" {_setting(change.from_value)})"
            )
            print(printable(line), file=out)
    else:
        print("No single setting would change it.", file=out)
    if explanation.destinations:
        print(file=out)
        print_table(
            ("destination", "state", "why"),
            [(t.called, t.state, t.reason) for t in explanation.destinations],
            out,
        )


def _heading(explanation: Explanation) -> Iterator[str]:
    posting, decision = explanation.listing.posting, explanation.decision
    yield posting.title or "(untitled listing)"
    where = "in " + ", ".join(explanation.feeds) if explanation.feeds else None
    yield " · ".join(
        filter(None, (explanation.listing.listing_id[:8], posting.platform, posting.url, where))
    )
    proof = f", by the proof {decision.proof!r}" if decision.proof else ""
    because = f": {decision.reason}" if decision.reason else ""
    yield f"{decision.decision}, score {decision.score}{proof}{because}"
    if decision.ask:
        yield f"They ask: “{decision.ask}”"
    if decision.first_step:
        yield f"first step: {decision.first_step}"
    yield from _exposures(decision)
    for signal in decision.signals or ():
        if signal.kind != "exposure":
            yield f"{signal.kind}: “{signal.quote}”"


def _exposures(decision: Decision) -> Iterator[str]:
    """How far a machine does the work: by the text, with its words, and by the proof."""
    if decision.exposure:
        words = next((s.quote for s in decision.signals or () if s.kind == "exposure"), "")
        quoted = f" (“{words}”)" if words else ""
        yield f"exposure by its text: {decision.exposure}{quoted}"
    if decision.proof_exposure:
        yield f"exposure by your proof: {decision.proof_exposure}"


def _client(history: ClientHistory | None) -> Iterator[str]:
    """The earlier jobs of the same client, the newest first."""
    if history is None or not history.earlier:
        return
    yield client_heading(history)
    for job in history.earlier[: -_EARLIER_JOBS - 1 : -1]:
        yield f"  {job.first_seen_at:%Y-%m-%d}  {job.listing_id[:8]}  {client_job(job, history)}"
    yield ""


def _finding(finding: Finding) -> Iterator[str]:
    """A criterion in up to three lines: the verdict and why; what was measured by which setting;
    the listing's words.
    """
    yield f"{finding.verdict:8}{finding.criterion}: {finding.reason}"
    parts = []
    if finding.value is not None:
        parts.append(f"found {_amount(finding.value, finding.unit)}")
    if finding.threshold is not None:
        parts.append(f"asked {_amount(finding.threshold, finding.unit)}")
    if finding.setting:
        parts.append(f"set by {finding.setting}")
    if parts:
        yield f"{'':8}{', '.join(parts)}"
    if finding.evidence:
        quotes = " / ".join(f'"{" ".join(words.split())}"' for words in finding.evidence)
        yield f"{'':8}{quotes}"


_PARTS = {
    "few_words": "for your proofs' few words",
    "evidence": "your words",
    "overlap": "vocabulary",
    "craft": "craft",
    "stack": "tools",
    "engagement": "engagement",
    "text": "text",
}


def _parts(parts: Sequence[Part]) -> str:
    """What each part adds to the fit, with the words it rests on; 0 is a usual listing."""
    words_of_parts = []
    for part in parts:
        words = f" ({', '.join(part.words)})" if part.words else ""
        words_of_parts.append(f"{_PARTS.get(part.name, part.name)} {part.adds:+.1f}{words}")
    return f"its parts, beside a usual listing: {', '.join(words_of_parts)}"


def _amount(value: Decimal, unit: str | None) -> str:
    return f"{value.normalize():f} {unit or ''}".rstrip()


def _setting(value: Json) -> str:
    """A value as criteria.toml writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_setting(item) for item in value)}]"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return f'"{value}"' if isinstance(value, str) else str(value)
