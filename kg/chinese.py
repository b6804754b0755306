"""Chinese by jieba: words, part of speech, and names made of them, as a spaCy pipeline.

jieba is used through objects of our own, filled from its dictionary directly, because its own start writes a
cache file to the folder for temporary files and logs to standard error, and its module-wide tables are
everybody's to change.
"""

from __future__ import annotations

import re
import threading
import warnings
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任"
    "沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫"
    "孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕"
    "单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚"
    "娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池"
    "查麻苑迟邝習习張劉陳楊黃趙吳孫馬鄭謝許韓馮鄧蕭葉蘇魏呂鍾譚陸範賈韋鄒邱閻龍賀顧龔萬錢嚴湯溫莊聶魯齊喬"
    "龐顏歐關蘭單塗紀畢"
)
COMPOUND_SURNAMES = (
    "欧阳",
    "司马",
    "诸葛",
    "上官",
    "司徒",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "夏侯",
)
TRANSLITERATED = frozenset(
    "阿埃艾爱安奥巴白班邦贝比波伯勃布查茨达戴丹道德登迪狄丁杜多恩尔法范菲费芬夫弗福盖甘冈戈格根古哈海汉赫"
    "亨洪胡华霍基吉加贾杰金卡凯坎考科克肯库夸昆拉莱赖兰朗劳勒雷里利莉丽廉列林琳卢鲁路伦罗洛马玛迈麦曼毛梅"
    "蒙米莫姆穆纳娜内尼涅纽努诺欧帕派潘佩皮普奇齐乔切琼丘茹若萨塞森沙莎舍圣史什舒斯丝司思苏索塔泰坦汤唐特"
    "腾提图托瓦万威韦维魏温文沃乌西希锡夏香肖谢辛休雅亚扬耶叶伊因英尤约泽扎詹珍朱佐兹齐顿森逊曼宁尔伍登瑟"
    "翰娅黛薇琪妮蕾妲茜芙黎藏本"
)
PERSON_BEFORE = frozenset(
    "总统 主席 总理 首相 教授 博士 院士 作家 导演 演员 歌手 诗人 校长 部长 市长 省长 书记".split()
)
PERSON_AFTER = frozenset("先生 女士 教授 博士 夫人 总统 主席 说 表示 认为 指出 出生 生于 逝世".split())
ORG_ENDINGS = (
    "有限公司", "公司", "集团", "大学", "学院", "学校", "中学", "小学", "银行", "医院", "研究所", "研究院",
    "科学院", "委员会", "基金会", "协会", "学会", "联盟", "政府", "法院", "检察院", "出版社", "报社",
    "电视台", "电台", "通讯社", "博物馆", "图书馆", "乐团", "乐队", "俱乐部", "球队", "党", "工会", "商会",
    "议会", "部队", "航空", "影业", "局", "部", "厅", "社", "队", "厂",
)  # fmt: skip
PLACE_ENDINGS = (
    "省", "市", "县", "區", "区", "州", "镇", "乡", "村", "河", "江", "湖", "海", "山", "岛", "島", "群岛",
    "半岛", "海峡", "山脉", "高原", "平原", "盆地", "路", "街", "大道", "机场", "车站", "公园", "广场",
    "寺", "宫", "桥", "港",
)  # fmt: skip
_JUNK = frozenset(
    (
        "小王 老师 高兴 明天 安全 和平 东西 阿姨 小姐 先生 女士 博士 老板 南北 "
        "东北 西南 东南 西北 神圣 中断 明星 齐声 施力 维京 文明 平原 湖泊 侯国 "
        "吉祥物 卫冕冠军 冠军 罗马帝国 海洋 高原 山脉 河流 城市 首都 安静 和尚 白色 黄金 "
        "金属 石头 高度 高中 田径 方案 方程 温度 安全性 马拉松 巴士 沙漠 森林 时代 "
        "时期 关系 成员 成功 张力 白天 康复 严重 严格 安排 江山 "
    ).split()
)
_HAN = re.compile("[\u4e00-\u9fff\u3400-\u4dbf]+$")
_DOTS = frozenset("·•・‧．")
_PERSON = frozenset({"nr", "nrt", "nrfg"})
_NOUN = frozenset({"n", "nz", "ns", "nt", "nr", "nrt", "eng", "j", "b", "vn", "nrfg", "x"})
_lock = threading.Lock()

