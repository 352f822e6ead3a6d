"""Alert mails of many senders: each job its own title, link and facts, none of a neighbour's; and
alerts that were passed on. The mails are written in the senders' manner.
"""

from __future__ import annotations

import base64
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from goldmine_ingest.model.posting import Posting
from goldmine_ingest.sources.mail_links import job_of, unwrapped
from tests import corpus_cases as corpus

FEEDS = Path(__file__).parents[3] / "shared" / "cases" / "feeds"
SENT = "Mon, 28 Sep 2026 09:30:00 +0000"
JOB = "https://www.upwork.com/jobs/~02210000000000000"
ALERT = f"""Reconcile three ledgers
{JOB}9001?utm_source=alert

Hourly: $45.00 - $60.00
Est. time: 3 to 6 months, less than 30 hrs/week
Posted on: September 28

We need someone to reconcile three ledgers each month ... more

SQL, Python, Bank Reconciliation, +2 more

Payment verified
4.82
$166K spent
Germany
"""
ALERT_HTML = f"""<div><h2><a href="{JOB}9001?utm_source=alert">Reconcile three ledgers</a></h2>
<p>Hourly: $45.00 - $60.00</p><p>Est. time: 3 to 6 months, less than 30 hrs/week</p>
<p>Posted on: September 28</p>
<p>We need someone to reconcile three ledgers each month ... <a href="{JOB}9001">more</a></p>
<div><span>SQL</span> <span>Python</span> <span>Bank Reconciliation</span></div>
<p>Payment verified &middot; 4.82 &middot; $166K spent &middot; Germany</p>
<p><a href="{JOB}9001">View job</a></p></div>"""


def mail(
    sender: str, subject: str, text: str = "", html: str = "", message_id: str = "<1@x.test>"
) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "me@example.test", subject
    message["Date"], message["Message-ID"] = SENT, message_id
    if text or not html:
        message.set_content(text)
    if html and text:
        message.add_alternative(html, subtype="html")
    elif html:
        message.set_content(html, subtype="html")
    return message


def read(message: EmailMessage) -> Any:
    return corpus.read_bytes(message.as_bytes(), content_type="message/rfc822")


def jobs(message: EmailMessage) -> list[Posting]:
    return corpus.postings(read(message))


def told(posting: Posting) -> tuple[Any, ...]:
    low, high = (
        None if value is None else int(value) for value in (posting.budget_min, posting.budget_max)
    )
    return (posting.title, posting.url, posting.pay_period, low, high, posting.currency)


