"""Candidates for mentions, from every source, trimmed and weeded.

Sources are a tagger, titles, definitions, quoted works, capitals and typed values; later ones (an alias
automaton, the encoder's tags) only add candidates, which `mentions.resolve` weighs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..core.records import Document, Label, Span
from ..core.text import has_unspaced, without_parenthesis
from .abbreviations import MONTHS, STARTERS
from .capitals import Capital, capital_names
from .definitions import definitions
from .name_cues import AWARD_WORDS, CLEAR_ORG_WORDS, EVENT_WORDS, FIRST_NAMES, NOT_NAMES, PARTICLES
from .values import find_values, number

LABELS: dict[str, Label] = {
    "PERSON": Label.PER, "PER": Label.PER, "persName": Label.PER,
    "GPE": Label.LOC, "LOC": Label.LOC, "FAC": Label.LOC, "placeName": Label.LOC, "geogName": Label.LOC,
    "ORG": Label.ORG, "orgName": Label.ORG, "NORP": Label.GROUP, "GROUP": Label.GROUP,
    "WORK_OF_ART": Label.WORK, "WORK": Label.WORK, "LAW": Label.WORK, "EVENT": Label.EVENT,
    "EVT": Label.EVENT,
    "PRODUCT": Label.PRODUCT, "PROD": Label.PRODUCT, "LANGUAGE": Label.MISC, "MISC": Label.MISC,
}  # fmt: skip
"""Labels of taggers that are names; dates and amounts are read by rule."""
_COUNTS = frozenset({"CARDINAL", "ORDINAL", "QUANTITY"})

PRONOUNS = frozenset(
    """
    i you he she it we they me him her us them his hers its their theirs my mine your yours our ours himself
    herself itself themselves who whom whose which that this these those one someone somebody anyone everyone
    nobody er sie es wir ihr ich du ihn ihm ihnen sein seine ihre él ella ellos ellas usted yo tú il elle ils
    elles je tu nous vous lui leur он она оно они я ты мы вы его её их ему
    他 她 它 他们 她们 它们 我 我们 你 你们 自己 其 本人 该
    """.split()
)
_ARTICLES = re.compile(
    r"(?:the|an?|der|die|das|dem|den|des|ein|eine|le|la|les|el|los|las|il|lo|gli|o|os|as|het|de)\s+(?=\S)",
    re.I,
)
_POSSESSIVE = re.compile(r"(?:['’]s|['’](?=$))$")
_EDGE = " \t\r\n\u00a0\"'“”‘’„«»`*_#|<>,;:!?，。；：！？、（）()[]{}【】–—-•·~=+\\^"
_OPENING = {"(": ")", "（": "）", "[": "]", "《": "》", "“": "”", "「": "」"}
_ABBREVIATED = re.compile(r"(?:[^\W\d_]\.)$|(?:Inc|Ltd|Co|Corp|Jr|Sr|Bros|St|S\.A|e\.V)\.$")
_WORKS = re.compile(
    '《([^《》\\n]{1,60})》|“([^“”\\n]{2,80})”|„([^„“”\\n]{2,80})[“”]|«([^«»\\n]{2,80})»|"([^"\\n]{2,80})"|'
    "「([^「」\\n]{2,40})」|『([^『』\\n]{2,40})』"
)
_LOOSE_END = re.compile(r"\s(?:of|the|and|in|de|von|y|at|for|from|to|by|on|with)$")
_NUMERAL = re.compile(r" ([IVX]{1,5})\b(?!\.)")
_OPENERS = frozenset(
    "between after before when while as for from but and or since during by with if in on at under until "
    "upon despite although though because like unlike both either neither where once then however "
    "meanwhile".split()
)
"""Words that open a sentence and are no part of the name that follows."""
_TITLE_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")
_SMALL = frozenset(
    "a an and at by for from in of on or the to with vs versus de la le les des du et en un une el los "
    "las y del der die das und von im am zu per il di da do dos e o os na no as i o w z na и в на с о о "
    "от до but nor is not".split()
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch of the text that may be a mention."""

    start: int
    end: int
    label: Label
    source: str
    score: float
    sentence: int
    value: str | None = None


