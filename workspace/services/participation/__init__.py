"""A project's participants, where esf and registrations meet: who is missing what, what was done, what shows it."""
