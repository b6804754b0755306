"""The first layout."""

import sqlalchemy as sa
from alembic import op

revision = "r0001"
down_revision = None
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _namespaces() -> None:
    op.create_table(
        "namespaces",
        sa.Column("key", KEY, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_namespaces")),
        sa.UniqueConstraint("name", name=op.f("uq_namespaces_name")),
    )


def _changes() -> None:
    op.create_table(
        "changes",
        sa.Column("namespace", KEY, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("document_id", WORDS),
        sa.Column("entity_id", WORDS),
        sa.Column("at", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("namespace", "revision", "ordinal", name=op.f("pk_changes")),
        sa.ForeignKeyConstraint(
            ["namespace"],
            ["namespaces.key"],
            name=op.f("fk_changes_namespace"),
        ),
        sqlite_with_rowid=False,
    )


def _dead_letters() -> None:
    op.create_table(
        "dead_letters",
        sa.Column("namespace", KEY, nullable=False),
        sa.Column("key", WORDS, nullable=False),
        sa.Column("source", WORDS, nullable=False),
        sa.Column("error", WORDS, nullable=False),
        sa.Column("reason", WORDS, nullable=False),
        sa.Column("job", WORDS),
        sa.Column("at", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("namespace", "key", name=op.f("pk_dead_letters")),
        sa.ForeignKeyConstraint(
            ["namespace"],
            ["namespaces.key"],
            name=op.f("fk_dead_letters_namespace"),
        ),
    )


def _dirty_names() -> None:
    op.create_table(
        "dirty_names",
        sa.Column("namespace", KEY, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("namespace", "name", name=op.f("pk_dirty_names")),
        sa.ForeignKeyConstraint(
            ["namespace"],
            ["namespaces.key"],
            name=op.f("fk_dirty_names_namespace"),
        ),
        sqlite_with_rowid=False,
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("namespace", KEY, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("at", WORDS, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("salt", WORDS, nullable=False),
        sa.Column("subject", WORDS, nullable=False),
        sa.Column("counts", WORDS, nullable=False),
        sa.Column("removed", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("namespace", "id", name=op.f("pk_audit")),
        sa.ForeignKeyConstraint(
            ["namespace"],
            ["namespaces.key"],
            name=op.f("fk_audit_namespace"),
        ),
    )


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("key", KEY, nullable=False),
        sa.Column("namespace", KEY, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("content_hash", WORDS, nullable=False),
        sa.Column("digest", WORDS, nullable=False),
        sa.Column("vector_digest", WORDS, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("declared_language", WORDS),
        sa.Column("date", WORDS),
        sa.Column("language", WORDS, nullable=False),
        sa.Column("pipeline", WORDS, nullable=False),
        sa.Column("about", WORDS, nullable=False),
        sa.Column("details", WORDS, nullable=False),
        sa.Column("title", WORDS, nullable=False),
        sa.Column("text", WORDS, nullable=False),
        sa.Column("job", WORDS),
        sa.Column("added", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_documents")),
        sa.UniqueConstraint("namespace", "id", name=op.f("uq_documents_namespace_id")),
        sa.UniqueConstraint("namespace", "key", name=op.f("uq_documents_namespace_key")),
        sa.ForeignKeyConstraint(
            ["namespace"],
            ["namespaces.key"],
            name=op.f("fk_documents_namespace"),
        ),
    )


def _entities() -> None:
    op.create_table(
        "entities",
        sa.Column("namespace", KEY, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("block", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("label", WORDS, nullable=False),
        sa.Column("description", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("namespace", "id", name=op.f("pk_entities")),
        sa.ForeignKeyConstraint(
            ["namespace"],
            ["namespaces.key"],
            name=op.f("fk_entities_namespace"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_entities_namespace_block"), "entities", ["namespace", "block"])


def _feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("namespace", KEY, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("target", WORDS, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("helpful", sa.Boolean()),
        sa.Column("note", WORDS, nullable=False),
        sa.Column("author", WORDS, nullable=False),
        sa.Column("details", WORDS, nullable=False),
        sa.Column("at", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("namespace", "id", name=op.f("pk_feedback")),
        sa.ForeignKeyConstraint(
            ["namespace"],
            ["namespaces.key"],
            name=op.f("fk_feedback_namespace"),
        ),
    )
    op.create_index(op.f("ix_feedback_namespace_target"), "feedback", ["namespace", "target"])


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("namespace", KEY, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("started", WORDS, nullable=False),
        sa.Column("updated", WORDS, nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("checkpoint", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("namespace", "id", name=op.f("pk_jobs")),
        sa.ForeignKeyConstraint(
            ["namespace"],
            ["namespaces.key"],
            name=op.f("fk_jobs_namespace"),
        ),
    )


def _meta() -> None:
    op.create_table(
        "meta",
        sa.Column("namespace", KEY, nullable=False),
        sa.Column("key", WORDS, nullable=False),
        sa.Column("value", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("namespace", "key", name=op.f("pk_meta")),
        sa.ForeignKeyConstraint(
            ["namespace"],
            ["namespaces.key"],
            name=op.f("fk_meta_namespace"),
        ),
    )


def _abouts() -> None:
    op.create_table(
        "abouts",
        sa.Column("namespace", KEY, nullable=False),
        sa.Column("entity", WORDS, nullable=False),
        sa.Column("document", KEY, nullable=False),
        sa.PrimaryKeyConstraint("namespace", "entity", "document", name=op.f("pk_abouts")),
        sa.ForeignKeyConstraint(
            ["namespace", "document"],
            ["documents.namespace", "documents.key"],
            name=op.f("fk_abouts_namespace_document"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["namespace", "entity"],
            ["entities.namespace", "entities.id"],
            name=op.f("fk_abouts_namespace_entity"),
            ondelete="CASCADE",
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_abouts_namespace_document"), "abouts", ["namespace", "document"])


def _aliases() -> None:
    op.create_table(
        "aliases",
        sa.Column("namespace", KEY, nullable=False),
        sa.Column("entity", WORDS, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("folded", WORDS, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("language", WORDS, nullable=False),
        sa.Column("text", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("namespace", "entity", "ordinal", name=op.f("pk_aliases")),
        sa.ForeignKeyConstraint(
            ["namespace", "entity"],
            ["entities.namespace", "entities.id"],
            name=op.f("fk_aliases_namespace_entity"),
            ondelete="CASCADE",
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_aliases_namespace_folded"), "aliases", ["namespace", "folded"])


def _facts() -> None:
    op.create_table(
        "facts",
        sa.Column("namespace", KEY, nullable=False),
        sa.Column("document", KEY, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("subject_mention", WORDS),
        sa.Column("subject_start", sa.Integer(), nullable=False),
        sa.Column("subject_end", sa.Integer(), nullable=False),
        sa.Column("subject_text", WORDS, nullable=False),
        sa.Column("predicate", WORDS, nullable=False),
        sa.Column("object_mention", WORDS),
        sa.Column("object_start", sa.Integer(), nullable=False),
        sa.Column("object_end", sa.Integer(), nullable=False),
        sa.Column("object_text", WORDS, nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("sentence", sa.Integer(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("rule", WORDS, nullable=False),
        sa.Column("negated", sa.Boolean(), nullable=False),
        sa.Column("modality", WORDS),
        sa.Column("time", WORDS),
        sa.Column("valid_from", WORDS),
        sa.Column("valid_to", WORDS),
        sa.PrimaryKeyConstraint("namespace", "document", "ordinal", name=op.f("pk_facts")),
        sa.UniqueConstraint("namespace", "id", name=op.f("uq_facts_namespace_id")),
        sa.ForeignKeyConstraint(
            ["namespace", "document"],
            ["documents.namespace", "documents.key"],
            name=op.f("fk_facts_namespace_document"),
            ondelete="CASCADE",
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_facts_namespace_object_mention"), "facts", ["namespace", "object_mention"])
    op.create_index(op.f("ix_facts_namespace_subject_mention"), "facts", ["namespace", "subject_mention"])


def _mentions() -> None:
    op.create_table(
        "mentions",
        sa.Column("namespace", KEY, nullable=False),
        sa.Column("document", KEY, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("folded", WORDS),
        sa.Column("part", WORDS, nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("sentence", sa.Integer(), nullable=False),
        sa.Column("label", WORDS, nullable=False),
        sa.Column("source", WORDS, nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("value", WORDS),
        sa.Column("text", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("namespace", "document", "ordinal", name=op.f("pk_mentions")),
        sa.UniqueConstraint("namespace", "id", name=op.f("uq_mentions_namespace_id")),
        sa.ForeignKeyConstraint(
            ["namespace", "document"],
            ["documents.namespace", "documents.key"],
            name=op.f("fk_mentions_namespace_document"),
            ondelete="CASCADE",
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_mentions_namespace_folded"), "mentions", ["namespace", "folded"])


def _names() -> None:
    op.create_table(
        "names",
        sa.Column("namespace", KEY, nullable=False),
        sa.Column("document", KEY, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("folded", WORDS),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("text", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("namespace", "document", "ordinal", name=op.f("pk_names")),
        sa.ForeignKeyConstraint(
            ["namespace", "document"],
            ["documents.namespace", "documents.key"],
            name=op.f("fk_names_namespace_document"),
            ondelete="CASCADE",
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_names_namespace_folded"), "names", ["namespace", "folded"])


def _passages() -> None:
    op.create_table(
        "passages",
        sa.Column("namespace", KEY, nullable=False),
        sa.Column("document", KEY, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("language", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("namespace", "document", "ordinal", name=op.f("pk_passages")),
        sa.UniqueConstraint("namespace", "id", name=op.f("uq_passages_namespace_id")),
        sa.ForeignKeyConstraint(
            ["namespace", "document"],
            ["documents.namespace", "documents.key"],
            name=op.f("fk_passages_namespace_document"),
            ondelete="CASCADE",
        ),
        sqlite_with_rowid=False,
    )


def _sentences() -> None:
    op.create_table(
        "sentences",
        sa.Column("namespace", KEY, nullable=False),
        sa.Column("document", KEY, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("offsets", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("namespace", "document", name=op.f("pk_sentences")),
        sa.ForeignKeyConstraint(
            ["namespace", "document"],
            ["documents.namespace", "documents.key"],
            name=op.f("fk_sentences_namespace_document"),
            ondelete="CASCADE",
        ),
        sqlite_with_rowid=False,
    )


def _vectors() -> None:
    op.create_table(
        "vectors",
        sa.Column("namespace", KEY, nullable=False),
        sa.Column("document", KEY, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("namespace", "document", "kind", name=op.f("pk_vectors")),
        sa.ForeignKeyConstraint(
            ["namespace", "document"],
            ["documents.namespace", "documents.key"],
            name=op.f("fk_vectors_namespace_document"),
            ondelete="CASCADE",
        ),
    )


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("namespace", KEY, nullable=False),
        sa.Column("mention", WORDS, nullable=False),
        sa.Column("entity", WORDS, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("reason", WORDS, nullable=False),
        sa.Column("alternatives", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("namespace", "mention", name=op.f("pk_decisions")),
        sa.ForeignKeyConstraint(
            ["namespace", "mention"],
            ["mentions.namespace", "mentions.id"],
            name=op.f("fk_decisions_namespace_mention"),
            ondelete="CASCADE",
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_decisions_namespace_entity"), "decisions", ["namespace", "entity"])


def _reembedded() -> None:
    op.create_table(
        "reembedded",
        sa.Column("namespace", KEY, nullable=False),
        sa.Column("document", KEY, nullable=False),
        sa.Column("maker", WORDS, nullable=False),
        sa.Column("digest", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("namespace", "document", "maker", name=op.f("pk_reembedded")),
        sa.ForeignKeyConstraint(
            ["namespace", "document"],
            ["documents.namespace", "documents.key"],
            name=op.f("fk_reembedded_namespace_document"),
            ondelete="CASCADE",
        ),
        sqlite_with_rowid=False,
    )


def _waiting_vectors() -> None:
    op.create_table(
        "waiting_vectors",
        sa.Column("namespace", KEY, nullable=False),
        sa.Column("document", KEY, nullable=False),
        sa.Column("maker", WORDS, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint(
            "namespace", "document", "maker", "kind", name=op.f("pk_waiting_vectors")
        ),
        sa.ForeignKeyConstraint(
            ["namespace", "document", "maker"],
            ["reembedded.namespace", "reembedded.document", "reembedded.maker"],
            name=op.f("fk_waiting_vectors_namespace_document_maker"),
            ondelete="CASCADE",
        ),
    )


def upgrade() -> None:
    """Make every table."""
    _namespaces()
    _audit()
    _changes()
    _dead_letters()
    _dirty_names()
    _documents()
    _entities()
    _feedback()
    _jobs()
    _meta()
    _abouts()
    _aliases()
    _facts()
    _mentions()
    _names()
    _passages()
    _sentences()
    _vectors()
    _decisions()
    _reembedded()
    _waiting_vectors()


def downgrade() -> None:
    """Drop every table."""
    for name in (
        "waiting_vectors",
        "reembedded",
        "decisions",
        "vectors",
        "sentences",
        "passages",
        "names",
        "mentions",
        "facts",
        "aliases",
        "abouts",
        "meta",
        "jobs",
        "feedback",
        "entities",
        "documents",
        "dirty_names",
        "dead_letters",
        "changes",
        "audit",
        "namespaces",
    ):
        op.drop_table(name)
