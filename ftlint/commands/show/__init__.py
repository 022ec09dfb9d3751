"""Show one example as the model is trained on it."""
