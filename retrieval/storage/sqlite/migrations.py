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
- ``follows`` are questions that chats follow; a delivery with a ``follow_id`` is an update of one.
- ``feeds`` are visited, ``pages`` are read, and ``listings`` say which feed lists which page, under
  which key and with which words. ``claimed_until`` is when somebody else may take a row up.
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


@MIGRATIONS(name="0003_reading")
def _reading(db: Database) -> None:
    db.executescript(
        """
        -- Behind the text, which costs nothing where they are read: always with the text. What is
        -- asked without it, which articles are withdrawn, the partial index answers.
        ALTER TABLE articles ADD COLUMN image_url TEXT;
        ALTER TABLE articles ADD COLUMN extent TEXT NOT NULL DEFAULT 'full';
        ALTER TABLE articles ADD COLUMN withdrawn_at INTEGER;
        CREATE INDEX articles_withdrawn ON articles (withdrawn_at, source, language)
            WHERE withdrawn_at IS NOT NULL;
        CREATE INDEX articles_by_content ON articles (content_hash, source);
        CREATE TRIGGER article_withdrawn
            AFTER UPDATE OF withdrawn_at ON articles
            WHEN new.withdrawn_at IS NOT old.withdrawn_at
        BEGIN
            UPDATE state SET changes = changes + 1;
        END;

        CREATE TABLE feeds (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            url TEXT NOT NULL UNIQUE,
            title TEXT,
            site_url TEXT,
            added_at INTEGER NOT NULL,
            etag TEXT,
            last_modified TEXT,
            visit_interval INTEGER NOT NULL,
            next_visit_at INTEGER,
            visited_at INTEGER,
            succeeded_at INTEGER,
            changed_at INTEGER,
            failing_since INTEGER,
            failures INTEGER NOT NULL,
            error TEXT,
            paused_because TEXT,
            claimed_until INTEGER
        );

        -- newest_at orders pages: when the entry was published, or when it was found.
        CREATE TABLE pages (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            url TEXT NOT NULL UNIQUE,
            host TEXT NOT NULL,
            feed_id INTEGER REFERENCES feeds (id) ON DELETE SET NULL,
            article_id TEXT,
            etag TEXT,
            last_modified TEXT,
            newest_at INTEGER NOT NULL,
            found_at INTEGER NOT NULL,
            listed_at INTEGER NOT NULL,
            read_at INTEGER,
            due_at INTEGER,
            claimed_until INTEGER,
            attempts INTEGER NOT NULL,
            error TEXT,
            entry TEXT
        );
        CREATE INDEX pages_by_feed ON pages (feed_id);
        CREATE INDEX pages_by_article ON pages (article_id);
        CREATE INDEX pages_unread ON pages (feed_id) WHERE read_at IS NULL AND due_at IS NOT NULL;
        CREATE INDEX pages_due ON pages (host, newest_at, due_at, claimed_until)
            WHERE due_at IS NOT NULL;
        CREATE INDEX pages_finished ON pages (listed_at) WHERE due_at IS NULL;

        CREATE TABLE listings (
            feed_id INTEGER NOT NULL REFERENCES feeds (id) ON DELETE CASCADE,
            entry_key TEXT NOT NULL,
            page_id INTEGER NOT NULL REFERENCES pages (id) ON DELETE CASCADE,
            newest_at INTEGER NOT NULL,
            digest BLOB NOT NULL,
            PRIMARY KEY (feed_id, entry_key)
        ) WITHOUT ROWID;
        CREATE INDEX listings_by_date ON listings (feed_id, newest_at, page_id);
        CREATE INDEX listings_by_page ON listings (page_id);

        CREATE TABLE notices (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            key TEXT NOT NULL UNIQUE,
            text TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            told_at INTEGER
        );
        CREATE INDEX receipts_by_time ON receipts (asked_at);

        -- How many passages had been deleted when the full-text index was last merged.
        ALTER TABLE state ADD COLUMN merged_deletions INTEGER NOT NULL DEFAULT 0;
        """
    )


