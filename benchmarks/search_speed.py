"""How fast search answers, among 10,000 synthetic documents, beside plain Whoosh in the same run.

    python benchmarks/search_speed.py [--json] [--documents 10000] [--questions 200]

Beside the time on the clock stands this process's own (cpu), for a machine that others use meanwhile.

Texts are 100 to 1,500 words, 380 on average, drawn by Zipf's law, among 50 audiences of which a
viewer has four and public. Each question has one to four words, a topic or an
organisation as filter, facets (ours: seven, Whoosh: four), and highlights on the ten hits. Every second question is long
(7 to 20 words). Plain Whoosh gets the same questions with words optional, an audience filter, the
facets by its own `groupedby`, and its own highlights.
"""

import argparse
import datetime as dt
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from django.conf import settings as django_settings

if not django_settings.configured:
    django_settings.configure(USE_I18N=False)

from whoosh import analysis, fields, index, qparser, query, sorting

from exchange.search.documents import SearchDocument
from exchange.search.engines.base import Mark
from exchange.search.engines.whoosh import WhooshEngine
from exchange.search.highlight import Highlighter
from exchange.search.query import SearchQuery, Sight

BUDGET = {"median": 40.0, "p95": 100.0}
TOPICS = [f"theme{n // 5}/topic{n}" for n in range(55)]
ORGANISATIONS = [f"organisation-{n}" for n in range(40)]
PUBLIC = 1


class World:
    """Documents and questions, the same at every run."""

    def __init__(self, documents: int, questions: int) -> None:
        self.random = random.Random(2023)
        vocabulary = 30_000
        self.words = [self._word() for _ in range(vocabulary)]
        self.weights = list(accumulate(1 / (rank + 3) for rank in range(vocabulary)))
        self.documents = [self._document(number) for number in range(documents)]
        self.questions = [self._question(number) for number in range(questions)]

    def _word(self) -> str:
        return "".join(
            self.random.choice("bcdfghklmnprstv") + self.random.choice("aeiou")
            for _ in range(self.random.randint(2, 4))
        )

    def _text(self, length: int) -> str:
        return " ".join(self.random.choices(self.words, cum_weights=self.weights, k=length))

    def _document(self, number: int) -> SearchDocument:
        topics = self.random.sample(TOPICS, 2)
        return SearchDocument(
            key=f"d:{number}",
            kind=self.random.choice(["lesson", "question"]),
            title=self._text(8),
            body=self._text(int(100 + 1_400 * self.random.random() ** 4)),
            language=self.random.choice(["en", "en", "en", "sv", "es"]),
            topics=frozenset(topics) | {topic.partition("/")[0] for topic in topics},
            organisation=self.random.choice(ORGANISATIONS),
            marks={
                "maturity": [self.random.choice(["idea", "pilot", "operation"])],
                "port": [f"P{self.random.randint(0, 60)}"],
            },
            date=dt.date(2020, 1, 1) + dt.timedelta(days=self.random.randint(0, 2_000)),
            audiences=frozenset({self.random.choice([PUBLIC, self.random.randint(2, 51)])}),
        )

    def _question(self, number: int) -> SearchQuery:
        length = self.random.randint(7, 20) if number % 2 else self.random.randint(1, 4)
        # Few people ask for the most frequent words: they are stop words.
        words = self.random.choices(self.words[20:], cum_weights=self.weights[:-20], k=length)
        topic = frozenset({self.random.choice(TOPICS).partition("/")[0]})
        return SearchQuery(
            text=" ".join(words),
            topics=topic if number % 3 else frozenset(),
            organisations=frozenset() if number % 3 else frozenset(ORGANISATIONS[:5]),
            page_size=10,
        )


def ours(world: World, folder: Path) -> tuple[Callable[[SearchQuery], int], float]:
    started = time.perf_counter()
    engine = WhooshEngine(folder / "index")
    engine.rebuild(world.documents, Mark())
    built = time.perf_counter() - started
    sight = Sight(audiences=frozenset({PUBLIC, 2, 3, 4, 5}))
    texts = {document.key: document for document in world.documents}

    def search(asked: SearchQuery) -> int:
        found = engine.open().search(asked, sight)
        highlighter = Highlighter(asked.clauses)
        for hit in found.hits:
            document = texts[hit.key]
            highlighter.title(document.title, document.language)
            highlighter.excerpt(document.body, document.language)
        return found.total

    return search, built


