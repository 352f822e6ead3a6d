"""`goldmine proof add [FILE]`: a [[proof]] made from a text about finished work, shown with how
often listings use its words and what it would have done, then added to criteria.toml.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import tomlkit

from goldmine_ingest import config
from goldmine_ingest.analysis.proof_draft import Draft, draft
from goldmine_ingest.cli.criteria import agreed, show_effect, write
from goldmine_ingest.cli.given_text import decoded, from_input
from goldmine_ingest.cli.output import print_table
from goldmine_ingest.cli.parser import add_globals
from goldmine_ingest.cli.questions import need_terminal
from goldmine_ingest.cli.session import Session
from goldmine_ingest.config.edit_values import with_proof
from goldmine_ingest.config.replacement import read_file
from goldmine_ingest.criteria.own_terms import Rarity
from goldmine_ingest.errors import UsageError
from goldmine_ingest.text.lemmas import Lemmas

_LARGEST = 1024 * 1024


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(
        title="actions", metavar="ACTION", dest="action", required=True, parser_class=type(parser)
    )
    action = actions.add_parser(
        "add",
        help="draft a [[proof]] from a text about finished work",
        description=(
            "Draft a [[proof]] from a text about finished work, a paragraph or a case study: its"
            " first line is the name; tools, phrases and a result are the text's own words."
        ),
        epilog="Example: goldmine proof add case-study.md --first-step 'Audit one month of files'",
        allow_abbrev=False,
    )
    action.add_argument(
        "file", metavar="FILE", nargs="?", help="the text (- or nothing: from standard input)"
    )
    action.add_argument("--name", help="what to call it (default: the text's first line)")
    action.add_argument("--first-step", metavar="TEXT", help="the step that you would propose")
    action.add_argument("--yes", action="store_true", help="add it without asking")
    add_globals(action)


def run(args: argparse.Namespace, session: Session) -> int:
    """0, also where the person says no; 2 for a text that says nothing and a name that is taken."""
    project = session.project()
    drafted = _draft(args, session, Rarity(project.criteria.terms, Lemmas()))
    name = args.name or drafted.name
    if any(name == proof.name for proof in project.criteria.proofs):
        raise UsageError(f"there is a proof {name!r} already", hint="choose another with --name")
    path = project.files[1]
    before = read_file(path)
    block = _block(drafted, name, args.first_step)
    after = with_proof(before, block, path.name)
    proposed = config.read_criteria_text(after, project.criteria)
    need_terminal(args, "nothing was added")
    _show(drafted, block, session)
    show_effect(project, proposed, session)
    if not args.yes and not agreed(session, f"Add it to {path.name}?"):
        session.say("nothing was added")
        return 0
    write(path, before, after, session)
    session.say("take out what isn't yours, and add the words that your clients use")
    return 0


def _draft(args: argparse.Namespace, session: Session, rarity: Rarity) -> Draft:
    drafted = draft(_text(args.file, session), rarity, Lemmas())
    if drafted is None or not (drafted.phrases or drafted.skills):
        raise UsageError(
            "the text names nothing that a listing could ask for",
            hint="write a paragraph: what the client's problem was, what you did, with which tools",
        )
    return drafted


def _text(file: str | None, session: Session) -> str:
    """The text; asked for at a terminal."""
    if file in (None, "-"):
        if sys.stdin.isatty():
            session.say("The text about the finished work, then Ctrl-D:")
        return from_input(_LARGEST)
    path = session.cwd / Path(str(file))
    try:
        return decoded(path.read_bytes()[:_LARGEST])
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it isn't UTF-8 text"
        raise UsageError(f"{file} can't be read: {why}") from error


def _block(drafted: Draft, name: str, first_step: str | None) -> str:
    """The [[proof]] as it is to stand in the file."""
    return "\n".join(["[[proof]]", *_lines(drafted, name, first_step), ""])


def _lines(drafted: Draft, name: str, first_step: str | None) -> Iterator[str]:
    proof = drafted.proof()
    for key, text in (("name", name), ("url", proof.url), ("result", proof.result)):
        if text:
            yield f"{key} = {tomlkit.string(text).as_string()}"
    for key, words in (("skills", proof.skills), ("phrases", proof.phrases)):
        yield f"{key} = [{', '.join(tomlkit.string(word).as_string() for word in words)}]"
    if first_step:
        yield f"first_step = {tomlkit.string(first_step).as_string()}"
    else:
        yield '# first_step = ""                    # the step that you would propose'


def _show(drafted: Draft, block: str, session: Session) -> None:
    print(block, file=session.out)
    rows = [
        (phrase.text, "not counted" if phrase.count is None else f"{phrase.count:,}")
        for phrase in drafted.phrases
    ]
    if rows:
        of = drafted.phrases[0].listings
        print_table(("phrase", f"in how many of {of:,} listings"), rows, session.out)
