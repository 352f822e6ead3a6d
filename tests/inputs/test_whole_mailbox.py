"""A mailbox that holds everything a freelancer's mailbox holds: alerts of every sender in the
corpus, and between them outcome mails, receipts, newsletters, letters, bounces and spam in six
languages. Nothing but the alerts' jobs becomes a listing, and every mail counts.
"""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

from goldmine_ingest.parse.mail import parse_mail
from goldmine_ingest.parse.reading import FeedRead
from tests import corpus_cases as corpus
from tests.inputs.test_mail_outcomes import CONFIG, put
from tests.rig.project import Home

JOB = "https://www.upwork.com/jobs/~022100000000000008001"
SUBJECTS = Path(__file__).parents[1] / "sources" / "tables" / "mail_subjects.txt"
SITES = (
    "Upwork <donotreply@upwork.com>",
    '"Freelancer.com" <noreply@notifications.freelancer.com>',
    "Malt <notifications@malt.fr>",
    "Fiverr <noreply@e.fiverr.com>",
    "LinkedIn <messages-noreply@linkedin.com>",
)
# Sender, subject, text: whatever else comes. No wording is from a mail that somebody got.
OTHERS: tuple[tuple[str, str, str], ...] = (
    ("LinkedIn <notifications-noreply@linkedin.com>", "You appeared in 9 searches this week",
     "See who looks for you: https://www.linkedin.com/me/search-appearances/"),
    ("Robin Quay <messaging-digest-noreply@linkedin.com>", "Robin just messaged you",
     "Hi Kim, is this one for you? https://www.linkedin.com/jobs/view/4011110001/"),
    ("Indeed Apply <indeedapply@indeed.com>", "Indeed Application: Bookkeeper",
     "Your application has been submitted. https://www.indeed.com/viewjob?jk=0123456789abcdef"),
    ("Fiverr <noreply@e.fiverr.com>", "You've received an order from harbour_bv",
     "Logo for a quay, $120. https://www.fiverr.com/users/kim/orders/FO12"),
    ("Malt <no-reply@malt.com>", "Votre facture de septembre", "Total : 450 €"),
    ("PayPal <service@paypal.example>", "You've got money: $1,400.00 USD",
     f"Harbour BV sent you $1,400.00 USD for {JOB}"),
    ("Stripe <receipts@stripe.example>", "Your receipt from Quay Tools #1-2", "$12.00 paid"),
    ("Freelance Weekly <news@weekly.example>", "This week: 5 ways to price a project",
     f"A reader won this one: {JOB} . Budget: $5,000 fixed. Hourly: $90."),
    ("The Gig Letter <hello@letter.example>", "Where the work is in December",
     f"Ten boards worth a look, and one job: {JOB}\n\nUnsubscribe"),
    ("Ann <ann@family.example>", "Fwd: funny", "See https://www.fiverr.com/briefs/abc-777 !"),
    ("Robin <robin@harbour.example>", "Re: our ledger",
     f"As agreed: 900 EUR.\n\nOn Mon, 23 Nov 2026 Kim wrote:\n> I applied at {JOB}\n"),
    ("Mail Delivery Subsystem <mailer-daemon@x.test>", "Undelivered Mail Returned to Sender",
     "Your message about a new job alert could not be delivered."),
    ("Ann <ann@harbour.example>", "Automatic reply: Proposal", "I am away until December 7."),
    ("GitHub <noreply@github.example>", "[quay/ledger] New job failed: build (#77)",
     "View the job: https://github.example/quay/ledger/actions/runs/77712/job/8888"),
    ("Bank <info@bank.example>", "Neue Nachricht in Ihrem Postfach", "Bitte melden Sie sich an."),
    # Spam that speaks of work
    ("HR Dept <hr8812@quick.example>", "NEW JOB OFFER!!! Earn $5,000 a week from home",
     "Hourly: $125.00\nNo experience needed. https://quick.example/go?x=1"),
    ("Personal <jobs@geld.example>", "Neuer Nebenjob: 3.000 € im Monat",
     "Stundensatz: 90 €\nJetzt bewerben: https://geld.example/klick/1"),
    ("Recrutement <contact@argent.example>", "Nouvelle offre : gagnez 4 000 € par mois",
     "Salaire : 4 000 €\nRépondez vite : https://argent.example/oui"),
    ("Trabajo Ya <info@ya.example>", "Nuevo trabajo para ti: 500 € al día",
     "Presupuesto: 500 €\nhttps://ya.example/si"),
    ("Vagas <oi@renda.example>", "Nova vaga: R$ 9.000 por semana",
     "Valor: R$ 9.000\nhttps://renda.example/sim"),
    ("Lavoro <ciao@soldi.example>", "Nuovo lavoro: 200 € al giorno", "https://soldi.example/si"),
    ("", "", ""),
)  # fmt: skip


def written(sender: str, subject: str, text: str, number: int) -> bytes:
    message = EmailMessage()
    if sender:
        message["From"] = sender
    message["To"], message["Subject"] = "kim@example.test", subject
    message["Date"] = "Mon, 23 Nov 2026 09:30:00 +0000"
    message["Message-ID"] = f"<{number}@mailbox.test>"
    message.set_content(text)
    return message.as_bytes()


def beside_alerts() -> list[bytes]:
    """Outcome mails and the rest of six languages, each from several sites, and OTHERS."""
    rows = (row.partition("|") for row in SUBJECTS.read_text("utf-8").splitlines())
    subjects = [subject for kind, _, subject in rows if kind != "alert"]
    letters = [
        (SITES[n % len(SITES)], subject, f"Hi Kim,\n\n{subject}\nA ledger\n{JOB}\n\nThe team")
        for n, subject in enumerate(subjects)
    ]
    return [written(*mail, number) for number, mail in enumerate([*letters, *OTHERS])]


def counted(found: FeedRead) -> int:
    return len(found.entries) + found.skipped + found.not_jobs


def test_no_mail_beside_alerts_becomes_a_listing_and_each_counts() -> None:
    wrong = []
    for mail in beside_alerts():
        found = corpus.read_bytes(mail, content_type="message/rfc822")
        if found.entries or counted(found) != 1:
            wrong.append((parse_mail(mail).entries[0].title, corpus.postings(found)))
    assert not wrong


def test_a_mailbox_of_everything_gives_the_alerts_jobs_alone(tmp_path: Path) -> None:
    home = Home(tmp_path, CONFIG)
    folder = tmp_path / "mails"
    folder.mkdir()
    expected = set()
    alerts = [case for case in corpus.cases() if corpus.input_of(case).suffix == ".eml"]
    for number, case in enumerate(alerts):
        body = corpus.input_of(case).read_bytes()
        (folder / f"{number:03}.eml").write_bytes(body)
        expected |= {posting.url for posting in corpus.postings(corpus.read_bytes(
            body, content_type="message/rfc822"))}  # fmt: skip
    others = beside_alerts()
    for number, mail in enumerate(others):
        (folder / f"x{number:03}.eml").write_bytes(mail)
    put(tmp_path, "riddle", "12 new jobs for you", "Open the app.", "LinkedIn <x@linkedin.com>")
    report = home.run()
    assert {url for (url,) in home.rows("SELECT url FROM listings")} == expected
    (box,) = report.feeds
    assert "x@linkedin.com" in (box.error or "")
    assert any("mails are no alerts" in note for note in report.notes)
    assert home.rows("SELECT count(*) FROM pursuits") == [(0,)]
