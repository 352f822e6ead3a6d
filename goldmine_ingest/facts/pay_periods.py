"""The words for the times that pay is per: hour, day, week, month, year, in two dozen languages of
Europe and the Americas, in full, short and glued forms; and what is for a whole project.

The nouns and their short forms are those of CLDR's units (long, short and narrow forms of hour,
day, week, month and year in each language), in the cases that stand behind that language's word
for "per"; the adverbs and glued forms ("p/h", "TJM", "LPA") are those that job boards print. Each
row of the table is tested.
"""

from __future__ import annotations

import re
from decimal import Decimal

from goldmine_ingest.model.posting import PayPeriod
from goldmine_ingest.text.lazy_re import lazy_re

# language | period | nouns behind a slash or a word for "per" | words that say it alone
TABLE = """
en | hour | hours? hrs? h hourly | hourly hrly p/h p.h. ph hour-rate hr hour
en | day | days? d dy | daily day-rate day-?rate p/d p.d. pd per-diem
en | week | weeks? wks? w | weekly p/w p.w. pw
en | month | months? mos? mth mths mnth m | monthly pcm p/m pm p.m.
en | year | years? yrs? y annum | yearly annual annually p.a. p.a p.-a. pa p/a per-annum
de | hour | stunde std std. h | stundensatz stundenlohn stündlich stundenbasis
de | day | tag personentag manntag pt | tagessatz täglich tageshonorar
de | week | woche wo | wöchentlich wochenlohn
de | month | monat mon mtl | monatlich monatsgehalt mtl.
de | year | jahr j | jährlich jahresgehalt jahresbrutto
fr | hour | heure h hr | horaire taux-horaire tarif-horaire prix-horaire
fr | day | jour jr j journée | tjm journalier journalière quotidien
fr | week | semaine sem sem. | hebdomadaire hebdo
fr | month | mois m | mensuel mensuelle mensuels mensuellement
fr | year | an année ans | annuel annuelle annuels annuellement brut-annuel
es | hour | hora horas hr h | por-hora
es | day | d[ií]a jornada | diario diaria diarios diarias
es | week | semana sem | semanal semanales
es | month | mes | mensual mensuales mensualmente
es | year | año | anual anuales anualmente
pt | hour | hora hr h | hora-trabalhada
pt | day | dia diária | diário diária
pt | week | semana | semanal semanais
pt | month | m[eê]s | mensal mensais mensalmente
pt | year | ano | anual anuais
it | hour | ora h | orario oraria orari
it | day | giorno gg giornata dì | giornaliero giornaliera al-giorno
it | week | settimana sett | settimanale settimanali
it | month | mese | mensile mensili
it | year | anno | annuo annui annua annuale annuali
nl | hour | uur u | uurloon uurtarief uurbasis p/u p.u. pu
nl | day | dag | dagtarief dagelijks
nl | week | week | wekelijks
nl | month | maand mnd | maandelijks maandsalaris
nl | year | jaar jr | jaarlijks jaarsalaris
pl | hour | godzin[aęy]? godz godz. h rbh | godzinowo stawka-godzinowa
pl | day | dzień dnia dz | dziennie dzienna
pl | week | tydzień tyg tyg. | tygodniowo
pl | month | miesi[aą]c mies mies. mc m-c | miesięcznie miesięczna
pl | year | rok roku | rocznie
cs | hour | hodin[auy]? hod hod. h | hodinově
cs | day | den manday | denně
cs | week | týden týd | týdně
cs | month | měsíc měs měs. | měsíčně
cs | year | rok | ročně
sk | hour | hodin[auy]? hod hod. | hodinovo
sk | day | deň | denne
sk | week | týždeň týž | týždenne
sk | month | mesiac mes | mesačne
sk | year | rok | ročne
ru | hour | час часа ч ч. | почасов\\w*
ru | day | день дня смену смена сутки | ежедневно
ru | week | неделю неделя нед нед. | еженедельно
ru | month | месяц мес мес. | ежемесячно
ru | year | год г г. | годов\\w*
uk | hour | годин[уи] | погодинн\\w*
uk | day | день | щоденно
uk | week | тиждень тижд | щотижня щотижнево
uk | month | місяць міс міс. | щомісяця щомісячно
uk | year | рік р. | щороку
sv | hour | timme timmen timma tim tim. h | timlön timpris timarvode
sv | day | dag dagen | dagligen dagsarvode
sv | week | vecka veckan v | veckovis
sv | month | månad månaden mån mån. | månadsvis månadslön
sv | year | år året | årligen årslön
da | hour | time timen | timeløn timepris
da | day | dag dagen | dagligt daglig
da | week | uge ugen | ugentligt
da | month | måned måneden md md. mdr | månedligt månedsløn
da | year | år året | årligt årsløn
no | hour | time timen | timelønn timesats timepris
no | day | dag dagen | daglig dagsats
no | week | uke uka uken | ukentlig
no | month | måned måneden mnd mnd. | månedlig månedslønn
no | year | år året | årlig årslønn
fi | hour | tunti t h | tunnissa tuntipalkka tuntihinta
fi | day | päivä pv pvä | päivässä päiväpalkka
fi | week | viikko vko vk | viikossa
fi | month | kuukausi kk | kuukaudessa kuukausipalkka
fi | year | vuosi v | vuodessa
hu | hour | óra ó | óránként órabér óradíj
hu | day | nap | naponta napidíj
hu | week | hét | hetente
hu | month | hónap hó hó. | havonta havi
hu | year | év | évente évi
ro | hour | or[aă] h | orar
ro | day | zi | zilnic
ro | week | săptămân[aă] săpt săpt. | săptămânal
ro | month | lun[aă] | lunar
ro | year | an | anual
tr | hour | saat sa | saatlik saatte saati
tr | day | gün | günlük günde
tr | week | hafta | haftalık haftada
tr | month | ay | aylık ayda
tr | year | yıl sene | yıllık yılda
el | hour | ώρα ώρες | ωριαία ωρομίσθιο
el | day | ημέρα μέρα | ημερησίως ημερομίσθιο
el | week | εβδομάδα εβδ | εβδομαδιαία εβδομαδιαίως
el | month | μήνα μήνας | μηνιαία μηνιαίως
el | year | έτος χρόνο | ετησίως ετήσια
bg | hour | час ч | почасово
bg | day | ден | дневно
bg | week | седмица | седмично
bg | month | месец мес | месечно
bg | year | година | годишно
hr | hour | sat h | satnica
hr | day | dan | dnevno dnevnica
hr | week | tjedan | tjedno
hr | month | mjesec mj | mjesečno
hr | year | godin[au] god | godišnje
ca | hour | hora h | per-hora
ca | day | dia | diari diaris
ca | week | setmana | setmanal
ca | month | mes | mensual
ca | year | any | anual
ht | hour | èdtan lè | pa-lè
ja | hour | 時間 時 h | 時給 時間給
ja | day | 日 | 日給 日当
ja | month | 月 ヶ月 | 月給 月額
ja | year | 年 | 年収 年俸
zh | hour | 小时 小時 时 | 时薪 時薪
zh | day | 天 日 | 日薪
zh | month | 月 | 月薪
zh | year | 年 | 年薪
ko | hour | 시간 | 시급
ko | month | 월 | 월급
ko | year | 년 | 연봉
"""
# Words for a whole project.
_PROJECT = (
    "projects?",
    "jobs?",
    "gig",
    "contract",
    "assignment",
    "engagement",
    "auftrag",
    "projekt",
    "projet",
    "proyecto",
    "projeto",
    "progetto",
    "про[еє]кт",
    "заказ",
    "projektet",
    "projekti",
    "zlecenie",
    "opdracht",
)
_PROJECT_ALONE = (
    r"fixed[ -]?price|\bfixed\b|flat (?:fee|rate|price)|\bflat\b(?= ?(?:[,.)]|$))|festpreis"
    r"|pauschal\w*|forfait\w*|prix fixe|precio fijo|precio cerrado|preço fixo|prezzo fisso"
    r"|a corpo\b|vaste prijs|фикс\w*|one[- ](?:time|off)|lump sum|fast pris|kiinteä hinta"
    r"|stała cena|ryczałt\w*|pevná cena|за всё|за все(?![\w])"
)
# What stands for "per". A slash and the first ones may stand before any word; a word that is no
# time then is a unit of its own (see `pay_units`).
PER_SURE = (
    r"/|\bper\b|\bx(?= hora)|\bfor (?:each|every)\b|\b(?:por|za|per|за) (?:cada|każdą|każdy|ogni"
    r"|каждую"
    r"|каждый)\b|\bpro\b|\bpar\b|\bpor\b|\bза\b|\bje\b|\bcada\b|\beach\b|\bevery\b|\bper each\b"
    r"|\bpr\.?(?= )|\bpe\b|\bna\b|\bza\b|\bkażd[aąey]\b|\bchaque\b|\bвід\b|\bανά\b|\bkohden\b"
)
_PER = (
    rf"(?:{PER_SURE}|\ban?\b|\bthe\b|\bl'|\bde l'|\bby the\b|\bin der\b|\bim\b|\bdie\b|\bder\b"
    r"|\bden\b|\bam\b|\bв\b|\bna\b|\bal\b|\ball'|\balla\b|\bà l'|\bla\b|\ble\b|\bel\b|\bao\b|\bà\b"
    r"|\bon\b|\bi\b|\bom\b|\bem\b|\bpå\b|\bв \b|\bна\b|\bτην\b|\bτον\b|\bτο\b)"
)
_ORDER: tuple[PayPeriod, ...] = ("hour", "day", "week", "month", "year")


