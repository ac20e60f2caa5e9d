import re

import pytest
from django.test import Client

from exchange.audiences import actions as audiences
from exchange.audiences.viewer import Role, Viewer
from exchange.lessons.choices import State
from exchange.lessons.forms.ports import PortsField
from exchange.lessons.models import Lesson
from exchange.lessons.texts import TAG_LENGTH
from exchange.partners.models import Membership, Organisation
from tests.cast import Cast
from tests.lessons.factories import full_text, make_lesson, make_topics
from tests.lessons.pages import browser, form_body, page


@pytest.fixture
def karin(cast: Cast) -> Client:
    make_topics()
    return browser(cast.gothenburg.contributor)


def test_a_draft_needs_nothing_but_a_little_text(karin: Client) -> None:
    body = {name: value for name, value in form_body().items() if name in {"nonce", "lock"}}
    answer = karin.post("/lessons/new/", {**body, "title": "Ask first", "audience": "partners"})
    lesson = Lesson.objects.get()
    assert (answer.status_code, lesson.state, str(lesson)) == (302, State.CAPTURED, "Ask first")


def test_all_that_was_typed_is_saved(karin: Client) -> None:
    karin.post("/lessons/new/", form_body())
    version = Lesson.objects.get().latest_version
    wanted = full_text()
    assert [topic.code for topic in version.topics.all()] == wanted.pop("topics")
    assert {name: getattr(version, name) for name in wanted} == wanted


def test_the_form_is_filled_with_what_was_saved_and_saving_it_again_changes_nothing(
    karin: Client, cast: Cast
) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    form = karin.get(f"/lessons/{lesson.pk}/edit/").context["form"]
    initial = {field.html_name: field.value() for field in form if field.value() is not None}
    titles = {f"titles_{code}": title for code, title in initial.pop("titles").items()}
    lists = {name: ", ".join(initial[name]) for name in ("ports", "tags")}
    karin.post(f"/lessons/{lesson.pk}/edit/", {**initial, **titles, **lists, "draft": "1"})
    lesson.refresh_from_db()
    assert (lesson.lock, lesson.latest_version.number) == (1, 1)


def test_a_list_of_which_nothing_is_chosen_says_so(karin: Client) -> None:
    form = karin.get("/lessons/new/").content.decode()
    assert form.count(">Not chosen</option>") == 5
    assert "-----" not in form


def test_the_form_takes_as_many_tags_as_a_lesson_may_have(karin: Client) -> None:
    tags = [letter * TAG_LENGTH for letter in "abcdefghij"]
    room = karin.get("/lessons/new/").context["form"].fields["tags"].widget.attrs["data-most"]
    assert len(", ".join(tags)) <= int(room)
    karin.post("/lessons/new/", form_body(tags=", ".join(tags)))
    assert Lesson.objects.get().latest_version.tags == tags


def test_readers_and_strangers_may_not_write(cast: Cast) -> None:
    assert browser(cast.gothenburg.reader).get("/lessons/new/").status_code == 403
    assert "/login/" in browser(None).get("/lessons/new/")["Location"]


def test_who_is_at_home_nowhere_is_told_to_be_invited(cast: Cast) -> None:
    Membership.objects.filter(user=cast.gothenburg.contributor).delete()
    answer = browser(cast.gothenburg.contributor).get("/lessons/new/")
    assert answer.status_code == 403
    assert "You belong to no organisation now" in answer.content.decode()


def test_a_code_that_we_do_not_list_is_saved_and_told(karin: Client) -> None:
    answer = karin.post("/lessons/new/", form_body(ports="SEGOT, CADIZ"), follow=True)
    assert Lesson.objects.get().latest_version.ports == ["CADIZ", "SEGOT"]
    assert "does not have CADIZ" in page(answer)


def test_a_code_that_stood_there_or_is_ones_own_is_told_no_more(cast: Cast, karin: Client) -> None:
    Organisation.objects.filter(pk=cast.gothenburg.organisation.pk).update(unlocode="SEYST")
    lesson = make_lesson(cast, text={"ports": ["CADIZ"]})
    body = form_body(lesson, ports="CADIZ, SEYST, SEXYZ")
    told = page(karin.post(f"/lessons/{lesson.pk}/edit/", body, follow=True))
    assert "does not have SEXYZ." in told


def test_a_known_port_may_be_written_by_its_name(karin: Client) -> None:
    karin.post("/lessons/new/", form_body(ports="Los Angeles, port of tokyo; SEMMA"))
    assert Lesson.objects.get().latest_version.ports == ["JPTYO", "SEMMA", "USLAX"]


def test_more_ports_than_there_may_be_are_not_looked_up() -> None:
    names = ["Gothenburg"] * 21
    assert PortsField().split(",".join(names)) == names
    assert PortsField().split(",".join(names[1:])) == ["SEGOT"] * 20


