"""Aliases that first sentences give: "also known as", "born", nicknames, acronyms, parts of full names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..core.records import Label, Name
from ..core.text import has_unspaced
from .given_names import SHORT_FORMS
from .name_lead import Lead
from .name_opening import WORD, Opening
from .name_words import ADDRESSES, CHAT, HONORIFICS, MONTHS, PARTICLES, SUFFIXES, TYPE_WORDS

_ADVERB = (
    r"(?:also|better|best|commonly|formerly|professionally|popularly|widely|often|sometimes|generally|usually|"
    r"simply|locally|previously|originally|mostly|and|or|now|then|historically|officially|colloquially|variously)"
)
_CUES = {
    "en": re.compile(
        rf"\b(?:(?:{_ADVERB}\s+)*(?:known|called|referred\s+to|spelled|spelt|written|romani[sz]ed|rendered|credited|"
        r"styled|stylized|stylised|titled|abbreviated|marketed|released)\s+(?:(?:by\s+(?:his|her|their|its|the)\s+"
        r"(?:stage|pen|ring|birth|married|screen|full|religious)\s+names?(?:\s+of)?)|(?:professionally\s+|simply\s+|"
        r"mononymously\s+|popularly\s+)?as|to)?|formerly|officially|nicknamed|(?:also|simply|locally|or)\s+as|"
        r"a\.?k\.?a\.?|née?|(?:stage|pen|birth|full|real|ring)\s+name(?::|\s+of)?|born(?:\s+as)?|alias|i\.\s?e\.)\s*(?:the\s+)?",
        re.IGNORECASE,
    ),
    "de": re.compile(
        r"\b(?:(?:auch|besser|kurz|später|früher|eigentlich|eigtl\.|offiziell|bürgerlich|gebürtig|vollständig)"
        r"(?:\s+bekannt)?(?:\s+(?:als|unter\s+dem\s+Namen))?|bekannt\s+(?:als|unter\s+dem\s+Namen)|genannt|gebürtig|"
        r"Künstlername:?|auch)\s+",
        re.IGNORECASE,
    ),
    "es": re.compile(
        r"\b(?:(?:también\s+|más\s+|mejor\s+|simplemente\s+|popularmente\s+)*(?:conocid[oa]s?|llamad[oa]s?|denominad[oa]s?)"
        r"(?:\s+(?:simplemente|popularmente|artísticamente|mundialmente|también))*(?:\s+como|\s+por)?|oficialmente|"
        r"nacid[oa]\s+como|apodad[oa]|de\s+nombre\s+completo|o\s+simplemente)\s+(?:el\s+|la\s+)?",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        r"\b(?:(?:aussi\s+|également\s+|plus\s+|mieux\s+)*(?:connue?s?|appelée?s?|dénommée?s?|surnommée?s?)"
        r"(?:\s+(?:sous\s+le\s+nom\s+(?:de\s+|d['’])|comme|aussi))*|dite?|née?(?=\s+[A-Z])|officiellement|ou\s+simplement)"
        r"\s+(?:le\s+|la\s+)?",
        re.IGNORECASE,
    ),
    "ru": re.compile(
        r"(?:(?:также|более|наиболее|больше)\s+)*извест(?:ен|на|но|ный|ная|ное)\w*(?:\s+(?:также|просто))?\s+(?:как|под\s+именем|"
        r"под\s+псевдонимом)\s+|\b(?:урожд[её]нн(?:ый|ая)|настоящее\s+имя|полное\s+имя|сокращ[её]нно|сокр\.|официально|прозванн\w+|"
        r"псевдоним)\s*(?:[—–-]\s*)?",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        r"(?:又称|又稱|亦称|亦稱|又名|原名|本名|别名|別名|简称|簡稱|也称|也稱|俗称|俗稱|旧称|舊稱|全称|全稱|也叫|"
        r"通称|笔名|筆名|艺名|藝名|昵称|英文名|英文|英语|英語)(?:为|為|作|是|名)?[：:]?\s*"
    ),
}
_AFTER = re.compile(
    r"^(?:better|best|professionally|popularly|nicknamed|commonly|mejor|más|mieux|plus|besser|более)\b", re.I
)
_QUOTED = re.compile(r"[\"“«„]\s*([^\"”»“]{2,60}?)\s*,?[\"”»“]")
_ZH_QUOTED = re.compile(r"[“「『《\"]([^”」』》\"]{1,30})[”」』》\"]")
_ZH_NAME = re.compile(r"[^，。；;,、（()）“”「」『』《》：:\s]{2,20}")
_ACRONYM = re.compile(r"^[\s\"“']*([A-ZÀ-ÞА-ЯЁ][A-ZÀ-ÞА-ЯЁ0-9&.\-]{1,9})[\s\"”']*(?:$|[,;)])")
_INSIDE = re.compile(r"[(（]([^()（）]*)[)）]")
_TONGUE = re.compile(r"^\s*[\"“]?\s*[A-Z][a-z]+(?:[ /-][A-Z]?[a-z]+)?\s*[\"”]?\s*:\s*")
_PRONOUN = re.compile(r"^\s*(?:(?:He|She|It|They|Er|Sie|Es|Il|Elle|Он|Она|Оно)\b|他|她|它|该)")
_LEGAL_FORM = re.compile(
    r"[\s,]+(?:Inc|Incorporated|Corp|Corporation|Co|Company|Ltd|Limited|LLC|L\.L\.C|plc|PLC|LLP|GmbH|AG|SE|KG|KGaA|OHG|"
    r"e\.\s?V|S\.\s?A|SA|SARL|S\.\s?L|SL|S\.p\.A|SpA|N\.\s?V|NV|B\.\s?V|BV|AB|Oyj?|A/S|ASA|Pty|KK)\.?"
    r"(?:\s*(?:&\s*)?(?:Co|KG|Ltd)\.?(?:\s*KG)?)?$"
    r"|(?<=\w\w)(?:股份有限公司|有限责任公司|有限公司|集团公司|公司|集团)$"
)
_RANK = re.compile(
    r"\s*,\s*((?:\d+(?:st|nd|rd|th)\s+)?(?:Duke|Duchess|Earl|Count|Countess|Baron|Baroness|Viscount|Viscountess|"
    r"Marquess|Marquis|Marchioness|Baronet|Lord|Lady|King|Queen|Prince|Princess|Landgrave|Margrave|Elector)"
    r"(?:\s+(?:of|and|the|de|von|[A-ZÀ-Þ][\w’'-]+))*)(?=\s*(?:[(,]|$))"
)
_PLACE = re.compile(r"\s*,\s*([A-ZÀ-Þ][\w’'-]+(?:\s(?:and|of|de|[A-ZÀ-Þ][\w’'-]+)){0,4})\s*$")
_NICKNAME = re.compile(r"(?:\s['‘(]|\s?[\"“«„])\s*(?P<name>[^\"”»“'’)]{2,30}?)\s*[\"”»“'’)]\s+(?=\w)")
_HISPANIC = re.compile(
    r"\b(?:Spanish|Mexican|Argentine|Argentinian|Chilean|Colombian|Peruvian|Venezuelan|Cuban|Uruguayan|Paraguayan|"
    r"Bolivian|Ecuadorian|Guatemalan|Honduran|Salvadoran|Nicaraguan|Panamanian|Dominican|"
    r"Puerto Rican|Costa Rican)\b"
)
_WITHIN = frozenset("from in on with to at by ye i yi ol".split())
"""Words in small letters that a longer name may hold: better a name too long than one cut short."""
_JOINS = frozenset("and und y e et".split())
_LATER = re.compile(
    r"known\s+(?:\w+\s+)?as|nicknamed|conocid\w+\s+como|connue?\s+sous|bekannt\s+als|genannt|извест\w+\s+как|"
    r"又称|也称|简称|又稱|也稱|簡稱"
)
_NEVER = MONTHS.union(*CHAT.values()) | frozenset(
    "he she it they who which c. circa in on at and or um b. born died".split()
)


def aliases_of(start: Opening, lead: Lead, about: Label) -> list[Name]:
    """Other names that the first sentences give to their subject."""
    head_end = lead.verb if lead.verb >= 0 else min(len(start.text), lead.end + 200)
    head, tail = start.text[lead.end : head_end], start.text[head_end:]
    halves = [] if about is Label.WORK else _halves(lead)
    found = [
        *halves,
        *_apposed(head, lead),
        *_bare(lead),
        *_cued(head, start.language, lead),
        *_inside(head, lead),
        *_nicknames(lead),
    ]
    cue = _CUES.get(start.language, _CUES["en"])
    for match in cue.finditer(tail):
        near = match.start() < 6 and re.search(
            r"known|called|conocid|connue?|bekannt|genannt|извест|称|稱", match.group()
        )
        comma = tail[: match.start()].rstrip().endswith((",", "，", "("))
        if (
            near
            or start.language == "zh"
            and comma
            or (comma and about is Label.PER and _AFTER.match(match.group()))
        ):
            found += _listed(tail, match.end(), 0.65)
    for sentence in start.later:
        said = cue.search(sentence[:60]) if _PRONOUN.match(sentence) else None
        if said is not None and _LATER.search(said.group()):
            found += _listed(sentence, said.end(), 0.6)
    return [name for name in found if name.text.casefold() != lead.text.casefold()]


def _halves(lead: Lead) -> Iterator[Name]:
    """ "A or B" as subject gives both."""
    first, middle, second = lead.text.partition(" or ")
    if middle and first[:1].isupper() and second[:1].isupper():
        yield Name(first.strip(' "“”'), "alias", 0.7)
        yield Name(second.strip(' "“”'), "alias", 0.7)


def _apposed(head: str, lead: Lead) -> Iterator[Name]:
    """With what follows a comma: "Charles Neville, 6th Earl of Westmorland", "Krum, Haskovo Province"."""
    rank, place = _RANK.match(head), _PLACE.match(head)
    if place is not None and lead.defines:
        yield Name(f"{lead.text}, {place.group(1)}", "alias", 0.8)
    elif rank is not None:
        yield Name(f"{lead.text}, {rank.group(1)}", "alias", 0.8)
        if rank.group(1)[0].isdigit():
            yield Name(rank.group(1), "alias", 0.6)


def without_honorific(name: str) -> str:
    """A person's name without what is said before it, "" where there is nothing or one word would be left.

    >>> [without_honorific(name) for name in ("Admiral Alexander Berzin", "Sir Elton", "Ada Lovelace")]
    ['Alexander Berzin', '', '']
    """
    words = name.split()
    while words and words[0].casefold() in ADDRESSES:
        words.pop(0)
    bare = " ".join(words)
    return bare if len(words) > 1 and bare != name else ""


def _bare(lead: Lead) -> Iterator[Name]:
    """The proper name behind a common noun that says its type: "río Ebro", "fleuve Niger"."""
    first, _, rest = lead.text.partition(" ")
    if first.islower() and rest[:1].isupper() and any(first in table for table in TYPE_WORDS.values()):
        yield Name(rest, "alias", 0.75)


def _cued(head: str, language: str, lead: Lead) -> Iterator[Name]:
    for match in _CUES.get(language, _CUES["en"]).finditer(head):
        cue = match.group().strip().casefold()
        born = cue.startswith(("née", "né", "born", "урожд"))
        for name in _listed(head, match.end(), 0.7):
            if born and " " not in name.text and not has_unspaced(name.text):
                first = WORD.findall(lead.text)[:1]
                if first and cue.startswith(("née", "né", "урожд")):
                    yield Name(f"{first[0]} {name.text}", "alias", 0.65)
                continue
            yield name


def _inside(head: str, lead: Lead) -> Iterator[Name]:
    """Acronyms and original spellings in parentheses."""
    for match in _INSIDE.finditer(head):
        for piece in re.split(r"[;,；，]", match.group(1)):
            piece = piece.strip()
            acronym = _ACRONYM.match(piece)
            if acronym and _spells(acronym.group(1), lead.text):
                yield Name(acronym.group(1), "alias", 0.8)
                continue
            tongue = _TONGUE.match(piece)
            bare = _TONGUE.sub("", piece).strip(" \"“”'")
            foreign = bool(bare) and has_unspaced(bare) != has_unspaced(lead.text)
            if not bare or any(c.isdigit() for c in bare) or len(bare) > 50 or not (tongue or foreign):
                continue
            if foreign and has_unspaced(lead.text) and not (bare[0].isupper() and bare.isascii()):
                continue
            if bare[0].isupper() or not bare[0].isascii():
                if (
                    len(WORD.findall(bare)) <= 6
                    and WORD.findall(bare)[:1]
                    and bare.split()[0].casefold() not in _NEVER
                ):
                    yield Name(bare, "alias", 0.7 if foreign else 0.6)


def _spells(acronym: str, name: str) -> bool:
    letters = [c for c in acronym.casefold() if c.isalpha()]
    words = [w for w in re.split(r"[\s\-/]+", name.casefold()) if w]
    initials = [w[0] for w in words]
    if len(letters) < 2 or not initials or letters[0] not in initials:
        return False
    return sum(c in initials for c in letters) * 2 >= len(letters) or has_unspaced(name)


def _nicknames(lead: Lead) -> Iterator[Name]:
    """A nickname in quotes within a full name: with the last name, and the name without it."""
    inner = _NICKNAME.search(lead.text)
    if inner is None:
        return
    last = lead.text[inner.end() :].strip()
    yield Name(f"{inner.group('name')} {last}", "alias", 0.75)
    bare = f"{lead.text[: inner.start()].strip()} {last}"
    yield Name(bare, "alias", 0.75)
    yield from person_parts(bare)


def _listed(text: str, place: int, weight: float) -> Iterator[Name]:
    """Names from a place on, joined by commas, "or" and "and"."""
    for _ in range(4):
        name, end = _name_at(text, place)
        if not name:
            return
        yield Name(name, "alias", weight)
        step = re.compile(
            r"\s*[,/]?\s*(?:or|and|oder|und|o|y|ou|et|или|и|或|和|、|,|/)\s*(?:simply\s+|the\s+|just\s+)?"
        ).match(text, end)
        if step is None:
            return
        place = step.end()


def _name_at(text: str, place: int) -> tuple[str, int]:
    """The name that begins at a place: in quotes, or as a run of capitalised words; "" when none does."""
    while place < len(text) and text[place] == " ":
        place += 1
    rest = text[place:]
    if has_unspaced(rest[:2]) or (rest[:1] in '“「『《"' and has_unspaced(rest[1:3])):
        match = _ZH_QUOTED.match(rest) or _ZH_NAME.match(rest)
        if match is None:
            return "", place
        return (match.group(1) if match.re is _ZH_QUOTED else match.group()), place + match.end()
    quoted = _QUOTED.match(rest)
    if quoted is not None:
        return quoted.group(1).strip(), place + quoted.end()
    words: list[re.Match[str]] = []
    for word in WORD.finditer(text, place):
        between = text[words[-1].end() if words else place : word.start()]
        if between.strip(' -"“”') or (not between and words):
            break
        shown = word.group()
        inner = (shown.casefold() in PARTICLES and shown not in _JOINS) or shown in _WITHIN
        if not (shown[0].isupper() or (words and (shown[0].isdigit() or inner))):
            break
        if words and words[-1].group() in _WITHIN and shown.casefold() in MONTHS:
            break  # "born Anna Keller on June 2"
        words.append(word)
        if len(words) > 8:
            return "", place
    while words and (words[-1].group().casefold() in PARTICLES or words[-1].group() in _WITHIN):
        words.pop()
    if not words or words[0].group().rstrip(".").casefold() in _NEVER:
        return "", place
    after = text[words[-1].end() : words[-1].end() + 2]
    if text[words[-1].end() - 1] in "-‐" or after[:1] in "-‐" or re.match(r"\s[а-яё]", after):
        return "", place  # a name cut short is worse than none
    name = text[words[0].start() : words[-1].end()].rstrip(".,'’")
    return (name if len(name) >= 2 else ""), words[-1].end()


def without_legal_form(name: str) -> str:
    """A company's name as people say it, "" where the name has no legal form.

    >>> [without_legal_form(name) for name in ("Northwind Traders, Inc.", "北风公司", "Elbe")]
    ['Northwind Traders', '北风', '']
    """
    bare = _LEGAL_FORM.sub("", name).rstrip(" ,")
    if bare.endswith((" and", " &", " und", " et", " y")):
        return ""
    return bare if bare != name and len(bare) > 1 else ""


def person_parts(full: str) -> Iterable[Name]:
    """First and last name of a full name with a middle, and the same with initials.

    >>> [n.text for n in person_parts("Johannes Diderik van der Waals")]
    ['Johannes van der Waals', 'J. D. van der Waals', 'Johannes D. van der Waals']
    """
    first, middle, family = _parts(full)
    if not middle or any(w.casefold() in SUFFIXES for w in middle) or len(first.rstrip(".")) < 2:
        return []
    initials = [f"{w[0]}." for w in middle]
    return [
        Name(f"{first} {family}", "part", 0.7),
        Name(" ".join([f"{first[0]}.", *initials, family]), "initials", 0.6),
        Name(" ".join([first, *initials, family]), "initials", 0.6),
    ]


def familiar(full: str, said: str) -> Iterator[Name]:
    """What people may call somebody by full name: a middle name or a short form before the family's.

    Where Spanish is spoken the family's name is the last but one.

    >>> [n.text for n in familiar("William Edward Crystal", "an American actor")]
    ['Edward Crystal', 'Bill Crystal', 'Billy Crystal', 'Will Crystal', 'Willie Crystal']
    >>> [n.text for n in familiar("Rafael Baledón Cárdenas", "a Mexican actor")]
    ['Rafael Baledón']

    Args:
        said: what the first sentence says that the person is.
    """
    first, middle, family = _parts(full)
    if middle and _HISPANIC.search(said[:80]):
        yield Name(f"{first} {middle[-1]}", "part", 0.65)
        return
    for name in middle:
        if len(name.rstrip(".")) > 2 and name.casefold() not in PARTICLES:
            yield Name(f"{name} {family}", "part", 0.5)
    for short in SHORT_FORMS.get(first.casefold(), ()):
        yield Name(f"{short.title()} {family}", "part", 0.5)


def _parts(full: str) -> tuple[str, list[str], str]:
    """First, middle and family names of a person; all empty for what does not look like a full name."""
    none: tuple[str, list[str], str] = ("", [], "")
    if has_unspaced(full) or any(c in full for c in '"“,(:/&'):
        return none
    words = full.split()
    while words and words[-1].rstrip(",").casefold() in SUFFIXES:
        words.pop()
    while len(words) > 1 and words[-1].isupper() and len(words[-1]) > 1 and not words[0].isupper():
        words.pop()
    while words and words[0].casefold() in HONORIFICS:
        words.pop(0)
    if not 2 <= len(words) <= 6 or not all(w[0].isupper() or w.casefold() in PARTICLES for w in words):
        return none
    if any(w.casefold() in ("of", "the", "and", "et", "und", "y", "for") for w in words):
        return none
    last = len(words) - 1
    while last > 1 and words[last - 1].casefold() in PARTICLES:
        last -= 1
    return words[0], words[1:last], " ".join(words[last:])
