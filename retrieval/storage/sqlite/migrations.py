"""The schema, as numbered steps from an empty file to today's.

Always true: each step runs in one transaction together with its own record, under the write
lock, so two processes that open an old library at once apply it once. A step that was released
is never edited; a change is a new step.

What a person meets in the file:

- ``articles`` are the truth. ``key`` is the number other tables use; ``id`` is the caller's.
- ``indexings`` say which version of an article was cut and embedded for which model, also when
  no passage came of it. Passages hang on it, and everything derived goes with it.
- ``passages`` hold offsets and the vector; ids are never used twice.
- ``passage_terms`` is the full-text index, one row per passage, its rowid the passage's id.
- ``state.changes`` counts what a cache in memory may have to learn of; ``changes`` lists passages
  that were deleted and articles whose filters changed. Triggers keep both, so no writer can
  forget to. ``state.epoch`` differs in every library and after every restore.
"""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database, Migrations

from retrieval.errors import SchemaError
from retrieval.storage.sqlite.connection import APPLICATION_ID, Connections

MIGRATIONS = Migrations("kabar")


@MIGRATIONS(name="0001_articles_and_passages")
def _articles_and_passages(db: Database) -> None:
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.executescript(
        """
        CREATE TABLE state (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            epoch TEXT NOT NULL,
            changes INTEGER NOT NULL
        );
        INSERT INTO state VALUES (1, lower(hex(randomblob(16))), 0);

        -- AUTOINCREMENT, so that a cursor into this log never meets an old number again.
        CREATE TABLE changes (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            passage_id INTEGER,
            article_key INTEGER
        );

        -- The text comes last: SQLite reads a row only up to the column that is asked for.
        CREATE TABLE articles (
            key INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            url TEXT,
            author TEXT,
            source TEXT,
            language TEXT,
            published_at INTEGER,
            added_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            related TEXT NOT NULL,
            title TEXT NOT NULL,
            text TEXT NOT NULL
        );
        CREATE INDEX articles_by_date ON articles (coalesce(published_at, added_at));
        CREATE INDEX articles_by_published ON articles (published_at);
        CREATE INDEX articles_by_added ON articles (added_at);
        CREATE INDEX articles_by_filter ON articles (source, language, published_at);

        CREATE TABLE models (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            dimension INTEGER,
            articles INTEGER NOT NULL DEFAULT 0,
            passages INTEGER NOT NULL DEFAULT 0
        );

        CREATE TABLE indexings (
            article_key INTEGER NOT NULL REFERENCES articles (key) ON DELETE CASCADE,
            model_id INTEGER NOT NULL REFERENCES models (id),
            content_hash TEXT NOT NULL,
            PRIMARY KEY (article_key, model_id)
        ) WITHOUT ROWID;
        CREATE INDEX indexings_by_model ON indexings (model_id);

        CREATE TABLE passages (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            article_key INTEGER NOT NULL,
            model_id INTEGER NOT NULL,
            ordinal INTEGER NOT NULL,
            start INTEGER NOT NULL CHECK (start >= 0),
            "end" INTEGER NOT NULL CHECK ("end" > start),
            sentences TEXT NOT NULL,
            vector BLOB NOT NULL,
            UNIQUE (article_key, model_id, ordinal),
            FOREIGN KEY (article_key, model_id)
                REFERENCES indexings (article_key, model_id) ON DELETE CASCADE
        );

        -- Apart from the passages: they are five times as large as all else, and only the few
        -- passages of an answer need them.
        CREATE TABLE sentence_vectors (
            passage_id INTEGER PRIMARY KEY REFERENCES passages (id) ON DELETE CASCADE,
            vectors BLOB NOT NULL
        );

        CREATE VIRTUAL TABLE passage_terms
            USING fts5 (title, text, tokenize = "ascii tokenchars '_'");
        CREATE VIRTUAL TABLE term_counts USING fts5vocab (passage_terms, 'row');

        CREATE TRIGGER passage_added AFTER INSERT ON passages BEGIN
            UPDATE state SET changes = changes + 1;
            UPDATE models SET passages = passages + 1 WHERE id = new.model_id;
        END;
        CREATE TRIGGER passage_deleted AFTER DELETE ON passages BEGIN
            DELETE FROM passage_terms WHERE rowid = old.id;
            INSERT INTO changes (passage_id) VALUES (old.id);
            UPDATE state SET changes = changes + 1;
            UPDATE models SET passages = passages - 1 WHERE id = old.model_id;
        END;
        CREATE TRIGGER indexing_added AFTER INSERT ON indexings BEGIN
            UPDATE state SET changes = changes + 1;
            UPDATE models SET articles = articles + 1 WHERE id = new.model_id;
        END;
        CREATE TRIGGER indexing_deleted AFTER DELETE ON indexings BEGIN
            UPDATE state SET changes = changes + 1;
            UPDATE models SET articles = articles - 1 WHERE id = old.model_id;
        END;
        CREATE TRIGGER article_added AFTER INSERT ON articles BEGIN
            UPDATE state SET changes = changes + 1;
        END;
        CREATE TRIGGER article_deleted AFTER DELETE ON articles BEGIN
            UPDATE state SET changes = changes + 1;
        END;
        CREATE TRIGGER article_altered
            AFTER UPDATE OF source, language, published_at ON articles
            WHEN new.source IS NOT old.source
                OR new.language IS NOT old.language
                OR new.published_at IS NOT old.published_at
        BEGIN
            INSERT INTO changes (article_key) VALUES (old.key);
            UPDATE state SET changes = changes + 1;
        END;
        """
    )


