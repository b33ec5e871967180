"""`headship mailings`: one template to many, by a CSV file."""
