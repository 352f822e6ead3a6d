"""What a service's answer means. Pure: status, headers and the head of the body in, a SendResult's parts out.

Reasons are our own sentences. A service's words are quoted only where they are known not to hold a secret (short error codes).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Literal

from goldmine_ingest.model.alert import SendResult, Verdict
from goldmine_ingest.render.targets import TargetKind

# A 429 without Retry-After still means: not now (RELIABILITY A2 asks for a minute at least).
_RATE_LIMIT_PAUSE = 60.0
_WRONG_DESTINATION = frozenset({401, 402, 403, 404, 405, 407, 410})
_PASSING = frozenset({408, 421, 423, 425, 429})


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP exchange of the child. `target` tells requests to the same address apart from others; it stays in the child (a secret).

    `failure` is set where there was no answer: 'no_connection' (nothing was sent) or 'broken' (it may have arrived).
    """

    target: str
    status: int | None = None
    retry_after: str | None = None
    body: bytes = b""
    failure: Literal["no_connection", "broken"] | None = None
    why: str = ""


def judge(kind: TargetKind, accepted: bool, answers: Sequence[Answer], *, now: float) -> SendResult:
    """What the exchanges of one send mean. `accepted` is Apprise's own word; `now` in seconds since 1970, for Retry-After dates."""
    if not answers:
        if accepted:
            return SendResult(Verdict.SENT)
        return SendResult(Verdict.RECIPIENT, "Apprise would not send it; check the destination's url")
    results = [_one(kind, answer, now) for answer in answers]
    last = results[-1]
    if accepted and last.verdict == Verdict.SENT:
        return last
    failed = next((r for r in reversed(results) if r.verdict != Verdict.SENT), None)
    if failed is None:
        return SendResult(Verdict.SERVICE, "the service answered, but not as it should", last.http_status)
    worst = answers[results.index(failed)].target
    if any(r.verdict == Verdict.SENT for r, a in zip(results, answers, strict=True) if a.target == worst) and last.verdict != Verdict.SENT:
        return SendResult(Verdict.UNCERTAIN, f"it arrived at some of its targets: {failed.reason}", failed.http_status)
    return failed


def _one(kind: TargetKind, answer: Answer, now: float) -> SendResult:
    if answer.failure == "no_connection":
        return SendResult(Verdict.SERVICE, answer.why)
    if answer.failure == "broken":
        return SendResult(Verdict.UNCERTAIN, f"{answer.why}; the message may have arrived")
    status = answer.status or 0
    document = _document(answer.body)
    retry_after = _retry_after(answer, document, now)
    if 200 <= status < 300:
        return _contract(kind, status, document, answer.body)
    code = document.get("error_code") if kind is TargetKind.TELEGRAM else None
    if 300 <= status < 400:
        return SendResult(Verdict.RECIPIENT, f"the address answers with a redirect (HTTP {status}), which is not followed", status)
    if status == 429:
        return SendResult(Verdict.RATE, "the service asks us to slow down (HTTP 429)", status, retry_after or _RATE_LIMIT_PAUSE)
    if status in _PASSING or status >= 500:
        return SendResult(Verdict.SERVICE, f"the service has a problem (HTTP {status})", status, retry_after)
    if status in _WRONG_DESTINATION or _chat_is_wrong(kind, document):
        return SendResult(Verdict.RECIPIENT, _DOWN_WORDS.get(status, f"the service doesn't know the recipient (HTTP {status})"), status)
    return SendResult(Verdict.MESSAGE, f"the service refuses this message (HTTP {code or status})", status)


_DOWN_WORDS = {
    401: "the token is not valid (HTTP 401)",
    403: "the token may not send there (HTTP 403)",
    404: "there is no such address or token (HTTP 404)",
    407: "the proxy wants credentials (HTTP 407)",
    410: "the address is gone (HTTP 410)",
}


def markup_refused(result: SendResult) -> bool:
    """Whether the same message as plain text is worth one try."""
    return result.verdict == Verdict.MESSAGE and result.http_status == 400


def _document(body: bytes) -> dict[str, object]:
    try:
        document = json.loads(body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _retry_after(answer: Answer, document: dict[str, object], now: float) -> float | None:
    """Seconds to wait: the Retry-After header (seconds or a date), or what Telegram and Discord say in the body."""
    parameters = document.get("parameters")
    in_body = parameters.get("retry_after") if isinstance(parameters, dict) else document.get("retry_after")
    if isinstance(in_body, (int, float)) and in_body >= 0:
        return float(in_body)
    header = (answer.retry_after or "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d+)?", header):
        return float(header)
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None


# Where a service says in the body whether it took the message, a 200 alone is not enough: a captive portal gives one too.
_CONTRACTS: dict[TargetKind, Callable[[int, dict[str, object]], bool]] = {
    TargetKind.TELEGRAM: lambda _status, document: document.get("ok") is True,
    TargetKind.DISCORD: lambda status, document: status == 204 or "id" in document,
    TargetKind.NTFY: lambda _status, document: "id" in document,
    TargetKind.PUSHOVER: lambda _status, document: document.get("status") == 1,
    TargetKind.GOTIFY: lambda _status, document: "id" in document,
}
_TELEGRAM_DOWN = ("chat not found", "bot was blocked", "bot was kicked", "user is deactivated", "bot is not a member", "have no rights")
_SLACK_DOWN = re.compile(
    r"invalid_auth|not_authed|account_inactive|token_(revoked|expired)|no_service|no_team|channel_(not_found|is_archived)|not_in_channel|"
    r"invalid_token|action_prohibited|is_archived"
)


def _contract(kind: TargetKind, status: int, document: dict[str, object], body: bytes) -> SendResult:
    if kind is TargetKind.SLACK:
        return _slack(status, document, body)
    check = _CONTRACTS.get(kind)
    if check is None or check(status, document):
        return SendResult(Verdict.SENT, "", status)
    code = document.get("error_code")
    if kind is TargetKind.TELEGRAM and isinstance(code, int) and code >= 300:
        return _one(kind, Answer("", code, None, body), 0.0)
    return SendResult(Verdict.SERVICE, f"the answer (HTTP {status}) is not the one that this service gives when it takes a message", status)


def _slack(status: int, document: dict[str, object], body: bytes) -> SendResult:
    if body.strip() == b"ok" or document.get("ok") is True:
        return SendResult(Verdict.SENT, "", status)
    error = document.get("error")
    code = error if isinstance(error, str) else body.decode("ascii", "replace").strip()
    if not re.fullmatch(r"[a-z_]{1,40}", code):
        return SendResult(Verdict.SERVICE, f"the answer (HTTP {status}) is not Slack's", status)
    if _SLACK_DOWN.search(code):
        return SendResult(Verdict.RECIPIENT, f"Slack says {code}", status)
    if code in ("ratelimited", "rate_limited"):
        return SendResult(Verdict.RATE, "Slack asks us to slow down", status, _RATE_LIMIT_PAUSE)
    return SendResult(Verdict.MESSAGE, f"Slack says {code}", status)


def _chat_is_wrong(kind: TargetKind, document: dict[str, object]) -> bool:
    said = str(document.get("description", "")).lower()
    return kind is TargetKind.TELEGRAM and any(words in said for words in _TELEGRAM_DOWN)
