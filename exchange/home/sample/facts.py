"""The sample world's data files, and their facts as the texts of lessons and agreements."""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from exchange.agreements.choices import Kind
from exchange.common.dates import written
from exchange.lessons.choices import Licence

DATA = Path(__file__).parent / "data"
# What mou.json calls an agreement → its kind here.
KINDS = {
    "MOU": Kind.MOU,
    "letter of intent": Kind.LETTER_OF_INTENT,
    "sister port": Kind.SISTER_PORT,
    "friendship port": Kind.SISTER_PORT,
    "corridor agreement": Kind.GREEN_CORRIDOR,
    "partnership": Kind.GREEN_CORRIDOR,
    "EcoPartnership": Kind.OTHER,
}


@cache
def world() -> dict[str, Any]:
    """Return the partners with their people, and what we chose about the agreements."""
    found: dict[str, Any] = _read("world")
    return found


@cache
def lessons() -> list[dict[str, Any]]:
    """Return the lessons' facts, with what we chose for the sample."""
    found: list[dict[str, Any]] = _read("lessons")["lessons"]
    return found


@cache
def agreements() -> list[dict[str, Any]]:
    """Return the agreements' facts, each with its `terms`, the first one first: it and its renewals."""
    found: dict[str, dict[str, Any]] = {one["id"]: one for one in _read("mou")["agreements"]}
    renewals: dict[str, str] = world()["renewals"]
    for one in found.values():
        one["terms"] = [one]
    for later, first in renewals.items():
        found[first]["terms"].append(found[later])
    return [one for key, one in found.items() if key not in renewals]


@cache
def work() -> dict[str, Any]:
    """Return the work under the agreement that we invented."""
    found: dict[str, Any] = _read("work")
    return found


def port_codes() -> list[str]:
    """Return the UN/LOCODEs of all ports that the agreements and the lessons name."""
    codes = {code for lesson in lessons() for code in lesson["ports"]}
    for agreement in agreements():
        codes |= {party["unlocode"] for party in agreement["parties"] if party["unlocode"]}
    return sorted(codes)


def text_of(lesson: dict[str, Any], contact: str) -> dict[str, Any]:
    """Return the LessonText of a lesson's facts."""
    started, _dash, ended = lesson["period"].partition("-")
    return {
        "title": lesson["title"],
        "titles": {"sv": lesson["title_sv"], "es": lesson["title_es"]},
        "summary": lesson["lesson"],
        "kind": lesson["kind"],
        "language": "en",
        "ports": lesson["ports"],
        "topics": lesson["topics"],
        "situation": lesson["context"],
        "analysis": lesson.get("analysis", ""),
        "practice": lesson["what_happened"],
        "lesson_text": lesson["lesson"],
        "recommendation": lesson["recommendation"],
        "evidence": _evidence(lesson),
        "evidence_level": lesson["evidence_level"],
        "started": started,
        "ended": "" if lesson["result"] == "ongoing" else ended or started,
        "maturity": lesson["maturity"],
        "preconditions": lesson["preconditions"],
        "transfer_advice": lesson["transfer_advice"],
        "contact": contact,
        "sources": "\n".join(lesson["sources"]),
        "licence": Licence.NOT_STATED if lesson["audience"] == "public" else "",
    }


def text_of_agreement(found: dict[str, Any]) -> dict[str, Any]:
    """Return the shared text of an agreement's facts; of its renewals what they add, the latest first."""
    named = world()["agreement"]
    terms = list(reversed(found["terms"]))
    return {
        "title": named["name"] if found["id"] == named["id"] else found["title"],
        "kind": KINDS[found["type"]],
        "summary": "\n\n".join(_topics_in_words(term, dated=len(terms) > 1) for term in terms),
        "topics": _once(code for term in terms for code in term["topic_codes"]),
        "links": "\n".join(_once(address for term in terms for address in term["sources"])),
    }


def term_of(found: dict[str, Any]) -> dict[str, Any]:
    """Return the dates of one term, as exact as the facts have them; what they lack stays empty."""
    years = found["term_years"]
    return {
        "announced": found["announced_on"],
        "signed": found["signed_on"],
        "months": years * 12 if years else None,
        "note": found["note"],
    }


def _topics_in_words(found: dict[str, Any], *, dated: bool) -> str:
    day = written(found["signed_on"] or found["announced_on"])
    of = f" of {day} ({found['id']} of our sources)" if dated else ""
    topics = "\n".join(f"- {topic}" for topic in found["topics"])
    return f"Topics{of}, in our words:\n\n{topics}"


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def _evidence(lesson: dict[str, Any]) -> str:
    """Return the facts as a Markdown list, each with its basis and links to its sources."""
    facts = "\n".join(
        f"- {fact['fact']} ({', '.join([fact['basis'], *map(_link, fact['sources'])])})"
        for fact in lesson["evidence"]
    )
    return (
        f"Result: {lesson['result']}. Basis of the facts: {lesson['basis']}. "
        "Lesson, recommendation and advice are a reading of these facts, not quotations."
        f"\n\n{facts}"
    )


def _link(address: str) -> str:
    return f"[{urlsplit(address).netloc.removeprefix('www.')}](<{address}>)"


def _read(name: str) -> Any:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
