"""Documents as PDF: pure functions that run in a child process, since making one takes a while."""
