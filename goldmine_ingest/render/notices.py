"""The wording of health notices. The pipeline decides when one is due; each says what is wrong,
since when, and what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from goldmine_ingest.model.alert import Topic
from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.render.match import duration
from goldmine_ingest.render.message import NoticeAlert

# What an outcome means to the owner of the feed, and what helps.
_CAUSES: dict[Outcome, tuple[str, str]] = {
    Outcome.AUTH: (
        "asks for a login",
        "Renew its token or URL in goldmine.toml's reference, then `goldmine check --online`.",
    ),
    Outcome.BLOCKED: (
        "refuses us (blocked)",
        "Poll it less often (`every`), or use another way in; `goldmine feeds` shows its state.",
    ),
    Outcome.NOT_A_FEED: (
        "answers with a page that is no feed, often a login page",
        "Open its URL in a browser and renew it.",
    ),
    Outcome.GONE: (
        "is gone",
        "It is asked once a day, later once a week. Replace its URL or remove it.",
    ),
    Outcome.EMPTY_SUSPICIOUS: (
        "is suddenly empty",
        "It was never empty before: check that the saved search still exists.",
    ),
    Outcome.TIMEOUT: ("doesn't answer in time", "It is tried again, less and less often."),
    Outcome.DNS: ("has a host name that can't be found", "Check the host name and your network."),
    Outcome.TLS: ("has no valid certificate", "Nothing is fetched until it is valid again."),
    Outcome.PARTIAL: (
        "brings only what can't be read",
        "`goldmine feeds` names the senders or files; nothing of them was taken for a listing.",
    ),
    Outcome.RATE_LIMITED: ("limits how often we ask", "Raise its `every`."),
}


def _when(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def feed_failing(
    feed: str,
    outcome: Outcome,
    *,
    failures: int,
    last_ok_at: datetime | None,
    next_poll_at: datetime | None,
) -> NoticeAlert:
    """A feed that failed three times in a row, or in a way that a person must mend."""
    what, help_ = _CAUSES.get(
        outcome, (f"fails ({outcome.value})", "`goldmine feeds` shows the last error.")
    )
    lines = [f"It failed {failures} times in a row." if failures > 1 else ""]
    lines.append(
        f"Last good poll: {_when(last_ok_at)}." if last_ok_at else "It has never answered well."
    )
    lines += [help_, f"Next try: {_when(next_poll_at)}." if next_poll_at else ""]
    return NoticeAlert(
        Topic.FEED, feed, f"feed {feed} {what}", tuple(line for line in lines if line)
    )


def feed_recovered(feed: str, *, failing_since: datetime | None, now: datetime) -> NoticeAlert:
    """A feed that had a notice answers well again."""
    after = f" after {duration(now - failing_since)}" if failing_since else ""
    return NoticeAlert(
        Topic.FEED_RECOVERED,
        feed,
        f"feed {feed} works again{after}",
        ("What it lists now is being taken in.",),
    )


def feed_swapped(feed: str) -> NoticeAlert:
    """A feed whose content is another site's all at once: held until the owner accepts it."""
    return NoticeAlert(
        Topic.FEED_SWAPPED,
        feed,
        f"feed {feed} has other content than before",
        (
            "Nothing of it is taken in or alerted.",
            f"If that is right: goldmine feeds accept {feed}",
        ),
    )


def ids_rotated(feed: str, listings: int) -> NoticeAlert:
    """Nearly all ids of a feed changed while its listings stayed."""
    return NoticeAlert(
        Topic.FEED_ROTATED,
        feed,
        f"feed {feed} gave its listings new ids",
        (f"{listings} known listings were recognised; none is alerted again.",),
    )


def storm(feed: str, qualified: int, limit: int) -> NoticeAlert:
    """More qualified at once than the hourly limit."""
    return NoticeAlert(
        Topic.STORM,
        feed,
        f"{qualified} listings of {feed} qualified at once",
        (f"The best {limit} come now, the rest as slots get free or in the digest.",),
    )


def destination_down(
    destination: str, reason: str, *, name: str, since: datetime, waiting: int
) -> NoticeAlert:
    """Told on the other destinations: one that takes nothing, or a recipient of it. `name` is the
    destination's in goldmine.toml, for the command.
    """
    return NoticeAlert(
        Topic.DESTINATION,
        destination,
        f"destination {destination} takes no messages",
        (
            f"Since {_when(since)}: {reason}",
            f"{waiting} alerts wait for it; none is lost.",
            f"Check its url in goldmine.toml, then: goldmine notify test {name}",
        ),
    )


