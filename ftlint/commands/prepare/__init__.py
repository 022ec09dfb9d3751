"""``ftlint prepare``: look at a file, mend what people agree to, convert, divide and write it, with a manifest."""
