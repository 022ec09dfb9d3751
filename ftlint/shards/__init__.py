"""Shards: one run in N equal parts, each checked anywhere and kept as a file, put together in the end."""

from ftlint.shards.merge import merge_shards
from ftlint.shards.save import Saving, save_shard
from ftlint.shards.share import Shard, shard_named

__all__ = ["Saving", "Shard", "merge_shards", "save_shard", "shard_named"]
