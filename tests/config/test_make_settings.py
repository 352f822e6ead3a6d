"""What is told of the settings: made from their declarations, and never stricter than what reads
them. The files that `goldmine init` writes are checked as an editor does.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from goldmine_ingest.config import ConfigProblems
from goldmine_ingest.settings.declaration import Setting, declared
from goldmine_ingest.settings.kinds import Kind, Wrong
from tests.config.test_config import BAD_CRITERIA, BAD_MAIN, FEED, PROOF, project
from tests.rig.command import goldmine
from tools.make_settings import FILES, made, schema, written

SCHEMAS = {name: Draft7Validator(json.loads(schema(name))) for name in FILES}


@pytest.mark.parametrize(
    ("path", "text"), made().items(), ids=lambda part: getattr(part, "name", "")
)
def test_what_is_made_from_the_settings_is_up_to_date(path: Path, text: str) -> None:
    """Whoever changes a setting runs `python -m tools.make_settings`."""
    assert path.read_text(encoding="utf-8") == text


def each_setting() -> Iterator[tuple[str, Setting]]:
    for name, sections in FILES.items():
        for section in sections:
            keys = {} if isinstance(section.keys, Kind) else declared(section.keys)
            yield from ((f"{name}: {section.name}.{key}", said) for key, said in keys.items())


SETTINGS = dict(each_setting())


@pytest.mark.parametrize("where", SETTINGS)
def test_a_setting_says_all_that_a_reader_needs(where: str) -> None:
    """A meaning in one line, a default or an example; and both can stand in the file as they are
    shown.
    """
    said = SETTINGS[where]
    assert said.doc
    assert "\n" not in said.doc
    assert len(said.doc) <= 100
    shown = [value for value in (said.written, said.example) if value is not None]
    assert shown
    for value in shown:
        text = f"key = {written(value)}"
        read = tomllib.loads(text, parse_float=Decimal)["key"]
        said.kind(read)
        assert Draft7Validator(said.kind.schema).is_valid(tomllib.loads(text)["key"]), text
    if said.written is not None:
        assert said.kind(said.written) == said.value


EXAMPLES = """5m 250ms none auto all DE en usd Europe/Berlin 5MiB 22:00-07:00 18:00 env:X secret:x
https://h/ terminal file:x imap:jobs box.example h:80 [::1]:80 ~/x s3://b/f upwork fixed high pass
digest resend qualified proof automatable budget"""
TEXTS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["", "7 KB", " 22:00 - 07:00", *EXAMPLES.split()]),
    st.from_regex(r"\A[0-9]{1,4}(ms|s|m|h|d|w)\Z"),
    st.from_regex(r"\A[0-9]{1,4} ?(B|KB|KiB|MB|MiB)\Z"),
)
SCALARS = st.one_of(
    TEXTS,
    st.booleans(),
    st.integers(-5, 2**40),
    st.decimals(-1, 200, places=2),
)
VALUES = st.one_of(
    SCALARS,
    st.lists(SCALARS, max_size=3),
    st.dictionaries(TEXTS, SCALARS, max_size=2),
)


def plain(value: Any) -> Any:
    """As a TOML reader of JavaScript or Rust sees it: numbers are floats."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list):
        return [plain(item) for item in value]
    return {key: plain(item) for key, item in value.items()} if isinstance(value, dict) else value


@given(value=VALUES)
def test_the_schema_refuses_nothing_that_is_read(value: Any) -> None:
    """An editor never underlines what `goldmine check` calls fine."""
    for where, said in SETTINGS.items():
        try:
            said.kind(value)
        except Wrong:
            continue
        assert Draft7Validator(said.kind.schema).is_valid(plain(value)), where


# Of the bad files, those that a schema can't see: what takes a look at another key, at bounds of
# durations, at a list of names or at the computer. By place, and how many files.
UNSEEN = {
    "serve.hosts[0]": 2,
    "feed[0].every": 3,
    "feed[0].proofs[0]": 1,
    "feed[0].headers.a b": 1,
    "feed[1].name": 1,
    "feed[0].name": 1,
    "feed[0].url": 5,
    "database.publish": 1,
    "fetch.max_body": 1,
    "fetch.connect_timeout": 1,
    "fetch.proxy": 1,
    "schedule.every": 1,
    "notify[1].name": 1,
    "notify[0].url": 4,
    "notify[0].minimum_score": 2,
    "notify[0].feeds[0]": 1,
    "notify[0].proofs[0]": 1,
    "notify[0].quiet_hours": 1,
    "notify[0].timezone": 1,
    "decision.require[0]": 1,
    "me.country": 1,
    "me.timezone": 1,
    "me.languages[1]": 1,
    "rules.exclude[0]": 2,
    "rules.include": 1,
    "rules.countries_exclude": 1,
    "proof[1].name": 1,
    "proof[0].exclude": 1,
    "task[1].name": 1,
    "budget.currency": 1,
    "scope.beyond": 1,
}


def test_the_schema_sees_what_is_wrong() -> None:
    """And where, in all other bad files."""
    cases = [("goldmine", *case) for case in BAD_MAIN]
    cases += [("criteria", *case) for case in BAD_CRITERIA]
    unseen = Counter(
        where
        for name, text, where in cases
        if where not in map(_place, SCHEMAS[name].iter_errors(tomllib.loads(text)))
    )
    assert unseen == UNSEEN


def _place(error: Any) -> str:
    """A dotted path as problems have it, with the key that is too much or missing."""
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.path)
    key = (
        error.message.split("'")[1]
        if error.validator in ("additionalProperties", "required")
        else ""
    )
    return f"{path}.{key}".strip(".")


@pytest.mark.parametrize("name", FILES)
def test_every_table_that_is_read_is_declared(name: str, tmp_path: Path) -> None:
    """The known names, as the error for an unknown one lists them."""
    main, criteria = (
        (FEED + "[zzzz]\n", PROOF) if name == "goldmine" else (FEED, PROOF + "[zzzz]\n")
    )
    with pytest.raises(ConfigProblems) as caught:
        project(tmp_path, main, criteria)
    [found] = [problem.expected for problem in caught.value.problems]
    assert set(found.removeprefix("one of ").split(", ")) == {each.name for each in FILES[name]}


def test_an_editor_takes_what_init_writes_and_underlines_what_is_wrong(tmp_path: Path) -> None:
    """A TOML language server, which finds the schema by the first line."""
    assert goldmine("init", "--quiet", cwd=tmp_path).returncode == 0
    config = tmp_path / "config"
    main = (config / "goldmine.toml").read_text()
    lint = [str(Path(sys.executable).parent / "tombi"), "lint", "--offline"]

    def said(*names: str) -> tuple[int, str]:
        done = subprocess.run(  # noqa: S603 - a checker of ours
            [*lint, *names], cwd=config, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    assert said("goldmine.toml", "criteria.toml")[0] == 0
    (config / "bad.toml").write_text(main.replace("backlog", "backlg", 1))
    status, errors = said("bad.toml")
    assert status != 0
    assert "backlg" in errors