# --- Digests: sender, subject, plain text, HTML, and each job's title, link and pay.
DIGESTS: dict[str, tuple[str, str, str, str, list[tuple[Any, ...]]]] = {
    "linkedin, HTML alone": (
        "LinkedIn Job Alerts <jobalerts-noreply@linkedin.com>",
        "3 new jobs for “ledger analyst”",
        "",
        """<table><tr><td><h1>Your job alert for ledger analyst</h1></td></tr>
        <tr><td><a href="https://www.linkedin.com/comm/jobs/view/4019990001/?trackingId=a"><img src="x"></a></td></tr>
        <tr><td><a href="https://www.linkedin.com/comm/jobs/view/4019990001/?trackingId=a">Ledger Analyst</a></td></tr>
        <tr><td><p>Quay Ltd · Dublin, Ireland (Remote)</p></td></tr><tr><td><p>Actively recruiting</p></td></tr>
        <tr><td><a href="https://www.linkedin.com/comm/jobs/view/4019990002/?trackingId=b">Data Steward</a></td></tr>
        <tr><td><p>Harbour BV · Utrecht, Netherlands</p></td></tr>
        <tr><td><a href="https://www.linkedin.com/comm/jobs/search?keywords=ledger">See all jobs</a></td></tr></table>""",
        [
            (
                "Ledger Analyst",
                "https://www.linkedin.com/jobs/view/4019990001",
                None,
                None,
                None,
                None,
            ),
            (
                "Data Steward",
                "https://www.linkedin.com/jobs/view/4019990002",
                None,
                None,
                None,
                None,
            ),
        ],
    ),
    "indeed": (
        "Indeed <alert@indeed.com>",
        "Bookkeeper at Quay Ltd and 2 more new jobs in Remote",
        """2 new bookkeeper jobs in Remote

Bookkeeper
Quay Ltd - Dublin, Ireland
€40,000 - €50,000 a year
Keep the books of a small harbour.
3 days ago
https://www.indeed.com/rc/clk/dl?jk=0123456789abcdef&from=ja&qd=xyz

Payroll clerk
Harbour BV - Utrecht, Netherlands
Run payroll for nine people.
Just posted
https://www.indeed.com/rc/clk/dl?jk=fedcba9876543210&from=ja&qd=xyz

See more jobs: https://www.indeed.com/jobs?q=bookkeeper
""",
        "",
        [
            (
                "Bookkeeper",
                "https://www.indeed.com/viewjob?jk=0123456789abcdef",
                "year",
                40000,
                50000,
                "EUR",
            ),
            (
                "Payroll clerk",
                "https://www.indeed.com/viewjob?jk=fedcba9876543210",
                None,
                None,
                None,
                None,
            ),
        ],
    ),
    "peopleperhour": (
        "PeoplePerHour <noreply@peopleperhour.com>",
        "New projects matching your skills",
        "",
        """<div><a href="https://www.peopleperhour.com/freelance-jobs/finance/books/tidy-our-ledger-4101234?ref=mail">Tidy our ledger</a>
        <div>Fixed price: £250</div><div>One year of bookings has to be tidied.</div></div>
        <div><a href="https://www.peopleperhour.com/freelance-jobs/data/excel/stock-sheet-4101235?ref=mail">Stock sheet</a>
        <div>Hourly: £30</div><div>A sheet that counts boxes.</div></div><div><a href="https://www.peopleperhour.com/settings">Unsubscribe</a></div>""",
        [
            (
                "Tidy our ledger",
                "https://www.peopleperhour.com/freelance-jobs/finance/books/tidy-our-ledger-4101234",
                "project",
                250,
                250,
                "GBP",
            ),
            (
                "Stock sheet",
                "https://www.peopleperhour.com/freelance-jobs/data/excel/stock-sheet-4101235",
                "hour",
                30,
                30,
                "GBP",
            ),
        ],
    ),
    "codeur": (
        "Codeur.com <notifications@codeur.com>",
        "2 nouveaux projets correspondent à vos compétences",
        """Bonjour Kim,

Refonte d'un tableau de stock
Budget : 500 € à 1 000 €
Nous suivons le stock dans trois classeurs.
https://www.codeur.com/projects/410001-refonte-tableau?utm_source=mail

Import de relevés bancaires
Budget : Moins de 500 €
Un import par nuit.
https://www.codeur.com/projects/410002-import-releves?utm_source=mail

Cordialement,
L'équipe Codeur.com
""",
        "",
        [
            (
                "Refonte d'un tableau de stock",
                "https://www.codeur.com/projects/410001-refonte-tableau",
                "project",
                500,
                1000,
                "EUR",
            ),
            (
                "Import de relevés bancaires",
                "https://www.codeur.com/projects/410002-import-releves",
                "project",
                None,
                500,
                "EUR",
            ),
        ],
    ),
    "malt": (
        "Malt <notifications@malt.fr>",
        "Nouvelle mission : Audit de trésorerie",
        """Audit de trésorerie
Tarif journalier : 450 €
Durée : 3 mois
Un audit des flux de l'an passé.

Voir la mission
https://www.malt.fr/client/missions/65ab12cd34ef
""",
        "",
        [
            (
                "Audit de trésorerie",
                "https://www.malt.fr/client/missions/65ab12cd34ef",
                "day",
                450,
                450,
                "EUR",
            )
        ],
    ),
    "contra": (
        "Contra <hello@contra.com>",
        "New opportunities for you",
        "",
        """<h1>New opportunities for you</h1><div><b>Brand film for a shipyard</b></div><div>$3,000 fixed price</div>
        <div>A film of ninety seconds.</div><div><a href="https://contra.com/opportunity/AbCd12-brand-film?utm=1">View opportunity</a></div>
        <div><b>Icons for a harbour app</b></div><div>$40/hr</div><div>Twelve icons.</div>
        <div><a href="https://contra.com/opportunity/EfGh34-icons?utm=1">View opportunity</a></div>""",
        [
            (
                "Brand film for a shipyard",
                "https://contra.com/opportunity/AbCd12-brand-film",
                "project",
                3000,
                3000,
                "USD",
            ),
            (
                "Icons for a harbour app",
                "https://contra.com/opportunity/EfGh34-icons",
                "hour",
                40,
                40,
                "USD",
            ),
        ],
    ),
    "wellfound": (
        "Wellfound <team@hi.wellfound.com>",
        "New jobs that match your preferences",
        "",
        """<div><a href="https://wellfound.com/jobs/3101234-data-lead?utm=1">Data Lead</a></div><div>Quay Inc</div>
        <div>$120k – $150k</div><div><a href="https://wellfound.com/jobs/3101235-ledger-engineer?utm=1">Ledger Engineer</a></div>
        <div>Harbour Labs</div><div>Remote</div>""",
        [
            (
                "Data Lead",
                "https://wellfound.com/jobs/3101234-data-lead",
                "year",
                120000,
                150000,
                "USD",
            ),
            (
                "Ledger Engineer",
                "https://wellfound.com/jobs/3101235-ledger-engineer",
                None,
                None,
                None,
                None,
            ),
        ],
    ),
    "a board that no table names": (
        "Quayside Work <alerts@mail.quayside.example>",
        "3 new projects for you",
        """Hello Kim,

----------------------------------------
Paint a boat shed
Budget: 900 EUR
Client: Harbour GmbH
https://www.quayside.example/projects/88121-paint-a-boat-shed?utm_source=mail
----------------------------------------
Count the ropes
Company: Rope BV
https://www.quayside.example/projects/88122-count-the-ropes?utm_source=mail
----------------------------------------
Manage your alerts: https://www.quayside.example/settings/alerts
""",
        "",
        [
            (
                "Paint a boat shed",
                "https://www.quayside.example/projects/88121-paint-a-boat-shed",
                "project",
                900,
                900,
                "EUR",
            ),
            (
                "Count the ropes",
                "https://www.quayside.example/projects/88122-count-the-ropes",
                None,
                None,
                None,
                None,
            ),
        ],
    ),
    "freelancer, in German": (
        '"Freelancer.com" <noreply@notifications.freelancer.com>',
        "Neue Projekte, die zu Ihren Fähigkeiten passen",
        """Hallo sampleuser,

Projekte
========

Lagerliste als Dashboard
Budget: €250 - €750 EUR
Fähigkeiten: Power BI, SQL
Beschreibung:
Eine Liste wird ein Dashboard.
/projects/power-bi/lagerliste-als-dashboard.html?utm_source=email

Preise sammeln
Budget: €13 - €21 EUR/Stunde
Fähigkeiten: Python
Beschreibung:
Jede Nacht.
/projects/python/preise-sammeln.html?utm_source=email
""",
        "",
        [
            (
                "Lagerliste als Dashboard",
                "https://www.freelancer.com/projects/power-bi/lagerliste-als-dashboard.html",
                "project",
                250,
                750,
                "EUR",
            ),
            (
                "Preise sammeln",
                "https://www.freelancer.com/projects/python/preise-sammeln.html",
                "hour",
                13,
                21,
                "EUR",
            ),
        ],
    ),
}


