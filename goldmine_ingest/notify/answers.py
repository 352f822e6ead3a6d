"""What the exchanges of one send mean. Pure: what came back in, a SendResult out.

Reasons are our own sentences. A service's words are never quoted: they may hold a secret, or the
message itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import Any, Literal

from goldmine_ingest.model.alert import SendResult, Verdict
from goldmine_ingest.notify.contracts import confirms, declines
from goldmine_ingest.notify.mail import MailReply, judge_mail
from goldmine_ingest.notify.refusals import (
    ACCOUNT_PAUSE,
    RATE_PAUSE,
    classify,
    wording,
    wording_in_full,
)
from goldmine_ingest.notify.replies import Reply, read_reply

# Seconds within which a wait is believed; what is longer is a mistake, or a moment that was meant.
_LONGEST_WAIT = 31 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Answer:
    """One exchange of the child. `target` tells requests to the same address apart from others; it
    stays in the child (a secret).

    `failure` is set where there was no answer: 'no_connection' (nothing was sent) or 'broken' (it
    may have arrived). `carried`: the request held the message; a login doesn't. `mail` is a mail
    server's last word.
    """

    target: str
    status: int | None = None
    retry_after: str | None = None
    body: bytes = b""
    failure: Literal["no_connection", "broken"] | None = None
    why: str = ""
    carried: bool = True
    mail: MailReply | None = None


def judge(
    service: str, accepted: bool, answers: Sequence[Answer], *, now: float, seen: bool = True
) -> SendResult:
    """What the exchanges of one send mean. `service` is the plugin's module, `accepted` Apprise's
    own word, `now` in seconds since 1970.

    `seen`: the plugin's traffic goes through what we watch. Where it doesn't, there is Apprise's
    word only.
    """
    if not answers:
        return _unseen(accepted, seen)
    judged = [_one(service, answer, now) for answer in answers]
    carried = [result for result, answer in zip(judged, answers, strict=True) if answer.carried]
    if not carried:  # what came before the message failed, so that the message was never on its way
        return next(
            (result for result in reversed(judged) if result.verdict is not Verdict.SENT),
            _NEVER_SENT,
        )
    if all(result.verdict is Verdict.SENT for result in carried):
        return carried[-1] if accepted else _unfinished(service, carried[-1], judged)
    failed = next(result for result in reversed(carried) if result.verdict is not Verdict.SENT)
    if carried[-1].verdict is not Verdict.SENT and not any(
        result.verdict is Verdict.SENT for result in carried
    ):
        return failed
    if accepted and carried[-1].verdict is Verdict.SENT:
        return carried[-1]
    return SendResult(
        Verdict.UNCERTAIN, f"it arrived at some of its targets: {failed.reason}", failed.http_status
    )


_NEVER_SENT = SendResult(Verdict.SERVICE, "Apprise stopped before the message was sent")


def _unseen(accepted: bool, seen: bool) -> SendResult:
    if accepted:
        return SendResult(Verdict.SENT)
    if seen:
        return SendResult(
            Verdict.RECIPIENT, "Apprise would not send it; check the destination's url"
        )
    return SendResult(Verdict.SERVICE, "Apprise could not send it, and says no more")


def _unfinished(service: str, last: SendResult, judged: Sequence[SendResult]) -> SendResult:
    """Apprise says no where each answer to the message was a yes: the service's own word counts,
    if it has one.
    """
    failed = next((result for result in judged if result.verdict is not Verdict.SENT), None)
    if failed is not None:
        return SendResult(
            Verdict.UNCERTAIN, f"it arrived, but not all of it: {failed.reason}", failed.http_status
        )
    if confirms(
        service, Reply(0)
    ):  # no written answer: any 2xx is one, and Apprise read something else in it
        return SendResult(
            Verdict.UNCONFIRMED,
            f"{_ODD_ANSWER.format(last.http_status)}; the message may have arrived",
            last.http_status,
        )
    return last


_ODD_ANSWER = "the answer (HTTP {}) is not the one that this service gives when it takes a message"


def _one(service: str, answer: Answer, now: float) -> SendResult:
    if answer.mail is not None:
        return judge_mail(answer.mail)
    if answer.failure == "no_connection" or (answer.failure == "broken" and not answer.carried):
        return SendResult(Verdict.SERVICE, answer.why)
    if answer.failure == "broken":
        return SendResult(Verdict.UNCERTAIN, f"{answer.why}; the message may have arrived")
    reply = read_reply(answer.status or 0, answer.body)
    if not 200 <= reply.status < 300:
        return _refused(service, reply, answer, now)
    if not answer.carried or confirms(service, reply):
        return SendResult(Verdict.SENT, "", answer.status)
    if declines(service, reply):
        return _refused(service, replace(reply, status=_own_status(reply)), answer, now)
    return SendResult(
        Verdict.UNCONFIRMED,
        f"{_ODD_ANSWER.format(reply.status)}; the message may have arrived",
        reply.status,
    )


def _own_status(reply: Reply) -> int:
    """The status that a body names in the place of its 200 (Telegram's error_code)."""
    code = reply.fields.get("error_code")
    return code if isinstance(code, int) and 300 <= code < 600 else reply.status


def _refused(service: str, reply: Reply, answer: Answer, now: float) -> SendResult:
    row = classify(service, reply)
    if row is None:
        return SendResult(
            Verdict.SERVICE,
            f"the service says that it did not take the message (HTTP {reply.status})",
            reply.status,
        )
    waits = _retry_after(answer, reply, now)
    default = {Verdict.RATE: RATE_PAUSE, Verdict.ACCOUNT: ACCOUNT_PAUSE}.get(row.about)
    pause = (
        (waits or default)
        if row.about in (Verdict.RATE, Verdict.ACCOUNT, Verdict.SERVICE)
        else None
    )
    whole = wording_in_full(row, reply)
    return SendResult(
        row.about,
        f"{wording(row, reply)} (HTTP {reply.status})",
        reply.status,
        pause,
        in_full=f"{whole} (HTTP {reply.status})" if whole else "",
    )


def markup_refused(result: SendResult) -> bool:
    """Whether the same message as plain text is worth one try."""
    return result.verdict is Verdict.MESSAGE and result.http_status == 400


def _retry_after(answer: Answer, reply: Reply, now: float) -> float | None:
    """Seconds to wait: what Telegram, Discord and Matrix say in the body, or the Retry-After
    header (seconds or a date).
    """
    inside = (
        _seconds(reply.at("parameters.retry_after")),
        _seconds(reply.at("retry_after")),
        _seconds(reply.at("retry_after_ms"), 0.001),
    )
    seconds = next((wait for wait in inside if wait is not None), None)
    return seconds if seconds is not None else _header(answer.retry_after, now)


def _seconds(value: Any, unit: float = 1.0) -> float | None:
    number = not isinstance(value, bool) and isinstance(value, (int, float))
    return min(float(value) * unit, _LONGEST_WAIT) if number and 0 <= value < 1e12 else None


def _header(text: str | None, now: float) -> float | None:
    header = (text or "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d+)?", header):
        return min(float(header), _LONGEST_WAIT)
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None
