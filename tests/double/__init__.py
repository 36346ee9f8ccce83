"""A double of Discord on loopback: REST and gateway over real sockets, with faults that a test plans.

SimCord's backend holds the world (servers, threads, messages, interactions and their limits); this package puts it behind
sockets, so that the real bot meets it through the library's own connection, in this process or in another.
"""
