"""What notifications tells and can be asked."""
