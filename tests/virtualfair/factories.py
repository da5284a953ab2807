"""Fairs, made short."""

import datetime as dt

from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from events.enums import Kind
from registrations.models import Registration
from tests import factories as make
from tests.factories import NOW
from virtualfair.enums import FairRole
from virtualfair.http import remember
from virtualfair.models import FairPass, Pitch
from virtualfair.services import admission, rooms


def fair(now=NOW, **fields):
    """A virtual fair that began ten minutes before `now` and lasts three hours."""
    plain = {"kind": Kind.VIRTUAL_FAIR, "first": now - dt.timedelta(minutes=10), "hours": 3, "seats": 100}
    return make.event(**plain | fields)


def room(now=NOW, **fields):
    return rooms.stage_of(event=fair(now, **fields))


def visitor(room, now=NOW, **fields):
    """A jobseeker's pass, by a registration made before the fair."""
    registered = make.register(room.event, make.contact(**fields), now=now - dt.timedelta(days=1))
    return admission.enter(registration=Registration.objects.get(pk=registered.pk), now=now)


def employer(room, now=NOW, **fields):
    holder = visitor(room, now, **fields)
    return admission.name_representative(
        registration=holder.registration, organisation=make.organisation(kind="company"), by=make.user(), now=now
    )


def moderator(room, now=NOW):
    return FairPass.objects.create(
        event=room.event, user=make.organiser(room.event), role=FairRole.MODERATOR, name="Jani", made_at=now
    )


def pitch(room, after=0, minutes=10, now=NOW, **fields):
    """A pitch so many minutes after `now`."""
    starts = now + dt.timedelta(minutes=after)
    return Pitch.objects.create(
        **{
            "room": room,
            "organisation": fields.pop("organisation", None) or make.organisation(kind="company"),
            "title": f"Pitch {after}",
            "starts_at": starts,
            "ends_at": starts + dt.timedelta(minutes=minutes),
        }
        | fields
    )


def session(holder):
    """The key of a browser session that has come in."""
    store = SessionStore()
    remember(store, holder)
    store.create()
    return store.session_key


def signed_in(user):
    """The key of a browser session in which `user` has signed in."""
    client = Client()
    client.force_login(user)
    return client.session.session_key
