"""Windows, submissions, marks and results of the written assessment."""
