"""After a cycle that brought something, the inbox is read before anyone asks for it: the first look
is as quick as those after it. Only while somebody uses the page.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from goldmine_ingest.errors import GoldmineError
from goldmine_ingest.web.history_copy import stamp_of
from goldmine_ingest.web.pages import PAGES
from goldmine_ingest.web.visit import Visit

if TYPE_CHECKING:
    from goldmine_ingest.web.site import Site

log = logging.getLogger("goldmine_ingest.web")
_EACH = 1.0  # seconds between two looks at the file; it has been still for one of them
_USED = timedelta(minutes=10)


@contextmanager
def reading_ahead(site: Site, each: float = _EACH) -> Iterator[None]:
    """In a thread, until this is left."""
    left = threading.Event()
    reader = threading.Thread(target=_read_until, args=(site, left, each), daemon=True)
    reader.start()
    try:
        yield
    finally:
        left.set()
        reader.join()


def _read_until(site: Site, left: threading.Event, each: float) -> None:
    before: tuple[int, ...] = ()
    while not left.wait(each):
        if not site.used_within(_USED):
            continue
        with suppress(GoldmineError, OSError):
            stamp = stamp_of(site.project().database.path)
            still, before = stamp == before, stamp
            if stamp and still and stamp != site.read_at:
                _read(site)


def _read(site: Site) -> None:
    """As the inbox does, which notes what the file looked like then. Whoever has it open is in no
    hurry: the next look tries again.
    """
    inbox = next(page for page in PAGES if page.name == "inbox")
    try:
        inbox.handler(inbox.endpoints[0])(Visit(site, None, "/"))
    except GoldmineError:
        pass
    except Exception:  # whoever asks for the page is told of it
        log.exception("reading ahead failed")
