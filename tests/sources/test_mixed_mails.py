"""Alert mails of any mixture of jobs and layouts: no fact comes from a neighbour, nothing raises,
and each job is listed or counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from email.message import EmailMessage

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import corpus_cases as corpus

TITLES = ("Quay plan", "Rope count", "Shed paint", "Ledger audit", "Sail chart", "Dock survey")
COUNTRIES = {"Malta": "MT", "Peru": "PE", "Chile": "CL", "Norway": "NO", "Ghana": "GH"}
BOARDS = {
    "upwork": ("Upwork <donotreply@upwork.com>", "https://www.upwork.com/jobs/~02210000000000000{n}"),
    "pph": ("PeoplePerHour <noreply@peopleperhour.com>", "https://www.peopleperhour.com/freelance-jobs/x/y/job-{n}"),
    "unknown": ("Quayside <alerts@mail.quayside.example>", "https://www.quayside.example/projects/{n}-a-job"),
}  # fmt: skip
LAYOUTS = (
    "linked title",
    "button",
    "title and button",
    "plain, link first",
    "plain, link last",
    "ruled",
)


@dataclass(frozen=True)
class Ad:
    """A job of a mail; `facts` are its lines below the title, in their order."""

    number: int
    title: str
    amount: int | None
    hourly: bool
    country: str | None
    prose: bool

    @property
    def facts(self) -> list[str]:
        lines = []
        if self.amount:
            kind = "Hourly" if self.hourly else "Budget"
            lines.append(f"{kind}: ${self.amount}")
        if self.prose:
            lines.append(f"Work of number{self.number} on the quay.")
        if self.country:
            lines += ["Payment verified", self.country]
        return lines

    def written(self, link: str, layout: str) -> str:
        below = "".join(f"<div>{line}</div>" for line in self.facts)
        return {
            "linked title": f'<div><a href="{link}">{self.title}</a></div>{below}',
            "button": f'<h3>{self.title}</h3>{below}<div><a href="{link}">View job</a></div>',
            "title and button": f'<p><a href="{link}">{self.title}</a></p>{below}'
            f'<p><a href="{link}">Apply now</a></p>',
            "plain, link first": "\n".join([self.title, link, *self.facts]) + "\n\n",
            "plain, link last": "\n".join([self.title, *self.facts, f"View job: {link}"]) + "\n\n",
            "ruled": "-" * 20 + "\n" + "\n".join([self.title, *self.facts, link]) + "\n",
        }[layout]


ADS = st.builds(
    Ad,
    number=st.just(0),
    title=st.just(""),
    amount=st.none() | st.integers(40, 900),
    hourly=st.booleans(),
    country=st.none() | st.sampled_from(sorted(COUNTRIES)),
    prose=st.booleans(),
)


def numbered(ads: list[Ad]) -> list[Ad]:
    """Each with a title and an amount of its own, so that a neighbour's fact can be told."""
    return [
        Ad(5001 + n, f"{TITLES[n]} {n + 1}x", None if ad.amount is None else ad.amount * 10 + n,
           ad.hourly, ad.country, ad.prose)
        for n, ad in enumerate(ads)
    ]  # fmt: skip


@given(
    ads=st.lists(ADS, min_size=2, max_size=6).map(numbered),
    board=st.sampled_from(sorted(BOARDS)),
    layout=st.sampled_from(LAYOUTS),
    greeting=st.booleans(),
    lost=st.none() | st.integers(0, 5),
)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_job_of_a_mail_has_a_neighbours_fact(
    ads: list[Ad], board: str, layout: str, greeting: bool, lost: int | None
) -> None:
    sender, link = BOARDS[board]
    links = {ad.number: link.format(n=ad.number) for ad in ads}
    if lost is not None and lost < len(ads):  # a link that leads to no job
        links[ads[lost].number] = "https://broken.example/"
    body = "".join(ad.written(links[ad.number], layout) for ad in ads)
    plain = layout.startswith(("plain", "ruled"))
    hello = "Hello Kim,\n\nhere are new jobs for you.\n\n" if plain else "<p>Hello Kim,</p>"
    message = EmailMessage()
    message["From"], message["Subject"] = sender, f"{len(ads)} new jobs for you"
    message["Date"] = "Mon, 28 Sep 2026 09:30:00 +0000"
    message.set_content((hello if greeting else "") + body, subtype="plain" if plain else "html")
    found = corpus.read_bytes(message.as_bytes(), content_type="message/rfc822")
    postings = corpus.postings(found)
    own = {ad.title: ad for ad in ads}
    for posting in postings:
        ad = own.get(posting.title)
        assert ad is not None, f"no job is called {posting.title!r}"
        assert posting.url == links[ad.number]
        assert posting.budget_max in (None, Decimal(ad.amount or 0))
        assert posting.country in (None, COUNTRIES.get(ad.country or ""))
        others = [other for other in ads if other is not ad]
        said = posting.description
        assert not any(o.title in said or f"number{o.number}" in said for o in others)
    whole = lost is None or lost >= len(ads)
    assert len(postings) == len(ads) if whole else found.skipped + len(postings) >= 1
    if whole:
        assert all(
            posting.budget_max is not None for posting in postings if own[posting.title].amount
        )
    else:
        assert found.skipped or len(postings) == len(ads) - 1
