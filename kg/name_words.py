"""Word tables behind `names`: what opens a sentence without naming its subject, and what says a type.

Small on purpose: each word earns its place in first sentences of articles. Languages: en zh de es fr ru.
"""

from __future__ import annotations

from ..core.records import Label

COPULAS = {
    "en": "is was are were refers became remains denotes",
    "de": "ist war sind waren bezeichnet wurde heißt gilt",
    "es": "es fue son era eran fueron",
    "fr": "est était sont étaient fut furent désigne",
    "ru": "это является являлся являлась был была было были",
    "pt": "é foi são eram",
    "it": "è fu sono erano furono",
    "nl": "was zijn waren",
}
"""Verbs that end the subject of a defining sentence."""

ARTICLES = frozenset(
    "the a an der die das ein eine den el la los las un una le les une il lo gli o os as de het".split()
)

OPENERS = frozenset(
    """
    i you he she it we they this that these those there here my your his her its our their who what when
    where why how which whose if while although though because since as after before during in on at by
    from to for with without within under over despite prior according following among between through
    throughout until upon about against not no yes and or but so then thus however also both either each
    every all some many most more several another other hey hi hello oh wow well thanks thank please ok
    okay sure sorry today yesterday tomorrow now once let do does did have has had can could will would
    should may might must are is was were be ich du er es wir ihr dies dieser diese dieses jener wenn
    als weil nach vor während im am bei mit ohne seit aus zum zur zu von für auf hier dort heute gestern
    und oder aber nicht kein keine ja nein man sein seine yo tú él ella nosotros ellos ellas usted este
    esta esto ese esa eso en con sin desde hasta según durante tras cuando donde si porque como por para
    hoy ayer mañana y o pero sí hay su sus al je tu il elle nous vous ils elles ce cet cette ces dans
    avec sans depuis selon pendant après avant lorsque quand où parce comme par pour demain et ou mais
    non oui voici voilà son sa ses au aux я ты он она оно мы вы они это этот эта эти тот в во на с со из
    от до по при для без после перед когда если потому как где здесь там сегодня вчера завтра и или но
    не да нет у к о об за под над его её их yeah yep yup nope awesome cool aww congrats sounds glad
    totally absolutely definitely exactly nice aunque había hubo manche andere viele einige alle fast
    wer wie wo members few much later später seitdem etliche bisher entre todos muchos
    """.split()
)
"""Words that open a sentence whose subject is none, a pronoun, or stands later."""

ZH_OPENERS = """
    我 你 您 他 她 它 这 那 此 该 在 从 如果 当 因为 由于 根据 随着 虽然 但 而 并 和 与 对 为了 目前
    现在 今天 昨天 明天 其 有 没有 不 是 也 都 就 还 又 很 最 第 每 一个 一些 许多 请 好 嗨 谢谢 什么 谁
    怎么 哪 过去 历史上 历史 同时 此外 另外 近年 当时 許多 過去 為 這 該 於 于 至 自 经过 通过
""".split()

CHAT = {
    "en": frozenset("i i'm i've i'd i'll i’m i’ve you your you're we we're we’re my me our us".split()),
    "de": frozenset("ich du dein deine mein meine mich mir dich dir wir uns unser ihr euch".split()),
    "es": frozenset("yo tú mi mis me te nos nosotros".split()),
    "fr": frozenset("je j'ai j’ai tu moi toi mon ma mes nous vous".split()),
    "ru": frozenset("я ты мы вы мне меня мой моя нас вас".split()),
}
"""First and second persons: who says them in a first sentence chats and defines nothing."""

PARTICLES = frozenset(
    """
    van von der den de del della di da dos das do du la le el al bin ibn ben af av zu zur ter ten y e of
    the und and et & for à ul ud d'
    """.split()
)

SUFFIXES = frozenset("jr jr. sr sr. i ii iii iv v vi phd md obe cbe mbe kbe qc kc esq".split())

ADDRESSES = frozenset(
    """
    sir dame dr dr. prof prof. professor general captain colonel major admiral commander lieutenant sergeant
    rev. reverend abbot father mr. mrs. ms. herr frau don doña ustad sayyid sheikh
    """.split()
)
"""What is said before a name and is no part of it."""

