"""Prices per piece of work: per word, page, article, minute of audio, 1,000 characters, each.

Such a price is no total. The units are those that writers, translators, transcribers, designers
and data workers are paid by on the boards that were read; an unknown word behind a slash or a word
for "per" is a unit too, under its own name, so that a price of something unknown is never taken for
the price of the whole.
"""

from __future__ import annotations

import re

from goldmine_ingest.facts.pay_periods import PER_SURE, pay_period, period_match
from goldmine_ingest.facts.pay_words import ISO_CODES
from goldmine_ingest.text.lazy_re import lazy_re

_QUALIFIED = "(?:audio|video|finished|recorded|running|footage|source|film|transcribed)"
_MATERIAL = (
    r"(?:of|de|d'|di|des) ?(?:(?:finished|raw|the|recorded|edited|final) )?(?:audio|video|vídeo"
    r"|vidéo|footage|recordings?|film|speech|content|material|tape|source)"
)
# The unit's name, and its words (patterns, separated by commas) in the languages that are read.
UNITS = {
    "audio minute": (
        rf"{_QUALIFIED}[ -]min(?:ute)?s?, min(?:ut[eo])?s? {_MATERIAL}, audiominuten?"
        r", min(?:ute)?s? (?:audio|video), минут\w* (?:аудио|видео|записи)"
    ),
    "audio hour": (
        rf"{_QUALIFIED}[ -]h(?:ou)?rs?, (?:h(?:ou)?rs?|heures?|horas?|or[ae]) {_MATERIAL}"
        r", audiostunden?, pfh, stunde audio\w*, час\w* (?:аудио|видео|записи)"
    ),
    "word": (
        r"(?:source |target |translated |written |published )?words?, wd, (?:ziel|quell)?w[oö]rt"
        r"(?:er|ern|es)?, mots?(?: sources?)?, palabras?, palavras?, parol[ae], woord(?:en)?"
        r", słow[oa], słów, слов[оа]?, ord, slov[oa], sana, szó, cuvânt, kelime, λέξη"
        r", 单词"
    ),
    "character": (
        r"characters?, chars?, zeichen, anschläge, caract[eè]res?, caracter(?:es)?, car[aá]cter"
        r", caratter[ei], znak(?:i|ów|y|ů)?, знак\w*, символ\w*, signes?, tecken, tegn"
        r", karakter\w*, merkkiä?, zzs, збп, зн\.?, символів, 文字, 字"
    ),
    "line": (
        r"lines?(?: of code)?, (?:norm)?zeilen?, lignes?, líneas?, linhas?, rig[ah]e?, regels?"
        r", строк\w*"
    ),
    "page": (
        r"(?:translated |a4 |standard |finished |single |web |landing |double[- ]spaced )?pages?"
        r", pg, pp, (?:norm)?seiten?, cartell[ae], normostr[ao]n\w*, сторін\w*, сторінк\w*"
        r", p[áa]ginas?, pagin[ae](?:'s)?, stron[ayęę]?, страниц\w*"
        r", sid[ae], sidor, stran[aouy]?, sivu, oldal, pagină, sayfa, σελίδα"
    ),
    "article": (
        r"(?:\d{3,4}[- ]words? |published |written |long |seo )?articles?, (?:fach)?artikel"
        r", 記事, artículos?, artigos?, articol[oi]?, artykuł\w*, стать\w*, статт\w*, artiklar?"
        r", (?:blog ?|guest |forum )?posts?, beitr[aä]ge?, blogbeitrag, billets?, stories"
        r", story, essays?, newsletters?, texts?, texte?s?, textos?, teksten?"
    ),
    "slide": r"slides?, folien?, diapositivas?, diapos?, diapositives?, slajd\w*, слайд\w*",
    "image": (
        r"(?:edited |retouched |product )?images?, imgs?, pics?, pictures?, photos?, bild(?:er)?"
        r", fotos?, foto's, im[aá]gen(?:es)?, imagens?, imagem, immagin[ei], afbeelding(?:en)?"
        r", zdjęci\w*, obraz\w*, изображени\w*, фото\w*, картинк\w*, illustrations?"
        r", renders?, renderings?, drawings?, pieces? of art"
    ),
    "video": (
        r"(?:finished |edited |short |long |youtube )?videos?, vídeos?, vidéos?, clips?, reels?"
        r", shorts?, tiktoks?, видео\w*, ролик\w*, episodes?, filmik\w*"
    ),
    "minute": r"min(?:ute)?s?, minuten, minutos?, minut[oiyaęe]?, минут\w*, мин, minuut, minuutti",
    "lead": (
        r"(?:qualified |valid |verified )?leads?, contacts?, kontakte?, contatt[oi], contactos?"
        r", лид\w*, prospects?, appointments?, (?:booked )?meetings?, termine?, conversions?"
        r", sign-?ups?, installs?, clicks?, emails?, e-mails?, mails?, calls?, sales?"
    ),
    "row": (
        r"rows?, records?, entr(?:y|ies), datens[aä]tz(?:e)?, lignes? de données, filas?"
        r", registros?, wiersz\w*, запис\w*, data points?, cells?"
    ),
    "product": (
        r"(?:product )?(?:products?|listings?|items?|skus?"
        r"|descriptions?), produkte?, produits?, fiches?(?: produits?)?"
        r", productos?, produtos?, prodott[oi], товар\w*, карточк\w*, orders?, produktu"
    ),
    "piece": (
        r"pieces?, pcs?, stück, stk, stuks?, pi[eè]ces?, piezas?, peças?, pezz[oi], sztuk[aęi]?"
        r", szt, шт\.?, штук\w*, kus, ks, units?, unité, unidad(?:es)?, unidades?, unit[àa], kpl"
        r", ud\.?, uds\.?, pz\.?, un\.?, ea, each, buc\.?, bucat[ăa]"
        r", db, styck, adet"
    ),
    "post": r"tweets?, (?:instagram|social|facebook|linkedin)[- ](?:media )?posts?, пост\w*",
    "document": r"documents?, docs?, files?, dokumente?, dateien?, fichiers?, archivos?, файл\w*",
    "design": r"designs?, logos?, icons?, banners?, thumbnails?, layouts?, screens?, mockups?",
    "task": r"tasks?, tickets?, bugs?, issues?, aufgaben?, tâches?, tareas?, tarefas?, задач\w*",
    "review": r"reviews?, surveys?, responses?, interviews?, отзыв\w*, bewertung(?:en)?, avis",
    "person": (
        r"persons?, people, participants?, students?, users?, developers?, devs?, testers?, heads?"
        r", seats?, candidates?, hires?, personnes?, personas?, pessoas?, человек\w*"
    ),
    "lesson": r"lessons?, class(?:es)?, sessions?, chapters?, modules?, folgen?, clases?, cours",
    "song": r"songs?, tracks?, tunes?, beats?, voice-?overs?",
    "milestone": r"milestones?, sprints?, stages?, phases?, etap\w?",
    "answer": r"questions?, answers?, labels?, annotations?, prompts?, samples?",
    "mile": r"miles?, km, kilomet(?:er|re)s?",
    "shift": r"shifts?, schicht(?:en)?, turnos?, turni?, zmian[aęy]",
    "half day": (
        r"half[ -]days?, halbe[rn]? tag(?:e|es)?, demi[- ]journées?, medio día, media jornada"
        r", mezza giornata, meio dia, pół dnia, полдня, halve dag, halvdag"
    ),
    "half hour": (
        r"half[ -]?(?:an )?hours?, halbe stunde, demi-?heure, media hora, mezz'?ora, meia hora"
        r", pół godziny, полчаса, півгодини, half uur"
    ),
    "2 weeks": r"fortnights?, (?:two|2|other) weeks?, zwei wochen, quinzaine, quincena, quinzena",
    "half month": r"half month",
    "quarter": r"quarters?, quartal, trimestres?, trimestre, kwartał, квартал",
    "visit": r"visits?, visites?, visitas?, besuche?",
}
_END = r"(?![^\W\d_])"
_WORDS = tuple(
    (unit, lazy_re(rf"(?:{'|'.join(words.split(', '))}){_END}")) for unit, words in UNITS.items()
)
_ANY = lazy_re("|".join(f"(?:{'|'.join(words.split(', '))}){_END}" for words in UNITS.values()))
_EACH = lazy_re(
    r"[\s,;:(-]{0,2}(?:each\b(?! ?(?:hour|day|week|month|year))|apiece\b|a piece\b|a pop\b|/ ?pc\b"
    r"|(?:pro|je|das) stück\b|à? ?l'unité\b|(?:la )?pièce\b|cada un[oa]?\b|l'un[oa]?\b|cadauno\b"
    r"|per stuk\b|(?:za|per) szt(?:ukę)?\b|за (?:шт\.?|штуку)|/ ?stk\b|styck(?:et)?\b|kpl\b"
    r"|/ ?шт\b|τεμάχιο|/? ?ea\b\.?|chac(?:un|une)\b|jeweils\b|ciascun[oa]?\b|cadauno\b|elk\b"
    r"|каждый\b|каждая\b|за каждую\b|кожен\b|(?<= )cada(?= ?(?:$|[.,;)])))",
)
# Said without a word for "per": "$2,000 bi-weekly", "$75 PFH".
_ALONE = (
    (
        "2 weeks",
        lazy_re(
            r"[\s,(]{0,2}(?:bi-?weekly|fortnightly|quinzenal|quincenal|14-tägig|zweiwöchentlich)\b"
        ),
    ),
    (
        "half month",
        lazy_re(
            r"[\s,(]{0,2}(?:semi-?monthly|(?:twice|two times) (?:a|per|each) month|2x ?/? ?month)\b"
        ),
    ),
    (
        "quarter",
        lazy_re(
            r"[\s,(]{0,2}(?:quarterly|vierteljährlich|trimestriel(?:le)?|trimestral|kwartalnie|ежеквартально)\b"
        ),
    ),
    ("audio hour", lazy_re(r"[\s,(]{0,2}pfh\b")),
)
_BETWEEN = (
    r"[\s,;:(~+-]{0,3}(?:(?:usd|eur|gbp|cad|aud|nzd|chf|inr|sgd|net(?:to)?|brut(?:to|o)?|cents?"
    r"|dollars?|euros?|pounds?)\b\)?"
    r"[\s,(]{0,2})?"
)
_THOUSANDS = (
    r"(?:(?:tranche|block|batch|set|pack|bloque|lot) (?:of|de) )?"
    r"(?P<count>\d[\d., ]{0,7}?\s?(?:(?:k|к|m|тыс|тис|thousand|million|billion|tausend|mille|mil"
    r"|tys)(?![^\W\d_])\.?)?|(?:mille|thousand|hundred|dozen|tausend|hundert|сто|тысяч[уа]|k)"
    r"(?![^\W\d_])) ?"
)
_ARTICLE = (
    r"(?:\bl'|\b(?:an?|ad|alla|the|le|la|el|der|die|das|il|lo|o|et|en|na|på|pr|в|на|по)"
    r"(?![^\W\d_]))"
)
_SURE = lazy_re(
    rf"{_BETWEEN}(?P<per>{PER_SURE}) ?(?:{_ARTICLE} )?(?:{_THOUSANDS})?"
    r"(?P<word>[^\W\d_][\w'-]*(?: [^\W\d_][\w'-]*){0,3})"
)
_LOOSE = lazy_re(rf"{_BETWEEN}{_ARTICLE} ?(?:{_THOUSANDS})?(?P<word>[^\W\d_][^,;.()]{{0,30}})")
# Behind a slash or "per" these are no unit: what the sum is otherwise, or a way to say more of it.
_NO_UNIT = lazy_re(
    r"(?:nego\w*|fixed|flat|total|obo|doe|dpe|net|gross|netto|brutto?|brut|max|min|maximum|minimum"
    r"|equity|remote|agreement|discussion|experience|see|or|and|depending|based|your|our|my|their"
    r"|best|tbd|plus|up|the (?:whole|entire|full|complete)|whole|entire|complete|all|this|that"
    r"|everything|start|now|yes|all|всю|всё|все|весь|это|alles|gesamt|tout|todo|tutto"
    r"|rata|bono|inside|outside|ir35|c2c|w2|1099|b2b|corp|contract|full|part|request|client|platform"
    r"|approx|roughly|about|around|negotiable|verhandel\w+|vhb|vb|ca|tarif|tariff|accord|invoice"
    r"|работ\w*|услуг\w*|чтобы|задани\w*|projekt\w*|proje\w*|progett\w*|proyect\w*)\b"
)
_CODE = lazy_re(r"[a-z]{3}\b")


