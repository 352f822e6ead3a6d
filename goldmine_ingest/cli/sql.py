"""`goldmine sql`: read-only SQL on the history, or a report of sql/reports/ by name."""

from __future__ import annotations

import argparse
import io
import os
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from goldmine_ingest.cli import INTERRUPTED
from goldmine_ingest.cli.given_text import from_input
from goldmine_ingest.cli.output import print_table, printable
from goldmine_ingest.cli.session import Session
from goldmine_ingest.cli.sql_prompt import Answers, converse, editing
from goldmine_ingest.errors import GoldmineError, UsageError
from goldmine_ingest.exchange.sql import run_sql, to_json, to_ndjson, write_csv, write_parquet
from goldmine_ingest.reports.report_variables import report_variables
from goldmine_ingest.runtime.shipped_files import shipped

if TYPE_CHECKING:
    from goldmine_ingest.exchange.sql import SqlResult

_TABLES = """
SELECT table_name, list(column_name ORDER BY column_index) FROM duckdb_columns()
WHERE database_name = current_database() AND schema_name = 'main' AND NOT internal
GROUP BY table_name ORDER BY table_name
"""
# What can be completed: the documented views, their columns, and the words of SQL. (The tables
# behind the views may change.)
_WORDS = """
WITH documented AS (
    FROM duckdb_views()
    WHERE database_name = current_database() AND schema_name = 'main' AND NOT internal
)
SELECT view_name FROM documented
UNION SELECT column_name FROM duckdb_columns() AS c
    SEMI JOIN documented ON table_oid = view_oid WHERE c.database_name = current_database()
UNION SELECT keyword_name FROM duckdb_keywords()
    WHERE keyword_category IN ('reserved', 'type_function')
"""
_EXPLAINED = ("explain_key", "explain_value")
_FORMATS = ("table", "json", "ndjson", "csv", "parquet")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "query",
        metavar="QUERY|NAME",
        nargs="?",
        help="SQL, or the name of a report; - reads SQL from standard input",
    )
    parser.add_argument(
        "--format",
        choices=_FORMATS,
        help="how the rows come (default: table, or as the output file is called)",
    )
    parser.add_argument(
        "--output", metavar="FILE", type=Path, help="write there instead of to standard output"
    )
    parser.add_argument(
        "--list", action="store_true", help="the reports that can be asked for by name"
    )


def run(args: argparse.Namespace, session: Session) -> int:
    reports = _reports()
    if args.list:
        print_table(
            ("report", "answers"),
            [(name, _answers(path)) for name, path in reports.items()],
            session.out,
        )
        return 0
    if not args.query:
        if not (sys.stdin.isatty() and session.out.isatty()):
            raise UsageError(
                "no query",
                hint=(
                    "goldmine sql 'SELECT * FROM listings LIMIT 10', goldmine sql --list, or - to"
                    " read one"
                ),
            )
        if args.output is not None:
            raise UsageError("--output needs a query", hint="goldmine sql QUERY --output FILE")
        return _prompt(session, reports, args.format or "table")
    query = _query(args.query, reports)
    form = args.format or _form(args.output)
    if form == "parquet" and args.output is None:
        raise UsageError("parquet needs a file", hint="add --output FILE.parquet")
    try:
        _one(session, query, form, args.output)
    except KeyboardInterrupt:
        session.complain("goldmine: the query was stopped")
        return INTERRUPTED
    return 0


def _one(session: Session, query: str, form: str, output: Path | None) -> None:
    project = session.project()

    now = session.now()
    path, published = project.database.path, project.database.publish
    variables = report_variables(project, query, now.date())
    if output is None:
        result = run_sql(path, query, now=now, published=published, variables=variables)
        _write(result, form, session.out)
        _mention_emptiness(result, session)
        return
    target = session.cwd / output
    if form == "parquet":
        write_parquet(path, query, target, now=now, published=published, variables=variables)
    else:
        _save(
            run_sql(path, query, now=now, published=published, variables=variables),
            form,
            target,
        )
    session.say(f"written: {target}")


