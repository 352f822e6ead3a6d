"""What Prefect logs in `serve`: a line each, cleaned."""

from __future__ import annotations

import io
import logging

import pytest

from goldmine_ingest.flows.console import keep_brief
from goldmine_ingest.runtime.redaction import Redactor

SECRET = "canary-of-the-server-4711"


def fail() -> None:
    raise ConnectionError(f"http://goldmine:{SECRET}@127.0.0.1/api")


@pytest.mark.parametrize("whole", [False, True])
def test_a_failure_of_prefects_is_a_line_and_holds_no_secret(whole: bool) -> None:
    redactor = Redactor()
    redactor.learn(SECRET)
    logger, shown = logging.getLogger("prefect.of-this-test"), io.StringIO()
    handler = logging.StreamHandler(shown)
    logger.addHandler(handler)
    before = {each: list(each.filters) for each in logging.root.handlers}
    try:
        keep_brief(redactor, whole=whole)
        for _ in range(3):
            try:
                fail()
            except ConnectionError:
                logger.exception("Service %s failed\nwith %s", "runner", SECRET)
    finally:
        logger.removeHandler(handler)
        for each, filters in before.items():
            each.filters[:] = filters
    assert SECRET not in shown.getvalue()
    if whole:
        assert shown.getvalue().count("Traceback") == 3
    else:
        assert shown.getvalue() == "Service runner failed\n"
