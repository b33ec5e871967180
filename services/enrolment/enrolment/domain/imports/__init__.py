"""CSV files of people and steps: read, checked row by row, and written again."""
