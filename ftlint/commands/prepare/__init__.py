"""``ftlint prepare``: profile a file, apply the fixes with consent, convert, split and write it, with a manifest."""
