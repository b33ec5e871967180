"""A service to try the bus with: it tells itself what it was told, and writes down what it did."""
