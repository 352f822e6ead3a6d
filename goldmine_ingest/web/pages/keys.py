"""The keyboard map, and what each word of the page means."""

from __future__ import annotations

from goldmine_ingest.web.cookies import keys_cookie
from goldmine_ingest.web.page import Page, get, post
from goldmine_ingest.web.response import Answer
from goldmine_ingest.web.visit import Visit

# Pressed, and what it does.
MAP = (
    (("j", "k"), "next, previous listing (arrows too)"),
    (("Enter",), "read the listing"),
    (("p",), "pursue; Enter records it"),
    (("s",), "skip"),
    (("g",), "good: worth an alert"),
    (("b",), "bad, then 1–6 for why"),
    (("z",), "undo what was decided last"),
    (("o",), "open it on its site"),
    (("e",), "why, in full"),
    (("u",), "back to the list"),
    ((".",), "look at what is new"),
    (("/",), "find"),
    (("?",), "this page"),
    (("1", "9"), "what is numbered, where something is open"),
    (("Esc",), "close what is open"),
)


def show(visit: Visit) -> Answer:
    visit.look()
    pages = tuple((tab.key, tab.title) for tab in visit.site.tabs if tab.key)
    return Answer("keys.html", {"map": MAP, "letters": pages}, name="keys")


def switch(visit: Visit) -> Answer:
    """Single keys on or off, for this browser (WCAG 2.1.4)."""
    on = visit.form.get("keys") != "0"
    return Answer(status=303, to="/keys", cookies=(keys_cookie(visit, on=on),))


PAGE = Page("keys", (get("/keys", show), post("/keys", switch)))
