"""A mailbox holds everything that a freelancer is written: what is no alert never touches a
listing, is recorded where the user wants it, and what isn't understood is told.
"""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

from tests.rig.project import CRITERIA, Home

UPWORK = "Upwork Notification <donotreply@upwork.com>"
JOB = "https://www.upwork.com/jobs/~022100000000000007001"
ALERT = f"""Reconcile three ledgers monthly
{JOB}?utm=1

Hourly: $45.00 - $60.00
Est. time: 3 to 6 months

We need a bookkeeper who runs our month-end close: bank reconciliation in SQL ... more

SQL, Python, Bank Reconciliation

Payment verified
4.82
$166K spent
Germany
"""
OUTCOMES = {
    "viewed": ("Your proposal was viewed by the client", "viewed", None),
    "invitation": ("You have an invitation to interview: Reconcile", "replied", "invitation"),
    "interview": ("Interview request from Robin", "interviewed", None),
    "hired": ("Congratulations! You've been hired", "hired", None),
}
CONFIG = """[[feed]]
name = "box"
url = "eml:mails"
backlog = "all"
every = "5m"
"""


def put(folder: Path, name: str, subject: str, text: str, sender: str = UPWORK) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "me@example.test", subject
    message["Date"], message["Message-ID"] = "Mon, 23 Nov 2026 09:30:00 +0000", f"<{name}@x.test>"
    message.set_content(text)
    (folder / "mails").mkdir(exist_ok=True)
    (folder / "mails" / f"{name}.eml").write_bytes(message.as_bytes())


def about(subject: str) -> str:
    return f"Hi Kim,\n\n{subject}\nReconcile three ledgers monthly\n{JOB}\n\nThe Upwork team\n"


def listing(home: Home) -> list[tuple[object, ...]]:
    return home.rows("SELECT title, description, expires_at IS NOT NULL FROM listings")


def pursuits(home: Home) -> list[tuple[object, ...]]:
    return home.rows("SELECT stage, note, way FROM pursuits ORDER BY stage, at_time")


def test_what_is_no_alert_touches_no_listing_and_records_nothing_unless_it_is_wanted(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path, CONFIG)
    put(tmp_path, "alert", "New job alert: Reconcile three ledgers monthly", ALERT)
    home.run()
    before = listing(home)
    for name, (subject, _, _) in OUTCOMES.items():
        put(tmp_path, name, subject, about(subject))
    put(tmp_path, "closed", "A job you applied to has been closed", about("It is closed."))
    put(tmp_path, "receipt", "Receipt for connects", f"Last used on {JOB}\nTotal: $12.00\n")
    home.clock.forward(minutes=5)
    report = home.run()
    assert listing(home) == before
    assert (report.new_listings, report.changed, pursuits(home)) == (0, 0, [])
    assert any("6 mails are no alerts; 5 of them say" in note for note in report.notes)


def test_with_outcomes_on_they_are_recorded_once_and_a_closed_job_has_expired(
    tmp_path: Path,
) -> None:
    settings = CONFIG + "\n[mail]\noutcomes = true\n"
    home = Home(tmp_path, settings, criteria=CRITERIA + '\n[me]\ncountry = "PT"\n')
    put(tmp_path, "alert", "New job alert: Reconcile three ledgers monthly", ALERT)
    home.run()
    for name, (subject, _, _) in OUTCOMES.items():
        put(tmp_path, name, subject, about(subject))
        put(tmp_path, f"{name}-again", subject, about(subject) + "\nOnce more.")
    put(tmp_path, "closed", "A job you applied to has been closed", about("It is closed."))
    unknown = JOB.replace("7001", "7999")
    put(tmp_path, "other", "Your proposal was viewed by the client", f"A job\n{unknown}\n")
    home.clock.forward(minutes=5)
    home.run()
    expected = sorted((stage, note, "mail") for _, stage, note in OUTCOMES.values())
    assert pursuits(home) == expected
    ((title, _, expired),) = listing(home)
    assert (title, expired) == ("Reconcile three ledgers monthly", True)
    assert home.rows("SELECT decision FROM decisions ORDER BY decided_at DESC LIMIT 1") == [
        ("rejected",)
    ]


def test_an_outcome_in_the_same_poll_as_its_alert_is_recorded(tmp_path: Path) -> None:
    home = Home(tmp_path, CONFIG + "\n[mail]\noutcomes = true\n")
    put(tmp_path, "1-alert", "New job alert: Reconcile three ledgers monthly", ALERT)
    put(tmp_path, "2-viewed", "Your proposal was viewed by the client", about("viewed"))
    home.run()
    assert pursuits(home) == [("viewed", None, "mail")]


def test_a_mailbox_that_only_skips_names_its_senders_and_is_told_like_a_broken_feed(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path, CONFIG + '[[notify]]\nname = "screen"\nurl = "terminal"\n')
    sender = "LinkedIn <jobs-noreply@linkedin.com>"
    put(tmp_path, "one", "12 new jobs for you", "Open the app to see them.", sender)
    report = home.run()
    (box,) = report.feeds
    assert (box.skipped, box.entries) == (1, 0)
    assert "jobs-noreply@linkedin.com" in (box.error or "")
    told = ""
    for _ in range(3):
        home.clock.forward(minutes=6)
        home.run()
        told += home.printed.getvalue()
    ((error, failures),) = home.rows("SELECT last_error, consecutive_failures FROM feeds")
    assert "jobs-noreply@linkedin.com" in str(error)
    assert int(str(failures)) >= 3
    assert "brings only what can't be read" in told
    put(tmp_path, "alert", "New job alert: Reconcile three ledgers monthly", ALERT)
    home.clock.forward(minutes=6)
    home.run()
    assert home.rows("SELECT consecutive_failures FROM feeds") == [(0,)]