def destination_recovered(
    destination: str, *, since: datetime | None, now: datetime
) -> NoticeAlert:
    """Told on the other destinations: one that was down takes messages again."""
    after = f" after {duration(now - since)}" if since else ""
    return NoticeAlert(
        Topic.DESTINATION_RECOVERED,
        destination,
        f"destination {destination} takes messages again{after}",
        ("What waited for it goes out now.",),
    )


def message_refused(destination: str, short_id: str, reason: str) -> NoticeAlert:
    """Told on the other destinations: one message that a destination refused for good."""
    return NoticeAlert(
        Topic.MESSAGE_REFUSED,
        f"{destination}:{short_id}",
        f"{destination} refused an alert",
        (
            f"Listing {short_id}: {reason}",
            f"goldmine explain {short_id} shows it; goldmine alerts --state dead lists all.",
        ),
    )


def dead_man(last_good_at: datetime | None, now: datetime) -> NoticeAlert:
    """No feed gave a good poll in a day."""
    since = f"for {duration(now - last_good_at)}" if last_good_at else "ever"
    return NoticeAlert(
        Topic.DEAD_MAN,
        "",
        f"no feed has answered well {since}",
        ("You hear nothing because nothing is read.", "See: goldmine feeds"),
    )


def feed_silent(
    feed: str, last_new_at: datetime, usual: timedelta | None, now: datetime
) -> NoticeAlert:
    """A feed that answers but has brought nothing new for much longer than it used to (None: it
    brought something only once).
    """
    return NoticeAlert(
        Topic.FEED_SILENT,
        feed,
        f"feed {feed} has brought nothing new for {duration(now - last_new_at)}",
        (
            f"Its longest gap lately was {duration(usual)}."
            if usual
            else "It brought something only once, when it was first read.",
            "Check that the saved search still exists.",
        ),
    )


def first_sight(feed: str, stored: int, held_back: int) -> NoticeAlert:
    """The first poll of a feed that brought entries."""
    return NoticeAlert(
        Topic.FEED_FIRST,
        feed,
        f"feed {feed} read for the first time",
        (
            f"{stored} listings stored; {held_back} matches not alerted (backlog).",
            "goldmine alerts --state suppressed lists them.",
        ),
    )


def restored(feeds: int) -> NoticeAlert:
    """The first cycle after a restore or an import."""
    return NoticeAlert(
        Topic.RESTORED,
        "",
        "first cycle after a restore or import",
        (f"{feeds} feeds were taken as a baseline: what they listed by now alerts nothing.",),
    )


def configuration_broken(problems: Sequence[str], which: str) -> NoticeAlert:
    """The configuration can't be read any more, and the last good one is in force. `problems`
    are where it is wrong: settings or files; `which` tells this time from another of the same day.
    """
    shown = ", ".join(problems[:3]) + (
        f" and {len(problems) - 3} more" if len(problems) > 3 else ""
    )
    lines = (f"Wrong: {shown}.",) if shown else ()
    help_ = "goldmine check tells what is wrong. Once it is mended, it is taken up by itself."
    return NoticeAlert(
        Topic.CONFIGURATION,
        which,
        "the configuration is broken; the last good one goes on",
        (*lines, help_),
    )


def configuration_mended(which: str) -> NoticeAlert:
    """The configuration can be read again."""
    return NoticeAlert(
        Topic.CONFIGURATION_MENDED,
        which,
        "the configuration is right again",
        ("It is in force now.",),
    )


def runs_crashing(runs: int, since: datetime) -> NoticeAlert:
    """Runs under Prefect end before they begin to work."""
    return NoticeAlert(
        Topic.RUNS,
        "",
        "the runs under Prefect crash before they begin",
        (
            f"{runs} in a row, the first at {_when(since)}: nothing is polled.",
            "Their logs on Prefect's page say why; goldmine doctor looks at the installation.",
            "goldmine run works without Prefect.",
        ),
    )


def runs_recovered() -> NoticeAlert:
    """Such runs work again."""
    return NoticeAlert(
        Topic.RUNS_RECOVERED,
        "",
        "the runs under Prefect work again",
        ("What came meanwhile is being taken in.",),
    )


def page_ended(what: str, status: int, at: datetime) -> NoticeAlert:
    """The page of `serve --web`, or the process for the phone, ended by itself; it is started
    again. `status` is what it ended with, below zero the signal that ended it.
    """
    how = f"by signal {-status}" if status < 0 else f"with status {status}"
    return NoticeAlert(
        Topic.PAGE,
        what,
        f"the {what} ended by itself",
        (
            f"It ended {how} at {_when(at)} and is started again. Polling and alerts go on.",
            "If it doesn't come back, goldmine web says what is wrong.",
        ),
    )
