"""Schools and DfE's lists, from files."""
