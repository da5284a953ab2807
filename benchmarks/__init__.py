"""Load from outside: starts the product as in production and measures what visitors would feel. `./run bench`."""