def sentence_candidates(
    text: str,
    sentence: Span,
    ordinal: int,
    language: str,
    tagged: Iterable[tuple[int, int, str]],
    trained: bool,
) -> Iterator[Candidate]:
    """Candidates of one sentence, by document offsets.

    Args:
        tagged: (start, end, label) in the document, by the pipeline's tagger.
        trained: True when the tagger learned from annotated text; False for the ones of rules.
    """
    own = text[sentence.start : sentence.end]
    capitals = capital_names(own, language)
    for start, end, name in tagged:
        label = LABELS.get(name)
        if label is None:
            amount = number(text[start:end], language) if name in _COUNTS else None
            if amount is not None:
                yield Candidate(start, end, Label.NUMBER, "tagger", 0.5, ordinal, amount)
            continue
        if trained and start == sentence.start and label in (Label.PER, Label.ORG, Label.LOC):
            first = text[start:end].split(" ", 1)
            start += len(first[0]) + 1 if len(first) > 1 and first[0].casefold() in _OPENERS else 0
        if label is Label.PER and trained:
            label = _clear_label(text[start:end], label)
            numeral = _NUMERAL.match(text, end)
            end = numeral.end(1) if numeral is not None else end
            start = _whole_name(capitals, start - sentence.start, end - sentence.start) + sentence.start
        weak = 0.45 if label is Label.MISC else 0.6
        yield from _name(text, start, end, label, "tagger", 0.8 if trained else weak, ordinal)
    for value in find_values(own, language):
        place = sentence.start + value.start, sentence.start + value.end
        yield Candidate(*place, value.label, "pattern", 0.75, ordinal, value.value)
    for start, end in quoted(own):
        yield from _name(
            text, sentence.start + start, sentence.start + end, Label.WORK, "pattern", 0.8, ordinal
        )
    for found in definitions(own):
        for start, end in ((found.start, found.end), (found.other_start, found.other_end)):
            place = sentence.start + start, sentence.start + end
            yield from _name(text, *place, Label.MISC, "definition", 0.72, ordinal)
    for capital in capitals:
        place = sentence.start + capital.start, sentence.start + capital.end
        score = min(capital.score, 0.5) if trained else capital.score
        label = Label(capital.label)
        if (
            trained
            and label is Label.PER
            and text[slice(*place)].split(" ", 1)[0].casefold() not in FIRST_NAMES
        ):
            label = Label.MISC
        yield from _name(text, *place, label, "pattern", score, ordinal)


def _clear_label(name: str, label: Label) -> Label:
    """The type that the last word of a name gives away, against the tagger's "person"."""
    words = name.casefold().split()
    if not words or words[-1] in AWARD_WORDS:
        return Label.MISC
    if words[-1] in EVENT_WORDS:
        return Label.EVENT
    return Label.ORG if words[-1] in CLEAR_ORG_WORDS else label


def _whole_name(capitals: Sequence[Capital], start: int, end: int) -> int:
    """Start of the person's name whose last part the tagger saw alone ("Watson" of "Minor Watson")."""
    for capital in capitals:
        if capital.label == "PER" and capital.start < start and capital.end == end:
            return capital.start
    return start


def quoted(text: str) -> Iterator[tuple[int, int]]:
    """Quoted titles of works: short, with capitals like a title's, no speech.

    >>> text = 'He said "I will go" and filmed "The Long Road" twice.'
    >>> [text[a:b] for a, b in quoted(text)]
    ['The Long Road']
    """
    for found in _WORKS.finditer(text):
        group = next(at for at, value in enumerate(found.groups(), 1) if value is not None)
        start, end = found.span(group)
        inside = text[start:end].strip()
        start = text.index(inside, start) if inside else start
        end = start + len(inside)
        if inside and (group in (1, 7) or _like_title(inside)):
            yield start, end


def _like_title(text: str) -> bool:
    words = _TITLE_WORD.findall(text)
    if not words or len(words) > 10 or text[-1] in ",.;:" or not text[0].isupper():
        return len(words) == 0 and has_unspaced(text) and len(text) <= 12
    small = sum(w[0].islower() and w.casefold() not in _SMALL for w in words)
    return small == 0 and not (len(words) == 1 and words[0].casefold() in STARTERS)


