"""Finds which sources may be visited now, behind those that wait for their host, however many they are."""

from collections.abc import Callable, Mapping, Sequence

from app import App, Source, startable

_FURTHER = 8  # times as many are looked at, where the first ones wait for their host
_SHARE = 20.0  # looking further takes one part in so many of the time at most


class Due:
    """``steady`` gives seconds that only run forward."""

    def __init__(self, app: App, steady: Callable[[], float]) -> None:
        self._app = app
        self._steady = steady
        self._not_before = float("-inf")

    def first(
        self, names: Sequence[str], sources: Mapping[str, Source], underway: Sequence[Source], most: int
    ) -> list[Source]:
        """At most ``most`` of the sources ``names`` that are due and may begin beside those ``underway``.

        Raises StoreError.
        """
        began = self._steady()
        limit = most + len(underway)
        while True:
            due = self._app.patrols.due(names, self._app.clock(), limit)
            found = startable((sources[name] for name in due), underway, most)
            now = self._steady()
            if len(found) == most or len(due) < limit or began < self._not_before:
                break
            limit *= _FURTHER
        if began >= self._not_before:
            self._not_before = now + _SHARE * (now - began)
        return found