@pytest.mark.parametrize("name", DIGESTS)
def test_each_job_of_a_digest_has_its_own_title_link_and_pay(name: str) -> None:
    sender, subject, text, html, expected = DIGESTS[name]
    found = jobs(mail(sender, subject, text, html))
    assert [told(job) for job in found] == expected


def test_company_and_country_are_those_of_the_job() -> None:
    sender, subject, text, html, _ = DIGESTS["linkedin, HTML alone"]
    found = jobs(mail(sender, subject, text, html))
    assert [(job.company, job.country, job.platform, job.platform_job_id) for job in found] == [
        ("Quay Ltd", "IE", "linkedin", "4019990001"),
        ("Harbour BV", "NL", "linkedin", "4019990002"),
    ]


# --- Digests of Upwork in several layouts, with a job that lost its link


def card(number: int, title: str, pay: str, client: str, layout: str) -> str:
    url = f"{JOB}{number}?utm=1"
    facts = f"<div>{pay}</div><div>Text of {title} ... more</div><div>{client}</div>"
    return {
        "title": f'<div><a href="{url}"><b>{title}</b></a></div>{facts}',
        "button": f'<div><b>{title}</b></div>{facts}<div><a href="{url}">View job</a></div>',
        "both": f'<div><a href="{url}">{title}</a></div>{facts}<div><a href="{url}">See details</a></div>',
        "cells": f'<table><tr><td><a href="{url}">{title}</a><br>{facts}</td></tr></table>',
    }[layout]


