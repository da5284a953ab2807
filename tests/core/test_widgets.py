"""What is written out by hand is what Django's templates write."""

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.test.html import parse_html

from core.widgets import LongChoiceField, Options

CHOICES = [("", "Choose"), ("a", "<b>A</b> & co"), ("å", 'Å "quoted"')]


class Everything(forms.Form):
    text = forms.CharField(help_text="Help.", max_length=20)
    secret = forms.CharField(widget=forms.PasswordInput)
    hidden = forms.CharField(widget=forms.HiddenInput)
    address = forms.EmailField(widget=forms.EmailInput({"autocomplete": "email", "data-x": '<>&"'}))
    number = forms.IntegerField(min_value=1)
    day = forms.DateField()
    long = forms.CharField(widget=forms.Textarea({"rows": 3}), required=False)
    one = forms.ChoiceField(choices=CHOICES)
    grouped = forms.ChoiceField(choices=[("Group", CHOICES[1:])])
    radio = forms.ChoiceField(choices=CHOICES[1:], widget=forms.RadioSelect({"class": "c"}))
    many = forms.MultipleChoiceField(choices=CHOICES[1:], widget=forms.CheckboxSelectMultiple)
    yes = forms.BooleanField(required=False)
    when = forms.TimeField(widget=forms.TimeInput({"type": "time"}, "%H:%M"))


TYPED = {
    "text": "a<script>'\"&",
    "hidden": "h",
    "address": "x@y",
    "number": "7",
    "day": "2026-11-23",
    "long": "</textarea><b>",
    "one": "a",
    "grouped": "å",
    "radio": "å",
    "many": ["a", "å"],
    "yes": "on",
    "when": "12:30",
}


@pytest.mark.parametrize("data", [None, {}, TYPED, {"one": "'\"><x", "radio": "no"}])
def test_widgets_are_as_djangos_templates_make_them(data):
    ours, theirs = Everything(data), Everything(data, renderer=TemplatesSetting())
    for name in ours.fields:
        assert parse_html(str(ours[name])) == parse_html(str(theirs[name])), name


@pytest.mark.parametrize("data", [None, {"one": "a"}, {"one": ""}, {"one": "zz"}, {"one": '"><script>'}])
def test_a_long_list_is_as_a_plain_one(data):
    class Long(forms.Form):
        one = LongChoiceField()

    class Plain(forms.Form):
        one = forms.ChoiceField(choices=CHOICES)

    ours, theirs = Long(data), Plain(data)
    ours.fields["one"].offer(Options(tuple(CHOICES)))
    assert parse_html(str(ours["one"])) == parse_html(str(theirs["one"]))
    assert ours.is_valid() is theirs.is_valid()
