"""What sessions tells and can be asked."""
