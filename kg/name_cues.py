"""Words around and inside names that tell their type, for languages read without a trained tagger."""

from __future__ import annotations

PARTICLES = frozenset(
    """
    de del della dei degli dello di da do dos das du des d la las los le les el al van der den het ten ter te
    von zu zum zur vom of the ibn bin bint ben abu af av y e und et i für fur for и
    """.split()
)
"""Words that may stand inside a name, between two capitals."""

WEAK_PARTICLES = frozenset(
    "y e et i und и für fur for la las los le les el the den het das zum zur zu".split()
)
"""Particles that never join on their own: another particle must stand with them."""

TITLES = frozenset(
    """
    herr herrn frau dr prof präsident präsidentin kanzler kanzlerin bundeskanzler minister ministerin
    ministerpräsident trainer regisseur schauspieler schauspielerin autor autorin sänger sängerin könig
    königin kaiser papst bischof general vorsitzende vorsitzender sprecher sprecherin sohn tochter bruder
    schwester schriftsteller maler komponist bürgermeister kollege
    señor señora sr sra don doña presidente presidenta ministro ministra rey reina papa general director
    directora actor actriz cantante escritor escritora alcalde juez profesor doctor hijo hija hermano hermana
    entrenador monsieur madame mademoiselle m mme mlle président présidente ministre roi reine pape général
    directeur directrice acteur actrice chanteur chanteuse écrivain maire juge professeur fils fille frère
    soeur signor signora senhor senhora dom re regina papa generale direttore attore attrice cantante
    scrittore sindaco rei rainha diretor diretora ator atriz cantor cantora escritor escritora
    meneer mevrouw dhr mevr koning koningin paus generaal regisseur acteur actrice zanger zangeres schrijver
    burgemeester voorzitter zoon dochter premier trainer collega
    pan pani prezydent premier minister król królowa papież generał reżyser aktor aktorka pisarz syn córka
    господин госпожа президент премьер министр король королева царь император папа генерал режиссёр режиссер
    актёр актер актриса певец певица писатель писательница поэт композитор художник учёный мэр судья
    профессор доктор сын дочь брат сестра директор депутат губернатор журналист тренер глава председатель
    лидер пресс-секретарь mr mrs ms sir lady lord president senator governor king queen prince princess pope
    captain judge actor actress singer director writer author coach bishop saint
    κύριος κυρία πρόεδρος πρωθυπουργός υπουργός βασιλιάς
    """.split()
)

PLACE_BEFORE: dict[str, frozenset[str]] = {
    "de": frozenset("in aus nach bei".split()),
    "es": frozenset("en desde hacia hasta".split()),
    "fr": frozenset("à en vers depuis".split()),
    "it": frozenset("a in ad nel nella".split()),
    "pt": frozenset("em no na".split()),
    "nl": frozenset("in uit naar te".split()),
    "pl": frozenset("w we z ze do".split()),
    "ru": frozenset("в во из".split()),
    "uk": frozenset("в у із з до".split()),
    "en": frozenset("in at from near".split()),
    "sv": frozenset("i från till".split()),
    "da": frozenset("i fra til".split()),
    "ro": frozenset("în din la".split()),
    "el": frozenset("στην στη στο στον".split()),
}
"""Prepositions after which a name is a place more often than not."""

PLACE_WORDS = frozenset(
    """
    san santa saint río rio monte lago isla islas calle plaza ciudad provincia rue mont lac île ville via
    piazza monte isola see berg platz straße strasse rua praia ilha avenida avenue street road river lake
    mount island islands county city north south east west new nueva nuevo nouvelle nord süd ost norte sur sul
    cathedral castle palace bridge airport station park stadium abbey monastery mosque temple tower beach
    valley peninsula bay hill hills mountain mountains highway route forest desert village district parish
    township республика область край район город река озеро море улица остров гора ulica rzeka jezioro
    """.split()
)

