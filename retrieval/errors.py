"""Everything that can go wrong, one class per question a caller asks.

    KabarError                      a person can be told ``str(error)``
    ├── UsageError                  the caller asked for something impossible
    │   └── QuestionError           empty, or nothing in it to search for
    ├── IntakeError                 a document that cannot be read; ``.where`` names it
    │   ├── TooLargeError           larger than the limit
    │   └── FetchError              an address that cannot be fetched; ``.where`` is the address
    │       ├── RefusedError        forbidden: a private address, a scheme, robots.txt; not retried
    │       ├── GoneError           404 or 410: it is not there; ``.status`` says which
    │       └── RetryLaterError     busy, down or unreachable; ``.retry_after`` if it said when
    ├── StorageError                the library cannot be read or written
    │   ├── StorageBusyError        locked by another process for too long; try again
    │   ├── StorageFullError        no space left; nothing was half written
    │   └── SchemaError             written by a newer Kabar, or not a library at all
    ├── ModelError                  the embedding model is missing, damaged or unusable
    ├── SettingsError               a setting is missing or makes no sense
    └── QuoteError                  a quote that is not a slice of its article: a bug, never shown

The text of each is one clear sentence that says what to do, fit for a person; the cause
hangs on ``__cause__`` for the log.
"""

from datetime import timedelta


class KabarError(Exception):
    """The base of all errors that Kabar raises on purpose."""


class UsageError(KabarError):
    """The caller asked for something that cannot be done."""


class QuestionError(UsageError):
    """The question has nothing in it to search for."""


class IntakeError(KabarError):
    """A document could not be read.

    Args:
        where: What could not be read: a path, or a path and a line number.
        reason: Why, in words for a person.
    """

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}")
        self.where = where
        self.reason = reason


class TooLargeError(IntakeError):
    """A document is larger than the limit."""


class FetchError(IntakeError):
    """An address could not be fetched."""


class RefusedError(FetchError):
    """What may not be fetched: a private address, another scheme, what robots.txt forbids."""


class GoneError(FetchError):
    """It is not there.

    Args:
        where: The address.
        reason: Why, in words for a person.
        status: 404, or 410 for what is gone for good.
    """

    def __init__(self, where: str, reason: str, status: int) -> None:
        super().__init__(where, reason)
        self.status = status


class RetryLaterError(FetchError):
    """It may work later: the server is busy, down or cannot be reached.

    Args:
        where: The address.
        reason: Why, in words for a person.
        retry_after: How long the server asks to wait, None if it does not say.
    """

    def __init__(self, where: str, reason: str, retry_after: timedelta | None = None) -> None:
        super().__init__(where, reason)
        self.retry_after = retry_after


class StorageError(KabarError):
    """The library could not be read or written."""


class StorageBusyError(StorageError):
    """Another process held the library for too long."""


class StorageFullError(StorageError):
    """There is no space left where the library is kept."""


class SchemaError(StorageError):
    """The file is no library, or one written by a newer version."""


class ModelError(KabarError):
    """The embedding model is missing, damaged or unusable."""


class SettingsError(KabarError):
    """A setting is missing or makes no sense."""


class QuoteError(KabarError):
    """A quote is not a slice of its article; it must never be shown."""
