"""A stateful fake of Stripe for the demo and the tests: no money moves, everything else does as Stripe does."""

from registrations.gateways.stripe_fake.carrier import Carrier
from registrations.gateways.stripe_fake.fake import SECRET_KEY, WEBHOOK_SECRET, Fake
from registrations.gateways.stripe_fake.hosted import BANK, CARD, MOBILEPAY, NotOpen
from registrations.gateways.stripe_fake.post import HEADER, Delivery, signature
from registrations.gateways.stripe_fake.problems import Problem, Thing, Trouble

__all__ = [
    "BANK",
    "CARD",
    "HEADER",
    "MOBILEPAY",
    "SECRET_KEY",
    "WEBHOOK_SECRET",
    "Carrier",
    "Delivery",
    "Fake",
    "NotOpen",
    "Problem",
    "Thing",
    "Trouble",
    "signature",
]
