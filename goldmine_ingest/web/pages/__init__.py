"""Every page, in the order of the top bar, and every address. A page is a module here, its
template, and its row in this list; the module is loaded with the first request for it.
"""

from __future__ import annotations

from goldmine_ingest.web.page import Page, get, post

PAGES: tuple[Page, ...] = (
    Page("inbox", (get("/", "show"), get("/new", "new")), "Inbox", "/", "i"),
    Page("listing", (get("/l/{listing}", "show"),)),
    Page(
        "decisions",
        (
            post("/l/{listing}/track", "track"),
            post("/l/{listing}/rate", "rate"),
            post("/board/new", "add"),
            post("/undo", "undo"),
        ),
    ),
    Page("polling", (post("/poll", "poll"), get("/polling", "wait"))),
    Page("board", (get("/board", "show"),), "Board", "/board", "b"),
    Page("near", (get("/near", "show"),), "Near misses", "/near", "n"),
    Page(
        "tune",
        (
            get("/tune", "show"),
            post("/tune/preview", "try_out"),
            get("/tune/progress", "progress"),
            post("/tune/stop", "stop"),
            post("/tune/save", "save"),
            post("/tune/download", "download"),
            post("/tune/restore", "restore"),
            post("/rescan", "rescan"),
        ),
        "Tune",
        "/tune",
        "t",
    ),
    Page("versions", (get("/tune/versions", "show"),)),
    Page(
        "sources",
        (
            get("/sources", "show"),
            post("/feeds/{feed}/ask", "ask"),
            post("/feeds/{feed}/accept", "accept"),
            post("/alerts/{alert}/retry", "retry"),
            post("/alerts/{alert}/drop", "drop"),
        ),
        "Sources",
        "/sources",
        "s",
    ),
    Page(
        "reports",
        (
            get("/reports", "show"),
            get("/reports/review", "review_report"),
            get("/reports/market", "market_report"),
        ),
        "Reports",
        "/reports",
        "r",
    ),
    Page("find", (get("/find", "show"),)),
    Page("judging", (get("/judge", "show"), post("/judge", "decide"))),
    Page("install", (get("/install", "show"),)),
    Page("settings", (get("/settings", "show"),)),
    Page("keys", (get("/keys", "show"), post("/keys", "switch"))),
    Page("sign_in", (get("/in/{token}", "sign_in", is_open=True), post("/out", "sign_out"))),
)
