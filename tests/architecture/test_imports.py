"""What a command loads (G10): who asks for help, or polls feeds in which nothing changed, waits
for no library that isn't needed. And how imports stand: no circle, and at the top of their files
but where a reason is written down.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import goldmine_ingest
from goldmine_ingest.web.page import Page
from goldmine_ingest.web.pages import PAGES
from tests.rig.feed_server import Answer, FeedServer
from tests.rig.project import Clock, Home, upwork_feed, upwork_item

PACKAGE = "goldmine_ingest."
# Some 0.1 to 3 seconds of CPU each.
FOR_NO_HELP = (
    "duckdb",
    "_duckdb",
    "prefect",
    "apprise",
    "bs4",
    "feedparser",
    "pandas",
    "pyarrow",
    "lxml",
    "pycurl",
    "babel",
    "multiprocessing",
)
FOR_NO_QUIET_POLL = (
    "prefect",
    "apprise",
    "bs4",
    "feedparser",
    "pandas",
    "pyarrow",
    "numpy",
    "lxml",
    "rich",
    "babel",
    "ftfy",
    "re2",
    "multiprocessing",
    "concurrent",
    "zoneinfo",
    "shutil",
)
# What reads, judges, stores listings, sends: each stands in modules that a quiet cycle doesn't
# touch, with the classes that they need.
OURS_FOR_NO_QUIET_POLL = (
    "goldmine_ingest.render.rendering",
    "goldmine_ingest.criteria.judge",
    "goldmine_ingest.sources",
    "goldmine_ingest.parse",
    "goldmine_ingest.parse.reading",
    "goldmine_ingest.identity",
    "goldmine_ingest.alerts.ledger",
    "goldmine_ingest.alerts.owing",
    "goldmine_ingest.alerts.settling",
    "goldmine_ingest.notify",
    "goldmine_ingest.store.history",
    "goldmine_ingest.pipeline.ingest.intake",
    "goldmine_ingest.pipeline.ingest.taking_in",
    "goldmine_ingest.pipeline.delivery.deliver",
    *(
        f"goldmine_ingest.model.{room}"
        for room in ("alert", "changes", "decision", "entry", "names", "posting", "pursuit")
    ),
)


def loaded(names: tuple[str, ...], *arguments: str, cwd: Path) -> str:
    """Which of these modules a command of a fresh process has loaded in the end."""
    code = (
        "import sys; from goldmine_ingest.cli import main\n"
        f"status = main({[*arguments]!r})\n"
        f"print(status, [name for name in {names!r} if name in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("run", "--help")])
def test_g10_help_loads_nothing_heavy(arguments: tuple[str, ...], tmp_path: Path) -> None:
    assert loaded(FOR_NO_HELP, *arguments, cwd=tmp_path) == "0 []"


def test_g10_a_poll_in_which_nothing_changed_loads_nothing_heavy(
    feeds: FeedServer, tmp_path: Path
) -> None:
    """Neither a parser nor a sender, no judge and no renderer."""
    feeds.script(
        "/jobs", Answer(body=upwork_feed(upwork_item(1)), headers={"ETag": '"1"'}), Answer(304)
    )
    home = Home(
        tmp_path,
        f'[fetch]\nallow_private = ["{urlsplit(feeds.url("/")).netloc}"]\n[[feed]]\nname ='
        f' "jobs"\nurl = "{feeds.url("/jobs")}"\n[[notify]]\nname = "here"\nurl ='
        ' "terminal"\ndigest_at = []\n',
        clock=Clock(datetime.now(UTC)),  # the second process goes by the computer's
    )
    assert home.run().new_listings == 1
    assert (
        loaded(FOR_NO_QUIET_POLL + OURS_FOR_NO_QUIET_POLL, "--quiet", "run", "--all", cwd=tmp_path)
        == "0 []"
    )
    assert home.rows("SELECT outcome FROM poll ORDER BY started_at DESC LIMIT 1") == [
        ("not_modified",)
    ]


def test_g10_a_match_that_waits_for_its_digest_is_no_work_for_a_quiet_poll(
    feeds: FeedServer, tmp_path: Path
) -> None:
    feeds.script(
        "/jobs",
        Answer(body=upwork_feed(upwork_item(1, budget=None)), headers={"ETag": '"1"'}),
        Answer(304),
    )
    now = datetime.now(UTC)
    in_twelve_hours = f"{now + timedelta(hours=12):%H:%M}"
    home = Home(
        tmp_path,
        f'[fetch]\nallow_private = ["{urlsplit(feeds.url("/")).netloc}"]\n[alerts]\nbacklog ='
        f' "all"\nmax_age = "none"\n[[feed]]\nname = "jobs"\nurl = "{feeds.url("/jobs")}"\n'
        f'[[notify]]\nname = "here"\nurl = "terminal"\ntimezone = "UTC"\ndigest_at ='
        f' ["{in_twelve_hours}"]\n',
        clock=Clock(now),
    )
    assert home.run().review == 1
    assert home.rows("SELECT state FROM alerts WHERE listing_id IS NOT NULL") == [("held",)]
    names = tuple(name for name in FOR_NO_QUIET_POLL if name != "zoneinfo")  # it has a time zone
    names += OURS_FOR_NO_QUIET_POLL
    assert loaded(names, "--quiet", "run", "--all", cwd=tmp_path) == "0 []"


# What sends, and what the day's and the week's messages are made of.
OURS_FOR_NO_REJECTED_LISTING = (
    "duckdb",
    "apprise",
    *("goldmine_ingest.notify", "goldmine_ingest.pipeline.delivery.deliver"),
    *("goldmine_ingest.analysis.review", "goldmine_ingest.analysis.agenda"),
)


def test_a_poll_that_brings_a_rejected_listing_loads_nothing_that_sends(
    feeds: FeedServer, tmp_path: Path
) -> None:
    first, second = upwork_feed(upwork_item(1)), upwork_feed(upwork_item(2), upwork_item(1))
    feeds.script("/jobs", Answer(body=first), Answer(body=second))
    home = Home(
        tmp_path,
        f'[fetch]\nallow_private = ["{urlsplit(feeds.url("/")).netloc}"]\n[[feed]]\nname ='
        f' "jobs"\nurl = "{feeds.url("/jobs")}"\n[[notify]]\nname = "here"\nurl ='
        ' "terminal"\ndigest_at = []\n',
        criteria='[rules]\nexclude_always = ["Upwork", "reconciliation"]\n',
        clock=Clock(datetime.now(UTC)),
    )
    assert home.run().rejected == 1
    assert loaded(OURS_FOR_NO_REJECTED_LISTING, "--quiet", "run", "--all", cwd=tmp_path) == "0 []"
    assert home.rows("SELECT new_listings FROM polls ORDER BY started_at") == [(1,), (1,)]


# What a feed in XML of a known platform doesn't need in the child that reads it.
FOR_NO_XML_FEED = (
    *("email", "importlib.resources", "zipfile", "bs4", "feedparser"),
    *(f"goldmine_ingest.parse.{reader}" for reader in ("mail", "json_feed")),
    *(f"goldmine_ingest.sources.{source}" for source in ("alert_mail", "freelancer", "generic")),
)


def test_reading_a_feed_loads_the_readers_of_its_kind() -> None:
    job = (
        "from datetime import UTC, datetime; from goldmine_ingest.parse import reading_child\n"
        f"body = {upwork_feed(upwork_item(1))!r}\n"
        'job = reading_child.ReadJob("f", body, "", "upwork.com", "auto", frozenset(),'
        " datetime.now(UTC))\n"
        "read = reading_child.read_feed(job)\n"
        "assert (read.platform, len(read.entries)) == ('upwork', 1), read\n"
    )
    assert loaded_after(job, FOR_NO_XML_FEED) == []


# What no page needs before it is asked for: the start of `goldmine web` waits for none of it. The
# package of DuckDB, 0.25 s and 20 MiB, isn't needed at all (store/engine.py).
FOR_NO_START_OF_THE_PAGE = (
    *("duckdb", "tomlkit", "pycurl"),
    *("prefect", "apprise", "requests", "bs4", "feedparser", "lxml", "re2", "babel", "rich"),
    *("goldmine_ingest.criteria.judge", "goldmine_ingest.sources", "goldmine_ingest.notify"),
    *(f"goldmine_ingest.web.pages.{page.name}" for page in PAGES),
    *(
        f"goldmine_ingest.analysis.{room}"
        for room in ("backtest", "board", "measured", "near_misses", "review", "search", "tune")
    ),
)
# What no page loads at all.
FOR_NO_PAGE = ("duckdb", "pycurl", "prefect", "apprise", "bs4", "feedparser")


def loaded_by(*modules: str, names: tuple[str, ...]) -> list[str]:
    """Which of these names a fresh process has loaded that imports nothing but these modules."""
    return loaded_after(
        f"import importlib\nfor module in {modules!r}: importlib.import_module(module)\n", names
    )


def loaded_after(code: str, names: tuple[str, ...]) -> list[str]:
    """Which of these names a fresh process has loaded that did this."""
    code += f"import sys; print([name for name in {names!r} if name in sys.modules])"
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    found: list[str] = ast.literal_eval(done.stdout)
    return found


def test_the_start_of_the_page_loads_no_page() -> None:
    assert loaded_by("goldmine_ingest.cli.web", names=FOR_NO_START_OF_THE_PAGE) == []


def test_no_page_loads_what_sends_or_polls() -> None:
    pages = tuple(f"goldmine_ingest.web.pages.{page.name}" for page in PAGES)
    assert loaded_by("goldmine_ingest.cli.web", *pages, names=FOR_NO_PAGE) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_address_has_its_function(page: Page) -> None:
    """They are found by name, when one is first asked for."""
    assert all(callable(page.handler(endpoint)) for endpoint in page.endpoints)


# Modules that import inside functions, each with what that is for. A new one needs as good a reason
# as these; otherwise imports stand at the top.
LAZY = {
    "pipeline.cycle": "the lazy door: what only a cycle with something to do loads",
    "pipeline.resources": "each child and the judge when first needed, by whoever has them kept",
    "app": "optional parts: workers, rehearsal, reading again, published copy, heartbeat",
    "cli": "who has an error to say, or asks for its details",
    "cli.parser": "a command's session, once its arguments are understood; a misspelt command",
    "cli.run": "its help opens no database (G10)",
    "cli.serve": "Prefect, 3 s of CPU: only where it is served",
    "cli.deploy": "Prefect, as above",
    "cli.output": "rich: only who prints tables or progress to a terminal",
    "cli.completion": "argcomplete: only who asks for a shell's script",
    "cli.entry": "what answers a shell's Tab, and argcomplete with it",
    "reports.svg": "the drawing library, which a small installation leaves out",
    "cli.init": "the interview, and with it what reads feeds and judges: only who is asked",
    "cli.mcp": "the protocol's SDK, an extra",
    "cli.web": "what hears phones, and libcurl with it: in a process of its own, never the page's",
    "cli.sql_prompt": "readline takes hold of the terminal, and not every Python has it",
    "flows.local_server": "Prefect's server and its HTTP server, in the process that is one",
    "notify.child": "Apprise: in the child; the parent imports the module to start it",
    "notify.plugins": "Apprise, as above",
    "notify.presses": "requests: in the child, as above",
    "notify.proxies": "requests: in the child, as above",
    "notify.wire": "requests, as above",
    "parse.reading": "the readers: in the child; the parent needs the values alone",
    "parse.dispatch": "what reads mails and JSON: for a body that is such a one",
    "sources.upwork": "its mails and JSON, as above",
    "sources.vollna": "its mails and JSON, as above",
    "parse.loose": "feedparser, 0.1 s: most feeds never need it",
    "inputs": "each kind of feed that isn't HTTP, for those who have one",
    "pipeline.work": "what tells, sends, asks a model or takes presses: for a cycle that has any",
    "pipeline.ingest.storing": "what may have to be told of what is owed: most news owes nothing",
    "pipeline.monitoring.notice_ledger": "the review: a cycle tells of it once a day or a week",
    "store.connection": "what moves the tables of a history of before: once in its life",
    "store.listing_lookup": "all sources, for who names a listing by its URL",
    "workers.shared_place": "fsspec, for those who have workers",
    "render.templates": "Jinja, for those who word messages themselves",
    "web.site": "the judge, where a page first asks it: no start of the page waits for it",
    "text.markup": "Beautiful Soup, 0.27 s: markup that the simple reader leaves to it",
    "text.plain_text": "ftfy, 0.15 s: only for text whose encoding was mistaken",
    "config.rules": "regular expressions of rules, for those who have rules",
    "settings.codes": "zoneinfo, for a time zone that is set",
    "settings.kinds": "difflib, for a misspelt setting",
    "alerts.destination_times": "zoneinfo, as above",
    "facts.rates": "zipfile: the rates are read when the first amount is converted",
    "fetch.answer": "dates in headers (email.utils), where a server sends one",
    "fetch.loop": 'the environment\'s proxies, where `proxy = "env"` asks for them',
    "fetch.transfer": "ssl and certifi, where the first https feed is asked",
}


@dataclass(frozen=True, slots=True)
class Imports:
    """One module's: of ours, wherever they stand; and whether a function imports anything."""

    ours: frozenset[str]
    lazy: bool


