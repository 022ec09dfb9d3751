"""``ftlint plugins``: what other packages offer, loaded."""

from ftlint import plugins
from ftlint.errors import UsageError


def run() -> str:
    """A line for each entry point. Raises UsageError for the first that cannot be loaded or takes another's name."""
    # The shapes are loaded with these.
    from ftlint.io.formats import plugin_readers
    from ftlint.report.formats import FORMATS
    from ftlint.rule.registry import all_rules
    from ftlint.targets.target import load_target, target_names

    all_rules()
    for name in target_names():
        load_target(name)
    for offer in (*plugin_readers().values(), *plugins.offered(plugins.OUTPUTS, FORMATS).values()):
        if not callable(offer.load()):
            raise UsageError(f"{offer}: that is no function")
    lines = [
        f"{group.removeprefix('ftlint.'):<10} {offer.name:<20} {offer.value}  ({offer.package})\n"
        for group in plugins.GROUPS
        for offer in plugins.offers(group)
    ]
    return "".join(lines) or "no plug-ins\n"
