"""What job sites' mails say in their subjects and first lines, in English, German, French, Spanish,
Portuguese and Italian: one table, a row per kind and language.

The wordings are those of the sites' own mails as freelancers quote them; what is in no row is
unknown, and unknown is never taken for an alert.
"""

from __future__ import annotations

import re

from goldmine_ingest.text.lazy_re import lazy_re

_JOBS = (
    r"(?:jobs?|projects?|opportunit(?:y|ies)|briefs?|gigs?|leads?|roles?|positions?|openings?"
    r"|listings?|contests?|missions?|postings?|matches)"
)
_ALERT = (
    # en
    rf"^new (?:\w+ ){{0,2}}{_JOBS}(?: alerts?| posted| match\w*)?\b",
    r"\b(?:job|project|brief|gig|lead|opportunity) (?:alerts?|matches|recommendations?|digest)\b",
    rf"\b{_JOBS} (?:posted|(?:recommended )?for you|you (?:may|might)|that (?:match|fit)"
    rf"|matching)\b",
    rf"\b\d[\d,.]*\+? (?:more )?(?:new )?(?:[\w-]+ ){{0,3}}{_JOBS}\b",
    rf"\b(?:latest|new|recommended|recent|fresh|today['’]s) (?:[\w-]+ ){{0,2}}{_JOBS}\b",
    rf"\ba (?:new )?{_JOBS} (?:that )?match",
    rf"\byour (?:daily|weekly|latest|personal\w*|saved|top) (?:[\w-]+ ){{0,3}}{_JOBS}\b",
    # the newest ones, in five languages
    r"\b(?:derni(?:ers|ères)|últim[oa]s|ultim[ie]|neueste[nr]?) (?:\w+ ){0,2}(?:projets|missions"
    r"|offres|proyectos|ofertas|trabajos|projetos|vagas|progetti|offerte|lavori|projekte|jobs"
    r"|stellen\w*|aufträge)\b",
    r"^[“\"«„].+[”\"»“]\s*:\s",  # LinkedIn: “the search”: Company - Title and more
    # de
    r"\bneue[rsn]? (?:\w+ ){0,2}(?:jobs?|projekte?n?|stellen\w*|aufträge|auftrag|ausschreibung\w*"
    r"|anfragen?|missionen|mission)\b",
    r"\b(?:job|projekt|stellen|auftrags)-?(?:alarm|alert|benachrichtigung|mail|agent|vorschl\w+)",
    r"\b(?:passende|aktuelle|\d+) (?:\w+ ){0,2}(?:projekte|jobs|stellen\w*|aufträge)\b",
    # fr
    r"\bnouve(?:lles?|aux?|l) (?:\w+ ){0,2}(?:offres?|missions?|projets?|annonces?|briefs?"
    r"|opportunités?)\b",
    r"\balertes? (?:d['’])?(?:emploi|mission|projet|job)s?\b",
    r"\b\d+ (?:\w+ ){0,2}(?:offres?|missions?|projets?|annonces?)\b",
    r"\b(?:projets?|missions?|offres?) (?:pour vous|qui (?:vous )?correspond\w*)",
    # es
    r"\bnuev[oa]s? (?:\w+ ){0,2}(?:trabajos?|proyectos?|ofertas?|empleos?|oportunidad(?:es)?"
    r"|briefs?|encargos?)\b",
    r"\balertas? de (?:empleo|trabajo|proyecto)s?\b",
    r"\b\d+ (?:\w+ ){0,2}(?:trabajos|proyectos|ofertas|empleos)\b",
    # pt
    r"\bnov[oa]s? (?:\w+ ){0,2}(?:vagas?|trabalhos?|projetos?|oportunidades?)\b",
    r"\balertas? de (?:vagas?|emprego|trabalho|projeto)s?\b",
    r"\b\d+ (?:\w+ ){0,2}(?:vagas|trabalhos|projetos)\b",
    # it
    r"\bnuov[oaie] (?:\w+ ){0,2}(?:lavor[oi]|progett[oi]|offert[ae]|annunc\w+|incaric\w+"
    r"|opportunità)\b",
    r"\b(?:avvis[oi]|alert) (?:di )?(?:lavoro|progetto|offerte)\b",
    r"\b\d+ (?:\w+ ){0,2}(?:lavori|progetti|offerte|annunci)\b",
)
_BID = r"(?:proposal|application|bid|pitch|quote|submission)"
_KINDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "closed",
        (
            r"\b(?:job|project|listing|posting|brief|position|opportunity|gig|role)\b.{0,60}"
            r"\b(?:(?:was|is|has been|been|now|just) (?:\w+ )?(?:closed|cancel\w+|expired|removed"
            r"|filled|withdrawn|taken down)|no longer|closed (?:by|without)|has (?:closed|ended"
            r"|expired))",
            r"\bno longer (?:available|open|accepting)|\bstopped accepting",
            r"^\W*(?:job|project|listing|brief|position|gig)(?: post(?:ing)?)? (?:closed|cancel\w+"
            r"|filled|expired|removed|withdrawn)\b",
            r"\b(?:has |have |just )*(?:closed|cancel(?:l?ed)|withdrew|withdrawn|removed|filled"
            r"|took down|ended) (?:the|their|this|his|her|its) (?:job|project|listing|brief"
            r"|posting|position|gig)\b",
            r"\ba (?:fermé|clôturé|annulé|retiré|pourvu) (?:l['’]|la |le |cette |ce |son |sa )"
            r"(?:offre|mission|projet|annonce|poste)",
            r"\b(?:cerró|canceló|retiró|ha (?:cerrado|cancelado|retirado)) (?:el|la|su|este|esta)"
            r" (?:trabajo|proyecto|oferta|empleo|puesto|anuncio)",
            r"\b(?:encerrou|fechou|cancelou|retirou) (?:a|o|sua|seu|esta|este) (?:vaga|trabalho"
            r"|projeto|oferta|anúncio)",
            r"\bha (?:chiuso|cancellato|annullato|ritirato) (?:il |la |l['’]|questo |questa )"
            r"(?:lavoro|progetto|offerta|annuncio|posizione)",
            r"\b(?:job|projekt|auftrag|stelle|ausschreibung|anzeige)\w*\b.{0,60}\b(?:geschlossen"
            r"|beendet|abgelaufen|nicht mehr|besetzt|vergeben|storniert|zurückgezogen)\b",
            r"\b(?:offre|mission|projet|annonce|poste)\b.{0,60}(?:\bferm[ée]+e?\b|\bclôtur\w+"
            r"|\bpourvue?\b|\bexpir\w+|n['’]est plus|\bannul\w+|\btermin[ée]+e?\b)",
            r"\b(?:trabajo|proyecto|oferta|empleo|puesto|anuncio)\b.{0,60}\b(?:cerrad[oa]|cerró"
            r"|cancelad[oa]|ya no está|caducad[oa]|finalizad[oa]|cubiert[oa]|expirad[oa])\b",
            r"\b(?:vaga|trabalho|projeto|oferta|anúncio)\b.{0,60}\b(?:encerrad[oa]|fechad[oa]"
            r"|cancelad[oa]|expirad[oa]|não está mais|já não está|preenchid[oa])\b",
            r"\b(?:lavoro|progetto|offerta|annuncio|posizione)\b.{0,60}(?:\bchius[oa]\b"
            r"|\bscadut[oa]\b|\bcancellat[oa]\b|\bannullat[oa]\b|non è più)",
        ),
    ),
    (
        "viewed",
        (
            rf"\b{_BID}\b.{{0,60}}\b(?:(?:was|has been|been|is|got|just) )+(?:viewed|seen|opened"
            rf"|read"
            r"|reviewed|looked at)\b",
            rf"\b(?:viewed|opened|looked at|read|seen|saw|checked(?: out)?|reviewed|is viewing"
            rf"|is looking at):? your (?:\w+ )?{_BID}",
            rf"\b{_BID}\b.{{0,30}}\b(?:got|has|received) (?:a|its first|\d+) (?:new )?(?:views?"
            rf"|looks?)\b",
            r"\b(?:angebot|bewerbung|gebot|vorschlag)\b.{0,60}\b(?:angesehen|gesehen|geöffnet"
            r"|gelesen"
            r"|angeschaut|aufgerufen)\b",
            r"\b(?:hat|sieht sich)\b.{0,20}(?:angebot|bewerbung|gebot"
            r"|vorschlag).{0,12}\ban(?:gesehen)?\b",
            r"\b(?:proposition|candidature|offre|devis)\b.{0,60}\b(?:vue?|consultée?|ouverte?"
            r"|lue?)\b",
            r"\ba (?:vu|consulté|ouvert|lu|regardé) votre\b",
            r"\b(?:propuesta|candidatura|oferta|solicitud|postulación)\b.{0,60}\b(?:vist[oa]"
            r"|leíd[oa]"
            r"|abiert[oa])\b",
            r"\b(?:han? visto|vieron|leyeron|abrieron|vio|han? leído|leyó|ha abierto|abrió|revisó"
            r"|ha revisado) (?:tu|su)\b",
            r"\b(?:proposta|candidatura)\b.{0,60}\b(?:visualizad[oa]|vist[oa]|lid[oa]|abert[oa])\b",
            r"\b(?:visualizou|viu|leu|abriu) (?:a )?sua\b",
            r"\b(?:proposta|candidatura|offerta)\b.{0,60}\b(?:vist[oa]|visualizzat[oa]|lett[oa]"
            r"|apert[oa])\b",
            r"\bha (?:visto|visualizzato|letto|aperto) la tua\b",
        ),
    ),
    (
        "declined",
        (
            rf"\b{_BID}\b.{{0,60}}\b(?:(?:was|has been|been|is) )+(?:declined|rejected|archived"
            r"|not selected|unsuccessful)\b",
            r"\b(?:not moving forward|hired someone else|(?:went|go|going) with (?:another|someone)"
            r"|chose another|decided not to)\b|\bdeclined your\b|\bunsuccessful\b",
            r"\babgelehnt\b|\babsage\b|\banderen freelancer\b"
            r"|\bnicht (?:ausgewählt|berücksichtigt)\b",
            r"\bno (?:fue|ha sido) (?:seleccionad|elegid|aceptad)[oa]\b|\bnão foi (?:selecionad"
            r"|escolhid|aceit)[oa]?\b|\bnon è stata? (?:selezionat|scelt|accettat)[oa]\b",
            r"\b(?:proposition|candidature)\b.{0,60}\b(?:refusée?|déclinée?|rejetée?"
            r"|pas (?:été )?(?:retenue?|sélectionnée?))\b",
            r"\b(?:propuesta|candidatura)\b.{0,60}\b(?:rechazada|declinada|descartada)\b",
            r"\b(?:proposta|candidatura)\b.{0,60}\b(?:recusada|rejeitada|rifiutata|respinta)\b",
        ),
    ),
    (
        "hired",
        (
            rf"\b(?:your offer (?:was|has been) accepted|accepted your (?:offer|{_BID[3:-1]}))\b"
            r"|\byou(?:['’]ve| have| were)?(?: been)? (?:selected|chosen|picked) (?:for|as)\b",
            r"\b(?:ganaste|has ganado|ganou|hai vinto|(?:fuiste|has sido|foi|sei stat[oa])"
            r" (?:seleccionad[oa]|elegid[oa]|selecionad[oa]|escolhid[oa]|selezionat[oa]"
            r"|scelt[oa]))\b",
            r"\b(?:auftrag|projekt|zuschlag) (?:erhalten|bekommen|gewonnen)\b",
            r"\byou(?:['’]ve| have| are|['’]re| were|['’]ve been)? (?:been |just |got )*hired\b"
            r"|\bhired you\b",
            r"\b(?:your )?contract (?:\w+ ){0,6}?(?:has |have )?(?:started|begun|began"
            r"|is (?:now )?active)\b",
            r"\b(?:awarded (?:to )?you|you (?:won|got|have been awarded|were awarded|['’]ve won)"
            r" (?:the|a|this) (?:job|project|contract|brief))",
            r"\b(?:beauftragt|eingestellt|engagiert|zuschlag erhalten|den zuschlag"
            r"|vertrag (?:hat begonnen|ist gestartet|wurde gestartet))\b",
            r"\b(?:embauchée?|recrutée?|engagée?|retenue?)\b|\bcontrat (?:a )?(?:commencé"
            r"|démarré)\b"
            r"|\bvous a choisie?\b",
            r"\b(?:contratad[oa]|te (?:ha )?contrat[oó]\w*)\b|\bcontrato (?:ha )?(?:comenzado"
            r"|iniciado)\b",
            r"\bcontratou você\b|\bcontrato (?:foi )?(?:iniciado|começou|iniciou)\b",
            r"\b(?:assunt[oa]|ingaggiat[oa]|sei stat[oa] scelt[oa])\b"
            r"|\bcontratto (?:è )?(?:iniziato|avviato)\b",
        ),
    ),
    (
        "offered",
        (
            r"\byou(?:['’]ve| have)?(?: just)?(?: received| got)? (?:an?|your) (?:\w+ )?offer\b"
            r"(?! (?:alert|digest))",
            r"\b(?:sent|made|extended) you an? (?:\w+ )?(?:offer|contract)\b|\boffer (?:received"
            r"|from)\b"
            r"|\b(?:job|contract|new|direct|hiring) offer (?:from|for)\b|^offer:",
            r"\b(?:vertrags|job)?angebot\b.{0,40}\b(?:erhalten|bekommen|gesendet|geschickt"
            r"|gemacht)\b"
            r"|\bvertragsangebot\b|\b(?:neues|ein) (?:\w+ )?angebot von\b",
            r"\b(?:avez reçu|a envoyé|vous a fait|vous a envoyé)\b.{0,24}\b(?:offre"
            r"|proposition de contrat)\b"
            r"|\boffre de contrat\b",
            r"\b(?:tienes|has recibido|recibiste|te ha enviado|te envió"
            r"|te ha hecho|te hizo)\b.{0,24}\boferta\b",
            r"\b(?:tem|recebeu|enviou)\b.{0,24}\b(?:oferta|proposta de contrato)\b",
            r"\b(?:hai ricevuto|ti ha inviato|ti ha fatto|hai)\b.{0,24}\bofferta\b",
        ),
    ),
    (
        "invited",
        (
            r"\b(?:invited you|you(?:['’]ve| have| are|['’]re| were)?(?: been)? invited"
            r"|invites you|(?:wants?|would like|['’]d like) you to (?:apply|bid|submit|send"
            r"|propose)|you(?:['’]ve| have)?(?: received| got)? an? (?:\w+ )?invit\w+)\b",
            r"\binvit(?:ation|e|ed)\b.{0,40}\b(?:interview|apply|bid|submit|job|project"
            r"|propos\w+|quote)\b",
            r"\b(?:job|project|client|direct|private|interview) invit(?:e|ation)\b|^invitation\b",
            r"\beinladung\b(?! zum (?:vorstellungs|bewerbungs|kennenlern))|\beingeladen\b"
            r"|\blädt (?:sie|dich)\b",
            r"\binvitation (?:à|pour|d)|\bvous (?:a |avez été |êtes )?invit\w+|\binvitée?\b",
            r"\binvitaci[oó]n\b|\bte (?:ha )?invit\w+|\bha sido invitad|\bhas sido invitad",
            r"\bconvite\b|\b(?:te |o )?convidou\b|\bconvidad[oa]\b",
            r"\binvito\b|\bti ha invitat[oa]\b|\b(?:sei|siete) stat[oi] invitat[oi]\b",
        ),
    ),
    (
        "interviewed",
        (
            r"\binterview (?:request|scheduled|confirmed|confirmation|invitation|booked"
            r"|reminder)\b",
            r"\b(?:wants|would like|asked|requested) (?:to|an?) (?:\w+ )?interview\b"
            r"|\binterview you\b"
            r"|\bschedule (?:an|your) interview\b|\byour interview\b",
            r"\b(?:vorstellungs|bewerbungs|kennenlern)gespräch\b|\binterview-?(?:anfrage|termin"
            r"|einladung)\b"
            r"|\bzum (?:interview|gespräch)\b|\b(?:ihr|dein) interview\b|\bmöchte (?:sie"
            r"|dich) (?:interviewen|kennenlernen)\b",
            r"\b(?:demande d['’]|votre |un |passer un |invitation à un )entretien\b"
            r"|\bentretien (?:prévu"
            r"|confirmé|planifié)\b",
            r"\b(?:tu|su|una|solicitud de) entrevista\b|\bentrevista (?:programada|confirmada"
            r"|agendada)\b"
            r"|\bentrevistarte\b|\bentrevistar (?:você|vocês|a ti|lo|la)\b",
            r"\b(?:sua|uma|pedido de) entrevista\b|\bentrevista (?:agendada|confirmada|marcada)\b",
            r"\b(?:il tuo|un|richiesta di) colloquio\b|\bcolloquio (?:confermato|fissato"
            r"|programmato)\b",
        ),
    ),
    (
        "other",
        (
            r"\b(?:receipt|invoice|payment|payout|paid|withdrawal|transaction|billing|refund|tax"
            r"|membership|subscription|renewal|connects|bids? (?:refilled|remaining))\b"
            r"|\brefunded\b|\bwithdr(?:ew|awn)\b|\bjob search\b|\btop \d+\b",
            r"\b(?:password|verify|verification|security|sign[- ]?in|log[- ]?in|two-factor"
            r"|confirm your"
            r"|account|settings|terms of|privacy|policy)\b",
            r"\b(?:message|messages|messaged|replied|reply|sent you|commented|mentioned you"
            r"|chat)\b",
            r"\b(?:timesheet|work diary|milestone|weekly (?:summary|report)|feedback"
            r"|review (?:your|from)"
            r"|rate your|leave a|dispute|deadline|reminder)\b",
            r"\b(?:newsletter|tips?|webinar|survey|welcome|how to|guide|blog|community|event"
            r"|what['’]s new|update to|we['’]ve updated|complete your|profile|badge|top rated"
            r"|job success)\b",
            r"\b(?:proposal|application|bid) (?:was |has been )?(?:submitted|sent|received)\b"
            r"|\b(?:you|your) (?:applied|application)\b",
            r"\b(?:quittung|rechnung|zahlung|beleg|passwort|sicherheit|nachricht|bewertung"
            r"|gutschrift"
            r"|mitgliedschaft|bestätig\w+|auszahlung)\b",
            r"\b(?:reçu|facture|paiement|mot de passe|sécurité|message|avis|évaluation"
            r"|abonnement|virement)\b",
            r"\b(?:recibo|factura|pago|contraseña|seguridad|mensaje|valoración|suscripción"
            r"|retiro)\b",
            r"\b(?:recibo|fatura|pagamento|senha|segurança|mensagem|avaliação|assinatura|saque)\b",
            r"\b(?:ricevuta|fattura|pagamento|password|sicurezza|messaggio|recensione"
            r"|abbonamento|prelievo)\b",
        ),
    ),
)