Name = tuple[int, int, str]
"""First word, word after the last, label."""


@lru_cache(maxsize=1)
def _segmenter() -> Any:
    """jieba's tagger with tables of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
        import jieba.posseg as posseg
    words = jieba.Tokenizer()
    words.FREQ, words.total = words.gen_pfdict(words.get_dict_file())
    words.initialized = True
    tagger = posseg.POSTokenizer.__new__(posseg.POSTokenizer)
    tagger.tokenizer = words
    tagger.word_tag_tab = dict(posseg.dt.word_tag_tab)
    return tagger


def words_of(text: str) -> list[tuple[str, str]]:
    """Words of a text with jieba's part of speech; together they are the text."""
    with _lock:
        tagger = _segmenter()
    return [(pair.word, pair.flag) for pair in tagger.cut(text)]


def chinese_pipeline() -> Language:
    """Blank Chinese spaCy pipeline: jieba's words, its tags in `token.tag_`, names in `doc.ents`."""
    import spacy
    from spacy.language import Language as Loaded

    if not Loaded.has_factory("clew_chinese_names"):
        Loaded.component("clew_chinese_names", func=set_names)
    nlp = spacy.blank("zh")
    vocabulary = nlp.vocab

    def tokenise(text: str) -> Doc:
        from spacy.tokens import Doc as Made

        pairs = words_of(text)
        words: list[str] = []
        spaces: list[bool] = []
        flags: list[str] = []
        for word, flag in pairs:
            if word == " " and words and not spaces[-1]:
                spaces[-1] = True
                continue
            words.append(word)
            spaces.append(False)
            flags.append(flag)
        return Made(vocabulary, words=words, spaces=spaces, tags=flags)

    nlp.tokenizer = tokenise
    nlp.add_pipe("clew_chinese_names")
    return nlp


def set_names(doc: Doc) -> Doc:
    """The spaCy component: sets `doc.ents` to the names that the tags and the words around them show."""
    words, flags = [t.text for t in doc], [t.tag_ for t in doc]
    taken = [False] * len(words)
    spans = []
    for first, last, label in names(words, flags):
        if not any(taken[first:last]):
            taken[first:last] = [True] * (last - first)
            spans.append(doc[first:last].__class__(doc, first, last, label=label))
    doc.ents = tuple(sorted(spans, key=lambda span: span.start))
    return doc


def names(words: Sequence[str], flags: Sequence[str]) -> Iterator[Name]:
    """Names among segmented words, best first: works, foreign persons, organisations, places, persons."""
    yield from _works(words)
    yield from _dotted(words, flags)
    yield from _organisations(words, flags)
    yield from _places(words, flags)
    yield from _persons(words, flags)


def _works(words: Sequence[str]) -> Iterator[Name]:
    at = 0
    while at < len(words):
        if words[at] == "《" and "》" in words[at : at + 25]:
            end = at + words[at : at + 25].index("》")
            if end > at + 1:
                yield at + 1, end, "WORK"
            at = end
        at += 1


