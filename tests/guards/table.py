"""Which test notices when which guard is gone; `tests/guards/__main__.py` tries it."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PROCESS = "tests/process"
DELIVERIES = (
    f"{PROCESS}/test_deliveries.py::test_five_deliveries_and_two_beats_do_what_one_delivery_does"
)
FAULTS = f"{PROCESS}/test_faults.py"
LOSSES = f"{PROCESS}/test_losses.py::test_what_is_lost_comes_back_and_nothing_with_it_is"
UNDER_WAY = f"{FAULTS}::test_a_mail_under_way_is_sent_once_or_said_to_be_unknown"
LOST_ACTION = f"{FAULTS}::test_what_a_dying_action_committed_is_told"
RACED = "tests/agreements/test_raced.py"
AS_SENT = "tests/digests/test_as_sent.py"
ENTERING = "tests/kpis/test_entering.py"
ROUND_TRIPS = "tests/kpis/test_round_trips.py"
HOSTILE = "tests/api/test_hostile.py::test_a_hostile_body_is_called_by_its_name"


@dataclass(frozen=True)
class Cut:
    """The text in `file` that is the guard, and what stands there when it is out."""

    file: str
    guard: str
    without: str


@dataclass(frozen=True, kw_only=True)
class Guard:
    """What is promised, what guards it, and the tests each of which must fail without.

    Several cuts stand where one guard stands behind the other, and `why` says so. On SQLite, unless
    the tests need `postgres`.
    """

    name: str
    cuts: tuple[Cut, ...]
    tests: tuple[str, ...]
    postgres: bool = False
    why: str = ""


def one(
    name: str, file: str, guard: str, without: str, *tests: str, postgres: bool = False
) -> Guard:
    """Return an entry with a single cut."""
    return Guard(name=name, cuts=(Cut(file, guard, without),), tests=tests, postgres=postgres)


ONCE_PER_PERIOD = Cut(
    "exchange/digests/migrations/0001_initial.py",
    "fields=('subscription', 'period_key'), name",
    "fields=('subscription', 'period_key', 'id'), name",
)
REPLACED = Cut(
    "exchange/search/engines/whoosh/engine.py",
    "old = {*gone, MARK_KEY, *(document.key for document in documents)}",
    "old = {*gone, MARK_KEY}",
)

GUARDS = (
    # --- mails
    one(
        "a mail is claimed by one sender",
        "exchange/digests/bookkeeping.py",
        "waiting(now).select_for_update(skip_locked=True)",
        "waiting(now)",
        "tests/digests/test_together.py"
        "::test_of_eight_that_claim_at_once_no_two_have_the_same_mail",
        postgres=True,
    ),
    one(
        "a claim that was taken over is worth nothing",
        "exchange/digests/bookkeeping.py",
        "pk=row.pk, attempts=row.attempts, state",
        "pk=row.pk, state",
        "tests/digests/test_send_digest.py::test_a_claim_that_was_taken_over_is_worth_nothing",
    ),
    one(
        "a mail tells what its reader may see as it leaves",
        "exchange/digests/bookkeeping.py",
        "AS_READ: Final = frozenset({State.SENDING, State.EMPTY, State.SUPPRESSED})",
        "AS_READ: Final[frozenset[State]] = frozenset()",
        f"{AS_SENT}::test_what_is_taken_back_before_a_mail_leaves_is_not_in_it",
        f"{AS_SENT}::test_so_it_is_while_events_wait_for_their_positions",
        f"{AS_SENT}::test_so_it_is_while_the_log_has_lost_its_head",
        f"{AS_SENT}::test_who_leaves_before_a_mail_does_gets_none",
        f"{AS_SENT}::test_so_it_is_for_whose_mail_was_read_with_an_earlier_one",
        f"{AS_SENT}::test_who_leaves_before_they_are_told_at_once_is_not",
        f"{AS_SENT}::test_whose_port_takes_part_again_before_a_mail_is_given_up_gets_it",
        f"{AS_SENT}::test_what_is_shared_before_a_mail_is_found_empty_is_told",
    ),
    one(
        "a mail is not written again and again for ever",
        "exchange/digests/sending.py",
        "    for _reading in range(MAX_READINGS):\n",
        "    while True:\n",
        f"{AS_SENT}::test_where_something_happens_all_the_time_a_mail_waits_for_a_quieter_moment",
    ),
    one(
        "who sends does not wait for who plans",
        "exchange/digests/planning.py",
        "open_rows.free(now).select_for_update()",
        "open_rows.select_for_update()",
        "tests/digests/test_together.py::test_who_sends_does_not_wait_for_who_plans",
        postgres=True,
    ),
    one(
        "what people change of their own counts within a second",
        "exchange/digests/sending.py",
        " or monotonic() - self._at > READ_FOR",
        "",
        f"{AS_SENT}::test_a_new_address_counts_within_a_second_however_slow_the_server",
    ),
    one(
        "a mail whose sender died before it sent is taken over",
        "exchange/digests/models/delivery.py",
        "self.filter(rested | expired)",
        "self.filter(rested)",
        f"{UNDER_WAY}[embedded-after_claim]",
        f"{UNDER_WAY}[embedded-rendered]",
    ),
    one(
        "a mail whose sender died while it sent is called unknown",
        "exchange/digests/sending.py",
        "            bookkeeping.note_lost(model)\n",
        "",
        f"{UNDER_WAY}[embedded-sending_committed]",
        f"{UNDER_WAY}[embedded-after_250]",
    ),
    one(
        "a mail that may have left is not claimed again",
        "exchange/digests/models/delivery.py",
        "Q(state__in=[State.PLANNED, State.CLAIMED], lease",
        "Q(state__in=OPEN, lease",
        "tests/digests/test_send_digest.py"
        "::test_what_is_at_the_door_when_its_sender_dies_is_not_claimed",
    ),
    one(
        "a notice is noted once",
        "exchange/digests/migrations/0001_initial.py",
        "fields=('event', 'user'), name",
        "fields=('event', 'user', 'id'), name",
        "tests/digests/test_notices.py::test_nobody_is_told_twice",
    ),
    one(
        "a period has one digest",
        ONCE_PER_PERIOD.file,
        ONCE_PER_PERIOD.guard,
        ONCE_PER_PERIOD.without,
        "tests/digests/test_plan.py::test_the_database_refuses_a_second_row_of_a_period"
        "_and_a_second_open_one[empty-2026-W48]",
    ),
    one(
        "an invitation's letter is claimed by one worker",
        "exchange/partners/bookkeeping.py",
        "        Invitation.objects.to_mail()\n",
        "        Invitation.objects\n",
        "tests/partners/test_letters.py"
        "::test_of_two_workers_that_have_written_a_letter_one_sends_it",
    ),
    one(
        "a letter whose worker died is called unknown",
        "exchange/partners/letters.py",
        "    bookkeeping.note_lost_letters()\n",
        "",
        f"{FAULTS}::test_an_invitation_under_way_is_said_to_be_unknown[embedded-after_250]",
    ),
    # --- background work
    one(
        "whoever releases a lesson looks again when it is theirs",
        "exchange/lessons/actions/releasing.py",
        "if lesson.release_at is None or lesson.release_at > time.now():",
        "if False:",
        "tests/lessons/test_two_at_once.py::test_two_sweeps_at_once_publish_once",
        postgres=True,
    ),
    one(
        "positions are given by one at a time",
        "exchange/activity/sequencer.py",
        "heads = LogHead.objects.select_for_update(\n"
        "        skip_locked=connection.features.has_select_for_update_skip_locked\n"
        "    )",
        "heads = LogHead.objects.all()",
        "tests/activity/test_sequencer.py"
        "::test_who_finds_the_head_locked_leaves_and_its_holder_looks_again",
        postgres=True,
    ),
    one(
        "events of a process that died are given their positions",
        "exchange/config/settings/__init__.py",
        '    "sequence-events": "exchange.activity.tasks.sequence_events",\n',
        "",
        f"{LOST_ACTION}[embedded-event_committed]",
    ),
    one(
        "what a process that died told nobody is told by the sweep",
        "exchange/config/settings/__init__.py",
        '    "send-mail": "exchange.digests.tasks.send_mail",\n',
        "",
        f"{LOST_ACTION}[embedded-sequenced]",
    ),
    Guard(
        name="two beats and five deliveries plan one digest",
        cuts=(
            ONCE_PER_PERIOD,
            Cut(
                "exchange/digests/planning.py",
                "if (pk, found[0].key) not in there}",
                "if (pk, found[0].key)}",
            ),
        ),
        tests=(f"{DELIVERIES}[embedded]",),
        why="the table refuses what the planner does not see",
    ),
    one(
        "a message in the folder is taken by one worker",
        "exchange/common/folder_queue.py",
        "                path.unlink()\n",
        "                path.unlink(missing_ok=True)\n",
        "tests/common/test_folder_queue.py::test_of_two_who_have_read_a_message_one_gets_it",
    ),
    one(
        "a message in the folder appears whole",
        "exchange/common/folder_queue.py",
        '{name}.draft"',
        '{name}.{queue}.msg"',
        "tests/common/test_folder_queue.py::test_nobody_sees_a_message_before_it_is_whole",
    ),
    one(
        "a broker folder that is deleted comes back",
        "exchange/common/folder_queue.py",
        "        folder.mkdir(mode=0o700, parents=True, exist_ok=True)\n",
        '        if not hasattr(Channel, "made"):\n'
        "            folder.mkdir(mode=0o700, parents=True, exist_ok=True)\n"
        "            Channel.made = True\n",
        f"{LOSSES}[embedded-broker]",
    ),
    # --- search
    one(
        "an index that is deleted is missed",
        "exchange/search/engines/whoosh/engine.py",
        "        if newest is None:\n",
        "        if newest is None and self._read:\n"
        "            return self._read[0]\n"
        "        if newest is None:\n",
        f"{LOSSES}[embedded-index]",
    ),
    one(
        "a document takes the place of the one before",
        REPLACED.file,
        REPLACED.guard,
        REPLACED.without,
        "tests/search/test_contract.py::test_an_update_replaces_adds_and_drops_at_once[whoosh]",
    ),
    Guard(
        name="an indexer that dies leaves an index without doubles",
        cuts=(
            REPLACED,
            Cut(
                "exchange/search/follow.py",
                "        mark=Mark(position=last.position or 0, event=tail.name_of(last)),\n"
                "    )\n"
                '    faultpoint("index_committed")\n',
                "        mark=engine.open().mark,\n"
                "    )\n"
                '    faultpoint("index_committed")\n'
                "    mark = Mark(position=last.position or 0, event=tail.name_of(last))\n"
                "    engine.update(documents=[], gone=[], mark=mark)\n",
            ),
        ),
        tests=(
            (
                f"{FAULTS}::test_an_indexer_that_dies_leaves_no_double_and_no_gap"
                "[embedded-index_committed-an index]"
            ),
        ),
        why="what is read again, because its mark came too late, only takes its own place",
    ),
    one(
        "one process writes the index",
        "exchange/search/follow.py",
        "            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))\n",
        "            pass\n",
        "tests/search/test_follow.py::test_a_second_follower_leaves",
    ),
    one(
        "the index answers within the viewer's audiences",
        "exchange/search/engines/reading.py",
        "holding & shelf.seen_by(sight.audiences) & ~",
        "holding & ~",
        "tests/search/test_tail.py"
        "::test_a_new_restricted_lesson_changes_no_byte_for_outsiders[True]",
    ),
    one(
        "what is found is loaded within the viewer's audiences",
        "exchange/lessons/search.py",
        "rows = Lesson.objects.visible_to(viewer).kept().filter(pk__in=ids)",
        "rows = Lesson.objects.kept().filter(pk__in=ids)",
        "tests/search/test_tail.py::test_what_changes_after_the_engine_answered_is_not_shown",
    ),
    # --- agreements
    one(
        "an agreement is read after it is locked",
        "exchange/agreements/actions/_steps.py",
        "    hold(agreement_id)\n    rows = Agreement.objects.select_related(\n",
        '    rows = Agreement.objects.select_for_update(of=("self",)).select_related(\n',
        f"{RACED}::test_while_more_are_let_in_others_go_on[finish]",
        postgres=True,
    ),
    one(
        "the sweep looks again when the agreement is its own",
        "exchange/agreements/actions/closing.py",
        "due = Agreement.objects.over(time.now().date()).filter(pk=agreement_id)",
        "due = Agreement.objects.filter(pk=agreement_id)",
        f"{RACED}::test_the_sweep_does_not_close_what_somebody_just_prolonged[change]",
        postgres=True,
    ),
    one(
        "a party that leaves is out of the group at once",
        "exchange/agreements/actions/parties.py",
        "    _steps.set_home(agreement, actor=actor)\n    before",
        "    before",
        "tests/agreements/test_parties.py::test_who_leaves_loses_everything_at_once",
    ),
    one(
        "the work under an agreement is its parties' alone",
        "exchange/agreements/models/meeting.py",
        "agreement__home_audience__in=viewer",
        "agreement__effective_audience__in=viewer",
        "tests/agreements/test_report.py::test_who_is_no_party_gets_a_report_without_the_work",
    ),
    one(
        "nobody confirms words they have not read",
        "exchange/agreements/actions/parties.py",
        "    _steps.require_lock(agreement, lock)\n    _join(",
        "    _join(",
        "tests/agreements/test_parties.py::test_nobody_confirms_words_they_have_not_read",
    ),
    one(
        "what a request made is not told again to who has left",
        "exchange/agreements/api/base.py",
        "if not self.rows().filter(pk=made).exists():",
        "if False:",
        "tests/agreements/test_api_work.py::test_who_has_left_is_not_told_again_of_what_they_made",
    ),
    one(
        "no day is made of a year",
        "exchange/agreements/reminders.py",
        "due=None if vague else row.day",
        "due=row.day",
        "tests/agreements/test_reminders.py"
        "::test_an_end_is_told_as_exact_as_it_is_known[2027-2027-None]",
    ),
    # --- people and programs
    one(
        "attempts at the same moment are counted one by one",
        "exchange/accounts/counting.py",
        "            return int(cache.incr(key))\n",
        "            cache.set(key, cache.get(key) + 1, timeout=seconds)\n"
        "            return int(cache.get(key))\n",
        "tests/accounts/test_limits.py::test_two_in_the_same_moment_count_as_two",
    ),
    one(
        "signing in is counted by a counter that no crowd outruns",
        "exchange/accounts/apps.py",
        "        ratelimit._consume_single_rate = counting.count\n",
        "",
        "tests/accounts/test_limits.py::test_of_two_in_the_same_moment_none_is_turned_away",
    ),
    one(
        "who changes a lesson has its owner's row",
        "exchange/partners/viewers.py",
        'select_for_update(no_key=True).only("pk")',
        'only("pk")',
        "tests/lessons/test_two_at_once.py"
        "::test_the_second_is_told_that_the_first_was_faster[withdraw]",
        "tests/lessons/test_transitions_raced.py"
        "::test_two_steps_at_once_end_like_one_after_the_other[in_review]",
        postgres=True,
    ),
    one(
        "who saw an older lesson changes nothing",
        "exchange/lessons/actions/_steps.py",
        "    if lesson.lock == lock:\n",
        "    if True:\n",
        "tests/lessons/test_conflict_page.py::test_the_second_to_save_sees_both_texts",
        "tests/api/test_writing.py::test_who_was_slower_is_told_the_current_version",
    ),
    one(
        "a form that is sent twice makes one thing",
        "exchange/common/once.py",
        "first=row.claim == mine",
        "first=True",
        "tests/partners/test_member_pages.py::test_a_double_click_invites_once_and_says_so_twice",
    ),
    one(
        "a request that is sent twice makes one thing",
        "exchange/common/drf/idempotency.py",
        "            if not claim.first:\n",
        "            if False:\n",
        "tests/api/test_writing.py::test_the_same_request_again_makes_nothing_new",
    ),
    one(
        "pages and programs are judged by the same rules",
        "exchange/lessons/api/bodies/written.py",
        '_text("title", TITLE_LENGTH)',
        '_text("title", 100)',
        "tests/api/test_same_verdict.py"
        "::test_a_changed_text_meets_the_same_verdict[the longest title]",
    ),
    one(
        "who is no party is not told how often an agreement was changed",
        "exchange/agreements/api/bodies/agreement.py",
        "return self.agreement.lock if self.at_home else 0",
        "return self.agreement.lock",
        "tests/agreements/test_api_agreements.py"
        "::test_an_outsider_is_told_nothing_of_what_goes_on_inside",
    ),
    one(
        "a program does not undo whom people name meanwhile",
        "exchange/agreements/api/tasks.py",
        'hands=chosen if "organisation" in text else {},',
        "hands=chosen,",
        "tests/agreements/test_api_people.py"
        "::test_a_person_who_is_named_while_a_program_asks_is_not_lost",
    ),
    one(
        "what no database keeps is refused",
        "exchange/common/text.py",
        'return (path or "/") if bad else None',
        "return None",
        f"{HOSTILE}[NUL-422-unstorable_text]",
        f"{HOSTILE}[lone surrogate in a list-422-unstorable_text]",
    ),
    one(
        "every address is declared",
        "exchange/home/urls.py",
        '    path("about/", views.about, name="about"),\n',
        '    path("about/", views.about, name="about"),\n'
        '    path("about-us/", views.about, name="about_us"),\n',
        "tests/architecture/test_routes.py::test_every_route_is_declared",
    ),
    # --- KPIs
    one(
        "a value that nobody approved is seen at home only",
        "exchange/kpis/models/observation.py",
        "Q(series__effective_audience__in=ids, state__in=OPEN) | Q",
        "Q(series__effective_audience__in=ids) | Q",
        "tests/kpis/test_submitting.py::test_a_submitted_value_is_seen_at_home_only",
        "tests/kpis/test_submitting.py::test_what_was_sent_or_taken_back_stays_at_home",
    ),
    one(
        "of two who enter one value the second sees what the first did",
        "exchange/kpis/actions/values.py",
        "    _require_seen(series, seen or {})\n",
        "",
        f"{ENTERING}::test_of_two_people_the_second_sees_what_the_first_entered",
    ),
    one(
        "a value in a grid does not take the place of one that was not seen",
        "exchange/kpis/forms/grid.py",
        "        if now != before:\n",
        "        if False:\n",
        "tests/kpis/test_grid.py::test_of_two_who_type_into_one_cell_the_second_is_told",
    ),
    one(
        "a typed number is not taken for one a thousand times larger",
        "exchange/kpis/values.py",
        'if typed and not found["decimals"] and',
        "if False and",
        "tests/kpis/test_values.py"
        "::test_a_typed_number_that_another_reading_makes_a_thousand_times_smaller_is_refused",
        "tests/kpis/test_grid.py"
        "::test_a_number_that_another_reading_makes_a_thousand_times_smaller_is_asked_about",
        f"{ENTERING}::test_a_number_that_can_be_read_in_two_ways_is_asked_about",
    ),
    one(
        "nothing that was typed into a grid is lost",
        "exchange/kpis/forms/grid.py",
        "        if lost := self._lost(shown):\n",
        "        if lost := []:\n",
        "tests/kpis/test_grid.py::test_what_was_typed_when_the_page_showed_other_periods_is_told",
    ),
    one(
        "what is odd beside the values before it is asked about in every way in",
        "exchange/kpis/yardstick.py",
        "if history and value is not None:",
        "if False:",
        f"{ENTERING}::test_a_jump_beside_the_values_before_it_is_asked_about",
        "tests/kpis/test_grid.py::test_a_jump_beside_the_values_before_it_is_asked_about",
        "tests/kpis/test_api_values.py"
        "::test_a_jump_beside_the_values_before_it_is_taken_with_a_warning",
    ),
    one(
        "rows of a file are looked at beside those before them",
        "exchange/kpis/importing/desk.py",
        "keeps=True",
        "keeps=False",
        "tests/kpis/test_imports.py::test_a_jump_beside_the_rows_before_it_is_warned_of",
    ),
    one(
        "values of a request are looked at beside those before them",
        "exchange/kpis/api/judging.py",
        "keeps=True",
        "keeps=False",
        "tests/kpis/test_api_values.py"
        "::test_a_jump_beside_the_items_before_it_is_taken_with_a_warning",
    ),
    one(
        "previews of the release before are read",
        "exchange/kpis/importing/staged.py",
        "class Staged(msgspec.Struct, array_like=True,",
        "class Staged(msgspec.Struct,",
        "tests/kpis/test_staged.py::test_rows_are_kept_in_one_form",
    ),
    one(
        "no text in a file is a formula",
        "exchange/kpis/exporting.py",
        "else shielded(str(value))",
        "else str(value)",
        f"{ROUND_TRIPS}::test_rejected_rows_hold_no_formula",
    ),
    one(
        "what kept a text from being a formula is taken off again",
        "exchange/kpis/reading/child/delimited.py",
        "list(map(bare, record))",
        "list(record)",
        f"{ROUND_TRIPS}::test_rejected_rows_that_are_mended_are_accepted",
        f"{ROUND_TRIPS}::test_a_note_that_is_sent_back_is_unchanged[=1+1-csv]",
    ),
    one(
        "a number cell corrects no zeros that were published",
        "exchange/kpis/importing/desk.py",
        "        if row.is_double:\n",
        "        if False:\n",
        f"{ROUND_TRIPS}::test_a_value_that_is_sent_back_is_unchanged[1.50-xlsx]",
        f"{ROUND_TRIPS}::test_a_number_cell_of_a_workbook_keeps_the_zeros_that_were_published",
    ),
    one(
        "a file that unpacks to far more than its size is not unpacked",
        "exchange/kpis/reading/child/archive.py",
        "if len(entries) > MOST_ENTRIES or _is_bomb(entries):",
        "if False:",
        "tests/kpis/reading/test_hostile.py::test_an_archive_of_very_many_parts_is_not_unpacked",
        "tests/kpis/reading/test_hostile.py::test_a_bomb_of_zeros_is_not_unpacked",
    ),
    one(
        "a file is read within the limit of memory",
        "exchange/kpis/reading/child/__main__.py",
        "        (resource.RLIMIT_AS, memory_megabytes << 20),\n",
        "",
        "tests/kpis/reading/test_hostile.py"
        "::test_a_line_of_nothing_but_commas_ends_at_the_limit_of_memory",
    ),
    one(
        "a figure that is due leads to the grid of its own organisation",
        "exchange/kpis/waiting.py",
        '"organisation": str(row.owner), ',
        "",
        "tests/kpis/test_grid.py::test_a_figure_that_is_due_leads_to_its_own_grid",
    ),
    one(
        "years end in a grid as their series counts them",
        "exchange/kpis/forms/period.py",
        "else latest_ended(kind, today, year_start)",
        "else latest_ended(kind, today)",
        "tests/kpis/test_grid.py::test_years_end_as_the_series_counts_them",
    ),
    one(
        "a proposed KPI is found at its home alone",
        "exchange/kpis/search.py",
        "frozenset({indicator.effective_audience_id, indicator.home_audience_id})",
        "frozenset({indicator.audience_id})",
        "tests/kpis/test_search.py::test_a_proposed_indicator_changes_no_count_of_others",
    ),
    one(
        "a series is found as its organisation is called now",
        "exchange/kpis/search.py",
        'belongs_to=frozenset({f"organisation:{series.organisation_id}"}),',
        "belongs_to=frozenset(),",
        "tests/kpis/test_search.py"
        "::test_what_an_organisation_changes_of_itself_has_its_series_read_again",
    ),
)
