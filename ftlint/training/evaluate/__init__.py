"""Ask tuned models as they were trained, and measure their answers."""
