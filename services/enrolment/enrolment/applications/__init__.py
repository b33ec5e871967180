"""Applications: decided here, arriving from DfE, and following what it shows."""