@MIGRATIONS(name="0004_stories")
def _stories(db: Database) -> None:
    db.executescript(
        """
        CREATE TABLE story_state (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            last_id INTEGER NOT NULL,
            version INTEGER NOT NULL
        );
        INSERT INTO story_state VALUES (1, 0, 0);

        -- A headline is the title of a member, headline_key: corrected and withdrawn with it.
        CREATE TABLE stories (
            id INTEGER PRIMARY KEY,
            headline_key INTEGER,
            first_seen INTEGER,
            last_seen INTEGER
        );
        CREATE INDEX stories_by_last_seen ON stories (last_seen, id);

        -- A member's vector is made of its passages: it goes with the indexing that they hang on.
        CREATE TABLE story_members (
            article_key INTEGER PRIMARY KEY,
            model_id INTEGER NOT NULL,
            story_id INTEGER NOT NULL REFERENCES stories (id),
            seen_at INTEGER NOT NULL,
            names TEXT NOT NULL,
            origins TEXT NOT NULL,
            fingerprint BLOB NOT NULL,
            vector BLOB NOT NULL,
            FOREIGN KEY (article_key, model_id)
                REFERENCES indexings (article_key, model_id) ON DELETE CASCADE
        );
        CREATE INDEX story_members_by_story ON story_members (story_id, seen_at);
        CREATE INDEX story_members_by_date ON story_members (model_id, seen_at);

        CREATE TRIGGER story_member_added AFTER INSERT ON story_members BEGIN
            UPDATE stories SET
                headline_key = coalesce(headline_key, new.article_key),
                first_seen = min(coalesce(first_seen, new.seen_at), new.seen_at),
                last_seen = max(coalesce(last_seen, new.seen_at), new.seen_at)
            WHERE id = new.story_id;
        END;
        CREATE TRIGGER story_member_left AFTER DELETE ON story_members BEGIN
            UPDATE stories SET
                headline_key = coalesce(
                    (SELECT article_key FROM story_members
                     WHERE story_id = stories.id AND article_key = headline_key),
                    (SELECT article_key FROM story_members WHERE story_id = stories.id
                     ORDER BY seen_at, article_key LIMIT 1)),
                first_seen = (SELECT min(seen_at) FROM story_members WHERE story_id = stories.id),
                last_seen = (SELECT max(seen_at) FROM story_members WHERE story_id = stories.id)
            WHERE id = old.story_id;
            DELETE FROM stories WHERE id = old.story_id
                AND NOT EXISTS (SELECT 1 FROM story_members WHERE story_id = stories.id);
            UPDATE story_state SET version = version + 1;
        END;
        CREATE TRIGGER story_member_changed AFTER UPDATE OF story_id, seen_at ON story_members BEGIN
            UPDATE stories SET
                headline_key = coalesce(
                    (SELECT article_key FROM story_members
                     WHERE story_id = stories.id AND article_key = headline_key),
                    (SELECT article_key FROM story_members WHERE story_id = stories.id
                     ORDER BY seen_at, article_key LIMIT 1)),
                first_seen = (SELECT min(seen_at) FROM story_members WHERE story_id = stories.id),
                last_seen = (SELECT max(seen_at) FROM story_members WHERE story_id = stories.id)
            WHERE id IN (old.story_id, new.story_id);
            DELETE FROM stories WHERE id = old.story_id
                AND NOT EXISTS (SELECT 1 FROM story_members WHERE story_id = stories.id);
            UPDATE story_state SET version = version + 1;
        END;
        CREATE TRIGGER article_redated AFTER UPDATE OF published_at ON articles
            WHEN new.published_at IS NOT old.published_at
        BEGIN
            UPDATE story_members SET seen_at = coalesce(new.published_at, new.added_at)
            WHERE article_key = new.key;
        END;
        """
    )


@MIGRATIONS(name="0005_digests")
def _digests(db: Database) -> None:
    db.executescript(
        """
        -- Preferences are JSON with sorted meaning: equal settings are equal texts.
        CREATE TABLE subscribers (
            chat_id INTEGER PRIMARY KEY,
            preferences TEXT NOT NULL,
            active INTEGER NOT NULL,
            paused_because TEXT,
            thread_id INTEGER,
            next_due INTEGER,
            covered_until INTEGER,
            created_at INTEGER NOT NULL
        );
        CREATE INDEX subscribers_by_due ON subscribers (next_due, chat_id)
            WHERE next_due IS NOT NULL;
        CREATE INDEX subscribers_for_breaking ON subscribers (chat_id)
            WHERE active AND paused_because IS NULL AND preferences ->> 'breaking' = 1;

        CREATE TABLE digests (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            key TEXT NOT NULL UNIQUE,
            made_at INTEGER NOT NULL,
            content TEXT NOT NULL
        );

        CREATE INDEX digests_by_date ON digests (made_at);

        CREATE TABLE deliveries (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            chat_id INTEGER NOT NULL,
            local_date TEXT NOT NULL,
            kind TEXT NOT NULL,
            digest_id INTEGER REFERENCES digests (id),
            language TEXT NOT NULL,
            timezone TEXT NOT NULL,
            due_at INTEGER NOT NULL,
            release_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            thread_id INTEGER,
            state TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            doubts INTEGER NOT NULL,
            message_id INTEGER,
            detail TEXT,
            closed_at INTEGER,
            owner TEXT,
            leased_until INTEGER,
            UNIQUE (chat_id, local_date, kind)
        );
        CREATE INDEX deliveries_waiting ON deliveries (due_at, digest_id, id)
            WHERE state = 'waiting';
        CREATE INDEX deliveries_open ON deliveries (chat_id, id)
            WHERE state IN ('waiting', 'claimed', 'sending');
        CREATE INDEX deliveries_held ON deliveries (state, owner, leased_until)
            WHERE state IN ('claimed', 'sending');
        CREATE INDEX deliveries_by_expiry ON deliveries (expires_at) WHERE state = 'waiting';
        CREATE INDEX deliveries_by_message ON deliveries (chat_id, message_id)
            WHERE message_id IS NOT NULL;
        CREATE INDEX deliveries_by_date ON deliveries (local_date, state, doubts);
        CREATE INDEX deliveries_by_digest ON deliveries (digest_id);
        """
    )


