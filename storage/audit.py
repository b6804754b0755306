"""The audit log: receipts of what was removed. A receipt counts and hashes; it holds no personal data.

Hashes are salted, one salt a receipt, kept with it: who knows an id can show that the receipt is about it,
and nobody can compare two receipts or look hashes up in a list made beforehand. Who has the database can
still try every name of a list on one receipt.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping

from sqlalchemy import select

from ..core.records import Receipt
from ..core.text import clean, salted_id
from .schema import AUDIT
from .units import Unit, now


def new_salt() -> str:
    """Salt for one receipt, 32 hexadecimal digits."""
    return secrets.token_hex(16)


def write(
    unit: Unit,
    kind: str,
    subject: str,
    counts: Mapping[str, int],
    removed: Iterable[str] = (),
    *,
    salt: str | None = None,
) -> Receipt:
    """Write a receipt at the namespace's revision.

    Args:
        subject: id of what it is about; only its salted hash is kept.
        removed: content hashes of the documents that went; likewise.
    """
    salt = salt or new_salt()
    receipt = Receipt(
        secrets.token_hex(10),
        kind,
        now(),
        unit.revision(),
        salt,
        salted_id(salt, clean(subject)),
        {name: int(count) for name, count in counts.items()},
        tuple(sorted(salted_id(salt, content) for content in removed)),
    )
    put(unit, receipt)
    return receipt


def put(unit: Unit, receipt: Receipt) -> None:
    """Write a receipt as it is."""
    row = {
        "namespace": unit.key,
        "id": receipt.id,
        "kind": receipt.kind,
        "at": receipt.at,
        "revision": receipt.revision,
        "salt": receipt.salt,
        "subject": receipt.subject,
        "counts": json.dumps(dict(receipt.counts), sort_keys=True),
        "removed": json.dumps(list(receipt.removed)),
    }
    unit.put(AUDIT, [row])


def listed(unit: Unit) -> list[Receipt]:
    """All receipts, oldest first."""
    columns = AUDIT.c
    rows = unit.rows(select(AUDIT).where(columns.namespace == unit.key).order_by(columns.at, columns.id))
    return [
        Receipt(
            row.id,
            row.kind,
            row.at,
            row.revision,
            row.salt,
            row.subject,
            json.loads(row.counts),
            tuple(json.loads(row.removed)),
        )
        for row in rows
    ]
