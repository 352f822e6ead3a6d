"""Writes goldmine_ingest/data/territories.json and customs.json from CLDR (through Babel) and the
names below.
Run: python -m tools.make_territories
"""

from __future__ import annotations

import json
from pathlib import Path

from babel import Locale
from babel.core import get_global
from babel.languages import get_official_languages
from babel.numbers import get_territory_currencies

from goldmine_ingest.facts.places import _fold

DATA = Path(__file__).parent.parent / "goldmine_ingest" / "data"
TARGET = DATA / "territories.json"
CUSTOMS = DATA / "customs.json"
NO_COUNTRY = {"AC", "CP", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ", "CQ"}

# Common names and demonyms; what CLDR has needn't be here. Demonyms that are languages first
# ("English") mean no country.
OURS = {
    "US": (
        "america;united states of america;us of a;american;americans;estados unidos;eeuu;etats"
        " unis;usa;u s a;u s;us only;сша"
    ),
    "GB": (
        "united kingdom;great britain;britain;england;scotland;wales;northern ireland;british;uk"
        " only;vereinigtes konigreich;england uk;royaume uni;u k"
    ),
    "DE": "german;deutschland;allemagne;bundesrepublik deutschland",
    "FR": "french;frankreich",
    "ES": "spanish",
    "IT": "italian",
    "PL": "polish",
    "UA": "ukrainian;the ukraine",
    "IN": "indian;bharat",
    "PK": "pakistani",
    "CA": "canadian;canadians",
    "AU": "australian;australians;aussie",
    "NZ": "kiwi;new zealander;aotearoa",
    "BR": "brazilian;brasil",
    "MX": "mexican;mexiko;mexique",
    "NL": "dutch;holland;the netherlands;niederlande;pays bas",
    "CH": "swiss",
    "AT": "austrian",
    "BE": "belgian",
    "SE": "swedish",
    "NO": "norwegian",
    "DK": "danish",
    "FI": "finnish",
    "IE": "irish;eire;republic of ireland",
    "PT": "portuguese",
    "GR": "greek;hellas",
    "TR": "turkey;turkish;turkiye",
    "RU": "russian federation;russian;россия",
    "CZ": "czech republic;czech",
    "SK": "slovak republic;slovak",
    "HU": "hungarian",
    "RO": "romanian",
    "BG": "bulgarian",
    "KR": "korea;south korea;republic of korea;korean;korea south",
    "KP": (
        "north korea;korea north;korea democratic peoples republic of;democratic peoples republic"
        " of korea;dprk"
    ),
    "VG": "virgin islands british;british virgin islands;bvi",
    "VI": "virgin islands us;us virgin islands;virgin islands u s",
    "JP": "japanese",
    "CN": "chinese;中国;中國;mainland china;prc;peoples republic of china",
    "TW": "taiwanese;taiwan province of china",
    "HK": "hong kong;hong kong sar china",
    "MO": "macao;macau",
    "SG": "singaporean",
    "MY": "malaysian",
    "PH": "filipino;philippine;filipina",
    "VN": "viet nam;vietnamese",
    "TH": "thai",
    "ID": "indonesian",
    "BD": "bangladeshi",
    "LK": "sri lankan",
    "NP": "nepali;nepalese",
    "AE": "uae;emirates;emirati;dubai;abu dhabi",
    "SA": "ksa;saudi;saudi arabian;kingdom of saudi arabia",
    "IL": "israeli",
    "EG": "egyptian",
    "NG": "nigerian",
    "KE": "kenyan",
    "ZA": "south african;rsa",
    "MA": "moroccan",
    "GH": "ghanaian",
    "AR": "argentine;argentinian",
    "CO": "colombian",
    "CL": "chilean",
    "PE": "peruvian",
    "VE": "venezuelan;bolivarian republic of venezuela",
    "CR": "costa rican",
    "CI": "ivory coast;cote divoire",
    "CD": (
        "dr congo;drc;democratic republic of the congo;congo the democratic republic of the;congo"
        " democratic republic of the;congo kinshasa"
    ),
    "CG": "republic of the congo",
    "CV": "cape verde",
    "SZ": "swaziland",
    "MM": "burma",
    "MK": "macedonia;fyrom;north macedonia",
    "BA": "bosnia;bosnia and herzegovina",
    "PS": "palestine;palestinian territory",
    "SY": "syrian arab republic",
    "IR": "islamic republic of iran;iranian",
    "MD": "republic of moldova",
    "BO": "plurinational state of bolivia",
    "TZ": "united republic of tanzania",
    "LA": "lao peoples democratic republic",
    "BN": "brunei darussalam",
    "VA": "holy see;vatican",
    "RS": "serbian",
    "HR": "croatian",
    "LT": "lithuanian",
    "LV": "latvian",
    "EE": "estonian",
    "BY": "belarusian",
    "GE": "republic of georgia",
    "AM": "armenian",
    "TL": "east timor",
    "GM": "gambia;the gambia",
    "BS": "bahamas;the bahamas",
    "XK": "kosovo",
}

EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EEA = f"{EU} IS LI NO"
EUROPE = f"{EEA} AD AL BA BY CH FO GB GG GI IM JE MC MD ME MK RS RU SM UA VA XK"
LATAM = "AR BO BR CL CO CR CU DO EC GT HN HT MX NI PA PE PR PY SV UY VE"
SOUTH_AMERICA = "AR BO BR CL CO EC GY PE PY SR UY VE"
MIDDLE_EAST = "AE BH CY EG IL IQ IR JO KW LB OM PS QA SA SY TR YE"
REGIONS = {
    "eu": EU,
    "e u": EU,
    "european union": EU,
    "eu countries": EU,
    "europaische union": EU,
    "union europeenne": EU,
    "ес": EU,
    **dict.fromkeys(("union europea", "uniao europeia", "unione europea", "europese unie"), EU),
    **dict.fromkeys(("unia europejska", "єс", "євросоюз", "евросоюз"), EU),
    "eu only": EU,
    "eea": EEA,
    "european economic area": EEA,
    "europe": EUROPE,
    "european": EUROPE,
    "europa": EUROPE,
    "европа": EUROPE,
    "europe only": EUROPE,
    "європа": EUROPE,
    "evropa": EUROPE,
    "eu eea": EEA,
    "ewr": EEA,
    "dach": "AT CH DE",
    "nordics": "DK FI IS NO SE",
    "scandinavia": "DK NO SE",
    "benelux": "BE LU NL",
    "baltics": "EE LT LV",
    "cis": "AM AZ BY KG KZ MD RU TJ UZ",
    "central europe": "AT CH CZ DE HU LI PL SI SK",
    "cee": "AL BA BG CZ EE HR HU LT LV ME MK PL RO RS SI SK",
    "balkans": "AL BA BG GR HR ME MK RO RS SI XK",
    "iberia": "ES PT",
    "central asia": "KG KZ TJ TM UZ",
    "eastern europe": "BG BY CZ HU MD PL RO RU SK UA",
    "western europe": "AT BE CH DE FR LI LU MC NL",
    "northern europe": "DK EE FI GB IE IS LT LV NO SE",
    "latam": LATAM,
    "latin america": LATAM,
    **dict.fromkeys(("lateinamerika", "amerique latine", "america latina"), LATAM),
    **dict.fromkeys(("latinoamerica", "iberoamerica", "latam only"), LATAM),
    "south america": SOUTH_AMERICA,
    "central america": "BZ CR GT HN NI PA SV",
    **dict.fromkeys(("north america", "nordamerika", "amerique du nord"), "CA MX US"),
    **dict.fromkeys(("america del norte", "norteamerica"), "CA MX US"),
    **dict.fromkeys(("sudamerica", "america del sur", "america do sul"), SOUTH_AMERICA),
    "northern america": "CA US",
    "americas": f"{LATAM} BZ CA GY JM SR TT US",
    "usa canada": "CA US",
    "anz": "AU NZ",
    "oceania": "AU FJ NZ PG WS TO VU SB",
    "gcc": "AE BH KW OM QA SA",
    "middle east": MIDDLE_EAST,
    "mena": f"{MIDDLE_EAST} DZ LY MA TN",
}

# Standard time of abbreviations that listings use. CST and IST are North America's and India's, as
# on the boards that use them.
ZONES = {
    "UTC": "0",
    "GMT": "0",
    "WET": "0",
    "BST": "1",
    "WEST": "1",
    "CET": "1",
    "CEST": "2",
    "EET": "2",
    "EEST": "3",
    "MSK": "3",
    "SAST": "2",
    "GST": "4",
    "PKT": "5",
    "IST": "5:30",
    "ICT": "7",
    "SGT": "8",
    "HKT": "8",
    "PHT": "8",
    "AWST": "8",
    "JST": "9",
    "KST": "9",
    "AEST": "10",
    "AEDT": "11",
    "NZST": "12",
    "NZDT": "13",
    "EST": "-5",
    "EDT": "-4",
    "ET": "-5",
    "CST": "-6",
    "CDT": "-5",
    "CT": "-6",
    "MST": "-7",
    "MDT": "-6",
    "MT": "-7",
    "PST": "-8",
    "PDT": "-7",
    "PT": "-8",
    "AKST": "-9",
    "HST": "-10",
    "BRT": "-3",
    "ART": "-3",
    "AST": "-4",
    "NST": "-3:30",
    "MEZ": "1",
    "MESZ": "2",
    "OEZ": "2",
    "CAT": "2",
    "WAT": "1",
    "EAT": "3",
    "TRT": "3",
    "ACST": "9:30",
    "WIB": "7",
    "NPT": "5:45",
    "COT": "-5",
    "PET": "-5",
    "CLT": "-4",
    "ADT": "-3",
    "AKDT": "-8",
}


def build() -> dict[str, dict[str, str]]:
    """The table as it is written. Earlier names win: our own, then English, then the other
    languages.
    """
    countries = {_fold(name): code for code, names in OURS.items() for name in names.split(";")}
    codes = _codes()
    for language in ("en", "de", "fr", "es", "ru", "it", "pt", "nl", "pl"):
        for code, name in Locale(language).territories.items():
            if code in codes and len(_fold(name)) > 2:
                countries.setdefault(_fold(name), code)
    alpha_3: dict[str, str] = {}
    for alias, targets in get_global("territory_aliases").items():
        if len(alias) == 3 and alias.isalpha() and len(targets) == 1 and targets[0] in codes:
            alpha_3[alias] = targets[0]
    regions = REGIONS | _continents(codes)
    return {
        "countries": dict(sorted(countries.items())),
        "alpha_3": dict(sorted(alpha_3.items())),
        "regions": dict(sorted(regions.items())),
        "zones": ZONES,
    }


def customs() -> dict[str, dict[str, str]]:
    """Of each country its currency of today, and the languages that are official there or spoken
    by all, those that have a code of two letters.
    """
    return {
        code: {
            "currency": (get_territory_currencies(code) or ["USD"])[-1],
            "languages": " ".join(
                name for name in get_official_languages(code, de_facto=True) if len(name) == 2
            ),
        }
        for code in sorted(_codes())
    }


def _codes() -> set[str]:
    return {code for code in map(str, Locale("en").territories) if len(code) == 2} - NO_COUNTRY


def _continents(codes: set[str]) -> dict[str, str]:
    africa = (
        "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG ML"
        " MR MU MW MZ NA NE NG RW SC SD SL SN SO SS ST SZ TD TG TN TZ UG ZA ZM ZW"
    )
    asia = (
        "AE AF AM AZ BD BH BN BT CN CY GE HK ID IL IN IQ IR JO JP KG KH KP KR KW KZ LA LB LK MM MN"
        " MO MV MY NP OM PH PK PS QA SA SG SY TH TJ TL TM TR TW UZ VN YE"
    )
    apac = "AU BD BN BT CN FJ HK ID IN JP KH KR LA LK MM MN MO MV MY NP NZ PG PH PK SG TH TL TW VN"
    emea = " ".join(sorted({*EUROPE.split(), *MIDDLE_EAST.split(), *africa.split()}))
    southeast = "BN ID KH LA MM MY PH SG TH TL VN"
    table = {
        **dict.fromkeys(("africa", "afrika", "afrique", "африка"), africa),
        **dict.fromkeys(("asia", "asien", "asie", "азия"), asia),
        "apac": apac,
        "asia pacific": apac,
        "emea": emea,
        "southeast asia": southeast,
        "sea": southeast,
        "south asia": "AF BD BT IN LK MV NP PK",
    }
    assert all(set(members.split()) <= codes for members in table.values())
    return table


if __name__ == "__main__":
    for target, table in ((TARGET, build()), (CUSTOMS, customs())):
        target.write_text(json.dumps(table, ensure_ascii=False, indent=0) + "\n", "utf-8")
