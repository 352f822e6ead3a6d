"""Whether a destination takes messages, read from the ledger itself: what failed since it last
took one. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from goldmine_ingest.alerts.ledger import event_of
from goldmine_ingest.alerts.settling import PROBE_EVERY, RETRY_DELAYS, probe_pause
from goldmine_ingest.model.alert import Cause

if TYPE_CHECKING:
    from goldmine_ingest.model.alert import AlertEvent, OpenAlert

# The service takes messages again after a while that it names itself: nothing goes before that, and
# nothing is broken.
_LIMITED = (Cause.RATE_LIMITED, Cause.ACCOUNT)


@dataclass(frozen=True, slots=True)
class DestinationHealth:
    """Whether a destination takes messages. `down_since`: it took nothing since then, when it last
    took one or the first that failed was owed. `until`: nothing is sent before it (the next probe,
    or the end of a rate limit).

    `wrong`: it said itself that the token, the address or the recipient is, so that waiting won't
    help.
    """

    down_since: datetime | None = None
    until: datetime | None = None
    reason: str = ""
    wrong: bool = False

    @property
    def down(self) -> bool:
        return self.down_since is not None


def standing(open_alerts: Iterable[OpenAlert], last_sent_at: datetime | None) -> DestinationHealth:
    """Read from the ledger itself: what failed since the destination last took a message.

    It is down when it said so (401, 403, 404), when two messages failed or got no answer (a digest
    is one) and none went through since, or when the only one has used up its attempts. Then one
    probe per PROBE_EVERY. A rate limit pauses all of its messages until it is over.
    """
    failing = [
        a
        for a in open_alerts
        if failed(a) and (last_sent_at is None or a.last_event_at > last_sent_at)
    ]
    if not failing:
        return DestinationHealth()
    newest = max(failing, key=lambda a: (a.last_event_at, a.alert_id))
    limited = [a.next_try_at for a in failing if a.cause in _LIMITED and a.next_try_at]
    broken = [a for a in failing if a.cause not in _LIMITED]
    messages = len({a.last_event_at for a in broken})
    wrong = any(a.cause is Cause.RECIPIENT_GONE for a in broken)
    if messages > 1 or wrong or any(map(_used_up, broken)):
        # Each probe moves an alert's last event on: only these two stay where they are while it
        # lasts.
        first = min(a.enqueued_at for a in broken)
        since = first if last_sent_at is None else max(first, last_sent_at)
        pause = probe_pause(newest.attempts) if newest.last_event == "uncertain" else PROBE_EVERY
        until = max([newest.last_event_at + pause, *limited])
        return DestinationHealth(since, until, newest.reason, wrong)
    return DestinationHealth(None, max(limited), newest.reason) if limited else DestinationHealth()


def failed(alert: OpenAlert) -> bool:
    """Whether its destination had a say in why an alert is still open: not so where the program
    died, or a person asked for a repeat.
    """
    return alert.last_event in ("retry", "uncertain") and alert.cause not in (
        Cause.BY_HAND,
        Cause.KILLED,
    )


def _used_up(alert: OpenAlert) -> bool:
    return alert.last_event == "retry" and alert.attempts > len(RETRY_DELAYS)


def bury(
    open_alerts: Iterable[OpenAlert],
    last_sent_at: datetime | None,
    *,
    now: datetime,
    run_id: str | None = None,
) -> tuple[AlertEvent, ...]:
    """'dead' for messages that were refused, by a destination that has taken another one since.
    Call it after a destination's sends: the refused message may have come first, when it was not
    yet clear whose fault it was.
    """
    if last_sent_at is None:
        return ()
    return tuple(
        event_of(alert, "dead", now, why=alert.why, run_id=run_id)
        for alert in open_alerts
        if alert.last_event == "retry"
        and alert.cause is Cause.REFUSED
        and last_sent_at >= alert.last_event_at
    )
