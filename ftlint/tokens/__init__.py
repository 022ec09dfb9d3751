"""Token counts: vocabularies, texts, conversations."""
