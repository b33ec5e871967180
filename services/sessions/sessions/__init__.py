"""Plans, groups, sessions, attendance and engagement of a programme's participants."""
