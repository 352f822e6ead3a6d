"""What single lines of an alert mail are: a button, the pay, another fact, a rule, the footer."""

from __future__ import annotations

import re

from goldmine_ingest.text.lazy_re import lazy_re

_BUTTON = lazy_re(
    r"^[\W_]*(?:(?:(?:view|see|open|show|go to|read|check out)(?: (?:the|this|full|all))?"
    r"(?: (?:job|project|details?|brief|more))*[ ]?(?:&|and|/|[+])[ ])?(?:apply|bid|respond|reply"
    r"|send (?:a |your )?(?:proposal|offer|quote|pitch)|submit (?:a |your )?(?:proposal|bid|quote))"
    r"(?: now)?"
    r"|(?:view|see|open|show|go to)(?: (?:the|this|full|all))?(?: (?:job|project"
    r"|details?|brief"
    r"|posting|listing|offer|opportunity|more|gig|role))*(?: (?:details?|post|now|posting|on \w+))?"
    r"|apply(?: (?:now|here|to this job|with \w+))?|easily apply|easy apply|bid(?: now)?"
    r"|place (?:a )?bid|send (?:a )?proposal|submit (?:a )?proposal"
    r"|send (?:an )?offer|respond|reply|learn more|read more|more|details?|click here|link"
    r"|interested\??|save(?: job)?"
    r"|zu[mr] (?:job|projekt|auftrag|angebot|ausschreibung|stelle|anfrage|mission)|(?:job|projekt"
    r"|auftrag|details?|angebot"
    r"|stelle) (?:ansehen|anzeigen|öffnen)"
    r"|jetzt bewerben|bewerben|mehr(?: erfahren| dazu)?|ansehen|weiterlesen"
    r"|voir(?: (?:le|la|l['’]))?\s?(?:projet|mission|offre|détails?|annonce|plus)?|postuler"
    r"|en savoir plus|répondre|faire une offre"
    r"|ver (?:el |la |o |a |os )?(?:brief|encargo|anuncio|trabajo|proyecto|oferta|empleo|detalles"
    r"|más|vaga|projeto"
    r"|trabalho|mais)|aplicar|postular\w*|solicitar|inscribirse|candidatar(?:-se)?|saiba mais"
    r"|vedi (?:il |la |l['’])?(?:lavoro|progetto|offerta|annuncio|dettagli)|visualizza(?: \w+)?"
    r"|candidati|scopri di più)"
    r"[\W_]*$",
    re.I,
)
_PAY = lazy_re(
    r"^(?:(?:(?:daily|day|weekly|monthly|annual|yearly|hourly|project|fixed|target|base|job"
    r"|est(?:imated|\.)?|max(?:imum|\.)?|min(?:imum|\.)?|client(?:['’]s)?) ?)?(?:budget|rate|pay"
    r"|salary|price|compensation|remuneration|fee)"
    r"|hourly|fixed(?:[ -]price)?|pays"
    r"|festpreis|honorar|(?:stunden|tages|monats)satz|vergütung|(?:jahres|monats)?gehalt|taux"
    r"|tarif|tjm"
    r"|rémunération|salaire|presupuesto"
    r"|tarifa|salario|orçamento|valor|salário|compenso|prezzo|stipendio"
    r"|retribuzione)\b[^:\n]{0,24}(?::|\s)\s*\S*\d"
    r"|^\W*(?:(?:from|ab|up to|about|ca\.?|dès|desde|da) )?(?:[A-Z]{0,3}\s?[$€£₹¥]|(?:USD|EUR"
    r"|GBP|CHF|INR|AUD|CAD)\s?)\s?\d"
    r"|^\W*\d[\d.,’' ]*\s?k?\s?(?:[$€£₹]|(?:USD|EUR|GBP|CHF|INR|AUD|CAD)\b)",
    re.I,
)
# Money of the client or of others, which is no pay.
_NO_PAY = lazy_re(
    r"\b(?:spent|earned|raised|funding|revenue|bids?|reviews?|connects?|paid|average|avg)\b", re.I
)
MORE_FACTS = lazy_re(
    r"^est\.? ?time\b|payment (?:method )?(?:un|not )?verified|\bspent\b|^posted\b|^published:"
    r"|^(?:skills|tags|fähigkeiten|kenntnisse|compétences"
    r"|habilidades|competenze|competências|description|beschreibung|descripción|descrição"
    r"|descrizione)\s*:",
    re.I,
)
GREETING = lazy_re(
    r"^(?:hi|hello|dear|hey|hallo|bonjour|hola|olá|ciao|salut|guten tag|liebe\w*)\b.{0,40}[,!]?$",
    re.I,
)
RULE = lazy_re(r"^[\s\-=_*~─━—–·.#]{3,}$")
FOOTER = lazy_re(
    r"^\W*(?:unsubscribe|manage (?:your )?(?:alerts?|emails?|preferences|notifications)|(?:see"
    r"|view|show|browse|find) (?:all|more|similar|other)\b"
    r"|you(?:['’]re| are) receiving|this (?:e-?mail|message) (?:was|is)\b|you received this"
    r"|why (?:am i|did i)|edit (?:this )?(?:alert|search)"
    r"|(?:kind |best |warm )?regards|cheers|thanks,|happy (?:freelancing|bidding)"
    r"|the .{2,30} team|©|copyright|\(c\) \d{4}|privacy policy|terms of"
    r"|sent (?:from my|with|via) |von meinem \w+ gesendet|gesendet (?:von|mit) (?:meinem )?\w+"
    r"|envoyé (?:de mon|à partir d|depuis)|enviado (?:desde|do|de) (?:mi|meu|outlook)"
    r"|inviato da(?:l mio)? |(?:get|obtenez|hol\w+|obtener|obter|ottieni) .{0,10}outlook|abmelden"
    r"|abbestellen|diese (?:e-?mail|nachricht)|alle (?:jobs|projekte|ausschreibungen|aufträge"
    r"|anfragen"
    r"|stellen)\b|mit freundlichen|viele grüße|dein .{2,20}team|ihr .{2,20}team"
    r"|se désabonner|se désinscrire|vous recevez|voir (?:tous|toutes)|cordialement|l['’]équipe\b"
    r"|cancelar (?:la )?suscripci|darse de baja|recibes|ver tod[oa]s|saludos|el equipo\b"
    r"|cancelar (?:a )?(?:inscrição|assinatura)|recebe|a equipe\b|atenciosamente"
    r"|annulla (?:l['’])?iscrizione|disiscriviti|ricevi questa|vedi tutt|il team\b|upwork global)",
    re.I,
)


def is_button(words: str) -> bool:
    """Words of a link that say what to do, and nothing of the job."""
    return bool(_BUTTON.match(words.strip()))


def is_pay(text: str) -> bool:
    """A line that says what a job pays."""
    return bool(_PAY.search(text)) and not _NO_PAY.search(text)


def is_fact(text: str) -> bool:
    """A line of pay, of the client, of the time, of skills, in a form that only a listing has."""
    return is_pay(text) or bool(MORE_FACTS.search(text))


__all__ = ["FOOTER", "GREETING", "MORE_FACTS", "RULE", "is_button", "is_fact", "is_pay"]
