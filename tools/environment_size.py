"""`python -m tools.environment_size`: what an installation weighs, package by package: megabytes on
disk, who asks for it, what would be lost without it, and what was decided. Markdown.

Measured is the environment that it runs in, without what only the development extra brings. A
package counts with those that nothing else here asks for; what several ask for stands by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_OURS = "goldmine-ingest"
_LEAST = 1.0  # MB: what weighs less is summed up
# What would be lost without a package that is asked for by name in pyproject.toml; those marked *
# aren't in the small installation (deploy/small.txt).
LOST = {
    "apprise": "alerts by any service",
    "argcomplete": "completion with names and titles",
    "beautifulsoup4": "text of markup that is not well-formed",
    "currencyconverter": "floors in one currency, pay in another",
    "duckdb": "the history",
    "fastapi": "* Prefect's own, bounded",
    "feedparser": "damaged feeds",
    "fsspec": "workers on several machines",
    "ftfy": "texts that were decoded wrongly",
    "google-re2": "patterns of users in linear time; the passes over a text",
    "h11": "webhook, page",
    "imap-tools": "mailboxes",
    "jinja2": "own wording of messages; the page",
    "lxml": "reading feeds at a tenth of the cost",
    "orjson": "rows and documents at a tenth of the cost",
    "prefect": "* its page, schedules, workers; `serve --no-prefect` and timers need none",
    "pycurl": "the guard of addresses, deadlines, a third of the cost of asking",
    "pysocks": "destinations through a SOCKS proxy",
    "pytz": "times out of DuckDB",
    "pyyaml": "`goldmine deploy`, templates in YAML of Apprise",
    "rich": "tables that fit the terminal",
    "socksio": "* Prefect behind a SOCKS proxy",
    "sqlalchemy": "* Prefect's own, bounded",
    "starlette": "the page",
    "tomlkit": "edits that keep a person's comments",
    "uvicorn": "the page",
    "vl-convert-python": "* charts of reports and page, without a browser",
}


@dataclass(frozen=True, slots=True)
class Package:
    """An installed package with those of its requirements that nothing else asks for."""

    name: str
    megabytes: float
    alone: float
    lost: str


def installed() -> dict[str, set[str]]:
    """What the program brings into an environment, and what each of it asks for."""
    found: dict[str, set[str]] = {}
    wanted = [_OURS]
    while wanted:
        name = wanted.pop()
        if name in found:
            continue
        try:
            found[name] = set(_requirements(distribution(name)))
        except PackageNotFoundError:  # for another system
            continue
        wanted += found[name]
    return {name: needs & found.keys() for name, needs in found.items()}


def _requirements(package: Distribution) -> Iterator[str]:
    for line in package.requires or ():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield canonicalize_name(requirement.name)


def megabytes(name: str) -> float:
    """Of the files of one package, as they are now (compiled ones too)."""
    files = (file.locate() for file in distribution(name).files or ())
    return sum(size(file) for file in files) / 1e6


def size(file: object) -> int:
    try:
        return int(file.stat().st_size)  # type: ignore[attr-defined]  # a path, by its documentation
    except OSError:
        return 0


def packages(needs: Mapping[str, set[str]], weights: Mapping[str, float]) -> list[Package]:
    """Those that the program asks for by name, the heaviest first."""
    named = needs[_OURS]
    rows = []
    for name in named:
        own = _reached({name}, needs) - _reached(named - {name}, needs)
        whole = sum(weights[each] for each in own | {name})
        rows.append(Package(name, whole, weights[name], LOST.get(name, "?")))
    return sorted(rows, key=lambda row: -row.megabytes)


def _reached(names: Iterable[str], needs: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    wanted = list(names)
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.add(name)
            wanted += needs.get(name, ())
    return found


def table(rows: Iterable[Package], total: float) -> Iterator[str]:
    yield "| package | with what only it brings, MB | itself | without it |"
    yield "|---|---|---|---|"
    light = []
    for row in rows:
        if row.megabytes < _LEAST:
            light.append(row)
            continue
        yield f"| {row.name} | {row.megabytes:.1f} | {row.alone:.1f} | {row.lost} |"
    names = ", ".join(row.name for row in light)
    yield f"| {names} | {sum(row.megabytes for row in light):.1f} | | less than 1 MB each |"
    yield f"| all, with what several of them bring | {total:.0f} | | |"


def main() -> None:
    needs = installed()
    weights = {name: megabytes(name) for name in needs}
    print(*table(packages(needs, weights), sum(weights.values())), sep="\n")


if __name__ == "__main__":
    main()
