"""Declarations: due, made, owed to DfE, followed and taken back."""
