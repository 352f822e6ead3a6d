"""Reports: what the last 30 days say in one sentence, and the two reports as they are."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from goldmine_ingest.analysis import review_sentences
from goldmine_ingest.analysis.funnel import Window
from goldmine_ingest.analysis.review import Review, read_facts, review
from goldmine_ingest.web.guard import REPORT_POLICY
from goldmine_ingest.web.response import Answer

if TYPE_CHECKING:
    from goldmine_ingest.store.history import Store
    from goldmine_ingest.web.report_files import Name
    from goldmine_ingest.web.visit import Visit

_DAYS = timedelta(days=30)
_A_MOMENT = timedelta(microseconds=1)
_BODY = "<body>"
_BACK = f'{_BODY}\n<p><a href="/reports" style="color:inherit">‹ Reports</a></p>'


def show(visit: Visit) -> Answer:
    """The diagnosis with its numbers, and where the reports are."""
    criteria, ignored_after = visit.project.criteria, visit.project.review.ignored_after

    def question(store: Store) -> Review:
        window = Window(store.now - _DAYS, store.now + _A_MOMENT)
        facts, before = (
            read_facts(store.con, each, criteria, ignored_after) for each in (window, window.before)
        )
        return review(facts, before, criteria, store.now)

    visit.ask(lambda _: None)
    about = ("review", criteria.criteria_hash, ignored_after)
    reviewed, as_of = visit.ask_copy(about, question)
    facts = {
        "diagnosis": reviewed.diagnosis.word.replace("_", " "),
        "nothing": review_sentences.nothing_known(reviewed),
        "first_change": reviewed.diagnosis.first_change,
        "numbers": review_sentences.numbers(reviewed),
        "funnel": reviewed.funnel,
        "as_of": as_of,
    }
    return Answer("reports.html", facts, name="reports")


def _report(visit: Visit, name: Name) -> Answer:
    """The last one that was made; it is made anew where the history has changed since."""
    visit.ask(lambda _: None)
    text, making = visit.site.reports.text(name, visit.project.database.path)
    if text is None:
        failed = not making or visit.site.reports.failed(name)
        headers = {} if failed else {"Refresh": "2"}
        return Answer("report_waits.html", {"failed": failed}, name="reports", headers=headers)
    headers = {"Content-Security-Policy": REPORT_POLICY}
    return Answer(body=_of_ours(text).encode(), headers=headers, name="reports")


def _of_ours(text: str) -> str:
    """A report is a document of its own; on the page it has a way back, and what it tells of leads
    to its listings.
    """
    return text.replace(_BODY, _BACK, 1).replace("<a data-page=", '<a style="color:inherit" href=')


def review_report(visit: Visit) -> Answer:
    return _report(visit, "review")


def market_report(visit: Visit) -> Answer:
    return _report(visit, "market")