def _mention_emptiness(result: SqlResult, session: Session) -> None:
    """A lone line of headings looks like a failure to a person; a pipe gets nothing more."""
    if not result.rows and session.out.isatty():
        session.say("no rows")


def _prompt(session: Session, reports: dict[str, Path], form: str) -> int:
    """Questions one after the other, until the user leaves."""
    project = session.project()
    session.need_history(project)
    if form == "parquet":
        raise UsageError("parquet needs a file", hint="goldmine sql QUERY --output FILE.parquet")

    path, published = project.database.path, project.database.publish

    def ask(query: str) -> SqlResult:
        now = session.now()
        variables = report_variables(project, query, now.date())
        return run_sql(path, query, now=now, published=published, variables=variables)

    def answer(text: str) -> None:
        result = ask(_query(text, reports))
        _write(result, form, session.out)
        _mention_emptiness(result, session)

    answers = Answers(
        ask=answer,
        tables=lambda: print_table(("name", "columns"), ask(_TABLES).rows, session.out),
        reports=lambda: print_table(
            ("report", "answers"),
            [(name, _answers(file)) for name, file in reports.items()],
            session.out,
        ),
    )
    session.say("Questions end with ; and .help tells more. Everything is read-only.")
    with editing(
        path.with_name(".sql_history"), lambda: [*reports, *(row[0] for row in ask(_WORDS).rows)]
    ):
        converse(
            input,
            lambda text: print(printable(text, keep_lines=True), file=session.err),
            answers,
            tuple(reports),
        )
    return 0


def _reports() -> dict[str, Path]:
    folder = shipped("sql") / "reports"
    return {path.stem: path for path in sorted(folder.glob("*.sql"))}


def _answers(path: Path) -> str:
    """The comment on top of a report."""
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    return first.removeprefix("--").strip()


def _query(given: str, reports: dict[str, Path]) -> str:
    if given == "-":
        return from_input()
    name = given.strip().replace("-", "_")
    if name in reports:
        return reports[name].read_text(encoding="utf-8")
    if name.isidentifier():
        raise UsageError(f"there is no report {given!r}", hint=_meant(name, reports))
    return given


def _meant(name: str, reports: dict[str, Path]) -> str:
    close = get_close_matches(name, reports, n=1)
    return (
        f"did you mean {close[0]}?"
        if close
        else f"goldmine sql --list names them; the rows of a view: goldmine sql 'FROM {name}'"
    )


def _form(output: Path | None) -> str:
    """By the ending of the output file; raises UsageError for one that isn't known."""
    suffix = output.suffix.lstrip(".").lower() if output else ""
    if suffix in ("", "txt", *_FORMATS):
        return suffix if suffix in _FORMATS else "table"
    raise UsageError(
        f"the ending .{suffix} is not known",
        hint="Known are .json, .ndjson, .csv, .parquet and .txt; or say --format.",
    )


def _write(result: SqlResult, form: str, out: TextIO) -> None:
    if form in ("json", "ndjson"):
        text = to_json(result) if form == "json" else to_ndjson(result)
        if text:
            print(printable(text, keep_lines=True) if out.isatty() else text, file=out)
    elif form == "csv" and out.isatty():
        shown = io.StringIO()
        write_csv(result, shown)
        out.write(printable(shown.getvalue(), keep_lines=True))
    elif form == "csv":
        write_csv(result, out)
    elif result.columns == _EXPLAINED:  # drawings, of which a table would make shreds
        for _, drawing in result.rows:
            print(printable(drawing, keep_lines=True).rstrip(), file=out)
    else:
        print_table(result.columns, result.rows, out)


def _save(result: SqlResult, form: str, target: Path) -> None:
    """Whole or not at all: the file appears when it is complete."""
    made = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with made.open("w", encoding="utf-8", newline="") as file:
            _write(result, form, file)
        made.replace(target)
    except OSError as error:
        raise GoldmineError(f"can't be written: {error.strerror}", subject=str(target)) from error
    finally:
        made.unlink(missing_ok=True)
