"""What a mail server's refusal is about, by the step that it refused, its code and its words. One
table, read from the top. Pure.

Codes: RFC 5321 (three digits), RFC 3463 and its registry (x.y.z). What Gmail, Outlook and common
servers say: see the rows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from goldmine_ingest.model.alert import SendResult, Verdict
from goldmine_ingest.notify.refusals import ACCOUNT_PAUSE, RATE_PAUSE

Step = Literal["connect", "login", "sender", "recipient", "data"]

_M, _R, _L, _A, _S = (
    Verdict.MESSAGE,
    Verdict.RECIPIENT,
    Verdict.RATE,
    Verdict.ACCOUNT,
    Verdict.SERVICE,
)


@dataclass(frozen=True, slots=True)
class MailReply:
    """What a mail server said at a step. `text` is its own, so that it is searched and never
    shown.
    """

    step: Step
    code: int
    text: str = ""

    @property
    def enhanced(self) -> str:
        """The code of RFC 3463 ('5.1.1'), or ''."""
        match = re.match(r"\s*([245]\.\d{1,3}\.\d{1,3})\b", self.text)
        return match[1] if match else ""


@dataclass(frozen=True, slots=True)
class _Row:
    about: Verdict
    words: str
    step: str = ""
    code: str = ""
    enhanced: str = ""
    said: str = ""

    def fits(self, reply: MailReply) -> bool:
        return (
            (not self.step or re.fullmatch(self.step, reply.step) is not None)
            and (not self.code or re.fullmatch(self.code, str(reply.code)) is not None)
            and (not self.enhanced or re.fullmatch(self.enhanced, reply.enhanced) is not None)
            and (not self.said or re.search(self.said, reply.text.lower()) is not None)
        )


_QUOTA = (
    r"(daily|hourly|sending|message|user|account|recipient|rate)s? (sending |message"
    r" )?(limit|quota)"
    r"|limit exceeded|quota exceeded|too many|rate.?limit"
)

_ROWS = (
    # https://support.google.com/mail/answer/22839 and /answer/3726730: 550 5.4.5, "Daily user
    # sending limit exceeded"
    _Row(_A, "the account's sending limit is reached", enhanced=r"5\.4\.5"),
    _Row(_S, "the recipient's mailbox is full", enhanced=r"[45]\.2\.2"),
    _Row(
        _L,
        "the mail server asks us to slow down",
        code="4..",
        said=_QUOTA + "|throttl|slow down|too fast",
    ),
    _Row(_S, "the mail server can't take it now", code="4.."),
    _Row(_A, "the account's sending limit is reached", code="5..", said=_QUOTA),
    _Row(_R, "the mail server refuses the login", step="login"),
    _Row(_R, "the mail server wants a login", code="530|538", enhanced=r"|5\.7\.0|5\.7\.11"),
    _Row(_M, "the mail is too large", enhanced=r"5\.2\.3|5\.3\.4"),
    _Row(_M, "the mail is too large", code="552"),
    # Policies on the sender: relaying, SPF and DKIM, sending as somebody else (RFC 7372;
    # learn.microsoft.com, "550 5.7.60").
    _Row(
        _A,
        "the mail server doesn't let this sender send",
        enhanced=r"5\.7\.(1|[2-9]\d|\d{3})",
        said=(
            "relay|not permitted|not authori[sz]ed|permission|policy|spf|dkim|dmarc|"
            "unauthenticated|blocked|blacklist|block ?list|reputation"
        ),
    ),
    _Row(_A, "the mail server refuses the sender", step="connect|sender"),
    _Row(
        _R,
        "the mail server doesn't know the recipient",
        enhanced=r"5\.1\.[0-46]|5\.1\.10|5\.2\.1|5\.4\.[14]",
    ),
    _Row(_R, "the mail server refuses the recipient", step="recipient"),
    _Row(_M, "the mail server refuses this mail"),
)


def judge_mail(reply: MailReply) -> SendResult:
    """What a mail server's last word means: a mail that it took, or a refusal."""
    if reply.code < 400:
        return SendResult(Verdict.SENT)
    row = next(row for row in _ROWS if row.fits(reply))
    pause = {_L: RATE_PAUSE, _A: ACCOUNT_PAUSE}.get(row.about)
    code = f"SMTP {reply.code} {reply.enhanced}".strip()
    return SendResult(row.about, f"{row.words} ({code})", retry_after=pause)
