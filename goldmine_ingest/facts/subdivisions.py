"""States and provinces that listings write behind a city: "San Francisco, CA", "Toronto, ON".

The codes are those of ISO 3166-2 for the United States, Canada and Australia (as their posts print
them). Forty of them are countries' codes too; behind a city they mean the state, unless the city is
one of the large cities of that country (the principal cities of the tz database's zone.tab and the
countries' largest ones).
"""

from __future__ import annotations

import re

US = frozenset(
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM"  # noqa: SIM905 - a table
    " NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR".split()
)
_LARGE = frozenset({"AR", "CA", "CO", "DE", "ID", "IL", "IN"})  # countries that lists name often
# Countries that hardly hire: behind any name their codes mean the state ("Norfolk, VA").
SELDOM = frozenset({"LA", "MN", "MO", "MS", "NC", "NE", "SC", "SD", "VA"})
_WORDS = frozenset({"OK", "OR", "HI", "OH"})
_CANADA = frozenset(["AB", "BC", "MB", "NB", "NF", "NS", "NU", "ON", "PE", "PQ", "QC", "SK", "YT"])
_AUSTRALIA = frozenset(["NSW", "VIC", "QLD", "TAS", "ACT"])
_NAMES = {
    "US": (
        "alabama alaska arizona arkansas california colorado connecticut delaware florida hawaii"
        " idaho illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts"
        " michigan minnesota mississippi missouri montana nebraska nevada new_hampshire new_jersey"
        " new_mexico new_york north_carolina north_dakota ohio oklahoma oregon pennsylvania"
        " rhode_island south_carolina south_dakota tennessee texas utah vermont virginia"
        " washington west_virginia wisconsin wyoming washington_dc new_york_city nyc bay_area"
        " san_francisco_bay_area sf los_angeles san_francisco chicago"
    ),
    "CA": (
        "alberta british_columbia manitoba new_brunswick newfoundland nova_scotia ontario quebec"
        " saskatchewan prince_edward_island yukon toronto vancouver montreal"
    ),
    "AU": (
        "new_south_wales queensland tasmania south_australia western_australia"
        " northern_territory australian_capital_territory sydney melbourne"
    ),
}
_BY_NAME = {
    name.replace("_", " "): code for code, names in _NAMES.items() for name in names.split()
}
# Large cities of the countries whose code is a state's too.
_CITIES = {
    "DE": (
        "berlin hamburg munich münchen cologne köln frankfurt stuttgart düsseldorf dusseldorf"
        " leipzig dortmund essen bremen dresden hannover hanover nuremberg nürnberg bonn münster"
        " karlsruhe mannheim augsburg potsdam heidelberg freiburg"
    ),
    "CA": "toronto montreal vancouver calgary edmonton ottawa winnipeg halifax victoria quebec",
    "IN": (
        "mumbai delhi bangalore bengaluru hyderabad chennai kolkata pune ahmedabad jaipur noida"
        " gurgaon gurugram kochi indore lucknow chandigarh coimbatore"
    ),
    "ID": "jakarta surabaya bandung medan bali denpasar yogyakarta semarang",
    "CO": "bogotá bogota medellín medellin cali barranquilla cartagena",
    "IL": "tel aviv jerusalem haifa herzliya ramat gan petah tikva beer sheva",
    "AR": "buenos aires córdoba cordoba rosario mendoza la plata",
    "GA": "libreville",
    "AL": "tirana durrës durres",
    "ME": "podgorica budva",
    "MD": "chișinău chisinau",
    "MA": "casablanca rabat marrakech marrakesh tangier fes agadir",
    "LA": "vientiane",
    "NE": "niamey",
    "MT": "valletta sliema st julians birkirkara",
    "TN": "tunis sfax sousse",
    "PA": "panama city panama panamá",
    "PE": "lima arequipa cusco",
    "MS": "plymouth montserrat",
    "SK": "bratislava košice kosice",
    "AZ": "baku",
    "SC": "victoria mahé",
    "SD": "khartoum",
    "MN": "ulaanbaatar ulan bator",
    "KY": "george town grand cayman",
    "NC": "nouméa noumea",
    "VA": "vatican city",
    "MO": "macau macao",
    "PR": "san juan ponce",
}


