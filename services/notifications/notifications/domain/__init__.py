"""The rules of notifications: templates, statuses, reminders, and when a message is still true."""
