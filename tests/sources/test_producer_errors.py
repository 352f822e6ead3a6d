"""Items that tell of a producer's error (sources/producer_errors.py): the short way to what a long
text says is the plain way's answer.
"""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from goldmine_ingest.sources.producer_errors import _LONGEST_MESSAGE, _READ, _is_surely_long
from goldmine_ingest.text.plain_text import html_to_text

PIECES = (
    *("we need a developer " * 12, "letters" * 40, "quota exceeded. ", "é", "&amp; ", "&lt;b&gt;"),
    *("<p>", "</p>", "<br />\n", "<li>", "<a href='https://example.com/a'>", "</a>", "<script>"),
    *("</script>", "<!-- ", " -->", "<style>", "</style>", "<", ">", "<p", "\u200b", "\t\n  "),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@example("&lt;script&gt;" + "a" * 700 + "&lt;/script&gt;")
@example("<p>" + "word " * 200 + "<sty")
def test_what_is_surely_long_is_long_as_text_too(markup: str) -> None:
    read = markup[:_READ]
    if _is_surely_long(read):
        assert len(" ".join(html_to_text(read).split())) > _LONGEST_MESSAGE


def test_an_ordinary_job_is_surely_long() -> None:
    assert _is_surely_long("<p>" + "We need month-end close &amp; reports.<br />" * 30)
