"""`goldmine learn`: what your own ratings speak for, as changes to accept one by one. Changes
nothing itself.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from goldmine_ingest.analysis.learn import Learned, learn
from goldmine_ingest.analysis.proposal_file import NAME, Suggestion, write
from goldmine_ingest.analysis.review_sentences import missing, percent
from goldmine_ingest.cli.named_listings import named
from goldmine_ingest.cli.output import counted, print_json, print_table, printable
from goldmine_ingest.cli.session import Session
from goldmine_ingest.cli.since import add_since, beginning
from goldmine_ingest.errors import GoldmineError
from goldmine_ingest.store.history import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from goldmine_ingest.analysis.learn_choice import Rates
    from goldmine_ingest.analysis.shares import Share
    from goldmine_ingest.settings.project import Project


def configure(parser: argparse.ArgumentParser) -> None:
    add_since(parser, default="180d")
    parser.add_argument("--json", action="store_true", help="one JSON document")


def run(args: argparse.Namespace, session: Session) -> int:
    """0, also where there is nothing to propose."""
    project = session.project()
    session.need_history(project)
    now = session.now()
    learned = learn(project, since=beginning(args.since, now), now=now, progress=session.progress)
    session.clear_progress()
    file = _written(learned, project, session)
    if args.json:
        print_json(as_json(learned, file), session.out)
    else:
        _show(learned, file, project, session)
    return 0


def _written(learned: Learned, project: Project, session: Session) -> Path | None:
    """The file of the proposed changes, beside criteria.toml. None where there are none (an earlier
    proposal is emptied then) or where it can't be written, which is said.
    """
    folder = project.files[1].parent
    if not learned.changes and not (folder / NAME).exists():
        return None
    suggestions = [Suggestion(one.edit, one.why, one.listings) for one in learned.changes]
    try:
        file = write(suggestions, folder)
    except GoldmineError as error:
        session.complain(f"{error.subject} {error.message}; the changes can be set one by one")
        return None
    return file if learned.changes else None


def as_json(learned: Learned, file: Path | None) -> dict[str, Any]:
    """The `learn` document of the contract."""
    return {
        "schema": 1,
        "since": learned.since,
        "ratings": learned.ratings,
        "good": learned.good,
        "origins": dict(learned.origins),
        "enough_data": learned.enough_data,
        "missing": [asdict(each) for each in learned.missing],
        "present": _rates(learned.present),
        "proposed": _rates(learned.proposed),
        "left_out": None if learned.left_out is None else _rates(learned.left_out),
        "changes": [
            {
                "setting": one.edit.setting,
                "from": one.edit.from_value,
                "to": one.edit.to_value,
                "why": one.why,
                "right": one.right,
                "wrong": one.wrong,
                "listings": list(one.listings),
            }
            for one in learned.changes
        ],
        "order": None if learned.order is None else _order(learned),
        "file": None if file is None else str(file),
    }


def _rates(rates: Rates) -> dict[str, Any]:
    return {
        "precision": rates.precision.share,
        "recall": rates.recall.share,
        "precision_interval": [rates.precision.low, rates.precision.high],
        "recall_interval": [rates.recall.low, rates.recall.high],
        "alerts": rates.precision.of,
        "good": rates.recall.of,
    }


def _order(learned: Learned) -> dict[str, Any]:
    shown = asdict(learned.order) if learned.order else {}
    del shown["rising"]
    return {name.removesuffix("_value"): value for name, value in shown.items()}


def _show(learned: Learned, file: Path | None, project: Project, session: Session) -> None:
    out = session.out
    origins = ", ".join(f"{count} {origin}" for origin, count in learned.origins.items())
    said = f": {learned.good} good, {learned.ratings - learned.good} bad ({origins})"
    print(
        f"{counted(learned.ratings, 'listing')} with your word{said if learned.ratings else ''}",
        file=out,
    )
    if not learned.enough_data:
        lacking = "; ".join(missing(each) for each in learned.missing)
        print(
            f"Learning takes more: {lacking}. Say it with `goldmine rate`, or good and bad on the"
            " page.",
            file=out,
        )
        return
    rows = [("at present", learned.present)]
    if learned.changes:
        rows.append(("with the changes", learned.proposed))
    if learned.left_out is not None:
        rows.append(("each by what the others choose", learned.left_out))
    print_table(
        ("", "good of what rings", "95 % interval", "rings of what is good", "95 % interval"),
        [(name, *_share(rates.precision), *_share(rates.recall)) for name, rates in rows],
        out,
    )
    if not learned.changes:
        print(
            "Nothing is proposed: no change of the criteria holds for ratings that had no part in"
            " choosing it (docs/criteria.md).",
            file=out,
        )
        return
    _show_changes(learned, project, session)
    if file is not None:
        print(
            f"\n{printable(str(file))}: `goldmine criteria set --from {file.name}` takes it one by"
            " one; so does Tune on the page",
            file=out,
        )


def _share(share: Share) -> tuple[str, str]:
    return (
        f"{share.count} of {share.of}, {percent(share.share)}",
        "" if share.low is None else f"{percent(share.low)} to {percent(share.high)}",
    )


def _show_changes(learned: Learned, project: Project, session: Session) -> None:
    with open_store(project.database.path, now=session.now()) as store:
        names = named(store, [listing for one in learned.changes for listing in one.listings])
    for number, one in enumerate(learned.changes, start=1):
        lines = [
            "",
            f"{number}. {one.edit}",
            f"   {one.why}; {one.right} rated as it says and not decided so now, {one.wrong} the"
            " reverse",
        ]
        for listing in one.listings:
            pay, title = names.get(listing, ("", ""))
            lines.append(f"   {listing[:8]}  {pay}  {title}")
        for line in lines:
            print(printable(line), file=session.out)