def unit_behind(text: str) -> tuple[str, int] | None:
    """The unit that the words right behind an amount say it is for, and where they end: " per word"
    is "word", " per 1,000 characters" is "1000 characters", " each" is "piece", "/frobnicate" is
    "frobnicate". None where they name a time, the whole project or nothing.
    """
    low = text[:60].lower()
    if piece := _EACH.match(low):
        return "piece", piece.end()
    for unit, words in _ALONE:
        if alone := words.match(low):
            return unit, alone.end()
    if counted := _FOR_COUNTED.match(low):
        words_or_characters = "words" if counted["words"] else "characters"
        return f"{_count(counted['count'])} {words_or_characters}", counted.end()
    if match := _SURE.match(low):
        return _named(match, low, known=False)
    match = _LOOSE.match(low)
    return _named(match, low, known=True) if match else None


def _named(match: re.Match[str], low: str, *, known: bool) -> tuple[str, int] | None:
    word, count = match["word"], _count(match["count"])
    if not known and _THE_WHOLE.match(match["per"] + low[match.end("per") :]):
        return None
    if at := _known(word, qualified=not known):
        unit, end = at
        return (f"{count} {unit}s" if count else unit), match.start("word") + end
    if not known and (timed := _TIMED.match(f"{count} {word}")):
        return timed[0], match.start("word") + len(timed["time"])
    if (
        known
        or period_match(low, anchored=True)
        or _NO_UNIT.match(word)
        or pay_period(f"/{word}", anchored=True)
    ):
        return None
    first, *rest = word.split()
    if first in _ENDS_PHRASE:
        return None
    if rest and rest[0] not in _ENDS_PHRASE and _DONE.fullmatch(first):
        first = f"{first} {rest[0]}"
    if len(first) < _SHORTEST or _is_money(first):
        return None
    return (f"{count} {first}" if count else first), match.start("word") + len(first)


