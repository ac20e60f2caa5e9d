"""How well search ranks, on judged collections, beside plain Whoosh in the same run.

    python benchmarks/search_quality.py [FOLDER] [--json] [--engine whoosh|memory]

FOLDER holds a folder for each collection (cranfield, llis) with docs.jsonl.gz, queries.jsonl.gz and
qrels.tsv.gz; without it ../shared/data/search is taken. The figure is nDCG@10 with linear gain, the
mean over the questions that have a relevant document.
"""

import argparse
import datetime as dt
import gzip
import json
import math
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from whoosh import analysis, fields, index, qparser

from exchange.search.documents import SearchDocument
from exchange.search.engines.base import Mark, SearchEngine
from exchange.search.engines.memory import MemoryEngine
from exchange.search.engines.whoosh import WhooshEngine
from exchange.search.query import SearchQuery, Sight

BUDGET = {"cranfield": 0.445, "llis": 0.745}
Search = Callable[[str], list[str]]


def rows(file: Path) -> list[dict[str, str]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def judgements(file: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            query, document, grade = line.split("\t")
            found[query][document] = int(grade)
    return found


def ndcg(ranked: Iterable[str], grades: dict[str, int]) -> float:
    """Return nDCG@10 with linear gain."""
    gains = [grades.get(key, 0) for key in list(ranked)[:10]]
    ideal = sorted(grades.values(), reverse=True)[:10]
    discounted = [
        sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gain_list))
        for gain_list in (gains, ideal)
    ]
    return discounted[0] / discounted[1]


def ours(engine: SearchEngine, documents: list[dict[str, str]]) -> Search:
    engine.rebuild(
        (
            SearchDocument(
                key=f"d:{row['id']}",
                kind="d",
                title=row["title"],
                body=row["text"],
                language="en",
                date=dt.date(2026, 1, 1),
                audiences=frozenset({1}),
            )
            for row in documents
        ),
        Mark(),
    )
    reading, sight = engine.open(), Sight(audiences=frozenset({1}))

    def search(text: str) -> list[str]:
        found = reading.search(SearchQuery(text=text, page_size=10), sight)
        return [hit.key.partition(":")[2] for hit in found.hits]

    return search


def plain(folder: str, documents: list[dict[str, str]], *, group: Any) -> Search:
    """Return Whoosh as its manual shows it: its analyser, its parser; `group` joins the words."""
    words = analysis.StemmingAnalyzer()
    schema = fields.Schema(
        id=fields.ID(stored=True), title=fields.TEXT(words), text=fields.TEXT(words)
    )
    made = index.create_in(folder, schema)
    writer = made.writer()
    for row in documents:
        writer.add_document(id=row["id"], title=row["title"], text=row["text"])
    writer.commit()
    searcher = made.searcher()
    parser = qparser.MultifieldParser(["title", "text"], schema, group=group)
    return lambda text: [hit["id"] for hit in searcher.search(parser.parse(text), limit=10)]


def measure(
    search: Search, queries: list[dict[str, str]], grades: dict[str, dict[str, int]]
) -> dict[str, float]:
    start = time.perf_counter()
    scores = [
        ndcg(search(query["text"]), grades[query["id"]])
        for query in queries
        if any(grades[query["id"]].values())
    ]
    spent = time.perf_counter() - start
    return {
        "ndcg10": round(sum(scores) / len(scores), 4),
        "questions": len(scores),
        "ms_per_question": round(1000 * spent / len(scores), 1),
    }


def run(folder: Path, engine: str) -> dict[str, dict[str, Any]]:
    documents = rows(folder / "docs.jsonl.gz")
    queries, grades = rows(folder / "queries.jsonl.gz"), judgements(folder / "qrels.tsv.gz")
    result: dict[str, dict[str, Any]] = {}
    with (
        tempfile.TemporaryDirectory() as one,
        tempfile.TemporaryDirectory() as two,
        tempfile.TemporaryDirectory() as three,
    ):
        made = WhooshEngine(Path(one) / "index") if engine == "whoosh" else MemoryEngine()
        result[f"ours ({engine})"] = measure(ours(made, documents), queries, grades)
        result["plain Whoosh"] = measure(
            plain(two, documents, group=qparser.AndGroup), queries, grades
        )
        result["plain Whoosh, words optional"] = measure(
            plain(three, documents, group=qparser.OrGroup), queries, grades
        )
    return result


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("folder", type=Path, help="with a folder for each judged collection")
    options.add_argument("--json", action="store_true")
    options.add_argument("--engine", choices=["whoosh", "memory"], default="whoosh")
    chosen = options.parse_args()
    result = {
        name: run(chosen.folder / name, chosen.engine) | {"budget": BUDGET[name]}
        for name in BUDGET
        if (chosen.folder / name).is_dir()
    }
    if not result:
        sys.exit(f"No judged collection in {chosen.folder}.")
    if chosen.json:
        print(json.dumps(result, indent=2))
        return
    for name, figures in result.items():
        print(f"{name} (wanted: {figures.pop('budget')})")
        for what, values in figures.items():
            print(
                f"  {what:<30} nDCG@10 {values['ndcg10']:.4f}   {values['ms_per_question']:6.1f} ms a question"
            )


if __name__ == "__main__":
    main()
