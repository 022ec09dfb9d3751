"""Evaluate fine-tuned models: ask them in the format they were trained on and score their answers."""