def _known(phrase: str, *, qualified: bool = False) -> tuple[str, int] | None:
    """The unit of a phrase and where it ends. The phrase may begin with what kind of it is meant
    (`qualified`): "booked appointment", "edited photo"; not what stands behind "for", "in" and the
    like.
    """
    start = 0
    for _ in range(3 if qualified else 1):
        for unit, words in _WORDS:
            if match := words.match(phrase, start):
                return unit, match.end()
        first, _, rest = phrase[start:].partition(" ")
        if not rest or first in _ENDS_PHRASE:
            return None
        start += len(first) + 1
    return None


_ENDS_PHRASE = frozenset(
    "for in of with and or to at on as plus we you i our the a an per up by is are hour hr h hrs"  # noqa: SIM905
    " day week month mo year project job".split()
)
_FOR_COUNTED = lazy_re(
    r"[\s,(]{0,2}(?:for|für|pour|por|per|za|за) (?:each |every |je |chaque |cada )?"
    r"(?P<count>100|250|300|500|1[ ,.]?000|1k|thousand|mille|тысячу) ?"
    r"(?:(?P<words>words?|wörter|mots|palabras|palavras|parole|woorden|słów|слов|слів)"
    r"|characters|zeichen|signes|caracteres|caratteri|tekens|znaków|знаков|знаків|символ\w+)\b"
)
# "por el logo", "per il sito": one thing, and the whole of it
_THE_WHOLE = lazy_re(
    r"(?:por|per|pro) (?:l'|(?:el|la|los|las|il|lo|i|le|the|das|den|die) (?!hora|ora|día))"
)
# "$100/2 hours", "$30 per 30 min"
_TIMED = lazy_re(r"(?:[2-9]|1[0-2]) (?P<time>hours?|hrs?|days?)\b")
_DONE = lazy_re(r"[a-z]{3,}ed")  # "per closed deal": what is paid for is the deal
_SHORTEST = 3  # letters of an unknown unit; "/k", "/x" are slips