CARDS = (
    (9101, "Plan a quay", "Hourly: $20.00 - $40.00", "Payment verified · 4.9 · $3K spent · Malta"),
    (9102, "Paint a shed", "Fixed-price: $900", "Payment unverified · Peru"),
    (9103, "Count ropes", "Hourly: $15.00 - $25.00", "Payment verified · 4.1 · $80 spent · Chile"),
)


@pytest.mark.parametrize("layout", ["title", "button", "both", "cells"])
@pytest.mark.parametrize("count", [2, 3])
def test_no_job_gets_its_neighbours_facts(layout: str, count: int) -> None:
    html = "".join(card(*each, layout) for each in CARDS[:count])
    head = "<h1>Jobs posted in the last 24 hours</h1><p>Hi Kim,</p>"
    foot = '<p><a href="https://www.upwork.com/ab/x">Unsubscribe</a> Upwork Global Inc.</p>'
    found = jobs(mail("Upwork <donotreply@upwork.com>", "3 new jobs", html=head + html + foot))
    said = [
        (
            job.title,
            job.platform_job_id,
            job.budget_max,
            job.client_spent,
            job.country,
            job.truncated,
        )
        for job in found
    ]
    assert (
        said
        == [
            ("Plan a quay", "022100000000000009101", Decimal(40), Decimal(3000), "MT", True),
            ("Paint a shed", "022100000000000009102", Decimal(900), None, "PE", True),
            ("Count ropes", "022100000000000009103", Decimal(25), Decimal(80), "CL", True),
        ][:count]
    )
    assert all("more" not in job.description for job in found)


@pytest.mark.parametrize("layout", ["title", "button"])
def test_a_job_that_lost_its_link_costs_itself_and_lends_no_fact(layout: str) -> None:
    cards = [card(*each, layout) for each in CARDS]
    cards[1] = cards[1].replace(f"{JOB}9102?utm=1", "https://www.upwork.com/broken")
    found = read(mail("Upwork <donotreply@upwork.com>", "3 new jobs", html="".join(cards)))
    said = {job.title: (job.budget_max, job.country) for job in corpus.postings(found)}
    assert said["Plan a quay"] == (Decimal(40), "MT")
    assert said.get("Count ropes", (Decimal(25), "CL")) == (Decimal(25), "CL")
    assert found.skipped >= 1


# --- Passed on