@MIGRATIONS(name="0002_receipts_and_inbox")
def _receipts_and_inbox(db: Database) -> None:
    db.executescript(
        """
        CREATE TABLE receipts (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            asked_at INTEGER NOT NULL,
            answered INTEGER NOT NULL,
            confidence REAL NOT NULL,
            model TEXT NOT NULL,
            question TEXT NOT NULL,
            details TEXT NOT NULL
        );

        CREATE TABLE inbox (
            update_id INTEGER PRIMARY KEY,
            accepted_at INTEGER NOT NULL,
            finished_at INTEGER,
            payload TEXT NOT NULL
        );
        CREATE INDEX inbox_pending ON inbox (update_id) WHERE finished_at IS NULL;
        CREATE INDEX inbox_finished ON inbox (accepted_at) WHERE finished_at IS NOT NULL;
        """
    )


def migrate(connections: Connections) -> list[str]:
    """Bring the library to today's schema.

    Args:
        connections: To a library's file, new or of any older version.

    Returns:
        The names of the steps that this call applied, in order.

    Raises:
        StorageError: When it cannot be read or written; the step that failed left nothing.
    """
    done: list[str] = []
    while True:
        with connections.read() as db:
            names = [step.name for step in MIGRATIONS.pending(db)]
        if not names:
            return done
        with connections.write() as db:
            # Asked again under the lock: another process may have been quicker.
            pending = [step.name for step in MIGRATIONS.pending(db)]
            MIGRATIONS.apply(db, stop_before=pending[1:])
            done += pending[:1]


def refuse_newer(db: Database, path: Path) -> None:
    """Refuse a library with steps that this version does not know.

    Args:
        db: A connection to it.
        path: The file, named in the sentence.

    Raises:
        SchemaError: When there is such a step.
    """
    with Database(memory=True, execute_plugins=False) as empty:
        known = {step.name for step in MIGRATIONS.pending(empty)}
    if any(step.name not in known for step in MIGRATIONS.applied(db)):
        raise SchemaError(
            f"The library {path} was written by a newer version of Kabar; update Kabar, or "
            "choose another folder with KABAR_DATA_DIR."
        )
