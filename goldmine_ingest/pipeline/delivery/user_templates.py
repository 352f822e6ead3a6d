"""The user's own wording of messages: finds the template of a destination in `templates/` beside
goldmine.toml.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from goldmine_ingest.render.message import Alert, MatchAlert, Rendered
from goldmine_ingest.render.rendering import render
from goldmine_ingest.render.targets import Target
from goldmine_ingest.render.templates import LONGEST_TEMPLATE, Template, TemplateError, file_names
from goldmine_ingest.settings.project import Project


def find_template(project: Project, destination: str, target: Target) -> Template | None:
    """The destination's own template, else its kind's, else None. Raises TemplateError for a
    file that can't be read.
    """
    for name in file_names(destination, target):
        path = folder(project) / name
        if "/" not in name and path.is_file():
            return _read(path)
    return None


def worded(
    project: Project, alert: Alert, destination: str, target: Target
) -> tuple[Rendered, str | None]:
    """A message in the user's own wording. Where that can't be used: the built-in one, and a
    sentence that says why.
    """
    try:
        return render(alert, target, find_template(project, destination, target)), None
    except TemplateError as error:
        return render(alert, target), f"template {error}; the built-in wording was used"


def folder(project: Project) -> Path:
    return project.config_path.parent / "templates"


def _read(path: Path) -> Template:
    try:
        with path.open("rb") as file:
            raw = file.read(LONGEST_TEMPLATE + 1)
        if len(raw) > LONGEST_TEMPLATE:
            raise TemplateError(f"is longer than {LONGEST_TEMPLATE // 1024} KiB", subject=path.name)
        return Template(path.name, raw.decode())
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateError("can't be read as UTF-8 text", subject=path.name) from error


def template_problems(
    project: Project, targets: Mapping[str, Target], example: MatchAlert
) -> Iterator[tuple[str, str]]:
    """(file, sentence) for each template that can't be used, and each that no destination uses.
    `targets` maps destinations to theirs.
    """
    used = set()
    for destination, target in targets.items():
        try:
            template = find_template(project, destination, target)
            if template is not None:
                used.add(template.name)
                render(example, target, template)
        except TemplateError as error:
            used.add(error.subject or "")
            yield f"templates/{error.subject}", f"{error.message}; the built-in wording is used"
    here = folder(project)
    for path in sorted(here.iterdir()) if here.is_dir() else ():
        if path.name not in used and path.suffix in (".txt", ".html"):
            yield (
                f"templates/{path.name}",
                (
                    "no destination uses this template; it must be called like a destination or its"
                    " kind"
                ),
            )