@MIGRATIONS(name="0006_conversations")
def _conversations(db: Database) -> None:
    db.executescript(
        """
        -- Quotes are JSON: places in articles, never words.
        CREATE TABLE turns (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            chat_id INTEGER NOT NULL,
            user_id INTEGER,
            question TEXT NOT NULL,
            asked_at INTEGER NOT NULL,
            searched TEXT NOT NULL,
            language TEXT,
            answered INTEGER NOT NULL,
            quotes TEXT NOT NULL,
            period_words TEXT,
            period_from INTEGER,
            period_before INTEGER,
            newest_first INTEGER NOT NULL,
            question_id INTEGER,
            reply_id INTEGER,
            thread_id INTEGER,
            receipt_id INTEGER,
            open INTEGER NOT NULL,
            UNIQUE (chat_id, question_id)
        );
        CREATE INDEX turns_by_reply ON turns (chat_id, reply_id) WHERE reply_id IS NOT NULL;
        CREATE INDEX turns_by_time ON turns (asked_at);
        CREATE INDEX turns_open ON turns (chat_id, user_id, asked_at) WHERE open;
        CREATE INDEX turns_by_user ON turns (user_id);

        CREATE TABLE feedback (
            turn_id INTEGER NOT NULL,
            user_id INTEGER NOT NULL,
            verdict TEXT NOT NULL,
            given_at INTEGER NOT NULL,
            question TEXT NOT NULL,
            searched TEXT NOT NULL,
            answered INTEGER NOT NULL,
            quotes TEXT NOT NULL,
            passage_ids TEXT NOT NULL,
            model TEXT NOT NULL,
            PRIMARY KEY (turn_id, user_id)
        ) WITHOUT ROWID;
        CREATE INDEX feedback_by_user ON feedback (user_id);

        CREATE TABLE question_counts (
            user_id INTEGER NOT NULL,
            day TEXT NOT NULL,
            asked INTEGER NOT NULL,
            told INTEGER NOT NULL,
            PRIMARY KEY (user_id, day)
        ) WITHOUT ROWID;
        """
    )


@MIGRATIONS(name="0007_follows")
def _follows(db: Database) -> None:
    db.executescript(
        """
        -- question_key is the question folded; told is JSON: places in articles, never words.
        CREATE TABLE follows (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            chat_id INTEGER NOT NULL,
            user_id INTEGER,
            question TEXT NOT NULL,
            question_key TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            looked_until INTEGER NOT NULL,
            due_from INTEGER NOT NULL,
            thread_id INTEGER,
            language TEXT NOT NULL,
            told TEXT NOT NULL,
            told_at INTEGER,
            paused INTEGER NOT NULL,
            UNIQUE (chat_id, question_key)
        );
        CREATE INDEX follows_by_user ON follows (user_id);
        CREATE INDEX follows_due ON follows (looked_until, id) WHERE NOT paused;

        ALTER TABLE turns ADD COLUMN follow_id INTEGER;
        ALTER TABLE deliveries ADD COLUMN turn_id INTEGER;
        ALTER TABLE deliveries ADD COLUMN follow_id INTEGER
            REFERENCES follows (id) ON DELETE CASCADE;
        CREATE INDEX deliveries_by_follow ON deliveries (follow_id) WHERE follow_id IS NOT NULL;
        -- Of a follow one update at most is on its way.
        CREATE UNIQUE INDEX updates_open ON deliveries (follow_id)
            WHERE follow_id IS NOT NULL AND state IN ('waiting', 'claimed', 'sending');
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