ALERT = lazy_re("|".join(_ALERT), re.I)
# "New job alert: TITLE": what stands before the colon says what the mail is, what stands behind it
# is the job's own title.
ONE_JOB = lazy_re(
    r"^(?:\W*)(?:(?:new|latest) (?:\w+ ){0,2}(?:jobs?|projects?|briefs?|gigs?|leads?|opportunity"
    r"|role|position|listing|contest|mission)(?: (?:alert|posted|match\w*|for you))?"
    r"|job alert|project alert|brief|(?:recommended|matching) (?:job|project)"
    r"|neue[rs]? (?:\w+ ){0,1}(?:job|projekt|auftrag|stelle\w*|ausschreibung|anfrage|mission)"
    r"(?:-?alert)?|job-?alarm"
    r"|nouve(?:lle|au|l) (?:\w+ ){0,1}(?:offre|mission|projet|annonce|brief)(?: publiée?)?"
    r"|alerte (?:emploi|mission|projet)"
    r"|nuev[oa] (?:\w+ ){0,1}(?:trabajo|proyecto|oferta|empleo|brief|encargo|anuncio|solicitud)"
    r"|alerta de (?:empleo|trabajo|vagas?)"
    r"|nov[oa] (?:\w+ ){0,1}(?:vaga|trabalho|projeto|oportunidade|brief|pedido|anúncio)"
    r"|nuov[oa] (?:\w+ ){0,1}(?:lavoro|progetto|offerta|annuncio|incarico|brief"
    r"|richiesta))\s*[:–—]\s*(.{2,})$",
    re.I,
)
OUTCOMES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, lazy_re("|".join(rows), re.I)) for kind, rows in _KINDS
)


