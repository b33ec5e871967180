"""`headship dossier`: the record of a script, and whether it is as it was sealed."""
