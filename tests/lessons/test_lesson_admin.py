"""The operator sees how lessons stand, not what they say."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from exchange.accounts.models import User
from exchange.activity.models import Event
from exchange.common.admin import ReadOnlyAdmin
from tests.cast import Cast
from tests.lessons.factories import CANARY, act, make_lesson


@pytest.fixture
def operator(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("op@example.org", "x", full_name="Operator"))
    return client


@pytest.mark.parametrize("model", ["lesson", "lessonversion", "review"])
def test_no_text_is_shown_to_the_operator(cast: Cast, operator: Client, model: str) -> None:
    lesson = make_lesson(cast, state="in_review", canary=True)
    lesson = act("request_changes", lesson, cast.gothenburg, reason=CANARY)
    answer = operator.get(reverse(f"admin:lessons_{model}_changelist"))
    assert (answer.status_code, CANARY in answer.content.decode()) == (200, False)
    assert str(lesson.pk) in answer.content.decode()


@pytest.mark.parametrize("lookup", ["situation__startswith", "title__startswith", "title"])
def test_no_text_is_guessed_by_narrowing_the_list(
    cast: Cast, operator: Client, lookup: str
) -> None:
    make_lesson(cast, canary=True)
    address = reverse("admin:lessons_lessonversion_changelist")
    assert operator.get(address, {lookup: CANARY[:3]}).status_code == 400


@pytest.mark.parametrize("path", ["user__password", "user__email", "role"])
def test_no_secret_is_guessed_through_an_offered_filter(
    cast: Cast, operator: Client, path: str
) -> None:
    lookup = f"organisation__memberships__{path}__startswith"
    address = reverse("admin:lessons_lesson_changelist")
    assert operator.get(address, {lookup: "a"}).status_code == 400
    offered = {"organisation__id__exact": cast.gothenburg.organisation.pk}
    assert operator.get(address, offered).status_code == 200


def test_the_log_tells_the_operator_no_title(cast: Cast, operator: Client) -> None:
    make_lesson(cast, canary=True)
    event = Event.objects.latest("pk")
    assert CANARY in event.target_title
    for name in ("change", "history"):
        address = reverse(f"admin:activity_event_{name}", args=[event.pk])
        assert operator.get(address).status_code == 403


def test_every_model_in_the_admin_is_only_looked_at() -> None:
    editable = [
        model
        for model, shown in admin.site._registry.items()
        if not isinstance(shown, ReadOnlyAdmin)
    ]
    assert editable == []


def test_nothing_is_added_opened_changed_or_deleted_there(cast: Cast, operator: Client) -> None:
    lesson = make_lesson(cast)
    assert operator.get(reverse("admin:lessons_lesson_add")).status_code == 403
    for name in ("change", "delete", "history"):
        address = reverse(f"admin:lessons_lesson_{name}", args=[lesson.pk])
        assert operator.get(address).status_code == 403
        assert operator.post(address, {"state": "captured", "post": "yes"}).status_code == 403
