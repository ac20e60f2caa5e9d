"""How templates say dates that are not known to the day, and spans of months."""

from django import template
from django.utils.translation import ngettext

from exchange.common import dates

register = template.Library()


@register.filter
def partial_date(text: str) -> str:
    """Return a date in words, as exact as it is: "2023", "March 2023", "6 March 2023"."""
    return dates.written(text)


@register.filter
def months(number: int) -> str:
    """Return a span in whole years where it is one, else in months."""
    if number % 12 == 0:
        years = number // 12
        return ngettext("%(years)s year", "%(years)s years", years) % {"years": years}
    return ngettext("%(months)s month", "%(months)s months", number) % {"months": number}
