"""Chat templates: the text that a model is trained on, and which part of it counts."""
