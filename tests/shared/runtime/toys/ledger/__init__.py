"""A toy service: keeps a ledger of the lamps that were lit."""
