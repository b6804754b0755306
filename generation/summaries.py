"""Themes of a corpus in a language model's words: documents are fenced, what comes back is cleaned."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..core.errors import GenerationError
from ..core.results import SearchResult, Theme
from ..core.text import squeeze
from .fence import fenced
from .llms import complete, load_llm
from .prompting import template_of
from .sanitise import sanitise

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

log = logging.getLogger(__name__)

_LONGEST = 600
"""Characters of a summary."""


def summarised(found: SearchResult, llm: Any, *, timeout: float) -> SearchResult:
    """The result with a summary of each theme; a theme for which the model fails has none, and a warning.

    Args:
        llm: a LangChain chat model, or "provider:model".
        timeout: seconds for each theme.

    Raises:
        InputError: the argument is no chat model and no name of one.
        MissingExtraError, ModelMissingError: the model that is named is not on this machine.
    """
    model = load_llm(llm)
    if model is None or not found.themes:
        return found
    themes, warnings = [], list(found.warnings)
    for theme in found.themes:
        try:
            text = complete(model, theme_prompt(theme, found.query.language), timeout)
        except GenerationError as error:
            message = f"the theme “{theme.title}” has no summary: {error}"
            log.warning(message)
            warnings.append(message)
            themes.append(theme)
        else:
            themes.append(replace(theme, summary=squeeze(sanitise(text))[:_LONGEST]))
    return replace(found, themes=tuple(themes), warnings=tuple(warnings))


def theme_prompt(theme: Theme, language: str) -> list[BaseMessage]:
    """What is sent for one theme: its names and sentences, fenced."""
    from langchain_core.messages import HumanMessage, SystemMessage

    words = template_of(language)
    names = ", ".join(fenced(squeeze(entity.name))[0] for entity in theme.entities)
    quotes = "\n".join(fenced(squeeze(quote.text))[0] for quote in theme.sentences)
    named = words["theme_names"].format(names=names)
    asked = f"<evidence>\n{named}\n{quotes}\n</evidence>\n\n{words['theme']}"
    system = words["theme_system"].strip().format(language=words["languages"].get(language, language))
    return [SystemMessage(system), HumanMessage(asked)]
