"""What the search finds. The lists of pairs are the measure that docs/search.md speaks of."""

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from events import stems
from events.models import Event, SearchEntry, SearchWord, Venue
from events.services import planning, search
from events.services.search import Wanted
from tests import factories as make
from tests.factories import NOW

FINNISH = """
    työttömyys työttömyyden; kortti kortin; katu kadun; leipä leivän; työnhaku työnhaun; Lahti Lahden; Lahti Lahteen;
    kurssi kurssille; messut messuilla; kieli kielen; kielikurssi kielikurssien; yrittäjä yrittäjien; Hartola Hartolassa;
    ihminen ihmisten; opas oppaan; käsi käden; hanke hankkeen; työpaikka työpaikat; rekrytointi rekrytoinnit;
    rekrytointi rekrytointeja; ruokakauppa ruokakaupan; tulityökortti tulityökortit; vesi veden; Heinola Heinolaan;
    Mäntyharju Mäntyharjulla; Joutsa Joutsan; Sysmä Sysmässä; Kangasniemi Kangasniemellä; koulutus koulutuksen;
    koulutus koulutuksia; asiakas asiakkaiden; asiakas asiakkaan; harjoitus harjoituksessa; ranta rannan;
    kaupunki kaupungissa; Helsinki Helsingin; Turku Turun; Mikkeli Mikkelissä; Tampere Tampereella; apu avun; uusi uuden;
    työtön työttömille; työtön työttömän; nuori nuorten; nuori nuorille; maahanmuuttaja maahanmuuttajille;
    hygieniapassi hygieniapassin; passi passeja; lapsi lapsille; ilta illan; ryhmä ryhmässä; tapaaminen tapaamiset;
    haastattelu haastatteluun; ansioluettelo ansioluettelon; yritys yrityksen; työ töitä; työ työhön; työ työssä;
    kesätyö kesätöihin; palkka palkan; lupa luvan; hakemus hakemuksen; osaaminen osaamisen; hoitaja hoitajaksi;
    kahvila kahvilassa; tori torilla; taito taidot; digitaito digitaidot; tieto tiedot; reitti reitin; päivä päivät;
    keskiviikko keskiviikon; verkko verkossa; pankki pankin; sauna saunat; lauta laudan; polku polun;
    suomalainen suomalaiset; henki hengen; vapaus vapauden; terveys terveyden; oikeus oikeuden; kirje kirjeen;
    osoite osoitteen; laite laitteet; puhe puheen; opiskelija opiskelijat; mestari mestarin; tehdas tehtaalla;
    rikas rikkaan; puhelin puhelimen; avain avaimen; sopimus sopimuksen; keittiö keittiössä; hoiva hoivan;
    metalli metallin; puutarha puutarhassa; ompelu ompelun; neuvonta neuvonnan; ohjaus ohjausta; valmennus valmennuksen
"""
SWEDISH = """
    kurs kursen; kurs kurser; kort kortet; jobb jobbet; jobb jobben; arbete arbetet; arbetslös arbetslösa;
    arbetsgivare arbetsgivarna; mässa mässan; mässa mässor; grupp gruppen; utbildning utbildningar;
    företagare företagarna; språk språket
"""
ENGLISH = """
    course courses; training trainings; card cards; job jobs; employer employers; company companies; work working;
    study studies; meeting meetings; language languages
"""
UKRAINIAN = """
    курс курси; курс курсу; курс курсів; робота роботу; робота роботи; робота робіт; захід заходу; захід заходи;
    картка картки; картка карток; мова мови; українська українською; навчання навчанню; роботодавець роботодавці;
    група групі; зустріч зустрічі; місто міста; ярмарок ярмарку; підприємець підприємці; професія професії;
    бібліотека бібліотеці; безкоштовний безкоштовно; пошук пошуку; книга книзі
"""
PAIRS = [
    (code, *pair.split())
    for code, pairs in (("fi", FINNISH), ("sv", SWEDISH), ("en", ENGLISH), ("uk", UKRAINIAN))
    for pair in pairs.split(";")
]
INSIDE = [
    ("kortti", "työturvallisuuskortti"), ("kortin", "työturvallisuuskortit"), ("kahvila", "kielikahvilassa"),
    ("haku", "työnhakua"), ("kurssi", "kielikurssit"), ("passi", "hygieniapassin"), ("katu", "katutaide"),
    ("työttömyyden", "työttömyysturva"), ("messu", "rekrymessuilla"), ("työ", "työnhaku"),
]  # fmt: skip
APART = [
    ("fi", "kortti", "korjaus"), ("fi", "kortti", "kori"), ("fi", "opas", "opettaja"), ("fi", "lahti", "laiva"),
    ("fi", "katu", "katto"), ("fi", "haku", "hauki"), ("fi", "passi", "pasta"), ("en", "card", "car"),
    ("sv", "kurs", "kust"), ("uk", "мова", "молоко"), ("uk", "курс", "кухня"),
]  # fmt: skip
NOT_YET = [("fi", "joki", "joen"), ("fi", "ruoan", "ruoka"), ("sv", "bok", "böcker")]
"""Known not to be found; whoever mends one moves it up."""