def _rows() -> list[tuple[str, PayPeriod, tuple[str, ...], tuple[str, ...]]]:
    rows: list[tuple[str, PayPeriod, tuple[str, ...], tuple[str, ...]]] = []
    for line in TABLE.strip().splitlines():
        language, name, nouns, alone = (cell.strip() for cell in line.split("|"))
        period = next(each for each in _ORDER if each == name)
        rows.append((language, period, tuple(nouns.split()), tuple(alone.split())))
    return rows


ROWS = tuple(_rows())
"""(language, period, patterns of its nouns, words that say it alone)."""
# Alone they are other words too: "2 pm", "pa" (Haitian, Welsh), "ph" (acidity).
_ONLY_BEHIND_A_FIGURE = frozenset(
    {
        "p/m",
        "pm",
        "p.m.",
        "pd",
        "ph",
        "hr",
        "hour",
        "pu",
        "p/u",
        "p.u.",
        "saati",
        "pw",
        "pa",
        "pcm",
        "horaire",
        "quotidien",
    }
)


def _pattern(period: PayPeriod) -> tuple[str, str, str]:
    """Nouns, words that say it anywhere, and those that say it right behind a figure only."""
    nouns = {each.replace(".", r"\.") for _, p, words, _ in ROWS if p == period for each in words}
    alone = {each for _, p, _, words in ROWS if p == period for each in words}
    return (
        "|".join(sorted(nouns, key=len, reverse=True)),
        _whole(alone - _ONLY_BEHIND_A_FIGURE),
        _whole(alone),
    )


