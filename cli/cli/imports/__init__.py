"""`headship applications`: files of people in and out."""
