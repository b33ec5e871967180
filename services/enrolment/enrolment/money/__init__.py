"""Money: what DfE pays, what it should, and what others owe for the places it does not pay."""