def title_candidates(document: Document, sentences: Sequence[Span]) -> Iterator[Candidate]:
    """Occurrences of the document's own title in its text, whole or without its parenthesis."""
    base = without_parenthesis(document.title.strip())
    for name in dict.fromkeys((document.title.strip(), base)):
        if len(name) < 2 or not (any(c.isupper() or c.isdigit() for c in name) or has_unspaced(name)):
            continue
        if name.isdigit():
            continue
        left = "" if has_unspaced(name[0]) else r"(?<!\w)"
        right = "" if has_unspaced(name[-1]) else r"(?!\w)"
        for found in re.finditer(left + re.escape(name) + right, document.text):
            at = _sentence_at(sentences, found.start())
            if at >= 0 and found.end() <= sentences[at].end:
                yield Candidate(found.start(), found.end(), Label.MISC, "title", 0.95, at)


def _sentence_at(sentences: Sequence[Span], place: int) -> int:
    from bisect import bisect_right

    at = bisect_right(sentences, place, key=lambda span: span.start) - 1
    return at if at >= 0 and place < sentences[at].end else -1


def _name(
    text: str, start: int, end: int, label: Label, source: str, score: float, ordinal: int
) -> Iterator[Candidate]:
    start, end = trim(text, start, end, keep_article=label is Label.WORK)
    if end > start and not is_junk(text[start:end], label, source):
        yield Candidate(start, end, label, source, score, ordinal)


def trim(text: str, start: int, end: int, keep_article: bool = False) -> tuple[int, int]:
    """The span without quotes, brackets, articles and possessive endings at its edges.

    >>> a, b = trim('near the "Louvre\\'s" gate', 5, 18)
    >>> 'near the "Louvre\\'s" gate'[a:b]
    'Louvre'
    """
    before = (-1, -1)
    while before != (start, end) and start < end:
        before = (start, end)
        while start < end and text[start] in _EDGE and not (text[start] in _OPENING and end - start > 2):
            start += 1
        while end > start and (text[end - 1] in _EDGE and text[end - 1] not in ")）]》!?"):
            end -= 1
        start, end = _balance(text, start, end)
        end -= len(found.group()) if (found := _LOOSE_END.search(text[start:end])) is not None else 0
        if end > start and text[end - 1] == "." and not _ABBREVIATED.search(text[start:end]):
            end -= 1
        possessive = _POSSESSIVE.search(text[start:end])
        if possessive is not None:
            end = start + possessive.start()
        if not keep_article:
            article = _ARTICLES.match(text, start, end)
            rest = text[article.end() :][:1] if article else ""
            if (
                article is not None
                and article.end() < end
                and not (article.group()[0].isupper() and rest.islower())
            ):
                start = article.end()
    return start, end


def _balance(text: str, start: int, end: int) -> tuple[int, int]:
    """Drops a bracket at an edge that has no partner inside the span."""
    inside = text[start:end]
    for opening, closing in _OPENING.items():
        if inside.count(opening) > inside.count(closing):
            at = inside.rfind(opening)
            return (start + 1, end) if at == 0 else (start, start + at)
        if inside.count(closing) > inside.count(opening):
            at = inside.find(closing)
            return (start, end - 1) if at == len(inside) - 1 else (start, start + at)
    if len(inside) > 1 and inside[0] in _OPENING and inside[-1] == _OPENING[inside[0]]:
        return start + 1, end - 1
    return start, end


def is_junk(name: str, label: Label, source: str) -> bool:
    """True for what no entity is called: pronouns, numbers, single common nouns, months, broken stretches."""
    folded = name.casefold()
    letters = [c for c in name if c.isalpha()]
    if not letters or "\n" in name or "\t" in name or "\ufffd" in name or len(name) > 120:
        return True
    if folded in PRONOUNS or folded in MONTHS or folded in NOT_NAMES or folded in STARTERS:
        return True
    if len(letters) < 2 and not (len(name) >= 2 and name[0].isupper()):
        return True
    words = name.split()
    if len(words) > 12:
        return True
    cased = [c for c in letters if c.lower() != c.upper()]
    if cased and not any(c.isupper() for c in cased):
        return not (source == "pattern" and label is Label.WORK) and not has_unspaced(name)
    if label in (Label.PER, Label.ORG, Label.LOC) and any(_breaks(word) for word in words[1:-1]):
        return True
    return label is Label.PER and any(c.isdigit() for c in name)


def _breaks(word: str) -> bool:
    """True for a word that does not stand inside a name, such as a verb."""
    return word.isalpha() and word.islower() and word not in _SMALL and word not in PARTICLES
