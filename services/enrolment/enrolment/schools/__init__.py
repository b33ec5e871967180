"""Schools and trusts, and files of them."""
