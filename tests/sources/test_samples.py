"""The captures that lie beside the project: every item read without loss, checked against the
raw text by other means than ours.
"""

from __future__ import annotations

import html
import json
import re
from datetime import datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from goldmine_ingest.facts.stated_pay import stated_pay
from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.model.posting import Posting
from tests.corpus_cases import SAMPLES, postings, read

pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the captures aren't here (../shared/samples)"
)
UPWORK = ["upwork_2019_30_items.xml", "upwork_2021_2_items.xml", "upwork_2024_snapshot.xml"]
COUNTRIES = {
    **{
        "United States": "US",
        "Canada": "CA",
        "India": "IN",
        "United Kingdom": "GB",
        "Australia": "AU",
        "Germany": "DE",
        "France": "FR",
    },
    **{
        "Spain": "ES",
        "Italy": "IT",
        "Netherlands": "NL",
        "Israel": "IL",
        "Pakistan": "PK",
        "Brazil": "BR",
        "United Arab Emirates": "AE",
    },
}


def _items(name: str) -> list[str]:
    return re.findall(r"<item>(.*?)</item>", (SAMPLES / name).read_text(encoding="utf-8"), re.S)


def _label(item: str, label: str) -> str | None:
    found = re.search(rf"<b>{label}</b>:(.*?)(?:<br|<a)", item, re.S)
    return found[1].strip() if found and found[1].strip() else None


def _amounts(text: str | None) -> list[Decimal]:
    return [
        Decimal(number.replace(",", ""))
        for number in re.findall(r"\$([\d,]+(?:\.\d+)?)", text or "")
    ]


@pytest.mark.parametrize("name", UPWORK)
def test_every_item_of_an_upwork_capture(name: str) -> None:
    """Pay, amounts, skills, country, date and id of each item are those that stand in its raw
    XML.
    """
    items = _items(name)
    found = read(SAMPLES / name)
    assert (found.outcome, found.platform, found.skipped) == (Outcome.OK, "upwork", 0)
    by_id = {posting.platform_job_id: posting for posting in postings(found)}
    ids = [re.findall(r"%7E(01[0-9a-f]{16})", item)[-1] for item in items]
    assert set(by_id) == set(ids)
    for job_id, item in zip(ids, items, strict=True):
        _check(by_id[job_id], job_id, item)


def _check(posting: Posting, job_id: str, item: str) -> None:
    assert posting.url == f"https://www.upwork.com/jobs/~{job_id}"
    _check_pay(posting, item)
    skills = [
        html.unescape(html.unescape(skill)).strip()
        for skill in (_label(item, "Skills") or "").split(",")
    ]
    assert [s.casefold() for s in posting.skills] == list(
        dict.fromkeys(skill.casefold() for skill in skills if skill)
    )
    country = _label(item, "Country")
    assert (posting.country is None) == (country is None)
    if country in COUNTRIES:
        assert posting.country == COUNTRIES[country]
    assert posting.category == html.unescape(_label(item, "Category") or "")
    published = re.search(r"<pubDate>(.*?)</pubDate>", item)
    assert published is not None
    written: datetime = parsedate_to_datetime(published[1])
    assert posting.posted_at == written
    assert "Posted On" not in posting.description
    assert "click to apply" not in posting.description
    assert posting.description
    assert not posting.title.endswith("Upwork")
    assert "&amp;" not in posting.title + posting.description
    assert posting.open_to == (("US",) if "located in the United States may apply" in item else ())


def _check_pay(posting: Posting, item: str) -> None:
    budget, hourly = _amounts(_label(item, "Budget")), _amounts(_label(item, "Hourly Range"))
    amounts = budget or hourly
    stated = stated_pay(f"{posting.title}\n{posting.description}") if not amounts else None
    if stated is not None:  # the author says it in a sentence
        assert posting.pay == stated.amount.pay
        assert posting.budget_max == stated.amount.maximum
        return
    assert posting.pay == ("fixed" if budget else "hourly" if hourly else None)
    assert posting.currency == ("USD" if amounts else None)
    assert posting.budget_min == (amounts[0] if amounts else None)
    assert posting.budget_max == (amounts[-1] if amounts else None)


@pytest.mark.parametrize(
    ("name", "platform", "count"),
    [
        ("weworkremotely_2026_4_items.xml", "weworkremotely", 4),
        ("himalayas_2026_1_item.xml", "himalayas", 1),
        ("larajobs_2025_10_items.xml", "larajobs", 10),
        ("remoteok_2026.json", "remoteok", 4),
        ("remotive_2026.json", "remotive", 4),
        ("jobicy_2026.json", "jobicy", 4),
        ("workingnomads_2026.json", "workingnomads", 4),
        ("hn_2026.json", "hn", 6),
        ("mock_vollna.xml", "vollna", 1),
        ("mock_vollna_webhook.json", "vollna", 1),
        ("mock_freelancer.xml", "freelancer", 3),
        ("mock_flru.xml", "flru", 3),
        ("mock_reddit_forhire.xml", "reddit", 1),
        ("mock_jobicy.xml", "jobicy", 1),
        ("mock_upwork_alert_hourly.eml", "upwork", 1),
        ("mock_upwork_alert_unknown_rate.eml", "upwork", 1),
    ],
)
def test_every_sample_is_recognised_and_read_whole(name: str, platform: str, count: int) -> None:
    """A capture's platform is found from its vocabulary alone, and no job in it is lost."""
    found = read(SAMPLES / name)
    assert (found.outcome, found.platform, found.skipped, len(found.entries)) == (
        Outcome.OK,
        platform,
        0,
        count,
    )
    for posting in postings(found):
        assert posting.title
        assert posting.url
        assert posting.url.startswith("https://")
        assert posting.platform_job_id


def test_salaries_of_zero_are_unknown() -> None:
    """RemoteOK's zero means that nobody said."""
    for posting in postings(read(SAMPLES / "remoteok_2026.json")):
        assert (posting.pay, posting.budget_min, posting.budget_max) == (None, None, None)


def test_every_json_job_keeps_its_company() -> None:
    """What the boards give as the company is the posting's company."""
    given = [
        job["company_name"]
        for job in json.loads((SAMPLES / "remotive_2026.json").read_text())["jobs"]
    ]
    assert [posting.company for posting in postings(read(SAMPLES / "remotive_2026.json"))] == given


def test_samples_are_where_we_think() -> None:
    """The list above is complete."""
    assert (
        len([path for path in Path(SAMPLES).iterdir() if path.suffix in {".xml", ".json", ".eml"}])
        == 19
    )