def _whole(words: set[str]) -> str:
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(
        (r"(?<![^\W\d_])" if word[0].isascii() or word[0].isalpha() else "")
        + word.replace(".", r"\.").replace("-", "[ -]?")
        + r"(?![^\W\d_])"
        if word.isascii() or ord(word[0]) < _EAST_ASIAN
        else word
        for word in ordered
    )


_EAST_ASIAN = 0x2E80
_END = r"(?![^\W\d_])"
_HALF = r"(?:(?:full|working|calendar|billable|worked|man|business) ?-?)?"
# What may stand between the amount and its period: "80 € netto/Stunde", "$45 CAD per hour".
_BETWEEN = (
    r"[\s,;:(~+-]{0,3}(?:(?:usd|eur|gbp|cad|aud|nzd|chf|inr|sgd|(?:net(?:to|os?|s|t[ei])?|nettó"
    r"|brut(?:to|os?|s|t[ei])?|bruttó|lord[io]|gross|before tax|na rękę|do ręki|на руки|чистыми"
    r"|(?:excl?|inc?l|exkl|inkl|zzgl|plus|\+|ex|bez|без|sin|hors|senza|sem|más|mas|exc)\.? ?"
    r"(?:vat|gst|tax(?:es)?|btw|mwst|ust|tva|iva|ндс|пдв|super|moms)|(?:vor|nach) steuern|ht|ttc)"
    r"|dollars?|euros?|pounds?|d[óo]lares)\b\.?\)?[\s,(]{0,2}){0,3}"
)


