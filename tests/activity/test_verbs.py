"""The register of verbs, and what all slices have put into it."""

import string

import pytest
from django.conf import settings
from django.utils import translation

from exchange.activity import verbs
from exchange.activity.verbs import TargetType, Verb, register_target, register_verbs


def places(sentence: object) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(str(sentence)) if name is not None}


@pytest.mark.parametrize("verb", verbs.all_verbs(), ids=lambda verb: verb.name)
def test_every_verb_is_about_a_kind_of_thing_that_is_known(verb: Verb) -> None:
    assert verbs.target_named(verb.target_type)
    assert verb.name.partition(".")[2]


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
@pytest.mark.parametrize("verb", verbs.all_verbs(), ids=lambda verb: verb.name)
def test_every_sentence_names_the_thing_in_every_language(verb: Verb, language: str) -> None:
    with translation.override(language):
        assert "title" in places(verb.sentence)
        assert places(verb.sentence) <= {"actor", "title", "whom"}
        assert str(verb.label)


def test_a_verb_is_registered_once() -> None:
    taken = verbs.all_verbs()[0]
    with pytest.raises(ValueError, match="registered already"):
        register_verbs(taken)


def test_a_kind_of_thing_is_registered_once() -> None:
    with pytest.raises(ValueError, match="registered already"):
        register_target(TargetType(name="organisation", label="", visible=lambda *_: []))


def test_a_word_nobody_registered_is_an_error() -> None:
    with pytest.raises(KeyError):
        verbs.verb_named("organisation.dissolved")
    assert not verbs.is_known("organisation.dissolved")


def test_news_are_what_digests_tell_of() -> None:
    assert "organisation.admitted" in verbs.news_verbs()
    assert "organisation.client_added" not in verbs.news_verbs()
