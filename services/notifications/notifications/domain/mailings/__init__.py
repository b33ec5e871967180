"""Files by which one template is sent to many: their text, their rows, who each is for."""
