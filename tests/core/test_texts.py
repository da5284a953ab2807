import pytest
from django.utils import timezone

from core import kept
from core.models import LetterText
from core.services import texts
from core.services.texts import Place, Text

pytestmark = pytest.mark.django_db

NOW = timezone.now()
SCOPES = ["event:7", "project:2", "organisation:1"]


def write(scope, kind="", subject="Aihe", edition=0, language="fi"):
    place = Place(scope=scope, kind=kind, moment="confirmed", language=language)
    saved = texts.save(place=place, text=Text(subject, "Teksti"), edition=edition, now=NOW)
    kept.forget()
    return saved


def found(kind="course", language="fi"):
    text = texts.nearest(scopes=SCOPES, kind=kind, moment="confirmed", language=language)
    return text and text.subject


def test_the_nearest_scope_wins_and_in_it_the_kind():
    assert found() is None
    write("organisation:1", subject="organisation's")
    assert found() == "organisation's"
    write("organisation:1", kind="course", subject="its courses'")
    assert (found(), found(kind="fair")) == ("its courses'", "organisation's")
    write("event:7", subject="event's")
    assert found() == "event's"


def test_another_language_and_another_scope_have_nothing_of_it():
    write("event:8")
    write("event:7", language="sv")
    assert (found(), found(language="sv")) == (None, "Aihe")


def test_two_who_edit_at_once_do_not_overwrite_each_other():
    saved = write("event:7")
    write("event:7", subject="ensin", edition=saved.edition)
    for edition in (0, saved.edition):
        with pytest.raises(texts.EditedMeanwhile):
            write("event:7", subject="sitten", edition=edition)
    assert LetterText.objects.get().subject == "ensin"


def test_one_goes_back_to_the_built_in_words():
    write("event:7")
    place = Place(scope="event:7", kind="", moment="confirmed", language="fi")
    assert (texts.forget(place=place), texts.forget(place=place)) == (True, False)
    kept.forget()
    assert found() is None


def test_any_number_of_letters_costs_one_look(django_assert_num_queries):
    with django_assert_num_queries(1):
        for _i in range(3):
            found()