# Mails about alerts and about looking for work, which are none however many jobs they name.
ABOUT_ALERTS = lazy_re(
    r"\b(?:confirm|verify|activate|set up|create|manage|turn (?:on|off)|improve|get more|how to"
    r"|complete)\b.{0,40}\b(?:alerts?|jobs?|notifications?|matches)\b"
    r"|\b(?:alert|notification|search)s?\b.{0,24}\b(?:created|saved|confirmed|turned o(?:n|ff)"
    r"|paused|deleted|removed|disabled|expir\w+|stopped|activated|updated)\b"
    r"|\b(?:alarm|benachrichtigung|suchagent|suche)\w*\b.{0,24}\b(?:erstellt|gespeichert"
    r"|bestätig\w+|gelöscht|pausiert|deaktiviert|aktiviert|läuft ab)\b"
    r"|\balerte?\b.{0,24}\b(?:créée?|enregistrée?|supprimée?|désactivée?|activée?|confirm\w+)"
    r"|\balertas?\b.{0,24}\b(?:cread[oa]|criad[oa]|guardad[oa]|eliminad[oa]|desactivad[oa]"
    r"|desativad[oa]|excluíd[oa]|confirm\w+)"
    r"|\b(?:avviso|alert)\b.{0,24}\b(?:creat[oa]|salvat[oa]|eliminat[oa]|disattivat[oa])"
    r"|^(?:wie (?:sie|du)|comment|cómo|como|come)\b",
    re.I,
)
# Words of a mail to somebody about his own work: no alert speaks so, whatever job it names.
PERSONAL = lazy_re(
    r"\b(?:you(?!\s+(?:may|might))|your|yours|proposal|bid|application|contract|offer|interview"
    r"|client|congrat\w+"
    r"|ihr|ihre[nrms]?|dein|deine[nrms]?|sie|kunde|angebot|bewerbung|vertrag|glückwunsch|leider"
    r"|votre|vos|vous|candidature|contrat|félicitations"
    r"|tu|tus|su|propuesta|cliente|contrato|felicidades|enhorabuena"
    r"|sua|seu|você|proposta|parabéns|tua|tuo|ti|contratto|candidatura|complimenti)\b",
    re.I,
)


def outcome_in(text: str, *, but: frozenset[str] = frozenset()) -> str | None:
    """The kind that a subject or line says in so many words; None where it says none of them."""
    return next(
        (kind for kind, pattern in OUTCOMES if kind not in but and pattern.search(text)), None
    )