def test_what_has_a_length_is_counted_and_what_has_none_is_not(karin: Client) -> None:
    inputs = dict(re.findall(r'<input[^>]* name="(\w+)"([^>]*)', page(karin.get("/lessons/new/"))))
    counted = {name for name, rest in inputs.items() if "data-most=" in rest}
    assert {"title", "titles_sv", "titles_es", "contact"} <= counted
    assert not counted & {"ports", "started", "ended"}
    assert 'data-most="140"' in inputs["titles_sv"]


def test_errors_keep_the_text_and_lead_to_the_field(karin: Client) -> None:
    text = page(karin.post("/lessons/new/", form_body(ports="NOWHERE", title="Kept as typed")))
    assert not Lesson.objects.exists()
    assert '<a href="#id_ports">' in text
    assert 'value="Kept as typed"' in text
    assert 'value="NOWHERE"' in text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "x" * 141),
        ("summary", "x" * 501),
        ("started", "last spring"),
        ("ended", "2001"),
        ("kind", "nonsense"),
        ("topics", ["no/such"]),
        ("topics", ["energy", "digital", "infrastructure", "energy/shore-power"]),
        ("sdgs", ["1", "2", "3", "4"]),
        ("sdgs", ["99"]),
        ("sources", "javascript:alert(1)"),
        ("titles_sv", "x" * 141),
        ("audience", "nobody"),
        ("audience", "groups"),
        ("nonce", "not-a-nonce"),
        ("lock", "-3"),
        ("situation", "a\x00b"),
    ],
)
def test_what_cannot_be_saved_is_refused_with_a_word(
    karin: Client, field: str, value: object
) -> None:
    answer = karin.post("/lessons/new/", form_body(**{field: value}))
    assert "Nothing was saved yet" in page(answer)
    assert not Lesson.objects.exists()


def test_line_breaks_count_as_one_character(karin: Client) -> None:
    summary = "\r\n".join(["x" * 9] * 50)
    assert karin.post("/lessons/new/", form_body(summary=summary)).status_code == 302


def test_a_double_click_makes_one_lesson(karin: Client) -> None:
    body = form_body()
    answers = [karin.post("/lessons/new/", body) for _click in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Lesson.objects.count() == 1


def test_going_back_and_saving_another_text_is_told_and_then_makes_a_second(karin: Client) -> None:
    body = form_body()
    karin.post("/lessons/new/", body)
    text = page(karin.post("/lessons/new/", {**body, "title": "Another"}))
    assert "saved before" in text
    nonce = re.search(r'name="nonce" value="([^"]+)"', text)
    assert nonce
    karin.post("/lessons/new/", {**body, "title": "Another", "nonce": nonce[1]})
    assert Lesson.objects.count() == 2


def test_it_can_be_sent_to_review_at_once(karin: Client) -> None:
    karin.post("/lessons/new/", form_body(to_review="1"))
    assert Lesson.objects.get().state == State.IN_REVIEW


def test_what_review_needs_is_asked_for_and_nothing_is_half_saved(karin: Client) -> None:
    text = page(karin.post("/lessons/new/", form_body(to_review="1", contact="")))
    assert "Name a person or a mailbox" in text
    assert not Lesson.objects.exists()


@pytest.mark.parametrize(
    ("choice", "kind"), [("home", "organisation"), ("partners", "partners"), ("public", "public")]
)
def test_the_audience_is_chosen(karin: Client, choice: str, kind: str) -> None:
    karin.post("/lessons/new/", form_body(audience=choice))
    assert Lesson.objects.get().audience.kind == kind


def test_several_agreements_make_one_audience(karin: Client, cast: Cast) -> None:
    second = audiences.make_group(
        actor=Viewer.system(), name="Tokyo pact", members=[cast.gothenburg.home, cast.tokyo.home]
    )
    groups = [cast.agreement.pk, second.pk]
    karin.post("/lessons/new/", form_body(audience="groups", groups=groups))
    assert set(Lesson.objects.get().audience.inclusions.values_list("part", flat=True)) == {*groups}


def test_of_a_single_agreement_nothing_is_left_to_tick(karin: Client, cast: Cast) -> None:
    text = page(karin.get("/lessons/new/"))
    assert f"Parties of the {cast.agreement.name}" in text
    assert f'type="radio" name="audience" value="{cast.agreement.pk}"' in text
    assert 'name="groups"' not in text


def test_several_agreements_are_ticked(karin: Client, cast: Cast) -> None:
    homes = [cast.gothenburg.home, cast.tokyo.home]
    audiences.make_group(actor=Viewer.system(), name="Tokyo pact", members=homes)
    assert page(karin.get("/lessons/new/")).count('type="checkbox" name="groups"') == 2


def test_an_agreement_of_others_cannot_be_chosen(karin: Client, cast: Cast) -> None:
    foreign = audiences.make_group(
        actor=Viewer.system(), name="Pacific", members=[cast.los_angeles.home, cast.tokyo.home]
    )
    answer = karin.post("/lessons/new/", form_body(audience=foreign.pk))
    assert "Nothing was saved yet" in page(answer)
    assert "Pacific" not in page(karin.get("/lessons/new/"))


def test_who_writes_for_several_chooses_for_whom(karin: Client, cast: Cast) -> None:
    tokyo = cast.tokyo.organisation
    assert 'name="organisation"' not in page(karin.get("/lessons/new/"))
    person = cast.gothenburg.contributor
    Membership.objects.create(user=person, organisation=tokyo, role=Role.CONTRIBUTOR)
    assert 'name="organisation"' in page(karin.get("/lessons/new/"))
    karin.post("/lessons/new/", form_body(organisation=str(tokyo.pk), audience="home"))
    lesson = Lesson.objects.get()
    assert (lesson.organisation, lesson.audience) == (tokyo, tokyo.home_audience)


def test_a_published_text_stays_while_the_next_is_saved(karin: Client, cast: Cast) -> None:
    lesson = make_lesson(cast)
    assert 'name="audience"' not in page(karin.get(f"/lessons/{lesson.pk}/edit/"))
    karin.post(f"/lessons/{lesson.pk}/edit/", form_body(lesson, title="Next"))
    lesson.refresh_from_db()
    assert (str(lesson.latest_version), str(lesson.shown_version) != "Next") == ("Next", True)


def test_titles_in_languages_that_the_form_does_not_show_are_kept(
    karin: Client, cast: Cast
) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED, text={"titles": {"ja": "先に聞く", "sv": "x"}})
    karin.post(f"/lessons/{lesson.pk}/edit/", form_body(lesson, titles_sv="Fråga först"))
    lesson.refresh_from_db()
    assert lesson.latest_version.titles == {"ja": "先に聞く", "sv": "Fråga först"}