def imports_of_package() -> dict[str, Imports]:
    return imports_of(Path(goldmine_ingest.__file__).parent)


def imports_of(root: Path) -> dict[str, Imports]:
    """By a module's name without the package's, what it imports, for annotations too. `root` is
    the package's folder.
    """
    paths = {
        ".".join(path.relative_to(root).with_suffix("").parts)
        .removesuffix("__init__")
        .rstrip("."): path
        for path in root.rglob("*.py")
    }
    return {
        name: _imports(ast.parse(path.read_text()), paths.keys()) for name, path in paths.items()
    }


def _imports(tree: ast.Module, modules: Collection[str]) -> Imports:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                names.add(inner if inner.removeprefix(PACKAGE) in modules else str(node.module))
    lazy = any(
        isinstance(node, ast.Import | ast.ImportFrom)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    )
    ours = {name.removeprefix(PACKAGE) for name in names if name.startswith(PACKAGE)}
    return Imports(frozenset(ours), lazy)


def circles(graph: Mapping[str, Collection[str]]) -> list[list[str]]:
    """The groups of modules that import each other: what is left when modules that import nothing
    that is left, or that nothing left imports, are taken away, again and again.
    """
    left = {name: set(to) & graph.keys() - {name} for name, to in graph.items()}
    while True:
        imported = set().union(*left.values())
        ends = {name for name, to in left.items() if not to or name not in imported}
        if not ends:
            return [[name, *sorted(to)] for name, to in left.items()]
        left = {name: to - ends for name, to in left.items() if name not in ends}


def test_no_import_goes_in_a_circle() -> None:
    """Imports for annotations and those inside functions count: what needs each other is one."""
    assert not circles({name: found.ours for name, found in imports_of_package().items()})


def test_a_circle_would_be_found() -> None:
    assert circles({"a": ["b"], "b": ["c"], "c": ["b"], "d": []}) == [["b", "c"], ["c", "b"]]


def test_imports_stand_at_the_top_but_where_a_reason_is_written_down() -> None:
    assert {name for name, found in imports_of_package().items() if found.lazy} == LAZY.keys()


def test_a_cycle_has_one_lazy_door() -> None:
    source = Path(goldmine_ingest.__file__).parent / "pipeline" / "cycle.py"
    inside = [
        node
        for function in ast.walk(ast.parse(source.read_text()))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert [ast.unparse(node) for node in inside] == [
        "from goldmine_ingest.pipeline.work import Work"
    ]
