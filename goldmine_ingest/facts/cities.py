"""Well-known cities and their countries: the principal cities of the tz database's zone.tab and the
largest ones that job boards name.

A city alone restricts nobody ("Berlin" may be the client's). Beside a country that is named it is
one more place: "London or Dublin, IE" is open to both.
"""

from __future__ import annotations

_CITIES = """
AE dubai abu_dhabi
AR buenos_aires cordoba rosario
AT vienna wien graz linz salzburg
AU sydney melbourne brisbane perth adelaide canberra
BE brussels bruxelles brussel antwerp ghent
BG sofia plovdiv
BR sao_paulo rio_de_janeiro brasilia curitiba belo_horizonte porto_alegre
CA toronto vancouver montreal ottawa calgary edmonton
CH zurich geneva basel bern lausanne genf geneve
CL santiago_de_chile
CN beijing shanghai shenzhen guangzhou
CO bogota medellin
CZ prague praha brno
DE berlin munich munchen hamburg cologne koln frankfurt stuttgart dusseldorf leipzig dresden
DK copenhagen kobenhavn aarhus
EE tallinn tartu
EG cairo
ES madrid barcelona valencia seville sevilla malaga bilbao
FI helsinki espoo tampere
FR paris lyon marseille toulouse nantes bordeaux lille
GB london manchester edinburgh glasgow bristol leeds belfast cardiff
GR athens thessaloniki
HR zagreb split
HU budapest
ID jakarta
IE dublin cork galway
IL tel_aviv jerusalem haifa
IN bangalore bengaluru mumbai delhi new_delhi hyderabad chennai pune gurgaon noida kolkata
IT rome roma milan milano turin torino bologna florence naples
JP tokyo osaka kyoto fukuoka
KE nairobi
KR seoul busan
LT vilnius kaunas
LV riga
MA casablanca rabat
MX mexico_city ciudad_de_mexico guadalajara monterrey
MY kuala_lumpur penang
NG lagos abuja
NL amsterdam rotterdam utrecht eindhoven the_hague den_haag
NO oslo bergen trondheim
NZ auckland wellington christchurch
PE lima
PH manila cebu makati
PL warsaw warszawa krakow cracow wroclaw gdansk poznan
PT lisbon lisboa porto
RO bucharest bucuresti cluj cluj_napoca
RS belgrade beograd novi_sad
SE stockholm gothenburg goteborg malmo
SI ljubljana
SK bratislava kosice
TH bangkok
TR istanbul ankara izmir
TW taipei
UA kyiv kiev lviv kharkiv odesa
US new_york new_york_city nyc san_francisco sf los_angeles chicago austin seattle boston denver
US atlanta miami dallas houston philadelphia
UY montevideo
VN hanoi ho_chi_minh_city
ZA cape_town johannesburg pretoria
"""
BY_NAME = {
    city.replace("_", " "): code
    for code, *cities in map(str.split, _CITIES.strip().splitlines())
    for city in cities
}
"""ISO 3166 alpha-2 by the city's name, folded."""
