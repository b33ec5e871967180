"""Participants: who they are, who asked, and how DfE shows and merges them."""
