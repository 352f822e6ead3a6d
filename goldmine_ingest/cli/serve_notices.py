"""What `goldmine serve` tells its owner of itself, on the destinations: that a process beside the
polling ended by itself.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from goldmine_ingest.app import deliver_due
from goldmine_ingest.errors import ConfigError, GoldmineError
from goldmine_ingest.pipeline.monitoring.health_notices import page_notices

if TYPE_CHECKING:
    from goldmine_ingest.cli.serve_page import Tell
    from goldmine_ingest.cli.session import Session
    from goldmine_ingest.runtime.redaction import Redactor
    from goldmine_ingest.settings.project import Project


def telling_of_an_end(project: Project, session: Session, redactor: Redactor) -> Tell:
    """Who tells of it: False where a cycle has the history, or nobody can write to it."""

    def tell(what: str, status: int, at: datetime) -> bool:
        present = project
        with suppress(ConfigError):  # broken meanwhile: what was read first knows whom to tell
            present = session.project()
        try:
            deliver_due(
                present,
                env=session.env,
                now=session.now,
                out=session.out,
                notices=page_notices(what, status, at),
                redactor=redactor,
            )
        except GoldmineError:
            return False
        return True

    return tell
