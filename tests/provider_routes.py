"""The paths of the loopback provider: which request does what to its world."""

from typing import Any

import provider_checks as checks
from provider_checks import Refused
from provider_talk import answer, chunks
from provider_world import World


def _listed(entries: list[dict[str, Any]], query: dict[str, str], usual: int, most: int = 100) -> Any:
    """One page of a list: the entries after ``after``, ``limit`` of them at most."""
    limit, ids = checks.page(query, usual, most), [entry["id"] for entry in entries]
    after = query.get("after")
    if after is not None and after not in ids:
        raise Refused(f"No such object: {after}", "after", status=404)
    start = ids.index(after) + 1 if after is not None else 0
    page = entries[start : start + limit]
    ends = {"first_id": page[0]["id"], "last_id": page[-1]["id"]} if page else {}
    return {"object": "list", "data": page, "has_more": start + limit < len(entries), **ends}


def _create_file(world: World, ids: Any, query: Any, form: Any) -> Any:
    checks.known(form, ("file", "purpose"), ("expires_after",))
    (name, content), purpose = form["file"], form["purpose"][1].decode()
    checks.file(name, content, purpose)
    return dict(world.store(name, content, purpose))


def _files(world: World, ids: Any, query: dict[str, str], body: Any) -> Any:
    found = [f for f in world.files.values() if query.get("purpose") in (None, f["purpose"])]
    if query.get("order", "desc") not in ("asc", "desc"):
        raise Refused("order is asc or desc", "order")
    return _listed(found if query.get("order") == "asc" else found[::-1], query, 10_000, 10_000)


def _jobs(world: World, ids: Any, query: dict[str, str], body: Any) -> Any:
    pairs = {key[9:-1]: value for key, value in query.items() if key.startswith("metadata[")}
    found = [job for job in world.jobs.values() if pairs.items() <= (job["metadata"] or {}).items()]
    return _listed(found[::-1], query, 20)


def _delete_file(world: World, ids: Any, query: Any, body: Any) -> Any:
    world.file(ids[0], looks=False)
    del world.files[ids[0]]
    return {"id": ids[0], "object": "file", "deleted": True}


def _delete_model(world: World, ids: Any, query: Any, body: Any) -> Any:
    owner = world.models.get(ids[0])
    if owner is None:
        raise Refused(f"The model '{ids[0]}' does not exist", "model", "model_not_found", 404)
    if owner == "system":
        raise Refused("You have insufficient permissions for this operation.", status=403)
    del world.models[ids[0]]
    return {"id": ids[0], "object": "model", "deleted": True}


def _models(world: World, ids: Any, query: Any, body: Any) -> Any:
    data = [{"id": n, "object": "model", "created": 0, "owned_by": o} for n, o in world.models.items()]
    return {"object": "list", "data": data}


def _ask(chat: bool) -> Any:
    def asked(world: World, ids: Any, query: Any, body: dict[str, Any]) -> Any:
        (checks.chat if chat else checks.completion)(body)
        if body["model"] not in world.models:
            raise Refused(f"The model `{body['model']}` does not exist", "model", "model_not_found", 404)
        text = world.answer(body)
        return chunks(world, body, text, chat) if body.get("stream") else answer(world, body, text, chat)

    return asked


def _of_job(world: World, ids: Any, query: dict[str, str], body: Any) -> Any:
    id, what = ids
    world.job(id)
    entries = world.events[id] if what == "events" else world.checkpoints[id]
    return _listed(entries, query, 20 if what == "events" else 10)


ROUTES = [
    ("POST", "/files", _create_file),
    ("GET", "/files", _files),
    ("GET", "/files/([^/]+)", lambda w, ids, q, b: dict(w.file(ids[0]))),
    ("DELETE", "/files/([^/]+)", _delete_file),
    ("GET", "/files/([^/]+)/content", lambda w, ids, q, b: (w.file(ids[0]), w.contents[ids[0]])[1]),
    ("POST", "/uploads", lambda w, ids, q, b: dict(w.begin(b))),
    ("POST", "/uploads/([^/]+)/parts", lambda w, ids, q, b: w.add_part(ids[0], b["data"][1])),
    ("POST", "/uploads/([^/]+)/complete", lambda w, ids, q, b: dict(w.join(ids[0], b))),
    ("POST", "/uploads/([^/]+)/cancel", lambda w, ids, q, b: dict(w.cancel(ids[0]))),
    ("POST", "/fine_tuning/jobs", lambda w, ids, q, b: dict(w.create(b))),
    ("GET", "/fine_tuning/jobs", _jobs),
    ("GET", "/fine_tuning/jobs/([^/]+)", lambda w, ids, q, b: dict(w.job(ids[0], looks=True))),
    ("GET", "/fine_tuning/jobs/([^/]+)/(events|checkpoints)", _of_job),
    (
        "POST",
        "/fine_tuning/jobs/([^/]+)/(cancel|pause|resume)",
        lambda w, ids, q, b: dict(w.change(*ids)),
    ),
    ("GET", "/models", _models),
    ("DELETE", "/models/(.+)", _delete_model),
    ("POST", "(?:/deployments/[^/]+)?/chat/completions", _ask(chat=True)),
    ("POST", "(?:/deployments/[^/]+)?/completions", _ask(chat=False)),
]
