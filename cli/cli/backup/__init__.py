"""The four databases as files, of one consistent point, and a platform made from them again."""