HONORIFICS = ADDRESSES | frozenset(
    """
    lord lady saint st. prince princess king queen emperor empress pope count baron sister président cardinal
    """.split()
)
"""The same, and ranks by which their bearers are known."""

MONTHS = frozenset(
    """
    january february march april may june july august september october november december jan feb mar
    apr jun jul aug sep sept oct nov dec januar februar märz mai juni juli oktober dezember enero
    febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre janvier février
    mars avril juin juillet août septembre octobre novembre décembre января февраля марта апреля мая
    июня июля августа сентября октября ноября декабря
    """.split()
)

_EN = {
    Label.PER: """
        actor actress politician singer songwriter writer author director producer player footballer
        musician composer painter artist journalist scientist physicist chemist mathematician philosopher
        historian poet novelist engineer architect businessman businesswoman entrepreneur lawyer judge
        general officer soldier king queen prince princess emperor empress duke duchess count countess
        bishop archbishop pope saint coach wrestler boxer swimmer cyclist runner athlete golfer skier
        jumper skater racer cricketer goalkeeper midfielder defender striker forward model dancer comedian
        rapper guitarist drummer pianist vocalist conductor screenwriter filmmaker photographer economist
        biologist botanist zoologist geologist astronomer explorer surgeon physician nurse teacher
        professor educator scholar theologian priest minister president senator governor mayor diplomat
        activist criminal nobleman aristocrat monarch sovereign ruler chief leader founder
        member designer sculptor presenter host personality cinematographer editor cartoonist animator
        illustrator playwright dramatist critic translator linguist psychologist sociologist
        anthropologist inventor programmer statesman jurist merchant banker investor philanthropist son
        daughter wife husband brother sister man woman person character protagonist deity god goddess
        academic researcher executive manager officer pilot astronaut chef librettist lyricist dj
        disc-jockey violinist cellist organist baritone soprano tenor bassist industrialist naturalist
        gymnast rower sprinter quarterback pitcher catcher umpire referee
    """,
    Label.WORK: """
        film movie album song single book novel novella story play opera musical poem series sitcom show
        programme program newspaper magazine journal painting sculpture game videogame soundtrack ep
        documentary anthology comic manga anime episode symphony concerto ballet short drama comedy
        thriller remake sequel biography autobiography memoir essay encyclopedia dictionary trilogy
        mixtape telenovela miniseries cartoon website podcast blog work fresco screenplay compilation
    """,
    Label.LOC: """
        city town village municipality commune district county province state country nation region island
        islands archipelago peninsula river lake sea ocean bay gulf strait mountain mountains range hill
        valley desert forest park reserve station airport bridge street road highway square building tower
        castle palace church cathedral temple mosque monastery abbey fort fortress stadium arena hamlet
        settlement suburb neighbourhood neighborhood township borough parish capital territory kingdom
        empire republic continent planet star moon crater volcano waterfall stream creek canal dam
        reservoir port harbour harbor locality community area place house estate cemetery museum theatre
        theater library hotel skyscraper glacier cave beach cape railway line route
        prefecture oblast constituency galaxy asteroid constellation tributary attraction
    """,
    Label.ORG: """
        company corporation firm band group orchestra choir university college school institute academy
        club team party organization organisation association agency society foundation union bank airline
        manufacturer publisher label network channel broadcaster ministry department
        committee council court army navy regiment brigade division league federation
        conglomerate retailer startup studio duo trio quartet quintet ensemble troupe charity institution
        hospital enterprise subsidiary consortium cooperative brewery
        chain franchisee developer supplier provider
    """,
    Label.EVENT: """
        war battle siege festival championship tournament olympics election revolution conference race
        season cup ceremony earthquake hurricane tornado outbreak massacre treaty competition contest
        match final event attack crash disaster expedition campaign uprising rebellion protest fire flood
        pandemic
    """,
    Label.PRODUCT: """
        car aircraft airplane plane fighter biplane seaplane bomber helicopter ship submarine locomotive
        rifle gun tank missile phone smartphone computer software console device engine
        app application browser camera motorcycle vehicle spacecraft satellite rocket
        drug medication beverage drink brand product beer wine cheese
    """,
    Label.GROUP: """
        family dynasty tribe people peoples clan religion denomination sect species genus
        order breed
    """,
    Label.MISC: """
        language term name word theory disease process concept fruit plant tree animal bird fish metal
    """
    "element given-name surname list article unit method award prize medal title law system",
}
_DE = {
    Label.PER: """
        schauspieler schauspielerin politiker politikerin sänger sängerin musiker musikerin regisseur
        regisseurin schriftsteller schriftstellerin autor autorin dichter dichterin maler malerin künstler
        künstlerin komponist komponistin spieler spielerin trainer physiker physikerin chemiker chemikerin
        mathematiker mathematikerin philosoph philosophin ingenieur ingenieurin architekt architektin
        unternehmer unternehmerin journalist journalistin könig königin kaiser kaiserin fürst herzog
        bischof papst arzt ärztin jurist juristin wissenschaftler wissenschaftlerin historiker
        historikerin general offizier produzent läufer fahrer torwart erfinder erfinderin forscher
        forscherin gründer gründerin
    """,
    Label.WORK: """
        film spielfilm album lied buch roman oper zeitung zeitschrift serie gemälde spiel drama gedicht
        werk
    """,
    Label.LOC: """
        stadt großstadt gemeinde dorf ort land staat fluss see insel berg gebirge bezirk kreis provinz
        region hauptstadt bundesland kontinent planet brücke schloss burg kirche dom platz straße bahnhof
        flughafen meer tal
    """,
    Label.ORG: """
        unternehmen firma konzern gesellschaft verein universität hochschule schule band gruppe partei
        organisation verband bank stiftung orchester hersteller verlag behörde institut gmbh club klub
    """,
    Label.EVENT: "krieg schlacht festival meisterschaft wahl revolution wettbewerb turnier erdbeben",
    Label.PRODUCT: "auto flugzeug schiff gewehr computer software smartphone fahrzeug",
    Label.MISC: "frucht obst pflanze tier sprache name krankheit begriff metall element",
}
_ES = {
    Label.PER: """
        actor actriz político política cantante escritor escritora poeta pintor pintora músico compositor
        director directora futbolista jugador jugadora físico física químico química matemático matemática
        filósofo ingeniero ingeniera arquitecto arquitecta empresario empresaria periodista rey reina
        emperador príncipe princesa obispo papa médico médica abogado abogada científico científica
        historiador militar general presidente entrenador inventor fundador
    """,
    Label.WORK: """
        película filme álbum canción libro novela ópera periódico revista serie cuadro videojuego obra
        poema
    """,
    Label.LOC: """
        ciudad municipio pueblo localidad país estado río lago isla montaña provincia región capital
        distrito comuna continente planeta volcán puente castillo iglesia catedral estación aeropuerto
        barrio mar valle
    """,
    Label.ORG: """
        empresa compañía corporación universidad escuela club equipo banda grupo partido organización
        asociación banco fundación orquesta editorial aerolínea fabricante instituto sociedad
    """,
    Label.EVENT: "guerra batalla festival campeonato elección revolución torneo terremoto",
    Label.PRODUCT: "automóvil avión barco fusil ordenador software teléfono vehículo",
    Label.MISC: "fruta fruto planta animal idioma lengua nombre enfermedad término metal elemento",
}
_FR = {
    Label.PER: """
        acteur actrice politique homme femme chanteur chanteuse écrivain écrivaine poète peintre musicien
        musicienne compositeur compositrice réalisateur réalisatrice footballeur footballeuse joueur
        joueuse physicien physicienne chimiste mathématicien mathématicienne philosophe ingénieur
        architecte entrepreneur journaliste roi reine empereur prince princesse évêque pape médecin avocat
        avocate scientifique historien historienne militaire général président présidente entraîneur
        inventeur fondateur romancier romancière
    """,
    Label.WORK: """
        film album chanson livre roman opéra journal magazine série tableau jeu œuvre poème
    """,
    Label.LOC: """
        ville commune village localité pays état fleuve rivière lac île montagne province région capitale
        département canton continent planète volcan pont château église cathédrale gare aéroport quartier
        mer vallée
    """,
    Label.ORG: """
        entreprise société compagnie université école club équipe groupe parti organisation association
        banque fondation orchestre éditeur institut constructeur
    """,
    Label.EVENT: "guerre bataille festival championnat élection révolution tournoi séisme",
    Label.PRODUCT: "automobile avion bateau navire fusil ordinateur logiciel téléphone véhicule",
    Label.MISC: "fruit plante animal langue nom prénom maladie terme métal élément",
}
_RU = {
    Label.PER: """
        актёр актер актриса политик певец певица писатель писательница поэт художник художница музыкант
        композитор режиссёр режиссер футболист хоккеист физик химик математик философ инженер архитектор
        предприниматель журналист король королева император императрица князь княгиня епископ папа врач
        юрист учёный ученый историк военачальник генерал президент тренер изобретатель деятель основатель
        космонавт царь
    """,
    Label.WORK: """
        фильм альбом песня книга роман опера газета журнал сериал картина игра поэма повесть рассказ
    """,
    Label.LOC: """
        город село деревня посёлок поселок страна государство река озеро остров гора область район столица
        провинция регион континент материк планета вулкан мост замок церковь собор станция аэропорт море
        долина республика муниципалитет коммуна
    """,
    Label.ORG: """
        компания корпорация фирма университет институт школа клуб команда группа партия организация
        ассоциация банк фонд оркестр издательство авиакомпания предприятие производитель общество
    """,
    Label.EVENT: "война битва сражение фестиваль чемпионат революция турнир землетрясение",
    Label.PRODUCT: "автомобиль самолёт самолет корабль винтовка компьютер смартфон ракета",
    Label.MISC: "фрукт плод растение животное язык имя болезнь термин металл элемент",
}
_ZH = {
    Label.PER: """
        演员 政治家 政治人物 歌手 作家 诗人 画家 音乐家 作曲家 导演 编剧 球员 运动员 物理学家 化学家
        数学家 哲学家 科学家 工程师 建筑师 企业家 商人 记者 国王 女王 皇帝 公主 王子 主教 教宗 医生 律师
        历史学家 军事家 将军 总统 教练 主持人 模特 艺术家 学者 教授 发明家 创始人 守门员 人物 演員 導演
        詩人 畫家 總統 運動員 物理學家 化學家 科學家 企業家
    """,
    Label.WORK: """
        电影 影片 专辑 歌曲 单曲 小说 书籍 歌剧 报纸 杂志 电视剧 动画 漫画 游戏 画作 作品 電影 專輯 小說
        電視劇
    """,
    Label.LOC: """
        城市 首都 县 村 镇 国家 省 州 河流 河 湖泊 湖 岛屿 岛 山脉 山峰 山 地区 市 区 大陆 行星 火山 桥
        城堡 教堂 车站 机场 海 半岛 自治区 直辖市 國家 首府 省会 支流
    """,
    Label.ORG: """
        公司 企业 大学 学院 学校 俱乐部 乐队 组合 政党 组织 协会 机构 银行 基金会 乐团 出版社 集团 球队
        制造商 企業
    """,
    Label.EVENT: "战争 战役 节日 锦标赛 选举 革命 比赛 地震 電影節 电影节",
    Label.PRODUCT: "汽车 飞机 战斗机 步枪 船 手机 计算机 软件 品牌",
    Label.MISC: "水果 果实 植物 动物 语言 疾病 术语 金属 元素 姓氏",
}


def _table(words: dict[Label, str]) -> dict[str, Label]:
    return {word: label for label, line in words.items() for word in line.split()}


TYPE_WORDS = {
    "en": _table(_EN),
    "de": _table(_DE),
    "es": _table(_ES),
    "fr": _table(_FR),
    "ru": _table(_RU),
    "zh": _table(_ZH),
}
"""Nouns that say the type of what a first sentence defines, by language."""