def plain(world: World, folder: Path) -> tuple[Callable[[SearchQuery], int], float]:
    started = time.perf_counter()
    words = analysis.StemmingAnalyzer()
    schema = fields.Schema(
        key=fields.ID(stored=True),
        title=fields.TEXT(words, stored=True),
        body=fields.TEXT(words, stored=True),
        kind=fields.ID(sortable=True),
        language=fields.ID(sortable=True),
        organisation=fields.ID(sortable=True),
        topic=fields.KEYWORD(commas=True),
        first_topic=fields.ID(sortable=True),
        audience=fields.KEYWORD(commas=True),
    )
    folder.mkdir(exist_ok=True)
    made = index.create_in(str(folder), schema)
    writer = made.writer(limitmb=256)
    for document in world.documents:
        writer.add_document(
            key=document.key,
            title=document.title,
            body=document.body,
            kind=document.kind,
            language=document.language,
            organisation=document.organisation,
            topic=",".join(document.topics),
            first_topic=min(document.topics),
            audience=",".join(map(str, document.audiences)),
        )
    writer.commit()
    built = time.perf_counter() - started
    searcher = made.searcher()
    parser = qparser.MultifieldParser(["title", "body"], schema, group=qparser.OrGroup)
    facets = sorting.Facets()
    for name in ("kind", "language", "organisation", "first_topic"):
        facets.add_field(name)

    def search(asked: SearchQuery) -> int:
        seen = query.Or(
            [query.Term("audience", str(audience)) for audience in (PUBLIC, 2, 3, 4, 5)]
        )
        chosen = (
            [query.Or([query.Term("topic", topic) for topic in asked.topics])]
            if asked.topics
            else []
        )
        if asked.organisations:
            chosen.append(
                query.Or([query.Term("organisation", one) for one in asked.organisations])
            )
        found = searcher.search(
            parser.parse(asked.text), limit=10, filter=query.And([seen, *chosen]), groupedby=facets
        )
        for hit in found:
            hit.highlights("body")
        return len(found)

    return search, built


def measure(search: Callable[[SearchQuery], int], questions: list[SearchQuery]) -> dict[str, float]:
    """Ask every question twice; the first time its words come from the disk."""
    figures = {}
    for name in ("first_time_", ""):
        wall, cpu = [], []
        for asked in questions:
            walls, cpus = time.perf_counter(), time.process_time()
            search(asked)
            wall.append(1_000 * (time.perf_counter() - walls))
            cpu.append(1_000 * (time.process_time() - cpus))
        for clock, spent in (("", wall), ("cpu_", cpu)):
            figures[f"{name}{clock}median_ms"] = round(statistics.median(spent), 1)
            figures[f"{name}{clock}p95_ms"] = round(statistics.quantiles(spent, n=20)[-1], 1)
    return figures


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--json", action="store_true")
    options.add_argument("--documents", type=int, default=10_000)
    options.add_argument("--questions", type=int, default=200)
    chosen = options.parse_args()
    world = World(chosen.documents, chosen.questions)
    result: dict[str, Any] = {"budget_ms": BUDGET}
    with tempfile.TemporaryDirectory() as folder:
        for name, make in {"ours": ours, "plain Whoosh": plain}.items():
            search, built = make(world, Path(folder) / name.partition(" ")[0])
            result[name] = measure(search, world.questions) | {"built_s": round(built, 1)}
    if chosen.json:
        print(json.dumps(result, indent=2))
        return
    print(
        f"{chosen.documents} documents; wanted: median {BUDGET['median']} ms, p95 {BUDGET['p95']} ms"
    )
    for name in ("ours", "plain Whoosh"):
        print(f"  {name:<13}", "  ".join(f"{what} {value}" for what, value in result[name].items()))


if __name__ == "__main__":
    main()
