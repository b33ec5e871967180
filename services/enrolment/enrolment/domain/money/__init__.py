"""Money: what DfE is expected to pay, what others owe, and what differs."""