PASSED_ON = {
    "gmail": "Hi,\n\n---------- Forwarded message ---------\nFrom: Upwork Notification"
    " <donotreply@upwork.com>\nDate: Mon, Sep 28, 2026 at 9:30 AM\nSubject: New job alert: Reconcile"
    " three ledgers\nTo: Kim <kim@x.test>\n\n\n{}\n-- \nKim Sample\nBookkeeper",
    "apple": "see below\n\nBegin forwarded message:\n\nFrom: Upwork Notification <donotreply@upwork.com>\n"
    "Subject: New job alert: Reconcile three ledgers\nDate: 28 September 2026 at 09:30:00 GMT\n"
    "To: kim@x.test\nReply-To: donotreply@upwork.com\n\n{}",
    "outlook": "Kim Sample\nBookkeeper\n\n________________________________\nFrom: Upwork Notification"
    " <donotreply@upwork.com>\nSent: Monday, September 28, 2026 9:30 AM\nTo: Kim <kim@x.test>\n"
    "Subject: New job alert: Reconcile three ledgers\n\n{}",
    "outlook, French": "-----Message d'origine-----\nDe : Upwork Notification <donotreply@upwork.com>\n"
    "Envoyé : lundi 28 septembre 2026 09:30\nÀ : Kim\nObjet : New job alert: Reconcile three ledgers\n\n{}",
    "gmail, Spanish": "---------- Forwarded message ---------\nDe: Upwork Notification"
    " <donotreply@upwork.com>\nDate: lun, 28 sept 2026 a las 9:30\nSubject: New job alert: Reconcile"
    " three ledgers\nTo: Kim <kim@x.test>\n\n{}",
    "thunderbird, Italian": "-------- Messaggio Inoltrato --------\nOggetto: New job alert: Reconcile three"
    " ledgers\nData: Mon, 28 Sep 2026 09:30:00 +0000\nMittente: Upwork <donotreply@upwork.com>\n"
    "A: kim@x.test\n\n{}",
    "outlook, Portuguese": "De: Upwork Notification <donotreply@upwork.com>\nEnviada em: segunda-feira,"
    " 28 de setembro de 2026 09:30\nPara: Kim\nAssunto: New job alert: Reconcile three ledgers\n\n{}",
}


def same_as_sent(job: Posting) -> None:
    (sent,) = jobs(
        mail("Upwork <donotreply@upwork.com>", "New job alert: Reconcile three ledgers", ALERT)
    )
    for name in (
        "title",
        "description",
        "url",
        "skills",
        "truncated",
        "budget_max",
        "posted_at",
        "client_rating",
        "client_spent",
        "country",
        "duration",
        "hours_per_week",
    ):
        assert getattr(job, name) == getattr(sent, name), name


@pytest.mark.parametrize("quoted", [False, True])
@pytest.mark.parametrize("client", PASSED_ON)
def test_an_alert_that_was_passed_on_keeps_its_facts(client: str, quoted: bool) -> None:
    body = PASSED_ON[client].format(ALERT)
    if quoted:
        body = "look\n\n" + "\n".join(f"> {line}" for line in body.splitlines())
    (job,) = jobs(mail("Kim <kim@x.test>", "Fwd: New job alert: Reconcile three ledgers", body))
    same_as_sent(job)


@pytest.mark.parametrize(
    "head",
    [
        '<div dir="ltr">see this<br><div class="gmail_quote">---------- Forwarded message ---------<br>From:'
        ' <strong>Upwork Notification</strong> <span>&lt;<a href="mailto:donotreply@upwork.com">donotreply@upwork.com</a>&gt;</span><br>'
        "Date: Mon, Sep 28, 2026 at 9:30 AM<br>Subject: New job alert: Reconcile three ledgers<br>To: &lt;kim@x.test&gt;<br></div>{}</div>",
        "<p>Kim</p><hr><p><b>Von:</b> Upwork Notification &lt;donotreply@upwork.com&gt;<br><b>Gesendet:</b> Montag, 28. September 2026 09:30<br>"
        "<b>An:</b> Kim &lt;kim@x.test&gt;<br><b>Betreff:</b> New job alert: Reconcile three ledgers</p>{}",
    ],
    ids=["gmail", "outlook, German"],
)
def test_an_alert_of_html_that_was_passed_on_keeps_its_facts(head: str) -> None:
    (job,) = jobs(
        mail(
            "Kim <kim@x.test>",
            "WG: New job alert: Reconcile three ledgers",
            html=head.format(ALERT_HTML),
        )
    )
    same_as_sent(job)


