"""Targets: providers and trainers, their facts, and the trainers' configuration files."""
