"""What a mail is, told before anything of it becomes a listing: alerts, words on a proposal, and
the rest of what a freelancer's mailbox holds.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from goldmine_ingest.model.entry import RawEntry
from goldmine_ingest.sources.mail_kind import mail_kind, mail_outcome
from goldmine_ingest.sources.mail_text import mail_of

UPWORK = "Upwork Notification <donotreply@upwork.com>"
LINK = "https://www.upwork.com/jobs/~022100000000000009001"
FACTS = f"""Rebuild a stock ledger
{LINK}
Hourly: $40.00 - $55.00
Est. time: 1 to 3 months
Posted on: September 28

We keep stock in three sheets ... more

Payment verified
4.9
$12K spent
Norway"""

# Subject, what stands above the job's link, the kind. (Wordings as the sites' own mails have them.)
OUTCOMES: tuple[tuple[str, str, str], ...] = (
    ("Your proposal was viewed by the client", "", "viewed"),
    ("A client viewed your proposal", "", "viewed"),
    ("Good news: your proposal has been viewed", "", "viewed"),
    ("Your application was viewed by Northwind", "", "viewed"),
    ("Someone opened your bid", "", "viewed"),
    ("The client opened your bid", "", "viewed"),
    ("Ihr Angebot wurde angesehen", "", "viewed"),
    ("Der Kunde hat Ihre Bewerbung geöffnet: Bewerbung gelesen", "", "viewed"),
    ("Votre proposition a été consultée", "", "viewed"),
    ("Le client a vu votre proposition", "", "viewed"),
    ("Tu propuesta ha sido vista por el cliente", "", "viewed"),
    ("El cliente ha visto tu propuesta", "", "viewed"),
    ("Sua proposta foi visualizada pelo cliente", "", "viewed"),
    ("La tua proposta è stata visualizzata", "", "viewed"),
    ("An update on your work", "The client viewed your proposal for", "viewed"),
    ("You have an invitation to interview: Senior SQL auditor", "", "invited"),
    ("Robin invited you to a job", "", "invited"),
    ("You've been invited to submit a proposal", "", "invited"),
    ("Interview invite: Ledger clean-up", "", "invited"),
    ("Einladung zu einem Projekt", "", "invited"),
    ("Sie wurden zu einem Projekt eingeladen", "", "invited"),
    ("Invitation à postuler : Audit SQL", "", "invited"),
    ("Has recibido una invitación para un trabajo", "", "invited"),
    ("Você recebeu um convite para uma entrevista", "", "invited"),
    ("Hai ricevuto un invito per un lavoro", "", "invited"),
    ("Interview request from Robin", "", "interviewed"),
    ("Robin would like to interview you", "", "interviewed"),
    ("Anfrage: Bewerbungsgespräch am Montag", "", "interviewed"),
    ("Demande d'entretien pour votre candidature", "", "interviewed"),
    ("Solicitud de entrevista", "", "interviewed"),
    ("Richiesta di colloquio", "", "interviewed"),
    ("You have an offer: Ledger migration", "", "offered"),
    ("You've received an offer from Robin", "", "offered"),
    ("Robin sent you an offer", "", "offered"),
    ("Sie haben ein Angebot erhalten", "", "offered"),
    ("Vous avez reçu une offre de contrat", "", "offered"),
    ("Has recibido una oferta de Robin", "", "offered"),
    ("Você recebeu uma oferta", "", "offered"),
    ("Hai ricevuto un'offerta", "", "offered"),
    ("Congratulations! You've been hired", "", "hired"),
    ("You were hired for Ledger migration", "", "hired"),
    ("Your contract has started", "", "hired"),
    ("Robin hired you", "", "hired"),
    ("Sie wurden beauftragt: Lagerbuch", "", "hired"),
    ("Vous avez été embauché", "", "hired"),
    ("Te han contratado: has sido contratado", "", "hired"),
    ("Você foi contratado", "", "hired"),
    ("A job you applied to has been closed", "", "closed"),
    ("The job was cancelled by the client", "", "closed"),
    ("This job is no longer accepting proposals", "", "closed"),
    ("Project closed without hiring", "", "closed"),
    ("A change to a job", "The job below is no longer available.", "closed"),
    ("Das Projekt wurde geschlossen", "", "closed"),
    ("Die Stelle ist nicht mehr verfügbar", "", "closed"),
    ("L'offre a été pourvue", "", "closed"),
    ("Ce projet est terminé : la mission n'est plus disponible", "", "closed"),
    ("El trabajo ha sido cerrado", "", "closed"),
    ("A vaga foi encerrada", "", "closed"),
    ("Il lavoro è stato chiuso", "", "closed"),
    ("Your proposal was declined", "", "declined"),
    ("Ihre Bewerbung wurde abgelehnt", "", "declined"),
    ("Receipt for connects", "You bought 80 Connects for $12.00.", "other"),
    ("Your invoice for September", "", "other"),
    ("Payment received: $400.00", "", "other"),
    ("Zahlung eingegangen", "", "other"),
    ("Facture du mois", "", "other"),
    ("Factura de septiembre", "", "other"),
    ("Robin sent you a message", "", "other"),
    ("Neue Nachricht von Robin", "", "other"),
    ("Please confirm your email address", "", "other"),
    ("Your weekly summary", "", "other"),
    ("Leave feedback for Robin", "", "other"),
    ("Five tips for better proposals", "", "other"),
    ("Your proposal has been submitted", "", "other"),
    ("Something nobody has seen before", "", "unknown"),
    ("Etwas ganz anderes", "Guten Tag,", "unknown"),
)
ALERTS = (
    "New job alert: Rebuild a stock ledger",
    "New job: Rebuild a stock ledger",
    "Jobs posted in the last 24 hours",
    "5 new jobs that match your search",
    "Your job alert for ledgers",
    "A job that matches your skills",
    "Neue Projekte für dich",
    "Neuer Job: Rebuild a stock ledger",
    "Nouvelles missions pour vous",
    "Nouveau projet : Rebuild a stock ledger",
    "Nuevos trabajos para ti",
    "Alerta de empleo: Rebuild a stock ledger",
    "Novas vagas para você",
    "Nuovi lavori per te",
    "Fwd: WG: New job alert: Rebuild a stock ledger",
    "New job alert: Interview you: transcribe a hired hand's offer",
    "Ledgers, rebuilt",
)


SUBJECTS = Path(__file__).parent / "tables" / "mail_subjects.txt"


def entry(subject: str, body: str, sender: str = UPWORK, **extra: str) -> RawEntry:
    headers = {"from": sender, "subject": subject, "text": body, **extra}
    return RawEntry(
        "1@x.test",
        "",
        subject,
        body,
        "Mon, 28 Sep 2026 09:30:00 +0000",
        author=sender,
        extra=headers,
    )


@pytest.mark.parametrize(("subject", "above", "kind"), OUTCOMES, ids=[row[0] for row in OUTCOMES])
def test_what_a_site_writes_beside_alerts(subject: str, above: str, kind: str) -> None:
    body = f"Hi Kim,\n\n{above}\nRebuild a stock ledger\n{LINK}\n\nThe Upwork team"
    mail = mail_of(entry(subject, body))
    assert mail_kind(mail) == kind
    outcome = mail_outcome(mail)
    assert (outcome.kind if outcome else None) == (
        kind if kind not in ("other", "unknown") else None
    )
    assert outcome is None or outcome.url == LINK


def test_each_subject_of_the_table_says_what_its_mail_is() -> None:
    """With the job's facts below it too, and with those of two jobs: nothing but an alert is
    ever taken for one.
    """
    two = FACTS + "\n\n" + FACTS.replace("9001", "9002")
    letter = f"Hi Kim,\n\nRebuild a stock ledger\n{LINK}\n\nThe Upwork team"
    wrong = []
    for row in SUBJECTS.read_text("utf-8").splitlines():
        kind, _, subject = row.partition("|")
        told = [mail_kind(mail_of(entry(subject, body))) for body in (letter, FACTS, two)]
        if kind == "alert":
            wrong += [] if told[1:] == ["alert"] * 2 else [(subject, told)]
        elif told[0] != kind or "alert" in told:
            wrong.append((subject, told))
    assert not wrong


@pytest.mark.parametrize("subject", ALERTS)
def test_an_alert_by_its_subject_or_its_shape(subject: str) -> None:
    assert mail_kind(mail_of(entry(subject, FACTS))) == "alert"


@pytest.mark.parametrize(
    ("sender", "subject", "kind"),
    [
        ("Career Weekly <news@careerweekly.example>", "Ten tips for proposals", "other"),
        ("Aunt <aunt@family.example>", "Is this one for you?", "other"),
        ("Robin via Upwork <room_abc@upwork.com>", "Re: Bookkeeping", "other"),
        ("Upwork Billing <billing@upwork.com>", "September", "other"),
    ],
)
def test_other_senders_that_link_a_job(sender: str, subject: str, kind: str) -> None:
    body = f"A reader won this one: {LINK} with a two line proposal."
    assert mail_kind(mail_of(entry(subject, body, sender))) == kind


def test_an_outcome_with_the_jobs_own_pay_is_no_alert() -> None:
    body = f"Robin invited you to interview for\nA ledger\n{LINK}\n\nHourly: $50.00 - $80.00\n"
    assert (
        mail_kind(mail_of(entry("You have an invitation to interview: A ledger", body)))
        == "invited"
    )


def test_a_pay_alone_makes_no_alert_of_unknown_words() -> None:
    body = f"Hi Kim,\n\nSomething about\nA ledger\n{LINK}\n\nHourly: $50.00 - $80.00\n"
    assert mail_kind(mail_of(entry("About a ledger", body))) == "unknown"


def test_a_mail_with_two_jobs_says_nothing_of_one() -> None:
    body = f"{LINK}\n{LINK[:-1]}2\n"
    assert mail_outcome(mail_of(entry("Your proposal was viewed", body))) is None
