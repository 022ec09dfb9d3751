"""Where tasks run: in this process, in others, on a cluster, or on a given ``concurrent.futures`` executor."""