def _compiled() -> tuple[tuple[PayPeriod, re.Pattern[str], re.Pattern[str]], ...]:
    periods: list[tuple[PayPeriod, re.Pattern[str], re.Pattern[str]]] = []
    for period in _ORDER:
        nouns, anywhere, behind = _pattern(period)
        noun = rf"{_PER} ?{_HALF}(?:{nouns}){_END}"
        # "and/or", "(m/w/d)": a letter is a period right behind a figure only.
        long = "|".join(each for each in nouns.split("|") if each == "h" or len(each) > 1)
        noun_anywhere = rf"{_PER} ?{_HALF}(?:{long}){_END}"
        bare = rf"^(?:{nouns})\.?$"
        periods.append(
            (
                period,
                lazy_re(rf"{noun_anywhere}|{anywhere}|{bare}"),
                lazy_re(rf"{_BETWEEN}(?:{noun}|(?:{behind}))"),
            )
        )
    project = rf"{_PER} ?(?:whole |entire |full |complete )?(?:{'|'.join(_PROJECT)}){_END}"
    periods.append(
        (
            "project",
            lazy_re(rf"{project}|{_PROJECT_ALONE}|^(?:{'|'.join(_PROJECT)})$"),
            lazy_re(rf"{_BETWEEN}(?:{project}|(?:{_PROJECT_ALONE}))"),
        )
    )
    return tuple(periods)


PERIODS = _compiled()


def pay_period(text: str, *, anchored: bool = False) -> PayPeriod | None:
    """The period that a text names: "/hr", "a year", "pro Tag", "monthly", "fixed price".
    `anchored`: only at its start.
    """
    match = period_match(text, anchored=anchored)
    return match[0] if match else None


# "год" and "година" are an hour in Ukrainian and a year in Russian and Bulgarian.
_HOUR_OR_YEAR = lazy_re(r"\b(?:год(?:ин[аиу])?)(?![^\W\d_])\.?")


def is_ukrainian_hour(words: str, currency: str | None, text: str, most: Decimal | None) -> bool:
    """Whether the `words` of a period that reads as a year are Ukraine's hour: the sum is in its
    money, or the `text` has letters that neither Russian nor Bulgarian has, or nobody is paid so
    little (`most`) for a year.
    """
    if not _HOUR_OR_YEAR.search(words.lower()):
        return False
    if currency in ("UAH", "RUB", "BGN"):
        return currency == "UAH"
    return bool(_UKRAINIAN.search(text)) or (most is not None and most < _LEAST_A_YEAR)


_LEAST_A_YEAR = 1_000


_UKRAINIAN = lazy_re(r"[іїєґІЇЄҐ]|годину")


def period_match(text: str, *, anchored: bool = False) -> tuple[PayPeriod, int] | None:
    """The same, and where its words end."""
    text = text.lower()
    for period, pattern, here in PERIODS:
        if match := here.match(text) if anchored else pattern.search(text):
            return period, match.end()
    return None
