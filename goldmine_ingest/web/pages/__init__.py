"""Every page, in the order of the top bar. A new one is a module here with a PAGE, its template,
and its line in this list.
"""

from __future__ import annotations

from goldmine_ingest.web.page import Page
from goldmine_ingest.web.pages import (
    board,
    decisions,
    find,
    inbox,
    judging,
    keys,
    listing,
    near,
    polling,
    reports,
    settings,
    sign_in,
    sources,
    tune,
)

PAGES: tuple[Page, ...] = (
    inbox.PAGE,
    listing.PAGE,
    decisions.PAGE,
    polling.PAGE,
    board.PAGE,
    near.PAGE,
    tune.PAGE,
    sources.PAGE,
    reports.PAGE,
    find.PAGE,
    judging.PAGE,
    settings.PAGE,
    keys.PAGE,
    sign_in.PAGE,
)
