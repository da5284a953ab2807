"""What people fill in about events, a module for each kind of page."""
