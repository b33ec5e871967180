"""What assessment tells and can be asked."""
