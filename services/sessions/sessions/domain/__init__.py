"""The rules of sessions: pure functions over plain values. They get their time as an argument."""