@pytest.mark.parametrize("how", ["message/rfc822", "a file", "two"])
def test_an_alert_that_hangs_on_a_mail_is_read(how: str) -> None:
    inner = mail(
        "Upwork <donotreply@upwork.com>",
        "New job alert: Reconcile three ledgers",
        ALERT,
        message_id="<in@x.test>",
    )
    outer = mail("Kim <kim@x.test>", "Fwd: an alert", "see attached")
    if how == "a file":
        outer.add_attachment(
            inner.as_bytes(), maintype="application", subtype="octet-stream", filename="alert.eml"
        )
    else:
        outer.add_attachment(inner)
    if how == "two":
        outer.add_attachment(
            mail(
                "Upwork <donotreply@upwork.com>",
                "New job alert: Other",
                ALERT.replace("9001", "9002"),
                message_id="<2@x.test>",
            )
        )
    found = jobs(outer)
    assert len(found) == (2 if how == "two" else 1)
    same_as_sent(found[0])


# --- Links


def wrapped(link: str) -> list[str]:
    from urllib.parse import quote

    code = base64.urlsafe_b64encode(link.encode()).decode()
    return [
        f"https://eur01.safelinks.protection.outlook.com/?url={quote(link, safe='')}&data=05",
        f"https://www.google.com/url?q={quote(link, safe='')}&sa=D",
        f"https://abc.r.eu-west-1.awstrack.me/L0/{quote(link, safe='')}/1/0102",
        f"https://urldefense.com/v3/__{link}__;!!abc$",
        "https://urldefense.proofpoint.com/v2/url?u="
        + quote(link, safe="").replace("-", "-2D").replace("%", "-").replace("_", "-5F")
        + "&d=Dw",
        f"https://click.board.example/ls/{code}/open",
        "https://e.customer.example/e/c/"
        + base64.urlsafe_b64encode(('{"href":"' + link + '"}').encode()).decode(),
        f"https://track.example/click/{link}",
    ]


@pytest.mark.parametrize(
    "link", wrapped("https://www.linkedin.com/comm/jobs/view/4019990009/?trk=eml")
)
def test_a_tracker_is_unwrapped_where_the_target_stands_in_it(link: str) -> None:
    job = job_of(link)
    assert job is not None, unwrapped(link)
    assert job.url == "https://www.linkedin.com/jobs/view/4019990009"


def test_a_tracker_without_its_target_stays() -> None:
    assert (
        unwrapped("https://click.upwork.com/f/a/AbC~~/x~/R")
        == "https://click.upwork.com/f/a/AbC~~/x~/R"
    )


# --- What isn't understood


def test_an_alert_whose_jobs_cannot_be_told_is_skipped_and_named() -> None:
    found = read(
        mail(
            "LinkedIn <jobs-noreply@linkedin.com>",
            "12 new jobs for you",
            "Open the app to see them.",
        )
    )
    assert (found.skipped, found.not_jobs, len(found.entries)) == (1, 0, 0)
    assert "12 new jobs for you" in (found.problem or "")


@pytest.mark.skipif(not FEEDS.exists(), reason="the shared cases are not here")
@pytest.mark.parametrize("case", sorted(FEEDS.glob("24-*/input-*.eml")), ids=lambda path: path.stem)
def test_no_mail_beside_alerts_is_a_listing(case: Path) -> None:
    found = corpus.read(case)
    assert (corpus.postings(found), found.not_jobs, found.skipped) == ([], 1, 0)


@pytest.mark.skipif(not FEEDS.exists(), reason="the shared cases are not here")
def test_the_shared_mails_are_read_as_their_expectations_say() -> None:
    counts = {
        path.relative_to(FEEDS).as_posix(): len(corpus.postings(corpus.read(path)))
        for number in ("01", "02", "04", "23", "35", "40")
        for path in sorted(FEEDS.glob(f"{number}-*/*.eml"))
    }
    several = {name: count for name, count in counts.items() if count != 1}
    assert several == {
        "01-linkedin-digest-mail/input.eml": 2,
        "02-freelancer-digest-mail/input.eml": 3,
        "35-upwork-digest-html/input-3-digest-button-below.eml": 2,
        "35-upwork-digest-html/input-5-text-digest.eml": 2,
        "35-upwork-digest-html/input.eml": 2,
    }
