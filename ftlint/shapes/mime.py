"""Images, videos, audio and documents as parts of a message: where they lie, and of what type they are.

A part says its type only where the name of the file does not tell it. The names are looked up in the table below
and nowhere else, so that the answer is the same on every machine.
"""

from typing import Any

from ftlint.shapes.shape import CannotHold

TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "bmp": "image/bmp",
    "heic": "image/heic",
    "heif": "image/heif",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "mkv": "video/x-matroska",
    "webm": "video/webm",
    "mpeg": "video/mpeg",
    "mpg": "video/mpeg",
    "avi": "video/x-msvideo",
    "flv": "video/x-flv",
    "wmv": "video/x-ms-wmv",
    "3gp": "video/3gpp",
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "flac": "audio/flac",
    "aac": "audio/aac",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "opus": "audio/opus",
    "pdf": "application/pdf",
    "txt": "text/plain",
}
PARTS = {"image": "image_url", "video": "video_url", "audio": "audio_url"}
DOCUMENT = "document_url"
# What the inner object of such a part may hold without anything being lost.
KEPT = ("url", "mime_type")


def type_by_name(url: str) -> str | None:
    """The type of what lies at an address, from its data URL or the ending of its name; None for neither."""
    if url.startswith("data:"):
        return url[5:].partition(",")[0].partition(";")[0] or None
    name = url.partition("?")[0].partition("#")[0].rpartition("/")[2]
    return TYPES.get(name.rpartition(".")[2].casefold()) if "." in name else None


def data_url(kind: Any, data: Any) -> str:
    """The data URL of bytes in base64."""
    return f"data:{kind or ''};base64,{data}"


def split_data(url: str) -> tuple[str, str]:
    """The type and the base64 text of a data URL. Raises CannotHold where it is none in base64."""
    head, comma, data = url[5:].partition(",")
    kind, base64, more = head.partition(";base64")
    if not comma or not base64 or more or not kind:
        raise CannotHold("has no place for a data URL that is not a type and base64")
    return kind, data


def as_part(url: Any, kind: Any, family: str | None = None) -> dict[str, Any]:
    """What lies at an address as a part. ``kind`` is its type as the file says it, ``family`` image, video …"""
    told = type_by_name(url) if isinstance(url, str) else None
    known = kind if isinstance(kind, str) else told
    name = PARTS.get(family or (known or "").partition("/")[0], DOCUMENT)
    inner = {"url": url}
    if kind is not None and kind != told:
        inner["mime_type"] = kind
    return {"type": name, name: inner}


def from_part(part: dict[str, Any], lost: list[str]) -> tuple[str, str]:
    """The address and the type of what a part shows. Raises CannotHold where it is not such a part or has no type."""
    name = part.get("type")
    inner = part.get(name) if name in (*PARTS.values(), DOCUMENT) else None
    inner = {"url": inner} if isinstance(inner, str) else inner
    url = inner.get("url") if isinstance(inner, dict) else None
    if not isinstance(inner, dict) or not isinstance(url, str):
        raise CannotHold(f"has no place for parts of type {name}")
    kind = inner.get("mime_type") or type_by_name(url)
    family = str(kind).partition("/")[0]
    if not isinstance(kind, str) or PARTS.get(family, DOCUMENT) != name:
        raise CannotHold("needs the type of an image or another file, and its name does not tell it")
    lost.extend(f"messages[].content[].{name}.{key}" for key in inner if key not in KEPT)
    return url, kind