def finds(query, text, language="fi"):
    kept = stems.keys_of([(language, text)])
    by = {"contains": str.__contains__, "startswith": str.startswith, "exact": str.__eq__}
    return all(
        any(by[match.lookup](key, match.key) for match in matches for key in kept) for matches in stems.sought(query)
    )


@pytest.mark.parametrize(("language", "one", "other"), PAIRS)
def test_forms_of_one_word_find_each_other(language, one, other):
    assert (finds(one, other, language), finds(other, one, language)) == (True, True)


@pytest.mark.parametrize(("query", "text"), INSIDE)
def test_a_word_is_found_inside_a_compound(query, text):
    assert finds(query, text)


@pytest.mark.parametrize(("language", "query", "text"), APART)
def test_other_words_are_not_found(language, query, text):
    assert not finds(query, text, language)


@pytest.mark.parametrize(("language", "query", "text"), NOT_YET)
def test_what_is_known_not_to_be_found(language, query, text):
    assert not finds(query, text, language)


@given(st.text(max_size=80))
def test_any_text_can_be_searched_and_finds_itself(text):
    assert finds(text, text)
    assert all(match.key.isalnum() for matches in stems.sought(text) for match in matches)


@pytest.fixture
def found(time_machine):
    time_machine.move_to(NOW, tick=False)

    def find(words):
        keys = search.ordered(wanted=Wanted(words=words), now=NOW)
        return [Event.objects.get(pk=key).title for key in keys]

    return find


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words",
    ["kortin", "KORTIT", "työturvallisuus", "kort", "картки", "hartolassa", "kirjastossa", "kurssi", "kurs", "course",
     "Kirjastotie", "jobbsökare", "oppaan kortti", "turvallisuus työ", "cafe\u0301"],
)  # fmt: skip
def test_an_event_is_found_by_any_of_its_words_in_any_language(found, words):
    make.event(
        title_fi="Työturvallisuuskortti", title_sv="Arbetssäkerhetskort", title_uk="Картка безпеки праці",
        summary_fi="Opas mukana.", description_fi="Café.", audience_sv="Arbetslösa jobbsökare",
    )  # fmt: skip
    make.event(title="Muu", kind="fair", first=NOW.replace(year=2025))
    assert found(words) == ["Työturvallisuuskortti"]


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["%", "_", "%%%", "k%i", "k_rtti", "\\", "' OR 1=1 --", "kortti matkalla"])
def test_a_sign_is_no_wildcard_and_every_word_counts(found, words):
    make.event(title="Kortti")
    assert found(words) == (["Kortti"] if not any(letter.isalnum() for letter in words) else [])


@pytest.mark.django_db
def test_an_event_is_found_as_soon_as_it_is_changed_and_by_its_old_words_no_more(found):
    event = make.event(title="Ompelu")
    Event.objects.filter(pk=event.pk).update(title_fi="Kudonta")
    assert (found("ompelu"), found("kudonta")) == (["Kudonta"], [])
    before = search.turn()

    search.index(event=event)

    assert (found("ompelu"), found("kudonta")) == ([], ["Kudonta"])
    assert search.turn() == before + 1


@pytest.mark.django_db
def test_planning_and_publishing_write_the_search_in_their_own_transaction():
    assert planning.search is search
    event = make.event(title="Ompelu")
    SearchEntry.objects.all().delete()
    before = search.turn()
    planning.publishing.unpublish(event=event, by=make.user(), now=NOW)
    assert (search.turn(), SearchEntry.objects.get().edition) == (before + 1, stems.EDITION)


@pytest.mark.django_db
def test_events_of_older_rules_are_written_anew(capsys):
    event, other = make.event(title="Ompelu"), make.event(title="Kudonta")
    SearchEntry.objects.filter(event=event).update(edition=0)
    SearchEntry.objects.filter(event=other).delete()
    words = SearchWord.objects.count()

    call_command("index_events")
    call_command("index_events")

    assert capsys.readouterr().out == "2 events.\n0 events.\n"
    assert SearchWord.objects.count() == words


@pytest.mark.django_db
def test_towns_are_those_of_the_places():
    town = make.municipality("172", "Joutsa")
    event = make.event(organisation=make.organisation(municipality_code="781"), meetings=2)
    event.meetings.filter(pk=event.meetings.last().pk).update(venue=Venue.objects.create(
        name="Talo", street="Tie 1", postal_code="19650", post_office="Joutsa", municipality=town,
    ))  # fmt: skip
    search.index(event=event)
    assert SearchEntry.objects.get().towns == " 081 172 "
