"""The live half: events that were committed reach every socket that listens, in order, or the client learns of the gap.

`announcing` sends what a transaction has made durable to all processes; each process has one `hub`, with one
subscription to the channel layer per stream, and fans out to its sockets' bounded `outbox`es. `leases` tell who is
there. Nothing here knows a business word; apps register their snapshots and states in `sources`.
"""
