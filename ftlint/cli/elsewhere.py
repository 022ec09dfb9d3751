"""The commands whose options stand in files of their own."""

from ftlint.cli.app_check import check, merge
from ftlint.cli.app_jobs import job, submit
from ftlint.cli.app_setup import completion, plugins
from ftlint.cli.app_try import try_model

COMMANDS = (check, merge, submit, job, try_model, plugins, completion)
