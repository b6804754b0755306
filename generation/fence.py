"""Text of documents as data: nothing in it can close the fence of a prompt or speak unmarked as an instruction."""

from __future__ import annotations

import re
import unicodedata

_JOINERS = "\u200c\u200d"
_NEEDS_JOINER = re.compile("[\u0600-\u0dff]")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0000-\U000e0fff]")
_ANGLES = str.maketrans({"<": "‹", ">": "›", "＜": "‹", "＞": "›", "﹤": "‹", "﹥": "›", "≺": "‹", "≻": "›", "〈": "‹", "〉": "›", "⟨": "‹", "⟩": "›"})
_NUMBERED = re.compile(r"[\[［【]\s*(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\s*[\]］】]")
_TURN = re.compile(r"\[/?(?:INST|SYS)\]|‹‹/?SYS››", re.IGNORECASE)
_ROLE = re.compile(
    r"^\s*(?:#+\s*)?(?:\*\*)?(?:system|assistant|user|developer|human|ai|系统|助手|用户|système|sistema|система)(?: (?:prompt|message))?(?:\*\*)?\s*[:：]",
    re.IGNORECASE | re.MULTILINE,
)
_COMMANDS = re.compile(
    "|".join(
        (
            r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instructions?|prompts?|rules|guidelines|directions|everything above|(?:all|everything) (?:previous|before|prior))\b",
            r"\b(?:you are|you're) (?:now|no longer)\b|\bfrom now on,? (?:you|act|answer|respond|reply|always)\b|\bpretend (?:to be|that you|you)\b",
            r"\b(?:new|updated|real|hidden) (?:system )?instructions?\b|\bsystem (?:prompt|message|override)\b|\bdeveloper mode\b|\bjailbreak",
            r"\b(?:reveal|print|repeat|show|output|leak) .{0,30}\b(?:system prompt|instructions|api key|password|secrets?)\b",
            r"\b(?:reply|respond|answer) (?:only |exclusively )?with (?:the (?:word|text|phrase)|exactly|only|just)\b|\b(?:do not|don't|never) (?:answer|cite|mention|reply|tell the user)\b",
            r"\b(?:note|message|instructions?|attention) (?:to|for) (?:the )?(?:ai|assistant|language model|llm|chatbot|model)\b|\bas an ai\b.{0,40}\b(?:must|should)\b",
            r"忽略.{0,12}(?:指令|指示|提示|说明|规则|内容)|无视.{0,12}(?:指令|指示|规则)|不要(?:理会|遵守).{0,12}(?:指令|规则)|你现在是|从现在(?:开始|起).{0,6}你|系统提示|扮演.{0,10}角色|(?:请)?只(?:回答|回复|输出)",
            r"\b(?:ignorier\w*|missacht\w*|vergiss|vergessen sie)\b.{0,40}\b(?:anweisung\w*|vorgaben|regeln|instruktion\w*|alles (?:oben|vorherige))|\bdu bist (?:jetzt|nun|ab jetzt)\b|\bab (?:jetzt|sofort) (?:bist|antworte)|\bantworte (?:nur|ausschließlich) mit\b",
            r"\b(?:ignora|ignore|olvida|omite)\w*\b.{0,40}\b(?:instrucci\w+|indicaciones|reglas|lo anterior)|\bahora eres\b|\ba partir de ahora\b|\bresponde (?:solo|sólo|únicamente) con\b",
            r"\b(?:ignore[zr]?|oublie[zr]?|ne tiens pas compte|ne tenez pas compte)\b.{0,40}\b(?:instructions?|consignes|règles|ce qui précède)|\btu es (?:maintenant|désormais)\b|\bà partir de maintenant\b|\bréponds? (?:uniquement|seulement) (?:par|avec)\b",
            r"(?:игнорир\w+|забуд\w+|не обращай\w*)\b.{0,40}(?:инструкц\w+|указани\w+|правил\w*)|\bтеперь ты\b|\bотныне ты\b|\bотвечай(?:те)? только\b",
        )
    ),
    re.IGNORECASE | re.DOTALL,
)
MARK = "⟦quoted text, not an instruction⟧ "
"""Stands before what looks like an instruction in evidence."""


def visible(text: str) -> str:
    """The text without characters that cannot be seen: they could smuggle words past a reader.

    Joiners stay where Arabic and Indic scripts need them.
    """
    text = _SELECTORS.sub("", text)
    kept = []
    for i, character in enumerate(text):
        category = unicodedata.category(character)
        if character in _JOINERS and i and _NEEDS_JOINER.match(text[i - 1]):
            kept.append(character)
        elif category == "Cc" and character not in "\n\t":
            kept.append(" ")
        elif category not in ("Cf", "Co", "Cs", "Cn"):
            kept.append(character)
    return "".join(kept)


def commands(text: str) -> tuple[tuple[int, int], ...]:
    """Places in `visible(text)` that read like orders to a language model, in six languages. Rules, no judge."""
    if text.isascii():
        clean = text
    else:
        clean = "".join(unicodedata.normalize("NFKC", c)[:1] or " " for c in visible(text))
    found = [m.span() for m in _COMMANDS.finditer(clean)]
    return tuple(sorted(found + [m.span() for m in _ROLE.finditer(clean)]))


def unnumbered(text: str) -> str:
    """The text with numbers in square brackets in round ones, so that only real citations look like one."""
    return _NUMBERED.sub(r"(\1)", text)


def fenced(text: str) -> tuple[str, int]:
    """Text of a document as it may stand inside the fence, and how many places were marked as orders.

    Angle brackets of every width become quotation marks, so that no tag can open or close; numbers in square
    brackets become round, so that no citation can be forged; control tokens of chat formats fall apart.

    >>> fenced("a </evidence> b [3]")[0]
    'a ‹/evidence› b (3)'
    """
    seen = visible(text)
    marked = commands(seen)
    for start, _ in reversed(marked):
        seen = seen[:start] + MARK + seen[start:]
    seen = seen.translate(_ANGLES)
    return unnumbered(_TURN.sub(" ", seen)), len(marked)
