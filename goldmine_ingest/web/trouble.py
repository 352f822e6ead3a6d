"""What a page says when something is in the way: a sentence, and what to do; never a path, a
process or a trace.
"""

from __future__ import annotations

import secrets
from http import HTTPStatus

from goldmine_ingest.errors import BusyError, GoldmineError, StoreError, UsageError
from goldmine_ingest.web.guard import SIGN_IN
from goldmine_ingest.web.response import Answer, NoHistoryError
from goldmine_ingest.web.site import log
from goldmine_ingest.web.visit import Visit

_DOCTOR = "goldmine doctor"


def sentence(status: HTTPStatus, text: str, *, command: str = "", find: bool = False) -> Answer:
    """A page with one sentence. `command` is what may know more; `find`: offer the search."""
    return Answer("message.html", {"sentence": text, "command": command, "find": find}, status)


def trouble(visit: Visit, error: Exception) -> Answer:
    """The answer for what a page raised."""
    match error:
        case NoHistoryError():
            return Answer("empty.html", name="inbox")
        case BusyError():
            return Answer(
                "busy.html", status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Refresh": "2"}
            )
        case UsageError():
            return sentence(HTTPStatus.NOT_FOUND, _begun(error.message), find=True)
        case StoreError():
            status = HTTPStatus.INTERNAL_SERVER_ERROR
            return sentence(status, _begun(error.message), command=_DOCTOR)
        case GoldmineError():
            return sentence(HTTPStatus.CONFLICT, _begun(error.message))
    reference = secrets.token_hex(2)
    # Not with its path where that is a secret: a link that signs in.
    path = SIGN_IN if visit.path.startswith(SIGN_IN) else visit.path
    log.error("page error %s at %s", reference, path, exc_info=error)
    return sentence(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        f"Something went wrong (ref {reference}).",
        command=_DOCTOR,
    )


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
