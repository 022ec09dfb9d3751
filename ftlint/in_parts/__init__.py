"""Files in parts: what workers are told of a part and do with it, and how what they tell becomes one whole again."""
