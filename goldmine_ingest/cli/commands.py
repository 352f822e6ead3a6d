"""The commands: for each its module beside this one, its line in --help and an example."""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """A command. `module` lies in this room and has `configure(parser)` and `run(args, session)`;
    `example` is what stands after `goldmine`.
    """

    name: str
    module: str
    summary: str
    example: str


# By what a person is about to do.
GROUPS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "set up",
        (
            Entry(
                "init",
                "init",
                "write commented configuration files and a sample feed; never overwrites",
                "init work",
            ),
            Entry("check", "check", "every problem in the configuration at once", "check --online"),
            Entry(
                "feeds",
                "feeds",
                "how the feeds are; add, test, import and export them",
                "feeds test https://board.example/jobs.rss",
            ),
            Entry(
                "proof",
                "proof",
                "add a proof made from a text about finished work",
                "proof add case-study.md",
            ),
            Entry(
                "notify",
                "notify",
                "send a test message to one or every destination",
                "notify test phone",
            ),
            Entry(
                "completion",
                "completion",
                "let the shell complete commands, feeds and listings",
                "completion bash",
            ),
        ),
    ),
    (
        "every day",
        (
            Entry(
                "run",
                "run",
                "one cycle: poll the feeds that are due, store, decide, deliver",
                "run --dry-run",
            ),
            Entry(
                "serve",
                "serve",
                "the same cycle on its schedule, under Prefect or as a plain loop",
                "serve --no-prefect",
            ),
            Entry(
                "web",
                "web",
                "the local page: what came, decided with a key or a tap",
                "web --open",
            ),
            Entry(
                "matches",
                "matches",
                "what qualified or waits for review and isn't answered yet",
                "matches --since 2d",
            ),
            Entry(
                "explain",
                "explain",
                "why a listing came, or didn't",
                "explain bank reconciliation",
            ),
            Entry(
                "track",
                "track",
                "record what you did about a listing, or other work, and what came of it",
                "track e43dac7e applied --connects 12",
            ),
            Entry(
                "rate",
                "rate",
                "say whether a listing was worth the alert",
                "rate e43dac7e bad --because budget",
            ),
            Entry("judge", "judge", "judge a listing that you found yourself", "judge posting.txt"),
            Entry(
                "alerts",
                "alerts",
                "what was sent, what is owed, what failed",
                "alerts --state dead",
            ),
            Entry(
                "mute", "mute", "no alerts for a while; what comes is sent afterwards", "mute 2h"
            ),
            Entry(
                "pause", "pause", "a feed isn't asked until you resume it", "pause upwork-python"
            ),
            Entry("resume", "resume", "a paused feed is asked again", "resume upwork-python"),
        ),
    ),
    (
        "tune",
        (
            Entry(
                "near-misses",
                "near_misses",
                "what one criterion alone turned away, and by how much",
                "near-misses --since 90d",
            ),
            Entry(
                "backtest",
                "backtest",
                "try other criteria on the history beside the present ones",
                "backtest --set budget.fixed_minimum=300",
            ),
            Entry("tune", "tune", "what moving each threshold would do", "tune --since 90d"),
            Entry(
                "learn",
                "learn",
                "what your own ratings speak for, to accept one by one",
                "learn --since 180d",
            ),
            Entry(
                "criteria",
                "criteria",
                "change settings of criteria.toml, after showing what that does",
                "criteria set budget.fixed_minimum=300",
            ),
            Entry(
                "rescan",
                "rescan",
                "decide stored listings again under the present criteria",
                "rescan --since 30d",
            ),
            Entry(
                "opinion",
                "opinion",
                "a language model's second opinion on stored listings",
                "opinion --since 30d --max 50",
            ),
        ),
    ),
    (
        "ask",
        (
            Entry("find", "find", "search the history for words", "find month-end close"),
            Entry(
                "offer",
                "offer",
                "how the history speaks of an offer, and what the offer lacks",
                'offer "a month-end close in two days in place of six"',
            ),
            Entry(
                "sql",
                "sql",
                "ask the history in read-only SQL, or a report by name",
                "sql --list",
            ),
            Entry("mcp", "mcp", "the history for an assistant, read-only", "mcp"),
            Entry(
                "review",
                "review",
                "the funnel from listing to deal, and where it breaks first",
                "review --days 30",
            ),
            Entry(
                "report",
                "report",
                "the market seen through your own feeds, as charts",
                "report --html market.html",
            ),
            Entry(
                "trial",
                "trial",
                "declare a reality test of one problem and one offer",
                "trial status",
            ),
            Entry(
                "contact",
                "contact",
                "record a second path to clients, outside the marketplaces",
                "contact add referral --note 'of a client'",
            ),
        ),
    ),
    (
        "care",
        (
            Entry("doctor", "doctor", "check the installation and the data", "doctor"),
            Entry(
                "backup",
                "backup",
                "copy the history, whole and consistent, while cycles run",
                "backup history.backup",
            ),
            Entry(
                "restore",
                "restore",
                "bring a backup back; what stands there is set aside, not deleted",
                "restore history.backup",
            ),
            Entry(
                "export",
                "export",
                "write the history as Parquet files with a manifest",
                "export out",
            ),
            Entry(
                "import",
                "import_",
                "make the history from an export, where there is none yet",
                "import out",
            ),
            Entry("publish", "publish", "refresh the published copy of the history now", "publish"),
            Entry(
                "reparse",
                "reparse",
                "read stored entries again with the present readers; alerts no one",
                "reparse --since 30d",
            ),
            Entry(
                "deploy", "deploy", "create or update the Prefect deployments", "deploy --workers"
            ),
        ),
    ),
)
COMMANDS = {entry.name: entry for _, entries in GROUPS for entry in entries}


def overview() -> str:
    """The commands by groups, for --help."""
    widest = max(map(len, COMMANDS))
    lines = []
    for title, entries in GROUPS:
        lines += ["", f"{title}:"]
        lines += [f"  {entry.name:<{widest}}  {entry.summary}" for entry in entries]
    return "\n".join(lines[1:])