ORG_WORDS = frozenset(
    """
    gmbh ag kg ohg se e.v ev sa s.a s.l sl s.p.a spa s.r.l srl sas sarl nv bv n.v b.v ltd inc corp co plc llc
    oy ab ооо оао зао пао ао group gruppe grupo groupe gruppo holding
    universität universidad université universidade università universiteit uniwersytet университет university
    hochschule akademie academia académie accademia академия academy institut instituto istituto institute
    институт ministerium ministerio ministère ministero ministério ministerie ministerstwo министерство
    ministry bank banco banque banca банк partei partido parti partito partij partia партия party club klub
    клуб verein verband bundestag bundesrat bundesliga gewerkschaft zeitung verlag gesellschaft stiftung
    unternehmen compañía sociedad asociación federación fundación gobierno congreso senado comisión consejo
    tribunal editorial compagnie société association fédération fondation gouvernement assemblée commission
    conseil tribunal società associazione federazione fondazione governo commissione consiglio
    companhia sociedade associação federação fundação governo câmara comissão conselho
    maatschappij vereniging stichting regering commissie raad
    компания общество ассоциация федерация фонд правительство дума комиссия совет союз агентство театр музей
    council committee commission association society foundation company union league museum orchestra
    parliament agency department hospital college school church theatre theater records pictures
    entertainment studios press fc cf sc vfb vfl sv tsv bvb afc ac real atlético sporting
    """.split()
)

DEMONYMS = frozenset(
    """
    american british english french german italian spanish portuguese dutch belgian swiss austrian polish
    czech slovak hungarian romanian bulgarian greek turkish russian ukrainian belarusian serbian croatian
    slovenian bosnian albanian swedish norwegian danish finnish icelandic irish scottish welsh estonian
    latvian lithuanian chinese japanese korean indian pakistani bangladeshi nepalese tibetan mongolian
    vietnamese thai cambodian indonesian malaysian filipino burmese iranian persian iraqi syrian lebanese
    israeli palestinian jordanian egyptian moroccan algerian tunisian libyan sudanese ethiopian kenyan
    nigerian ghanaian senegalese congolese ugandan zimbabwean australian canadian mexican brazilian argentine
    argentinian chilean peruvian colombian venezuelan cuban jamaican haitian uruguayan bolivian european
    asian african jewish arab roman byzantine flemish catalan basque soviet kurdish bengali tamil telugu
    malayalam hindi punjabi latin
    """.split()
)
"""English adjectives of peoples and languages: never places or persons."""

CLEAR_ORG_WORDS = frozenset(word for word in ORG_WORDS if len(word) >= 6) | frozenset(
    "fc cf afc gmbh inc ltd corp llc plc club bank".split()
)
"""Words that make an organisation of a name, whatever a tagger says."""

EVENT_WORDS = frozenset(
    """
    war battle siege olympics cup championship championships festival tournament revolution rebellion uprising
    crisis massacre treaty games krieg schlacht guerra batalla bataille guerre война битва
    """.split()
)
AWARD_WORDS = frozenset("award awards prize medal order premio prix preis orden премия орден".split())
"""Words that make neither a person nor a place of a name."""

NOT_NAMES = frozenset(
    """
    monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag
    samstag sonnabend sonntag lunes martes miércoles jueves viernes sábado domingo lundi mardi mercredi jeudi
    vendredi samedi dimanche maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
    romanized romanised born died né née note notes see also various
    i i'm i'll i've i'd ok okay tv internet dvd cd usa-based mr mrs ms dr sir prof herr frau señor señora don
    doña monsieur madame sr sra yes no oh hi hello thanks wikipedia
    chapter section table figure appendix abstract introduction references contents notes
    kapitel abschnitt tabelle abbildung capítulo tabla figura chapitre tableau глава таблица рисунок рис
    """.split()
)
"""Capitalised words that are no names when they stand alone."""

NOUN_ENDINGS = (
    "ung", "ungen", "heit", "heiten", "keit", "keiten", "schaft", "schaften", "tion", "tionen", "ismus",
    "tät", "täten", "nis", "nisse", "ment", "mente", "tum", "ling", "linge", "chen", "lein", "sel", "enz",
    "anz", "arbeit", "zeit", "weise", "jahr", "jahre", "jahren", "tag", "tage", "tagen", "monat", "woche",
    "wochen", "stunde", "mal", "euro", "millionen", "milliarden", "prozent", "uhr", "seite", "mitte",
    "beginn", "versuch", "idee", "teil", "teile", "fall", "fälle", "form", "folge", "platz", "ende",
    "anfang", "grund", "hilfe", "reihe", "art", "höhe", "größe", "länge", "zahl", "preis", "recht", "krieg",
    "spiel", "film", "buch", "haus", "stadt", "land",
)  # fmt: skip
"""Endings of German words that are no names when they stand alone."""

