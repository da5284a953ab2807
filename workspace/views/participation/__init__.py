"""The pages of a project's participants: the lists, one participant, and what is done with them."""
