"""The sample world's data files, and lessons' facts as the texts of lessons."""

import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from exchange.lessons.choices import Licence

DATA = Path(__file__).parent / "data"


@cache
def world() -> dict[str, Any]:
    """Return the partners with their people, and the agreement."""
    found: dict[str, Any] = _read("world")
    return found


@cache
def lessons() -> list[dict[str, Any]]:
    """Return the lessons' facts, with what we chose for the sample."""
    found: list[dict[str, Any]] = _read("lessons")["lessons"]
    return found


def port_codes() -> list[str]:
    """Return the UN/LOCODEs of all ports that the agreements and the lessons name."""
    codes = {code for lesson in lessons() for code in lesson["ports"]}
    for agreement in _read("mou")["agreements"]:
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