PLACES = frozenset(
    """
    deutschland österreich schweiz frankreich italien spanien portugal polen tschechien ungarn russland
    ukraine türkei griechenland schweden norwegen dänemark finnland niederlande belgien luxemburg irland
    großbritannien england schottland wales europa asien afrika amerika australien kanada usa brasilien
    argentinien mexiko indien china japan korea israel iran irak syrien ägypten südafrika rumänien bulgarien
    kroatien serbien slowenien slowakei bayern sachsen hessen thüringen brandenburg niedersachsen westfalen
    berlin hamburg münchen köln frankfurt stuttgart düsseldorf leipzig dresden bremen hannover nürnberg wien
    zürich genf basel bern españa francia italia alemania inglaterra rusia grecia turquía suecia noruega
    dinamarca países bajos bélgica suiza austria polonia portugal méxico brasil argentina chile perú colombia
    venezuela cuba uruguay paraguay bolivia ecuador canadá australia india japón corea egipto marruecos
    europa asia áfrica américa madrid barcelona valencia sevilla zaragoza bilbao lima bogotá caracas santiago
    montevideo france allemagne espagne italie angleterre russie grèce turquie suède norvège danemark
    pays-bas belgique suisse autriche pologne mexique brésil argentine chili pérou colombie canada australie
    inde chine japon égypte maroc algérie tunisie europe asie afrique amérique paris lyon marseille bordeaux
    toulouse nice lille strasbourg germania francia spagna inghilterra russia grecia turchia svezia norvegia
    danimarca olanda belgio svizzera messico brasile giappone cina egitto roma milano napoli torino firenze
    venezia bologna genova palermo alemanha frança espanha itália inglaterra rússia grécia turquia suécia
    holanda suíça áustria japão lisboa porto duitsland frankrijk spanje italië engeland rusland nederland
    amsterdam rotterdam utrecht brussel antwerpen gent россия германия франция италия испания англия
    великобритания польша украина белоруссия беларусь турция греция швеция норвегия финляндия китай япония
    корея индия сша канада бразилия мексика европа азия африка америка москва петербург санкт-петербург киев
    минск россии германии франции италии испании англии великобритании польши украины белоруссии турции китае
    китая японии индии сша европы москве москвы петербурге киеве киев polska niemcy francja hiszpania włochy
    anglia rosja ukraina warszawa kraków gdańsk wrocław poznań łódź germany austria switzerland italy spain
    portugal poland russia turkey greece sweden norway denmark finland netherlands belgium ireland britain
    scotland egypt australia mexico brazil argentina japan korea india america london paris berlin rome
    madrid vienna moscow tokyo beijing washington boston chicago texas california florida alabama
    alaska arizona arkansas colorado connecticut delaware georgia hawaii idaho illinois indiana iowa kansas
    kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska
    nevada ohio oklahoma oregon pennsylvania tennessee utah vermont virginia wisconsin wyoming ontario quebec
    manitoba alberta queensland tasmania london york los
    angeles tokio peking moskau prag warschau budapest istanbul athen kairo jerusalem
    """.split()
)
"""Countries and great cities, folded, in the languages that are read by capitals."""

FIRST_NAMES = frozenset(
    """
    john james william george charles thomas robert richard michael david peter paul henry edward joseph mark
    daniel andrew martin christopher stephen steven anthony kevin brian mary elizabeth anne anna jane sarah
    margaret susan linda barbara laura emma julia maria alice helen catherine katherine
    hans heinrich karl carl friedrich wilhelm johann johannes ludwig otto franz georg walter werner wolfgang
    günter günther helmut gerhard jürgen klaus uwe dieter horst manfred stefan andreas thomas frank michael
    matthias markus christian sebastian angela ursula petra sabine monika claudia andrea heike katrin ulrike
    christa gisela juan josé jose luis carlos manuel antonio francisco javier jorge pedro miguel alberto
    fernando rafael ángel diego pablo sergio ramón mario enrique ricardo eduardo roberto julio césar maría
    ana carmen isabel rosa teresa pilar marta elena cristina lucía
    jean pierre michel andré philippe jacques alain bernard marcel louis henri françois nicolas claude marie
    isabelle sophie nathalie catherine françoise
    giovanni giuseppe antonio mario luigi francesco marco paolo roberto andrea stefano carlo pietro silvio
    giulia joão joao josé pedro paulo carlos luiz luís fernando antónio antônio francisco rui
    jan piet pieter willem kees hendrik johan henk cornelis dirk
    иван александр алексей андрей владимир дмитрий сергей николай михаил юрий виктор борис павел пётр петр
    олег игорь василий анна мария елена ольга наталья татьяна екатерина ирина
    jan adam andrzej piotr krzysztof stanisław tomasz paweł józef marek anna katarzyna małgorzata
    """.split()
)
"""Frequent first names, folded."""
