"""What Prefect and the libraries below it print, in `serve` and in its runs: a line each, cleaned.
What they send to Prefect's API stays whole.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

from goldmine_ingest.runtime.redaction import RedactingFilter, Redactor


def keep_brief(redactor: Redactor, *, whole: bool) -> None:
    """On each handler that there is now. Where a server doesn't answer, Prefect logs a page of
    traceback for each of its tasks, again and again. `whole`: such pages stay, cleaned (--verbose).
    """
    for handler in set(_handlers()):
        if not whole and isinstance(handler, logging.StreamHandler):
            handler.addFilter(_First())
        handler.addFilter(RedactingFilter(redactor))


class _First(logging.Filter):
    """Leaves the first line of a record, without its exception; the same line as just before is
    left out.
    """

    _before = ""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = record.getMessage().strip().partition("\n")[0], None
        record.exc_info = record.exc_text = record.stack_info = None
        again, self._before = record.msg == self._before, record.msg
        return not again


def _handlers() -> Iterator[logging.Handler]:
    loggers = logging.root.manager.loggerDict.values()
    for logger in (logging.root, *loggers):
        if isinstance(logger, logging.Logger):
            yield from logger.handlers
