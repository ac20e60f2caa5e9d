from exchange.agreements.forms.agreement import (
    AgreementForm,
    AskForm,
    NewAgreementForm,
    ReasonForm,
    ShareForm,
    SignatoryForm,
    TermForm,
)
from exchange.agreements.forms.listing import ListForm

__all__ = [
    "AgreementForm",
    "AskForm",
    "ListForm",
    "NewAgreementForm",
    "ReasonForm",
    "ShareForm",
    "SignatoryForm",
    "TermForm",
]
