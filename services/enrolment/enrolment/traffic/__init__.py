"""What goes to and fro between this service and DfE."""
