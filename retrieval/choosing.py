"""Which mode a question calls for, by its form, with the reason: rules that can be read, no model.

- global: it asks about the whole ("What are the main themes?") and names nothing that is known,
- facts: it asks for facts by that word,
- local: it is a name and nothing else ("Who is Ada Lovelace?"), and the name means one thing only,
- passages: everything else.
"""

from __future__ import annotations

import re

from ..core.results import Mode, QueryEntity
from .query import Understood
from .stopwords import STOP_WORDS
from .tokens import words

_WHOLE = {
    "en": r"(?:main|major|key|central|general|overall|common) (?:\w+ )?(?:themes?|topics?|subjects?|ideas?)"
    r"|(?:what|which) (?:themes|topics|subjects)|overview of (?:the|this|all)|(?:themes|topics) (?:of|in) "
    r"(?:the|this|these|all)|(?:documents?|corpus|collection|texts?) (?:is |are )?(?:all )?about"
    r"|summari[sz]e (?:the|this|all|these) (?:corpus|collection|documents|texts|whole)",
    "de": r"(?:wichtigste\w*|hauptsächliche\w*|zentrale\w*|welche\w*) themen|hauptthemen|überblick über"
    r"|worum geht es (?:in|hier)|wovon handel\w+",
    "es": r"(?:principales|grandes) (?:temas|asuntos)|temas (?:principales|centrales)|qué temas|de qué "
    r"(?:tratan?|hablan?)|resumen (?:de todo|general|del corpus)|visión general",
    "fr": r"(?:principaux|grands) (?:thèmes|sujets)|(?:thèmes|sujets) (?:principaux|centraux)"
    r"|quels (?:sont les )?(?:thèmes|sujets)|vue d.ensemble|de quoi parlent",
    "ru": r"(?:основн|главн|общ)\w+ тем\w*|какие темы|обзор|о чём (?:эти|все|говор)|о чем (?:эти|все|говор)",
    "zh": r"主要(?:的)?(?:主题|话题|内容|议题)|有哪些(?:主题|话题)|(?:总体|整体)(?:概述|概览|情况)"
    r"|讲(?:的是|了)(?:些)?什么",
}
_FACTS = {
    "en": r"\bfacts\b",
    "de": r"\bfakten\b",
    "es": r"\bhechos\b|\bdatos sobre\b",
    "fr": r"\bfaits\b",
    "ru": r"\bфакты\b",
    "zh": r"事实",
}
_SPEAK = frozenset(
    "tell describe explain know say about who what whom is was are were me you do does us please "
    "erzähle erzähl beschreibe über wer was ist war sind mir weißt du wissen "
    "háblame cuéntame describe sobre quién qué quien que es era fue "
    "parle parlez décris qui est était quoi sur moi de "
    "расскажи расскажите кто что такое такой такая о об про мне был была".split()
)
"""Words around a name that ask for nothing in particular."""
_SPEAK_UNSPACED = re.compile(
    r"介绍(?:一下)?|告诉我|关于|谁|什么|是|的|请|说说|讲讲|何|だれ|誰|とは|について|教えて|です|か|は|人"
)


def choose(understood: Understood, asked: tuple[QueryEntity, ...]) -> tuple[Mode, str]:
    """The mode, and why.

    Args:
        asked: the names in the question with the probabilities of their readings.
    """
    text, language = understood.text.casefold(), understood.language.split("-")[0]
    asked = tuple(entity for entity in asked if entity.candidates or not _says_nothing(entity.text))
    named = [entity for entity in asked if entity.candidates]
    whole = asks_for_whole(understood)
    if whole and not named:
        return Mode.GLOBAL, f"asks about the whole: “{whole}”"
    facts = _match(_FACTS, text, language)
    if facts:
        return Mode.FACTS, f"asks for facts: “{facts}”"
    if len(named) == len(asked) == 1 and not _left_over(understood, named[0]):
        readings = named[0].candidates
        if len(readings) == 1:
            return Mode.LOCAL, f"asks about {readings[0].name} and nothing else"
    return Mode.PASSAGES, "asks for something particular"


def asks_for_whole(understood: Understood) -> str:
    """The words of a question that ask about the whole; "" without any."""
    return _match(_WHOLE, understood.text.casefold(), understood.language.split("-")[0])


def particular(understood: Understood) -> bool:
    """True when a question says more than that it asks about the whole."""
    language = understood.language.split("-")[0]
    rest = understood.text.casefold().replace(asks_for_whole(understood), " ")
    ignored = STOP_WORDS.get(language, frozenset()) | _SPEAK | _CORPUS
    left = words(_SPEAK_UNSPACED.sub(" ", rest))
    return any(word not in ignored for word, unspaced in left if not unspaced)


_CORPUS = frozenset(
    "corpus document documents collection text texts here this these all "
    "korpus dokument dokumente dokumenten sammlung texte texten alle allen hier "
    "documento documentos textos colección todos recueil textes corpus "
    "документ документы документах корпус тексты текстах все всех здесь".split()
)


def _match(patterns: dict[str, str], text: str, language: str) -> str:
    """What the patterns find, the language's own first, which is told among those of the corpus."""
    for code in sorted(patterns, key=lambda code: code != language):
        if found := re.search(patterns[code], text):
            return found.group()
    return ""


def _says_nothing(text: str) -> bool:
    """True for a question word that stood like a name, with a capital."""
    return all(word in _SPEAK for word, _ in words(text))


def _left_over(understood: Understood, entity: QueryEntity) -> bool:
    """True when a question has words beside a name that ask for something."""
    rest = understood.text[: entity.start] + " " + understood.text[entity.end :]
    stop = STOP_WORDS.get(understood.language.split("-")[0], frozenset())
    for word, unspaced in words(rest):
        left = _SPEAK_UNSPACED.sub("", word) if unspaced else word
        if left and left not in _SPEAK and left not in stop and left != "s":
            return True
    return False
