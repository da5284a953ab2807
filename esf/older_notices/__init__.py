"""A table of older notices, brought from another system: its columns, what its rows say, and what is wrong."""
