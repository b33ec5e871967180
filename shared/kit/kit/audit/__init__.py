"""Who read or changed which person's record, when, through what; sealed, so that it stays so.

A call is audited by its contract (`trail`), sealed each minute by the leader's relay (`sealing`),
and held against the seals on request (`checking`).
"""
