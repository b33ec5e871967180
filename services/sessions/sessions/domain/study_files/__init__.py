"""What learning platforms export of people's study, read row by row with what is wrong in each."""
