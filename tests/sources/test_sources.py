"""The list of sources: what each says of itself is true."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import fields

import pytest

from goldmine_ingest.errors import UsageError
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.sources import all_sources, by_name, platform_of_link
from tests import corpus_cases as corpus


@pytest.fixture(scope="module")
def given() -> Mapping[str, set[str]]:
    """The fields that the corpus shows for each source."""
    fields: dict[str, set[str]] = defaultdict(set)
    for case in corpus.cases():
        found = corpus.read(corpus.input_of(case))
        for posting in corpus.postings(found):
            fields[found.platform] |= set(corpus.stated(posting)) - {"platform", "guid"}
    return fields


@pytest.mark.parametrize("source", list(all_sources()), ids=lambda source: source.name)
def test_a_source_says_what_it_gives(source: object, given: Mapping[str, set[str]]) -> None:
    """The fields that a source declares are exactly those that its corpus cases show."""
    from goldmine_ingest.sources import Source

    assert isinstance(source, Source)
    known = {field.name for field in fields(Posting)}
    declared = set(source.fields)
    assert declared <= known
    shown = given.get(source.name, set())
    assert shown - declared == set(), "given, but not declared"
    # A language is told from longer texts than the corpus has everywhere; cuts and zones are seen
    # in the captures.
    assert declared - shown - {"language", "truncated", "timezones"} == set(), (
        "declared, but no case shows it"
    )


def test_names_are_unique_and_the_generic_reader_is_last() -> None:
    """Whatever nobody recognises ends at the generic reader."""
    names = [source.name for source in all_sources()]
    assert len(names) == len(set(names))
    assert names[-1] == "generic"


def test_an_unknown_name_lists_the_known_ones() -> None:
    """A typing error in the configuration is answered with what there is."""
    with pytest.raises(UsageError, match="upwrok") as error:
        by_name("upwrok")
    assert "upwork" in (error.value.hint or "")


@pytest.mark.parametrize(
    ("link", "platform", "job_id"),
    [
        (
            "https://www.upwork.com/jobs/Title_%7E01aabbccddeeff0011?source=rss",
            "upwork",
            "01aabbccddeeff0011",
        ),
        ("https://www.upwork.com/jobs/~01AABBCCDDEEFF0011", "upwork", "01aabbccddeeff0011"),
        (
            "https://www.upwork.com/jobs/Title_~022100070000365204895/?referrer_url_path=/x",
            "upwork",
            "022100070000365204895",
        ),
        ("https://www.upwork.com/jobs/~someOther9", "upwork", "someOther9"),
        ("https://www.odesk.com/jobs/X_%7E01aabbccddeeff0011", "upwork", "01aabbccddeeff0011"),
        (
            "https://www.vollna.com/go?pid=1&url=https%253A%252F%252Fwww.upwork.com%252Fjobs%252F%257E022050861570460031848",
            "upwork",
            "022050861570460031848",
        ),
        (
            "https://www.vollna.com/go?pid%3D1%26url%3Dhttps%25253A%25252F%25252Fwww.upwork.com%25252Fjobs%25252F~0220508",
            "upwork",
            "0220508",
        ),
        (
            "https://x1.awstrack.example/L0/https:%2F%2Fwww.upwork.com%2Fjobs%2F~022050861570460031848%3Ffrkscc=1/1/0100-abc",
            "upwork",
            "022050861570460031848",
        ),
        ("https://www.freelancer.com/projects/x/scrape.html", "freelancer", "x/scrape"),
        ("https://weworkremotely.com/remote-jobs/a-b?utm_source=x", "weworkremotely", "a-b"),
        ("https://remoteOK.com/remote-jobs/remote-x-1134698", "remoteok", "1134698"),
        ("https://www.reddit.com/r/forhire/comments/abc123/post_one/", "reddit", "abc123"),
        ("https://news.ycombinator.com/item?id=48860201", "hn", "48860201"),
        ("https://www.fl.ru/projects/3/parser.html", "flru", "3"),
    ],
)
def test_platform_of_link(link: str, platform: str, job_id: str) -> None:
    """The marketplace is told by the link, through bridges too."""
    job = platform_of_link(link)
    assert job is not None
    assert (job.platform, job.job_id) == (platform, job_id)


@pytest.mark.parametrize(
    "link",
    [
        "",
        "javascript:alert(1)",
        "https://upwork.com.evil.example/jobs/~01aabbccddeeff0011",
        "https://[x/",
        "ftp://upwork.com/jobs/~01aabbccddeeff0011",
    ],
)
def test_links_of_no_marketplace(link: str) -> None:
    """Look-alikes and other schemes are no marketplace."""
    assert platform_of_link(link) is None
