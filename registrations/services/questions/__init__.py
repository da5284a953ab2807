"""The organiser's own questions: written by the desk, asked of people, answered, and forgotten in time.

What is asked (`reading`) and what may be answered (`registrations.rules.questions`) know nothing of where answers go.
"""
