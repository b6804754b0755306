"""Words that say nothing about what a passage is about, by language: function words and question words.

Only questions are stripped of them; passages keep every word, and idf makes the frequent ones light.
"""

from __future__ import annotations

_WORDS = {
    "en": """
        a about above after again all also am an and any are as at be been before being below
        between both but by can could did do does doing during each few for from further had has
        have having he her here hers him his how i if in into is it its itself me more most my no
        nor not of off on once only or other our out over own same she should so some such than that
        the their them then there these they this those through to too under until up very was we
        were what when where which while who whom whose why will with would you your s t name named
        called give tell list many much one two
    """,
    "de": """
        aber als also am an auch auf aus bei bin bis da das dass dem den der des die dies diese
        diesem diesen dieser dieses doch dort du durch ein eine einem einen einer eines er es für
        gab hat hatte hatten haben ich ihr ihre ihrem ihren ihrer im in ist ja kann können man mehr
        mit nach nicht noch nur ob oder seit sein seine seinem seinen seiner sich sie sind so über
        um und unter vom von vor wann war waren warum was welche welchem welchen welcher welches wem
        wen wenn wer werden wessen wie wird wo wodurch woher wohin womit wurde wurden zu zum zur
        zwischen viele viel heißt hieß
    """,
    "es": """
        a al algo ante antes aquel aquella como con cual cuál cuales cuáles cuando cuándo cuanta
        cuánta cuantas cuántas cuanto cuánto cuantos cuántos de del desde donde dónde durante e el
        él ella ellas ellos en entre era eran es esa ese eso esta está estaba están este esto estos
        estas fue fueron ha había han hasta hay la las le les lo los más me mi mientras muy no nos o
        otra otro para pero por porque que qué quien quién quienes quiénes se ser si sido sin sobre
        son su sus también tan te tiene tienen tuvo un una uno unos y ya llama llamaba
    """,
    "fr": """
        à a ai au aux avait avant avec ce ces cet cette ceux chez comme comment d dans de depuis des
        dont du elle elles en entre est et été étaient était être eu eux fut furent il ils j je l la
        laquelle le lequel les lesquelles lesquels leur leurs lors lui m mais même n ne nom nos
        notre nous on ont ou où par pas pendant plus pour pourquoi qu quand que quel quelle quelles
        quels qui quoi s sa sans se ses si son sont sous sur t tous tout très un une vers vos votre
        vous y combien appelle
    """,
    "ru": """
        а без бы был была были было быть в вам вас весь во вот все всё вы где да для до его ее её
        если есть еще ещё же за и из или им их к как какая какие какого какое какой каком какую
        когда кого кому кто куда ли меня мне многие много мой мы на над нас не него нее неё нет ни
        них но о об обо он она они оно от откуда по под почему при про с сам свой со сколько так
        такой там то тогда того тоже только том тот ты у уже чего чей чем что чтобы чья эта эти это
        этого этой этот я является называется
    """,
    "it": """
        a ad al alla alle anche che chi ci come con cosa cui da dal dalla de degli dei del della
        delle di dove e è ed era erano fu gli ha hanno i il in io l la le lo ma ne nel nella non o
        per perché più qual quale quali quando quanti quanto se si sono su sua sul sulla suo tra un
        una uno
    """,
    "pt": """
        a ao aos as à às com como da das de del do dos e é ela ele em entre era foi foram há isso já
        lhe mais mas me na não nas no nos o onde os ou para pela pelo por porque qual quais quando
        quanto quantos que quem se ser seu seus sua suas são também tem teve um uma
    """,
    "nl": """
        aan als bij dat de der des deze die dit door een en er het hij hoe hoeveel ik in is maar met
        naar niet of om onder ons ook op over te tegen tot uit van voor waar waarom wanneer was wat
        welk welke werd werden wie wiens wordt worden ze zij zijn
    """,
}

STOP_WORDS: dict[str, frozenset[str]] = {
    language: frozenset(words.split()) for language, words in _WORDS.items()
}

STOP_CHARACTERS = frozenset("的了是在吗呢吧啊和与及或也都就被把从对为之其这那哪谁什么么怎样何时几多少")
"""Chinese function characters: a pair made of two of them says nothing."""
