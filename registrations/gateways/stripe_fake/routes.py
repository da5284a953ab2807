"""What the fake answers where, and the shape of what it may be asked there."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from stripe import params
from stripe.params import checkout

from registrations.gateways.stripe_fake import refunds, sessions
from registrations.gateways.stripe_fake.problems import Problem, Thing
from registrations.gateways.stripe_fake.shapes import checked
from registrations.gateways.stripe_fake.shelf import Books, public

FEWEST, MOST, USUAL = 1, 100, 10
"""Rows of a page."""
PAGING = {"limit", "starting_after", "created", "expand"}


@dataclass(frozen=True)
class Route:
    method: str
    path: re.Pattern[str]
    shape: type
    answer: Callable[..., Thing]


def answered(books: Books, method: str, path: str, asked: Thing) -> Thing:
    """The answer to a request whose key is right.

    :raises Problem: the other answer
    """
    for route in ROUTES:
        found = route.path.fullmatch(path)
        if found and route.method == method:
            wanted = checked(asked, route.shape)
            return _expanded(books, public(route.answer(books, wanted, *found.groups())), wanted.get("expand", []))
    raise Problem(f"Unrecognized request URL ({method}: {path}).", status=HTTPStatus.NOT_FOUND)


def _one(kind: str) -> Callable[..., Thing]:
    return lambda books, _asked, own_id: books.get(kind, own_id)


def _list(kind: str, url: str) -> Callable[..., Thing]:
    def page(books: Books, asked: Thing) -> Thing:
        limit, created = asked.get("limit", USUAL), asked.get("created")
        if not FEWEST <= limit <= MOST:
            raise Problem("A page has 1 to 100 rows.", code="parameter_invalid_integer", param="limit")
        equal = {name: value for name, value in asked.items() if name not in PAGING}
        if unknown := equal.keys() - {"payment_intent", "charge", "status", "type"}:
            raise Problem(f"The fake does not search by {unknown.pop()}.")
        found = books.find(
            kind,
            limit=limit + 1,
            after=asked.get("starting_after", ""),
            created={"gte": created, "lte": created} if isinstance(created, int) else created,
            **equal,
        )
        return {"object": "list", "url": url, "has_more": len(found) > limit, "data": list(map(public, found[:limit]))}

    return page


def _expanded(books: Books, thing: Thing, names: list[str]) -> Thing:
    for name in names:
        if name not in ("latest_charge", "payment_intent", "charge"):
            raise Problem(f"This property cannot be expanded ({name}).", param="expand")
        if isinstance(thing.get(name), str):
            kind = "charge" if name == "latest_charge" else name
            thing = thing | {name: public(books.get(kind, thing[name]))}
    return thing


def _routes(kind: str, url: str, one: type, several: type) -> list[Route]:
    return [
        Route("GET", re.compile(url), several, _list(kind, url)),
        Route("GET", re.compile(rf"{url}/(\w+)"), one, _one(kind)),
    ]


SESSIONS, REFUNDS = "/v1/checkout/sessions", "/v1/refunds"
ROUTES = [
    Route("POST", re.compile(SESSIONS), checkout.SessionCreateParams, sessions.create),
    Route("POST", re.compile(rf"{SESSIONS}/(\w+)/expire"), checkout.SessionExpireParams, sessions.expire),
    Route("POST", re.compile(REFUNDS), params.RefundCreateParams, refunds.create),
    *_routes("checkout.session", SESSIONS, checkout.SessionRetrieveParams, checkout.SessionListParams),
    *_routes("refund", REFUNDS, params.RefundRetrieveParams, params.RefundListParams),
    *_routes("charge", "/v1/charges", params.ChargeRetrieveParams, params.ChargeListParams),
    *_routes("dispute", "/v1/disputes", params.DisputeRetrieveParams, params.DisputeListParams),
    *_routes("event", "/v1/events", params.EventRetrieveParams, params.EventListParams),
    Route("GET", re.compile(r"/v1/payment_intents/(\w+)"), params.PaymentIntentRetrieveParams, _one("payment_intent")),
]
