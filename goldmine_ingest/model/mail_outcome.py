"""What a mail that is no alert says of a job."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MailOutcome:
    """A mail of a marketplace about one job: `kind` is 'viewed', 'invited', 'interviewed',
    'offered', 'hired', 'declined' or 'closed'; `url` the job's address, `title` the mail's subject,
    `sent` its date as written.
    """

    kind: str
    url: str
    title: str = ""
    sent: str = ""