def _dotted(words: Sequence[str], flags: Sequence[str]) -> Iterator[Name]:
    """Names written with a dot between their parts: 史蒂夫·乔布斯."""
    at = 0
    while at < len(words):
        if words[at] not in _DOTS or at == 0 or at + 1 >= len(words):
            at += 1
            continue
        first = at
        while first > 0 and at - first < 4 and _foreign(words[first - 1]):
            first -= 1
        last = at + 1
        while last < len(words) and (_foreign(words[last]) or (words[last] in _DOTS and last > at + 1)):
            last += 1
        if last > at + 1 and words[last - 1] in _DOTS:
            last -= 1
        if first == at and _HAN.match(words[at - 1]) and len(words[at - 1]) <= 5:
            first -= 1
        if last == at + 1 and _HAN.match(words[at + 1]) and len(words[at + 1]) <= 6:
            last += 1
        if first < at and last > at + 1:
            yield first, last, "PER"
        at = max(last, at + 1)


def _foreign(word: str) -> bool:
    return _HAN.match(word) is not None and all(c in TRANSLITERATED for c in word)


def _organisations(words: Sequence[str], flags: Sequence[str]) -> Iterator[Name]:
    for at, (word, flag) in enumerate(zip(words, flags, strict=True)):
        if flag == "nt" and len(word) >= 2:
            yield _widened(words, flags, at), at + 1, "ORG"
        elif word.endswith(ORG_ENDINGS) and flag in ("n", "ns", "nz", "nr", "nrt", "x", "j"):
            first = _widened(words, flags, at)
            whole = "".join(words[first : at + 1])
            bare = word in ORG_ENDINGS
            if (bare and first < at and len(whole) >= 4) or (not bare and len(word) >= 4 and flag != "ns"):
                yield first, at + 1, "ORG"


def _widened(words: Sequence[str], flags: Sequence[str], at: int) -> int:
    """First word of the organisation whose last word stands at `at`: back over names, at most four words."""
    first = at
    best = at
    while first > 0 and at - first < 4 and flags[first - 1] in _NOUN and words[first - 1].strip():
        first -= 1
        if not (_HAN.match(words[first]) or words[first].isascii()) or words[first] in _JUNK:
            break
        if flags[first] in ("ns", "nz", "nt", "eng", "nrt", "nr", "nrfg", "j") and len(words[first]) >= 2:
            best = first
    return best


def _places(words: Sequence[str], flags: Sequence[str]) -> Iterator[Name]:
    for at, (word, flag) in enumerate(zip(words, flags, strict=True)):
        if flag == "ns" and _HAN.match(word) and word not in _JUNK:
            following = words[at + 1] if at + 1 < len(words) else ""
            if following in PLACE_ENDINGS and len(following) <= 2:
                yield at, at + 2, "LOC"
            elif len(word) >= 2:
                yield at, at + 1, "LOC"
        elif (
            flag in ("nr", "nz", "nrt")
            and at + 1 < len(words)
            and words[at + 1] in PLACE_ENDINGS
            and len(word) >= 2
        ):
            yield at, at + 2, "LOC"


def _persons(words: Sequence[str], flags: Sequence[str]) -> Iterator[Name]:
    for at, (word, flag) in enumerate(zip(words, flags, strict=True)):
        if flag not in _PERSON or not _HAN.match(word) or word in _JUNK:
            continue
        before = words[at - 1] if at else ""
        following = words[at + 1] if at + 1 < len(words) else ""
        if len(word) == 1 and word in SURNAMES and _HAN.match(following) and len(following) == 2:
            if flags[at + 1] in ("nr", "x", "nz") and at + 1 < len(words):
                yield at, at + 2, "PER"
            continue
        surname = word[0] in SURNAMES or word.startswith(COMPOUND_SURNAMES)
        cue = before in PERSON_BEFORE or following in PERSON_AFTER
        if len(word) >= 3 and (_foreign(word) or (surname and len(word) <= 4)):
            last = at + 1
            while (
                last < len(words)
                and _foreign(words[last])
                and flags[last] in (*_PERSON, "x")
                and _foreign(word)
            ):
                last += 1
            yield at, last, "PER"
        elif len(word) == 2 and ((surname and flag != "nrt") or cue):
            yield at, at + 1, "PER"
