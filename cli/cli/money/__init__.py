"""Money at the command line: the ledger as a file, income by statement, what differs."""