def _is_money(word: str) -> bool:
    return word.upper() in ISO_CODES


def _count(text: str | None) -> str:
    """The digits of "1,000", "1k", "thousand"; "" for one."""
    if not text:
        return ""
    digits = re.sub(r"\D", "", text) or "1"
    word = re.sub(r"[\W\d_]", "", text)
    zeros = _ZEROS.get(word, "000")
    return "" if digits + zeros == "1" else digits + zeros


_ZEROS = {
    **{"": "", "hundred": "00", "hundert": "00", "сто": "00"},
    **{"m": "000000", "million": "000000", "billion": "000000000"},
}


_LABEL = lazy_re(
    rf"(?:{PER_SURE}|-) ?(?:{_ARTICLE} )?(?:{_THOUSANDS})?(?P<word>[^\W\d_][\w' -]{{0,24}}?)"
    r"(?: (?:rate|price|fee|pay|payment|preis|honorar))?(?: (?:is|of|at|ist|est|pays|will be"
    r"|gibt es|zahlen wir|zahle ich|(?:we|i) (?:can )?(?:pay|offer)|(?:on|nous) (?:paie|payons"
    r"|offrons)"
    r"|pagamos|ofrecemos|paghiamo|offriamo|betalen we|płacimy|платим|платимо))?"
    r" ?[:=-]? ?(?:~|about |around |approx\.? |up to |from )?$"
)
_EACH_BEFORE = lazy_re(
    r"^(?:[2-9]|\d\d) ?[x×] ?$|(?:^|[\s,;:(])(?:je|jeweils|each|chacun|cada un[oa]|ciascuno) ?:? ?$"
)
# "kelime başına 2 TL", "1文字1円"
_POSTPOSED = lazy_re(
    r"(?P<word>[^\W\d_]+) (?:başına|başı|onként) ?:? ?$|[1一](?P<counted>文字|字|枚|件|本"
    r"|記事) ?[:=]? ?$"
)
_HYPHENED = lazy_re(
    r"(?P<word>word|page|article|minute|piece|image|line|lead)[ -](?:rate|price|fee)"
    r"(?: (?:is|of|at))? ?[:=-]? ?$|(?P<german>wort|seiten|zeilen|stück|artikel)preis"
    r"(?: (?:ist|von))? ?[:=-]? ?$"
)


def unit_before(text: str) -> str | None:
    """The unit that the words right before an amount say it is for: "rate per word: ", "price per
    1,000 characters - ", "pay per article is ".
    """
    low = text[-70:].lower()
    if _EACH_BEFORE.search(low):
        return "piece"
    if behind := _POSTPOSED.search(low):
        at = _known(behind["word"] or behind["counted"])
        return at[0] if at else None
    for per in re.finditer(PER_SURE, low):
        match = _LABEL.match(low, per.start())
        if match and (
            unit := next((unit for unit, words in _WORDS if words.fullmatch(match["word"])), None)
        ):
            count = _count(match["count"])
            return f"{count} {unit}s" if count else unit
    hyphened = _HYPHENED.search(low)
    if hyphened is None:
        return None
    german = {"wort": "word", "seiten": "page", "zeilen": "line", "stück": "piece"}
    return hyphened["word"] or german.get(hyphened["german"], "article")
