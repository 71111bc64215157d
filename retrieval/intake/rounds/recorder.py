"""Keeping what reading pages came to: those that end together are written together.

Always true: what `Recorder.record` returned from is on the disk; an article of the same source
with the same words is kept once, however many addresses it has.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from retrieval.intake.rounds.means import Means
from retrieval.records import PageOutcome, Written

Recorded = tuple[PageOutcome, Written | None]
Waiting = tuple[PageOutcome, "asyncio.Future[Recorded]"]


class Recorder:
    """Writes outcomes, as many in one transaction as came while the last was written."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._waiting: list[Waiting] = []
        self._writing = asyncio.Lock()

    async def record(self, outcome: PageOutcome) -> Recorded:
        """Keep an outcome; return it as it was kept, and what writing its article did.

        Raises:
            StorageError: It was not kept.
        """
        future: asyncio.Future[Recorded] = asyncio.get_running_loop().create_future()
        self._waiting.append((outcome, future))
        async with self._writing:
            if not future.done():
                batch, self._waiting = self._waiting, []
                await self._write(batch)
        return future.result()

    async def _write(self, batch: list[Waiting]) -> None:
        try:
            written = await self._means.threads.store(self._keep, [each for each, _ in batch])
        except Exception as error:
            if len(batch) == 1:
                _fail(batch, error)
                return
            for each in batch:  # one that cannot be kept must not keep back the others
                await self._write([each])
        except BaseException as error:
            _fail(batch, error)
            raise
        else:
            for (_, future), recorded in zip(batch, written, strict=True):
                if not future.done():
                    future.set_result(recorded)

    def _keep(self, outcomes: Sequence[PageOutcome]) -> list[Recorded]:
        kept, aliases = self._once(outcomes)
        written = self._means.storage.record_pages(kept, model=self._means.model)
        return [
            (outcome, Written.UNCHANGED if alias else did)
            for outcome, did, alias in zip(kept, written, aliases, strict=True)
        ]

    def _once(self, outcomes: Sequence[PageOutcome]) -> tuple[list[PageOutcome], list[bool]]:
        storage = self._means.storage
        stored = storage.get_articles([each.article.id for each in outcomes if each.article])
        seen: dict[tuple[str, str | None], str] = {}
        kept, aliases = [], []
        for outcome in outcomes:
            article, other = outcome.article, None
            if article is not None and article.id not in stored:
                words = article.content_hash, article.source
                other = seen.get(words) or self._present(storage.article_with_content(*words))
                seen.setdefault(words, article.id)
            alias = article is not None and other is not None and other != article.id
            if alias:
                outcome = PageOutcome(replace(outcome.page, article_id=other))  # noqa: PLW2901
            kept.append(outcome)
            aliases.append(alias)
        return kept, aliases

    def _present(self, identity: str | None) -> str | None:
        """Return the id of an article that is still there: one that was withdrawn is not."""
        if identity is None:
            return None
        article = self._means.storage.get_articles([identity]).get(identity)
        return identity if article and article.withdrawn_at is None else None


def _fail(batch: list[Waiting], error: BaseException) -> None:
    for _, future in batch:
        if not future.done():
            future.set_exception(error)
            future.exception()  # seen, also where nobody waits any more
