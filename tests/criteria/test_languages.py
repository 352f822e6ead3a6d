"""Listings in German, French, Spanish and Portuguese, read by lists of their own; and in a language
without lists.

`languages/*.jsonl`: sixty listings each, written by us in the manner of clients, thirty of them
wanted by the freelancer of `*.criteria.toml`. They were looked at while the lists were set, so they
hold the lists together and promise nothing of strangers' listings.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from goldmine_ingest import config
from goldmine_ingest.criteria import Judge
from goldmine_ingest.model.decision import Decision
from goldmine_ingest.settings.criteria import CriteriaSettings, ProofSettings
from goldmine_ingest.settings.rules import RulesSettings
from goldmine_ingest.text.lemmas import Lemmas
from goldmine_ingest.text.listing_text import read_text
from goldmine_ingest.text.sentences import Role
from goldmine_ingest.text.wordlists import OTHER_LANGUAGES, pairs
from tests.criteria.listings import NOW, judged, listing

FOLDER = Path(__file__).parent / "languages"
WRITTEN = ("de", "fr", "es", "pt")


@cache
def rows(language: str) -> list[dict[str, Any]]:
    text = (FOLDER / f"{language}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@cache
def decisions(language: str) -> tuple[tuple[bool, str, Decision], ...]:
    judge = Judge(config.load_criteria(FOLDER / f"{language}.criteria.toml"))
    found = []
    for row in rows(language):
        case = listing(
            title=row["title"],
            description=row["text"],
            skills=tuple(row["skills"]),
            language=language,
        )
        decision = judge.decide(case, judge.features(case.posting), now=NOW)
        found.append((row["wanted"], row["title"], decision))
    return tuple(found)


@pytest.mark.parametrize("language", WRITTEN)
def test_there_are_thirty_wanted_and_thirty_not(language: str) -> None:
    wanted = [row["wanted"] for row in rows(language)]
    assert (len(wanted), sum(wanted)) == (60, 30)


@pytest.mark.parametrize("language", WRITTEN)
def test_what_is_not_wanted_never_rings(language: str) -> None:
    rang = [
        title
        for wanted, title, decision in decisions(language)
        if not wanted and decision.decision == "qualified"
    ]
    assert rang == []


@pytest.mark.parametrize("language", WRITTEN)
def test_what_is_wanted_rings_or_waits(language: str) -> None:
    wanted = [decision for is_wanted, _, decision in decisions(language) if is_wanted]
    rang = sum(decision.decision == "qualified" for decision in wanted)
    kept = sum(decision.decision != "rejected" for decision in wanted)
    assert rang >= 18
    assert kept >= 29, [decision.reason for decision in wanted if decision.decision == "rejected"]


ROLES = [
    ("en", "We provide home interior design for private customers in Porto.", Role.COMPANY),
    ("en", "We sell kitchen tools and need somebody who writes the texts.", Role.ASK),
    ("de", "Wir brauchen jemanden, der den Abgleich von Bank und Kasse baut.", Role.ASK),
    ("de", "Die Summen stimmen nicht, seit die Bank ihr Format geändert hat.", Role.PROBLEM),
    ("de", "Du hast mehrere Jahre Erfahrung mit der Arbeit an Datenbanken.", Role.REQUIREMENTS),
    ("de", "Bitte sende uns deine Bewerbung mit drei Arbeitsproben.", Role.APPLY),
    ("de", "Wir sind ein kleines Unternehmen aus Kiel mit zwölf Leuten.", Role.COMPANY),
    ("fr", "Nous cherchons une personne pour écrire un script pour la banque.", Role.ASK),
    ("fr", "Les totaux ne correspondent pas depuis que la banque a changé.", Role.PROBLEM),
    ("fr", "Vous avez une expérience de plusieurs années dans le métier.", Role.REQUIREMENTS),
    ("fr", "Merci de nous envoyer votre proposition avec vos références.", Role.APPLY),
    ("fr", "Nous sommes une petite société de Lyon avec douze personnes.", Role.COMPANY),
    ("es", "Necesitamos una persona que escriba un script para el banco.", Role.ASK),
    ("es", "Los totales no cuadran desde que el banco cambió su formato.", Role.PROBLEM),
    ("es", "Debes tener experiencia de varios años en el oficio.", Role.REQUIREMENTS),
    ("es", "Por favor envíe su propuesta con ejemplos de sus trabajos.", Role.APPLY),
    ("es", "Somos una pequeña empresa de Sevilla con doce personas.", Role.COMPANY),
    ("pt", "Precisamos de uma pessoa que escreva um script para o banco.", Role.ASK),
    ("pt", "Os totais não fecham desde que o banco mudou o seu formato.", Role.PROBLEM),
    ("pt", "Você tem experiência de vários anos com o trabalho de dados.", Role.REQUIREMENTS),
    ("pt", "Por favor envie sua proposta com exemplos de seus trabalhos.", Role.APPLY),
    ("pt", "Somos uma pequena empresa de Recife com doze pessoas no time.", Role.COMPANY),
]


@pytest.mark.parametrize(("language", "sentence", "role"), ROLES)
def test_roles_of_sentences(language: str, sentence: str, role: Role) -> None:
    lemmas = {one: Lemmas(language=one) for one in ("en", *OTHER_LANGUAGES)}
    text = read_text("Titel", sentence, (), lemmas)
    assert text.language == language
    assert [one.role for one in text.sentences] == [Role.TITLE, role]


INFLECTED = [
    ("de", "Rechnung", "Rechnungen"),
    ("de", "abgleichen", "abgleiche"),
    ("fr", "facture", "factures"),
    ("fr", "rapprocher", "rapprochons"),
    ("fr", "journal", "journaux"),
    ("fr", "traducteur", "traductrice"),
    ("es", "factura", "facturas"),
    ("es", "conciliación", "conciliaciones"),
    ("es", "diseñador", "diseñadora"),
    ("es", "rediseñar", "rediseñado"),
    ("pt", "conciliação", "conciliações"),
    ("pt", "boleto", "boletos"),
    ("pt", "desenvolvedor", "desenvolvedoras"),
    ("pt", "corrigir", "corrigindo"),
]


@pytest.mark.parametrize(("language", "one", "other"), INFLECTED)
def test_inflected_forms_meet(language: str, one: str, other: str) -> None:
    lemmas = Lemmas(language=language)
    assert lemmas[one.lower()] == lemmas[other.lower()]


# (language, text, what an exclusion of WordPress does there)
MENTIONS = [
    ("Wir brauchen ein neues Portal für unsere Kunden. Kein WordPress, bitte.", "pass"),
    ("Wir brauchen ein neues Portal für die Kunden, nicht mit WordPress.", "pass"),
    ("Wir brauchen ein Portal mit WordPress oder etwas anderem für die Kunden.", "pass"),
    ("Wir brauchen ein Portal. Du arbeitest mit unserem WordPress-Team zusammen.", "pass"),
    ("Wir brauchen ein Portal für die Kunden und bauen es mit WordPress.", "unknown"),
    ("Nous voulons un portail pour les clients, sans WordPress.", "pass"),
    ("Nous ne voulons pas de WordPress pour ce portail et ses clients.", "pass"),
    ("Nous voulons un portail avec WordPress ou un autre outil pour les clients.", "pass"),
    ("Nous voulons un portail. La connaissance de WordPress serait un plus pour nous.", "pass"),
    ("Nous voulons un portail pour les clients et il sera fait avec WordPress.", "unknown"),
    ("Queremos un portal para los clientes, sin WordPress.", "pass"),
    ("No queremos WordPress para el portal de los clientes.", "pass"),
    ("Queremos un portal con WordPress o con otra herramienta para los clientes.", "pass"),
    ("Queremos un portal. Se valora el manejo de WordPress en la empresa.", "pass"),
    ("Queremos un portal para los clientes y lo haremos con WordPress.", "unknown"),
    ("Queremos um portal para os clientes, sem WordPress.", "pass"),
    ("Não queremos WordPress no portal dos nossos clientes.", "pass"),
    ("Queremos um portal com WordPress ou com outra ferramenta para os clientes.", "pass"),
    ("Queremos um portal. Conhecimento de WordPress é um diferencial para nós.", "pass"),
    ("Queremos um portal para os clientes e ele será feito com WordPress.", "unknown"),
]


@pytest.mark.parametrize(("text", "verdict"), MENTIONS)
def test_exclusions_by_the_kind_of_mention(text: str, verdict: str) -> None:
    criteria = CriteriaSettings(
        rules=RulesSettings(exclude=("WordPress",)),
        proofs=(ProofSettings("Portal", phrases=("portal",)),),
    )
    finding = judged(listing(title="Portal", description=text, skills=()), criteria).finding(
        "rules"
    )
    assert finding is not None
    assert finding.verdict == verdict, finding


COMPLAINTS = [
    "Los totales de los clientes no cuadran con el ledger de la empresa.",
    "Os totais dos clientes não batem com o ledger da empresa.",
    "Les totaux des clients ne correspondent pas au ledger de la société.",
    "Die Summen der Kunden stimmen nicht mit dem Ledger überein.",
]


@pytest.mark.parametrize("text", COMPLAINTS)
def test_a_complaint_rules_nothing_out(text: str) -> None:
    criteria = CriteriaSettings(rules=RulesSettings(exclude=("ledger",)))
    finding = judged(listing(title="Portal", description=text, skills=()), criteria).finding(
        "rules"
    )
    assert finding is not None
    assert finding.verdict == "unknown", finding


def test_a_language_without_lists_is_judged_by_words_and_tools_and_says_so() -> None:
    text = (
        "Cerchiamo una persona che faccia la riconciliazione dei conti con Python e SQL per la"
        " nostra azienda, perché i totali della banca non sono giusti da gennaio."
    )
    criteria = CriteriaSettings(
        proofs=(ProofSettings("Conti", phrases=("riconciliazione",), skills=("Python", "SQL")),)
    )
    decision = judged(
        listing(title="Riconciliazione dei conti", description=text, skills=("Python", "SQL")),
        criteria,
    )
    finding = decision.finding("proof")
    assert finding is not None
    assert finding.verdict == "pass"
    assert "no word lists for “it”" in finding.reason
    assert {part.name for part in decision.parts if part.adds} >= {"evidence", "overlap"}
    assert [part.adds for part in decision.parts if part.name == "craft"] == [0]


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_each_language_has_the_patterns_that_decide(language: str) -> None:
    kinds = {kind for kind, _ in pairs(f"sentence_patterns.{language}.tsv")}
    assert kinds >= {"apply", "requirements", "company", "problem", "ask", "asks_deed"}
    assert kinds >= {"employment", "full_time", "internship", "teaching", "bench", "place"}
    assert kinds >= {"colleague", "colleague_after", "own", "alternative", "optional"}
    assert kinds <= {kind for kind, _ in pairs("sentence_patterns.tsv")}
