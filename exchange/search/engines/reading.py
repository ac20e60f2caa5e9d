"""One state of an index: shelves, and which of their documents still hold."""

from collections.abc import Iterator, Sequence

from exchange.search.engines import ranking
from exchange.search.engines.base import EngineResult, Mark
from exchange.search.engines.ranking import Sheet, View
from exchange.search.engines.shelf import Bits, Card, Shelf
from exchange.search.query import SearchQuery, Sight

VIEWS_KEPT = 32


class ShelfReading:
    """Answers from shelves; remembers the views of the viewers it had last."""

    def __init__(self, mark: Mark, shelves: Sequence[tuple[Shelf, Bits]]) -> None:
        self.mark = mark
        self.shelves = tuple(shelves)
        self._views: dict[Sight, View] = {}

    def search(self, query: SearchQuery, sight: Sight) -> EngineResult:
        """Return one page of what matches in sight; see `engines.base.Reading`."""
        return ranking.search(self._view(sight), query)

    @property
    def cards(self) -> Iterator[Card]:
        """Give the card of every document, whoever sees it."""
        for shelf, holding in self.shelves:
            for number, card in enumerate(shelf.cards):
                if card and holding >> number & 1:
                    yield card

    def _view(self, sight: Sight) -> View:
        view = self._views.get(sight)
        if view is None:
            if len(self._views) >= VIEWS_KEPT:
                self._views.clear()
            view = self._views[sight] = self._look(sight)
        return view

    def _look(self, sight: Sight) -> View:
        return View(
            tuple(
                Sheet(
                    shelf,
                    holding & shelf.seen_by(sight.audiences) & ~shelf.hidden_with(sight.excluded),
                )
                for shelf, holding in self.shelves
            )
        )
