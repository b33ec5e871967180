"""The rules of assessment: pure functions over values; time is an argument."""
