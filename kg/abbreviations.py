"""Words before a full stop that does not end a sentence, and words that begin one, of many languages at once.

One table for all languages, so that sentences do not depend on a guess of the language. Folded to lower case,
without the last full stop.
"""

from __future__ import annotations

BEFORE_NAMES = frozenset(
    # titles and words that stand before a name or a number: the sentence goes on
    """
    mr mrs ms mx messrs mme mlle mm dr drs prof profs rev fr sr sra srta sres ste st ss hon gen col maj capt
    cpt lt sgt cmdr adm gov sen rep pres supt det insp cllr asst assoc bros vs v viz cf al ed eds vol vols pp
    p par ch chap fig figs eq sec no nos nr art abs op cat ca c approx circa dept est ext incl inkl excl exkl
    e.g i.e eg ie z.b d.h u.a o.ä o.a v.a s.o s.u i.d.r m.e z.t u.u b.v bijv bv dhr mevr mw hr fr frl dipl
    ing mag lic phil med jur habil geb gest verh gegr hrsg vgl evtl ggf bzw sog str pl tel ul al im os gr
    p.ex ex env art av boul dña don ud uds vd vds núm núms pág págs art sig sigg sig.ra dott dott.ssa avv on
    prof.ssa arch ing geom rag tzw m.in np in.p ks gen płk kpt por red im тов род ум ул пр пл им проф акад
    доц ред изд стр рис табл см ср напр т.е т.н т.к др гр св aka jan feb mar apr jun jul aug sept sep oct nov
    dec okt dez mrz mär janv févr avr juil déc ene abr ago dic gesch bes insb geg lt ph.d b.a m.a b.sc m.sc
    j.d
    """.split()
)

SOMETIMES_LAST = frozenset(
    # may also end a sentence: it does where a word that begins sentences follows
    """
    inc ltd co corp plc llc llp bros jr sr esq etc u.s u.k u.n u.s.a u.s.s.r e.u d.c l.a n.y a.m p.m a.d b.c
    b.c.e c.e ph.d m.d usw etc.pp u.s.w u.s.f mio mrd tsd jh jhd jhdt v.chr n.chr chr s.a s.l s.p.a s.r.l
    s.a.s ee.uu jj.oo ff.aa a.c d.c dpto av avda cía ltda cia tys mln mld zł т.д т.п и.о н.э до
    """.split()
)

AFTER_NUMBERS = frozenset("г гг в вв кг км м см га руб коп млн млрд тыс чел r w".split())
"""They end a sentence before a capital when a number stands before them ("1991 г. Умер"), else never."""

STARTERS = frozenset(
    """
    between among unlike like both either neither whereas whenever wherever meanwhile
    ayer hoy mañana ahora sí sólo hier aujourd'hui maintenant ieri oggi domani ontem hoje agora gestern morgen
    jetzt gisteren vandaag nu wczoraj dziś dzisiaj вчера сегодня завтра сейчас yesterday tomorrow χθες σήμερα
    the a an in on at he she it they we you i his her its their our my this that these those there here after
    before when while as for from but and or so yet however although though since during by with to if some
    many most all both each one two three several no not what who where why how also then later now once such
    under over until upon within without according despite because another other others as today only even
    just it's he's she's let please thank do did is are was does can could would will have has thanks hi
    hello yes well der die das ein eine einer eines dem den des er sie es wir ihr ich im am an auf aus bei
    beim mit nach von vom zu zum zur für seit als wenn während dies diese dieser dieses diesem auch doch aber
    und oder so dann später heute hier dort da nur nicht man viele einige alle durch über unter vor neben
    zwischen wegen trotz seine seiner ihre le la les un une des il elle ils elles nous vous ce cette ces cet
    son sa ses leur leurs en dans au aux du de par pour avec sans sous sur après avant pendant depuis lors
    mais et ou donc puis ainsi selon si quand comme on el los las una unos unas él ella ellos ellas su sus
    este esta estos estas ese esa esto en con por para desde hasta durante tras después antes cuando si pero
    y o también además según entre aunque no se al lo o os as um uma uns umas ele ela eles seu sua seus suas
    este esta isso no na nos nas em com por para desde após gli i lo uno egli essa esso nel nella nei nelle
    dal dalla al alla con per dopo prima durante quando ma e anche het een hij zij ze wij dit deze die dat er
    op bij na voor met van uit tot door over toen maar en ook ten ta to w we z ze na po przed od do dla jego
    jej ich jest był była było gdy kiedy ale i oraz także он она оно они мы вы я в во на по с со из от до для
    при после перед когда если но и а его её их это этот эта эти также однако так там здесь тогда потом уже
    за над под между через во время к ко у о об
    """.split()
)

MONTHS = frozenset(
    """
    january february march april may june july august september october november december januar februar märz
    mai juni juli oktober dezember jänner janvier février mars avril juin juillet août septembre octobre
    novembre décembre enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre
    diciembre gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre janeiro fevereiro março
    maio junho julho setembro outubro dezembro januari februari maart mei augustus stycznia lutego marca
    kwietnia maja czerwca lipca sierpnia września października listopada grudnia января февраля марта апреля
    мая июня июля августа сентября октября ноября декабря
    """.split()
)