def test_a_text_under_review_is_not_edited(karin: Client, cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.IN_REVIEW)
    address = f"/lessons/{lesson.pk}/edit/"
    assert karin.get(address)["Location"] == lesson.get_absolute_url()
    assert "or they request changes" in page(karin.post(address, form_body(lesson)))


def test_fields_needed_before_review_say_so(karin: Client) -> None:
    text = page(karin.get("/lessons/new/"))
    help_text = re.search(r'id="id_title_helptext">([^<]+)<', text)
    assert help_text
    assert help_text[1].endswith("Needed before review.")


@pytest.mark.parametrize("address", ["/lessons/", "/lessons/new/", "/lessons/waiting/"])
def test_pages_hold_no_script_or_style_of_their_own(karin: Client, address: str) -> None:
    text = page(karin.get(address))
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style| style=| on[a-z]+=", text)


def test_the_form_stays_within_its_weight_and_queries(
    karin: Client,
    django_assert_max_num_queries,  # type: ignore[no-untyped-def]
) -> None:
    with django_assert_max_num_queries(12):
        answer = karin.get("/lessons/new/")
    assert len(answer.content) < 60_000


@pytest.mark.parametrize("lock", [2**31, 10**30, -1, "x"])
def test_a_lock_that_no_lesson_can_have_is_refused_with_the_text_kept(
    karin: Client, cast: Cast, lock: object
) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    answer = karin.post(f"/lessons/{lesson.pk}/edit/", form_body(lesson, lock=lock, title="Kept"))
    assert answer.status_code == 200
    assert 'value="Kept"' in page(answer)


def test_errors_are_listed_in_the_order_of_the_form(karin: Client) -> None:
    answer = karin.post(
        "/lessons/new/",
        form_body(title="x" * 141, sources="javascript:x", kind="?", topics="?", ports="?"),
    )
    listed = re.findall(r'<li><a href="#id_(\w+)">', page(answer))
    assert listed == ["title", "kind", "ports", "topics", "sources"]
    assert all(f'id="id_{name}"' in page(answer) for name in listed)


def test_who_mends_a_text_has_the_reason_beside_it(karin: Client, cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.CHANGES_REQUESTED)
    for address in (lesson.get_absolute_url(), f"/lessons/{lesson.pk}/edit/"):
        assert page(karin.get(address)).index("Name the voltage.") < 12_000


def test_what_is_wrong_and_what_review_lacks_are_told_together(karin: Client) -> None:
    body = form_body(
        to_review="1", started="last spring", contact="", licence="", audience="public"
    )
    errors = karin.post("/lessons/new/", body).context["form"].errors
    assert set(errors) == {"started", "contact", "licence"}


def test_a_licence_is_not_asked_for_when_theirs_is_for_fewer(karin: Client, cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED, text={"licence": ""})
    body = form_body(lesson, to_review="1", started="soon", licence="", audience="public")
    answer = karin.post(f"/lessons/{lesson.pk}/edit/", {**body, "take-audience": "theirs"})
    assert set(answer.context["form"].errors) == {"started"}


def test_a_draft_with_something_wrong_is_not_asked_for_the_rest(karin: Client) -> None:
    errors = (
        karin.post("/lessons/new/", form_body(ports="NOWHERE", contact="")).context["form"].errors
    )
    assert set(errors) == {"ports"}


def test_dates_out_of_order_are_told_beside_another_mistake(karin: Client) -> None:
    body = form_body(started="2023", ended="2001", sources="javascript:alert(1)")
    assert set(karin.post("/lessons/new/", body).context["form"].errors) == {"ended", "sources"}
