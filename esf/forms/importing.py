"""A table of older notices."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from esf.enums import IdentityCheck


class NoticeTableForm(Form):
    table = forms.FileField(
        label=_("Table"),
        help_text=_("CSV or Excel workbook (.xlsx), at most 5 MB and 500 rows. The file itself is not kept."),
        widget=forms.FileInput({"accept": ".csv,.txt,.tsv,.xlsx"}),
    )
    identity = forms.ChoiceField(
        label=_("How did you make sure who the people are?"),
        choices=IdentityCheck.choices,
        widget=forms.RadioSelect,
    )
