"""A text holds somebody's e-mail address.

A model repeats what it was trained on, and an address tells who somebody is. The rule is opt-in, since in support
mails, code and documents addresses may well belong there: `--extend-select X002`.

The fix puts `[EMAIL]` in the place of each address. It changes the text, so it is unsafe.

Silent for addresses that reach nobody: example.com, example.org, example.net and everything under .example, .test,
.invalid, .localhost and .local; `noreply@…`; `user@`, `name@`, `you@` and names with "your" or "example" in them.
Silent for what only looks like one: `git@github.com:a/b`, `root@server`, `user:password@` in a link, `name@1.2.3` of
packages, `icon@2x.png`, `a@b.transpose()` in code, `@handle`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ftlint.rule import Case, RuleContext, SpanRule, TextSpan, pl

# The local part does not begin in an escape of JSON. Links with a user in them are gone past as a whole.
ADDRESS = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s/@\"'<>]{0,200}@"
    r"|(?:(?<=\\[nrtbf])|(?<=\\u[0-9a-fA-F]{4})|(?<![A-Za-z0-9._%+\\/@-]))"
    r"(?P<local>[A-Za-z0-9](?:[A-Za-z0-9._%+-]{0,62}[A-Za-z0-9_])?)"
    r"@(?P<host>(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,6}(?P<top>[A-Za-z]{2,14}))"
    r"(?![A-Za-z0-9@(\[_-]|:[^\s]|\.[A-Za-z0-9])"
)
LIKELY = r"[A-Za-z0-9_]@[A-Za-z0-9][A-Za-z0-9.-]*\.[A-Za-z]{2}"
# Of the longer ones only those that are common: of others there are more words in code than addresses.
TOPS = frozenset(
    [
        "com",
        "org",
        "net",
        "edu",
        "gov",
        "mil",
        "int",
        "info",
        "biz",
        "name",
        "pro",
        "mobi",
        "asia",
        "jobs",
        "travel",
        "aero",
        "coop",
        "cat",
        "post",
        "tel",
        "arpa",
        "app",
        "dev",
        "page",
        "cloud",
        "online",
        "site",
        "tech",
        "store",
        "shop",
        "blog",
        "club",
        "live",
        "email",
        "world",
        "today",
        "life",
        "group",
        "agency",
        "company",
        "studio",
        "design",
        "academy",
        "digital",
        "media",
        "network",
        "solutions",
        "services",
        "systems",
        "team",
        "tools",
        "zone",
        "bank",
        "law",
        "legal",
        "health",
        "care",
        "clinic",
        "dental",
        "news",
        "press",
        "social",
        "space",
        "website",
        "xyz",
        "top",
        "icu",
        "vip",
        "work",
        "works",
        "fun",
        "games",
        "berlin",
        "london",
        "nyc",
        "paris",
        "tokyo",
        "hamburg",
        "wien",
        "swiss",
        "earth",
        "energy",
        "finance",
        "global",
        "international",
        "ventures",
        "consulting",
        "software",
        "technology",
    ]
)
NOBODY = re.compile(
    r"(?i)(?:git|root|ubuntu|ec2-user|no-?_?\.?reply|do-?not-?reply|donotreply|mailer-daemon|user(?:name)?\d?|name"
    r"|e?mail|you|me|someone|somebody|anyone|foo|bar|a|b|x|abc|test|person\d?|.*(?:your|example|placeholder|xxx).*)"
)
NOWHERE = re.compile(
    r"(?i)(?:.*\.)?(?:(?:example|domain|yourdomain|mydomain|your-?company|company|email|test|foo|bar|site|host|server|abc)"
    r"\.[a-z.]+|.*example.*|.*your.*|users\.noreply\.github\.com|.+\.iam\.gserviceaccount\.com)"
)
RESERVED = ("example", "test", "invalid", "localhost", "local")


class Email(SpanRule):
    """Texts with an e-mail address that may reach somebody."""

    code, name, severity, fix = "X002", "email", "warning", "unsafe"
    opt_in = True

    def prefilter(self, context: RuleContext) -> pl.Expr:
        candidate = pl.when(pl.col("text").str.contains("@", literal=True)).then(pl.col("text"))
        return candidate.str.contains(LIKELY)

    def find_spans(self, text: str) -> Sequence[TextSpan]:
        return [
            TextSpan(*found.span(), "e-mail address", "EMAIL")
            for found in ADDRESS.finditer(text)
            if found["local"] and _reaches_somebody(found["local"], found["host"], found["top"].lower())
        ]

    cases = (
        Case(
            why="in prose, in JSON text, beside other scripts",
            wrong=[
                {
                    "prompt": "Write to maria.rossi@libero.it, please.",
                    "completion": "mailto:k.tanaka+x@mail.co.jp",
                },
                {"prompt": '{"note": "a\\nhans@posteo.de"}', "completion": "联系zhang.wei@qq.com或电话"},
                {"prompt": "<ola@firma.no>; ivan@yandex.ru.", "completion": "راسل ali@mail.com"},
            ],
            found=[(line, field) for line in (1, 2, 3) for field in ("completion", "prompt")],
            fixed=[
                {"prompt": "Write to [EMAIL], please.", "completion": "mailto:[EMAIL]"},
                {"prompt": '{"note": "a\\n[EMAIL]"}', "completion": "联系[EMAIL]或电话"},
                {"prompt": "<[EMAIL]>; [EMAIL].", "completion": "راسل [EMAIL]"},
            ],
        ),
        Case(
            why="addresses that reach nobody",
            right=[
                {"prompt": "john@example.com jane@mail.example.org", "completion": "a@shop.test b@x.invalid"},
                {
                    "prompt": "noreply@github.com no-reply@bank.de",
                    "completion": "user@gmail.com your.name@gmail.com",
                },
                {"prompt": "name@company.com", "completion": "you@domain.com"},
            ],
        ),
        Case(
            why="code, packages, pictures, hosts, handles",
            right=[
                {
                    "prompt": "git clone git@github.com:owner/repo.git",
                    "completion": "ssh root@server; deploy@web1.acme.io:/srv",
                },
                {
                    "prompt": "npm i left-pad@1.3.0 @types/node@20.1.0-beta.rc",
                    "completion": "https://user:pw@host.acme.io/x",
                },
                {
                    "prompt": "@app.route('/')\n@property\ndef a(self): ...",
                    "completion": "q@k.transpose(-2, -1) + w@x.mean",
                },
                {
                    "prompt": "icon@2x.png getty@tty1.service",
                    "completion": "@handle and @other_handle, user@host",
                },
                {"prompt": "用户@例子 @小明", "completion": "12:30@cafe 5kg@3.50 each"},
            ],
        ),
    )


def _reaches_somebody(local: str, host: str, top: str) -> bool:
    labels = host.lower().split(".")
    if top in RESERVED or labels[0].isdecimal() or not (len(top) == 2 or top in TOPS):
        return False
    return not NOBODY.fullmatch(local) and not NOWHERE.fullmatch(host)
