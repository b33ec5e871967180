"""`headship lab`: the platform's own computations on files of yours."""
