"""`goldmine offer TEXT`: how the history speaks of an offer, and what the offer lacks."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from goldmine_ingest.analysis.offer import OfferReport, read_asked, weigh
from goldmine_ingest.analysis.offer_text import read_offer
from goldmine_ingest.analysis.review_parts import counted
from goldmine_ingest.cli.output import print_json, printable
from goldmine_ingest.cli.session import Session
from goldmine_ingest.cli.since import add_since, beginning
from goldmine_ingest.criteria.own_terms import Rarity
from goldmine_ingest.errors import UsageError
from goldmine_ingest.exchange.sql import reading
from goldmine_ingest.settings.tasks import REASONS
from goldmine_ingest.text.lemmas import Lemmas
from goldmine_ingest.text.wordlists import WITH_LISTS

_LACKS = {
    "who": "who it is for (“for e-commerce stores”)",
    "before_and_after": "what is before and what after (“from six days to two”)",
    "measure": "a measure of the result (“30 %”, “two days”; a number of pieces is none)",
    "reason": "why one pays: more revenue, less cost, less risk, more speed or judgment",
}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT", nargs="+", help="the offer, as you would say it")
    add_since(parser, default="90d")
    parser.add_argument("--json", action="store_true", help="one JSON document")


def run(args: argparse.Namespace, session: Session) -> int:
    """0; 2 for a text that names nothing."""
    project = session.project()
    session.need_history(project)

    lemmas_of = {language: Lemmas(language=language) for language in WITH_LISTS}
    offer = read_offer(" ".join(args.text), lemmas_of)
    if not offer.words:
        raise UsageError(
            "the offer names nothing that listings could name",
            hint='Say the problem and the outcome: goldmine offer "month-end close in two days"',
        )
    since = beginning(args.since, session.now())
    rarity = Rarity(project.criteria.terms, lemmas_of["en"])
    with reading(project.database.path, session.now(), project.database.publish) as con:
        report = weigh(offer, read_asked(con, since), rarity)
    currency = project.criteria.base_currency
    if args.json:
        print_json(
            {
                "schema": 1,
                "since": since,
                "listings": report.named.count,
                "share": report.named.share,
                "words_used": [word for word, _ in report.words_used],
                "words_missing": [word for word, _ in report.words_missing],
                "median_pay": report.median_pay,
                "currency": currency,
                "lacks": list(report.lacks),
                "looked_at": report.looked_at,
                "median_hourly": report.median_hourly,
                "proposals": report.proposals,
                "reasons": [{"reason": name, "listings": n} for name, n in report.reasons],
                "enough_data": report.missing is None,
                "missing": report.missing,
            },
            session.out,
        )
        return 0
    for line in _sentences(report, currency):
        print(printable(line), file=session.out)
    return 0


def _sentences(report: OfferReport, currency: str) -> Iterator[str]:
    of = f"{report.named.count:,} of {counted(report.looked_at, 'listing')}"
    part = "" if report.named.share is None else f" ({report.named.share:.1%})"
    yield f"{of}{part} name this problem and outcome."
    if report.missing:
        yield f"Not enough to say more: {report.missing}."
    yield from _money(report, currency)
    if report.words_used:
        yield f"Your words that clients use: {_listed(report.words_used)}."
    if report.words_missing:
        yield f"What those clients say and you don't: {_listed(report.words_missing)}."
    if report.reasons and not report.missing:
        named = ((REASONS[name], count) for name, count in report.reasons)
        yield f"Why they pay, where they say it: {_listed(tuple(named))}."
    yield from (f"Your offer lacks {_LACKS[name]}." for name in report.lacks)


def _money(report: OfferReport, currency: str) -> Iterator[str]:
    if report.median_pay is not None:
        yield f"They pay {report.median_pay:,.0f} {currency} a job in the middle."
    if report.median_hourly is not None:
        yield f"They pay {report.median_hourly:,.0f} {currency} an hour in the middle."
    if report.proposals is not None:
        yield f"{report.proposals:,.0f} had applied in the middle."


def _listed(counts: tuple[tuple[str, int], ...]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts)
