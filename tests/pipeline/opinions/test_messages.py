"""What an alert gains by an opinion."""

from __future__ import annotations

from pathlib import Path

from tests.opinion.answers import text
from tests.pipeline.opinions.asking import ASK, home
from tests.rig.model_server import ModelServer, completion

STEP = "I'd reconcile one closed month of bank exports and list every exception."


def told(folder: Path, *more: str, near: bool = True, **answer: object) -> str:
    reply = completion(text(ask=ASK, **{"first_step": STEP, **answer}))
    with ModelServer(lambda _: reply) as model:
        project = home(folder, model.url, *more, near=near)
        project.run()
        return project.printed.getvalue()


def test_the_client_is_quoted_and_the_idea_is_called_one(tmp_path: Path) -> None:
    message = told(tmp_path)
    assert f"They ask: “{ASK}”" in message
    assert f"First step (idea): {STEP}" in message
    assert "Lead: Finance reconciliation\n" in message


def test_the_configs_own_step_stands_where_the_idea_is_dropped(tmp_path: Path) -> None:
    message = told(tmp_path, specific=False)
    assert "(idea)" not in message
    own = "Reconcile one closed month from exports and list every exception"
    assert f"Lead: Finance reconciliation. {own}" in message
    assert f"They ask: “{ASK}”" in message


def test_a_doubt_is_told_of_what_waits_for_review(tmp_path: Path) -> None:
    reply = completion(
        text(ask=ASK, fit=10, doubt="other_craft", doubt_quote="month-end close", first_step="")
    )
    with ModelServer(lambda _: reply) as model:
        project = home(tmp_path, model.url, near=False)
        project.run()
        project.clock.forward(hours=10)
        project.run()
    assert "Doubt: another craft (“month-end close”)" in project.printed.getvalue()
    assert f"They ask: “{ASK}”" in project.printed.getvalue()


def test_a_template_names_the_parts(tmp_path: Path) -> None:
    reply = completion(text(ask=ASK, first_step=STEP, doubt="vague", doubt_quote=""))
    with ModelServer(lambda _: reply) as model:
        project = home(tmp_path, model.url)
        templates = tmp_path / "config" / "templates"
        templates.mkdir(parents=True)
        (templates / "phone.txt").write_text(
            "{{ opinion.ask }} | {{ opinion.first_step }} | {{ opinion.doubt }}"
        )
        project.run()
    assert f"{ASK} | {STEP} | too little is said" in project.printed.getvalue()


def test_the_digest_says_once_that_the_model_is_down(tmp_path: Path) -> None:
    project = home(tmp_path, "http://127.0.0.1:1/v1", near=False, listings=2)
    project.run()
    project.clock.forward(hours=10)
    project.run()
    message = project.printed.getvalue()
    assert message.count("2 listings without an opinion: the server refuses the connection") == 1
