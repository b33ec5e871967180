"""The rules of enrolment: pure functions over facts, with time as an argument."""
