"""The configuration: `goldmine.toml` and `criteria.toml` read, checked whole, and typed. Every
problem is found in one go.

`load` reads a project, `load_criteria` another criteria file for a backtest, `reveal` turns env:
and secret: references into values.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from goldmine_ingest.config import contradictions, files
from goldmine_ingest.config.criteria import (
    criteria_hash,
    criteria_of,
    criteria_on,
    read_criteria,
    read_terms,
    with_own_rates,
)
from goldmine_ingest.config.destinations import reveal_address
from goldmine_ingest.config.files import TomlFile, find_config, project_folder, read_toml
from goldmine_ingest.config.overrides import overridden
from goldmine_ingest.config.permissions import permissions
from goldmine_ingest.config.platforms import pace_warnings
from goldmine_ingest.config.problems import (
    ConfigProblems,
    Problem,
    called,
    names_in,
    names_of,
    refuse,
)
from goldmine_ingest.config.project import read_project
from goldmine_ingest.config.references import reveal
from goldmine_ingest.config.table import Table
from goldmine_ingest.config.web import action_warnings, web_warnings
from goldmine_ingest.settings import kinds

if TYPE_CHECKING:
    from goldmine_ingest.settings.criteria import CriteriaSettings
    from goldmine_ingest.settings.project import Project

__all__ = [
    "ConfigProblems",
    "Problem",
    "called",
    "change_criteria",
    "criteria_hash",
    "criteria_on",
    "find_config",
    "load",
    "load_copy",
    "load_criteria",
    "names_of",
    "read_criteria_text",
    "reveal",
    "reveal_address",
]

CRITERIA, TERMS = "criteria.toml", "terms.json"


def load(path: Path | None, *, env: Mapping[str, str], cwd: Path) -> Project:
    """Both files of the project, checked. Raises ConfigError (ConfigProblems) with everything that
    is wrong in them.

    `path` is --config; None looks where the contract says. What depends on the machine (variables,
    secret files) is not looked at here.
    """
    config_path = find_config(path, env, cwd)
    home = project_folder(config_path)
    # One that isn't there is named in full: where was it looked for?
    there = os.path.lexists(config_path)
    shown = contradictions.shown_path(config_path, home) if there else str(config_path)
    main = read_toml(config_path, shown)
    return _load(main, _criteria_path(main, home), config_path.parent / TERMS, env)


def load_copy(folder: Path, config_path: Path, *, env: Mapping[str, str]) -> Project:
    """The project at `config_path` as copies of its three files in `folder` say, whatever the
    files say now. Raises ConfigError.
    """
    main = replace(read_toml(folder / config_path.name, config_path.name), path=config_path)
    return _load(main, folder / CRITERIA, folder / TERMS, env)


def data_folder(config_path: Path, env: Mapping[str, str]) -> Path:
    """What relative database paths start from: the project folder, or the user's data folder for
    the user's own configuration.
    """
    own = config_path.parent == files.user_config_folder(env)
    return files.user_data_folder(env) if own else project_folder(config_path)


def _load(main: TomlFile, criteria_path: Path, terms_path: Path, env: Mapping[str, str]) -> Project:
    home = project_folder(main.path)
    problems: list[Problem] = []
    read, criteria = [main], None
    try:
        read.append(read_toml(criteria_path, contradictions.shown_path(criteria_path, home)))
        criteria = read_criteria(read[1], read_terms(terms_path, problems), problems)
        criteria = with_own_rates(criteria, main.path.parent, problems)
    except ConfigProblems as error:
        problems.extend(error.problems)
    project = read_project(main, home, data_folder(main.path, env), criteria, problems)
    return _checked(project, read, problems)


def load_criteria(path: Path, *, terms: Path | None = None) -> CriteriaSettings:
    """Another criteria file, for a backtest. `terms` is the terms.json in force; by default the
    one beside the file. Raises ConfigError.
    """
    problems: list[Problem] = []
    criteria = read_criteria(
        read_toml(path, str(path)), read_terms(terms or path.parent / TERMS, problems), problems
    )
    criteria = with_own_rates(criteria, (terms or path).parent, problems)
    if problems:
        raise refuse(problems, str(path))
    return criteria


def change_criteria(present: CriteriaSettings, changes: Sequence[str]) -> CriteriaSettings:
    """Criteria as they were read, with each "KEY=VALUE" of `changes` laid over them (see
    overrides.py). Raises ConfigError.
    """
    problems: list[Problem] = []
    changed = criteria_of(
        overridden(present.text, changes, problems), present.text, present.terms, problems
    )
    if problems:
        raise refuse(problems, "the criteria with your changes")
    return replace(changed, own_rates=present.own_rates)


def read_criteria_text(text: str, present: CriteriaSettings) -> CriteriaSettings:
    """What a criteria.toml of this text would say in the place of the present one. Raises
    ConfigError.
    """
    problems: list[Problem] = []
    read = criteria_of(tomllib.loads(text, parse_float=Decimal), text, present.terms, problems)
    if problems:
        raise refuse(problems, "the criteria with your changes")
    return replace(read, own_rates=present.own_rates)


def _criteria_path(main: TomlFile, home: Path) -> Path:
    """Beside goldmine.toml, or as [criteria] path says: from the project folder, or (where it
    isn't there) from the file's own.
    """
    beside = main.path.parent
    named = Table(main.data, "", []).sub("criteria").take("path", kinds.path, None)
    if named is None:
        return beside / CRITERIA
    return (
        home / named if (home / named).exists() or not (beside / named).exists() else beside / named
    )


def _checked(project: Project, read: Sequence[TomlFile], problems: list[Problem]) -> Project:
    """The project with its warnings; or all its problems as one error."""
    literal = list(contradictions.literal_credentials(project))
    if files.written_by_others(read[0].status):
        reason = (
            "a password or token stands in a file that other users can change (mode"
            f" {files.mode(read[0].status)})"
        )
        problems.extend(
            Problem(where, reason, "env:NAME or secret:PATH, or chmod 600") for where in literal
        )
    warnings = (
        *contradictions.warnings(project),
        *pace_warnings(project.feeds),
        *web_warnings(project.web),
        *action_warnings(project.actions),
        *(
            (
                where,
                (
                    "a password or token stands in the file itself; env:NAME or secret:PATH keeps"
                    " it out"
                ),
            )
            for where in literal
        ),
        *permissions(project, read),
    )
    if problems:
        raise refuse(
            problems,
            " and ".join(contradictions.shown_path(file.path, project.home) for file in read),
            warnings,
            project,
            names_in(*(file.data for file in read)),
        )
    return replace(
        project,
        warnings=warnings,
        files=(*(file.path for file in read), project.config_path.parent / TERMS),
    )
