"""Choosing who may read a lesson."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.audiences import actions as audiences
from exchange.audiences.choosing import choices_for, groups_in, who_reads
from exchange.audiences.models import Audience, AudienceKind
from exchange.audiences.viewer import Viewer
from exchange.common.forms import ChosenField, SeveralField, set_choices
from exchange.lessons.forms.steps import StepForm
from exchange.partners.models import Organisation

HOME, GROUPS, PARTNERS, PUBLIC, KEEP = "home", "groups", "partners", "public", "keep"
WORDS = {
    HOME: _("Own organisation only"),
    GROUPS: _("Parties of the agreements chosen below"),
    PARTNERS: _("All partners"),
    PUBLIC: _("Everybody, on the internet too"),
}


class AudienceMixin(forms.Form):
    """Own organisation, the parties of one or several agreements, all partners, or everybody."""

    audience = ChosenField(
        label=_("Who may read it once it is published"),
        widget=forms.RadioSelect,
        initial=PARTNERS,
        help_text=_("Until then, only people of your organisation see it."),
    )
    groups = SeveralField(
        label=_("Agreements"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Parties of any of them will read it."),
    )

    def offer(
        self, viewer: Viewer, now: Audience | None = None, home: Audience | None = None
    ) -> None:
        """Offer what the viewer may choose, for an organisation whose audience is `home`.

        `now` is the present audience; it is chosen at first.
        """
        self.groups_offered = {
            str(group.pk): group
            for group in choices_for(viewer, home)
            if group.kind == AudienceKind.GROUP
        }
        self.audience_now = now
        names = {pk: group.name for pk, group in self.groups_offered.items()}
        choices: list[tuple[str, Any]] = list(WORDS.items())
        if len(names) < 2:
            alone = [(pk, _("Parties of the %(name)s") % {"name": names[pk]}) for pk in names]
            choices[1:2] = alone  # in the place of the several
        if now:
            self.initial.setdefault("audience", self._choice_of(now))
            if self.initial["audience"] == KEEP:
                choices.insert(0, self._as_now(now, viewer))
        set_choices(self, "audience", choices)
        self._offer_groups(names)

    @staticmethod
    def _as_now(now: Audience, viewer: Viewer) -> tuple[str, Any]:
        return KEEP, _("As now: %(name)s") % {"name": who_reads(now, viewer)}

    def _offer_groups(self, names: dict[str, str]) -> None:
        """Let one tick which agreements are meant; one alone is an audience by itself."""
        set_choices(self, "groups", names.items())
        if len(names) < 2:
            del self.fields["groups"]

    def _choice_of(self, now: Audience) -> str:
        if now.kind in {AudienceKind.PUBLIC, AudienceKind.PARTNERS}:
            return now.kind
        if now.kind == AudienceKind.ORGANISATION:
            return HOME
        parts = {str(pk) for pk in groups_in(now)}
        if not parts <= set(self.groups_offered):
            return KEEP
        if parts == set(self.groups_offered) and len(parts) == 1:
            return next(iter(parts))
        self.initial.setdefault("groups", sorted(parts))
        return GROUPS

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("audience") == GROUPS and not cleaned.get("groups", True):
            self.add_error("groups", _("Choose at least one agreement, or another audience."))
        return cleaned

    def chosen(self, organisation: Organisation) -> list[Audience]:
        """Return what was chosen for a lesson of `organisation`: one audience, or several groups."""
        choice = self.cleaned_data.get("audience", PARTNERS)
        if choice == PUBLIC:
            return [audiences.public()]
        if choice == GROUPS:
            return [self.groups_offered[pk] for pk in self.cleaned_data["groups"]]
        if choice in self.groups_offered:
            return [self.groups_offered[choice]]
        if choice == HOME and organisation.home_audience:
            return [organisation.home_audience]
        if choice == KEEP and self.audience_now:
            return [self.audience_now]
        return [audiences.all_partners()]

    def chosen_audience(self, actor: Viewer, organisation: Organisation) -> Audience:
        """Return the audience that was chosen; a union of groups is made when first needed.

        Call it in the transaction of the action.
        """
        chosen = self.chosen(organisation)
        return audiences.union_of(actor=actor, groups=chosen) if len(chosen) > 1 else chosen[0]


class AudienceForm(AudienceMixin, StepForm):
    """Changes whom a lesson is for, once its readers were looked at: `looked` is that choice."""

    looked = forms.CharField(widget=forms.HiddenInput, required=False)

    def leave_home(self, viewer: Viewer, now: Audience) -> None:
        """Offer what holds now and the owner's home alone, to who may share it with nobody else."""
        self.initial["audience"] = KEEP
        set_choices(self, "audience", [self._as_now(now, viewer), (HOME, WORDS[HOME])])
        self.fields.pop("groups", None)

    def changes_nothing(self, organisation: Organisation) -> bool:
        """Tell whether what was chosen is what holds now."""
        now = self.audience_now
        chosen = {audience.pk for audience in self.chosen(organisation)}
        return now is not None and chosen in ({now.pk}, groups_in(now))

    @property
    def choice(self) -> str:
        """Return what was chosen, as one text."""
        return " ".join(
            [self.cleaned_data["audience"], *sorted(self.cleaned_data.get("groups", []))]
        )

    @property
    def is_confirmed(self) -> bool:
        """Tell whether exactly this choice was looked at and confirmed."""
        return "confirm" in self.data and self.cleaned_data["looked"] == self.choice