# Cities of the United States whose state's code is read as a country's more often than not, in
# feeds from everywhere: of Delaware only these are meant.
_DELAWARE = (
    "wilmington dover newark middletown bear lewes smyrna milford seaford georgetown rehoboth"
    " new_castle claymont hockessin bethany elsmere laurel millsboro harrington glasgow"
)
# Regions of other countries behind their cities: country, code, cities. Codes of ISO 3166-2; the
# cities are the regions' capitals and largest ones.
_REGIONS = """
AU WA perth fremantle mandurah bunbury joondalup
AU SA adelaide
AU NT darwin alice_springs
CA NL st_johns mount_pearl corner_brook gander
CA NT yellowknife
IN MH mumbai pune nagpur nashik thane navi_mumbai
IN KA bangalore bengaluru mysore mysuru mangalore hubli
IN TN chennai coimbatore madurai
IN TG hyderabad warangal
IN TS hyderabad
IN AP visakhapatnam vijayawada
IN DL delhi new_delhi
IN UP noida lucknow kanpur agra ghaziabad varanasi
IN HR gurgaon gurugram faridabad
IN GJ ahmedabad surat vadodara gandhinagar rajkot
IN RJ jaipur udaipur jodhpur
IN WB kolkata
IN KL kochi thiruvananthapuram trivandrum kozhikode
IN MP indore bhopal
IN PB mohali ludhiana amritsar
IN CH chandigarh
IN OR bhubaneswar
IN GA panaji goa
BR SP são_paulo sao_paulo campinas santos ribeirão_preto são_josé_dos_campos
BR RJ rio_de_janeiro niterói niteroi
BR MG belo_horizonte uberlândia
BR PR curitiba londrina maringá
BR RS porto_alegre caxias_do_sul
BR SC florianópolis florianopolis joinville blumenau
BR PE recife olinda
BR BA salvador
BR CE fortaleza
BR DF brasília brasilia
BR GO goiânia goiania
BR ES vitória vitoria
BR PA belém belem
BR AM manaus
IT MI milano milan
IT RM roma rome
IT TO torino turin
IT NA napoli naples
IT BO bologna
IT FI firenze florence
IT GE genova genoa
IT VE venezia venice
IT BA bari
IT PA palermo
IT CA cagliari
IT PD padova
IT VR verona
IT BS brescia
IT BG bergamo
IT MO modena
IT CT catania
CH ZH zürich zurich winterthur
CH BE bern berne
CH GE genève geneva geneve genf
CH BS basel
CH VD lausanne
CH LU luzern lucerne
CH SG st_gallen
CH ZG zug
CH TI lugano
DE BY münchen munich nürnberg augsburg
DE BE berlin
DE HH hamburg
DE NW köln cologne düsseldorf dortmund essen bonn
DE BW stuttgart karlsruhe mannheim freiburg
DE HE frankfurt wiesbaden darmstadt
DE SN leipzig dresden
MX JAL guadalajara zapopan
MX NL monterrey
MX NLE monterrey
MX CDMX ciudad_de_méxico mexico_city
MX PUE puebla
MX QRO querétaro
"""
_BY_REGION: dict[tuple[str, str], str] = {
    (code, city.replace("_", " ")): country
    for country, code, *cities in map(str.split, _REGIONS.strip().splitlines())
    for city in cities
}
_GEORGIA = re.compile(
    r"\b(?:atlanta|savannah|augusta|athens|macon|columbus|alpharetta|marietta|roswell|decatur"
    r"|sandy springs|duluth|kennesaw),? georgia\b|\bgeorgia,? \(?(?:usa?|united states|u\.s\.)",
    re.IGNORECASE,
)


def with_georgia_named(text: str) -> str:
    """The state of Georgia by its code, so that it isn't read as the country."""
    return _GEORGIA.sub(lambda match: re.sub("georgia", "US-GA", match[0], flags=re.I), text)


def country_of_state_name(name: str) -> str | None:
    """The country of a state's, province's or its largest city's full name, folded."""
    return _BY_NAME.get(name)


def country_behind_city(city: str, code: str) -> str | None:
    """The country that `code` means behind a city: "Wilmington", "DE" is US; "Berlin", "DE" is DE;
    "Toronto", "ON" is CA; None where it is no state of these countries.
    """
    name = " ".join(city.lower().replace(".", "").replace("'", "").replace("-", " ").split())
    if country := _BY_REGION.get((code, name)):
        return country
    if code in _CITIES and f" {name} " in f" {_CITIES[code]} ":
        return "US" if code == "PR" else code
    if code == "DE":
        return "US" if name.replace(" ", "_") in _DELAWARE.split() else None
    if code in US:
        return "US"
    return "CA" if code in _CANADA else "AU" if code in _AUSTRALIA else None


def country_of_codes(codes: list[str]) -> tuple[str, ...] | None:
    """What a list of capitals means: ("US",) for states of one country ("CA, NY, TX"), () where
    each may be a state or a country ("CA, DE"); None where they are countries' codes.
    """
    if not codes:
        return None
    if len(codes) > 1 and all(code in US for code in codes):
        several = len(codes) > len(("CA", "DE")) and not _LARGE.issuperset(codes)
        return ("US",) if several or any(code not in _CITIES for code in codes) else ()
    if all(code in _CANADA for code in codes):
        return ("CA",)
    if all(code in _AUSTRALIA for code in codes):
        return ("AU",)
    if len(codes) == 1 and codes[0] in US:
        # "Remote OK", "WFH OR office" are words
        return None if codes[0] in _WORDS else () if codes[0] in _CITIES else ("US",)
    return None
