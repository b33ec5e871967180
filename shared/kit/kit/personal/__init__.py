"""People's data in a service: which tables hold it, how it is handed out, and when it goes.

A service lists its tables once, as `Holding`s of its `Custody`; export, erasure and the retention
job all follow from that list, and a test of the tree finds a table that is missing from it.
"""
