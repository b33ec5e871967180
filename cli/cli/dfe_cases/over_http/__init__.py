"""The cases about HTTP: a world is staged in the simulator, and asked as a provider asks DfE."""
