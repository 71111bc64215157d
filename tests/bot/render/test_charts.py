"""Charts: small, and said in words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.render.charts import trend_picture
from bot.render.translation import LANGUAGES, translator


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("days", [1, 2, 14, 90])
def test_a_trend_is_a_small_picture_with_its_numbers_in_words(days: int, language: str) -> None:
    first = date(2026, 1, 1)
    counts = {first + timedelta(day): day * 37 % 11 for day in range(days)}
    picture = trend_picture("<energy> & oil", counts, translator(language))
    assert isinstance(picture.content, bytes)
    assert picture.content.startswith(b"\x89PNG")
    assert len(picture.content) < 150_000
    assert "&lt;energy&gt; &amp; oil" in picture.caption.html
    assert str(sum(counts.values())) in picture.caption.plain
