"""The words for the times that pay is per, in some forty languages, in full, short and glued forms.

The nouns and their short forms are those of CLDR's units (long, short and narrow forms of hour,
day, week, month and year in each language), in the cases that stand behind that language's word
for "per"; the adverbs and glued forms ("p/h", "TJM", "LPA") are those that job boards print.
"""

# language | period | nouns behind a slash or a word for "per" | words that say it alone
TABLE = """
en | hour | hours? hrs? h hourly | hourly hrly p/h p/hr p.h. ph hour-rate hr hour
en | day | days? d dy man-?days? | daily day-rate day-?rate p/d p.d. pd per-diem
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
sl | hour | uro ura | urna
sl | day | dan | dnevno
sl | week | teden | tedensko
sl | month | mesec | mesečno
sl | year | leto | letno
sr | hour | sat čas | satnica
sr | week | nedelju | nedeljno
sr | month | mesec | mesečno
sr | year | godinu | godišnje
lt | hour | valand[ąa] val val. | valandinis
lt | day | dien[ąa] | dienos-įkainis
lt | week | savaitę | kas-savaitę
lt | month | mėnesį mėn mėn. | mėnesinis
lt | year | metus | per-metus
lv | hour | stund[āua] | stundā
lv | day | dien[āua] | dienā
lv | week | nedēļ[āua] | nedēļā
lv | month | mēnes[īi]s? mēn mēn. | mēnesī
lv | year | gad[āaus] | gadā
et | hour | tund tunnis | tunnis tunnitasu
et | day | päev päevas | päevas päevatasu
et | week | nädal nädalas | nädalas
et | month | kuu kuus | kuus kuutasu
et | year | aasta aastas | aastas
id | hour | jam(?!\\ssession) | sejam
id | day | hari | sehari
id | week | minggu | seminggu
id | month | bulan bln | sebulan bulanan
id | year | tahun thn | setahun tahunan
vi | hour | giờ | mỗi-giờ một-giờ
vi | day | ngày | mỗi-ngày một-ngày
vi | week | tuần | mỗi-tuần một-tuần
vi | month | tháng | mỗi-tháng một-tháng
vi | year | năm | mỗi-năm một-năm
he | hour | שעה לשעה | לשעה
he | day | יום ליום | ליום
he | month | חודש לחודש | לחודש
he | year | שנה לשנה | לשנה
ar | hour | ساعة | للساعة بالساعة
ar | day | يوم | لليوم باليوم يوميا يومياً
ar | month | شهر | للشهر بالشهر شهريا شهرياً
ar | year | سنة | سنويا سنوياً
th | hour | ชั่วโมง | ต่อชั่วโมง
th | day | วัน | ต่อวัน
th | month | เดือน | ต่อเดือน
th | year | ปี | ต่อปี
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
