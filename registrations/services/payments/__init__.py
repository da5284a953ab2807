"""Money for seats: pages to pay at, what the provider tells, what is given back, invoices, and the books.

An order is locked after the tree of its seats (`services.seats`), and stands for its payments and refunds. The provider
is never asked anything while a lock is held.
"""
