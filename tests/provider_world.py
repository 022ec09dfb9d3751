"""What the loopback provider remembers: files, uploads in parts, jobs that move on with every look, models."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import provider_checks as checks
from provider_checks import Refused

ORGANISATION = "acme"
BASES = (
    "gpt-4.1-2025-04-14",
    "gpt-4.1-mini-2025-04-14",
    "gpt-4o-mini-2024-07-18",
    "gpt-4.1-mini",
    "o4-mini-2025-04-16",
    "babbage-002",
)
COURSE = ("validating_files", "queued", "running", "running", "running", "succeeded")
RESULTS = "step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy\n"


@dataclass
class Course:
    """How a job goes: the state at each look, and why it fails, if it does."""

    states: tuple[str, ...] = COURSE
    error: dict[str, Any] | None = None
    steps: int = 30


def failing(message: str, code: str = "invalid_training_file", param: str = "training_file") -> Course:
    """A course that ends in failure while the files are looked at."""
    return Course(
        ("validating_files", "validating_files", "failed"),
        {"code": code, "message": message, "param": param},
    )


@dataclass
class World:
    """Everything stored. ``course`` is that of the jobs created from now on; ``looks`` how many looks at a file it
    takes until it is processed, ``file_error`` what is wrong with it then.
    """

    course: Course = field(default_factory=Course)
    looks: int = 2
    file_error: str | None = None
    keeps_metadata: bool = True
    answer: Callable[[Mapping[str, Any]], str] = lambda body: "hello there"
    clock: int = field(default_factory=lambda: int(time.time()))
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    uploads: dict[str, dict[str, Any]] = field(default_factory=dict)
    parts: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    courses: dict[str, Course] = field(default_factory=dict)
    at: dict[str, int] = field(default_factory=dict)
    events: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    checkpoints: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=lambda: dict.fromkeys(BASES, "system"))
    numbers: int = 0

    def new(self, prefix: str) -> str:
        """An id that nothing has yet; time goes on with it."""
        self.numbers += 1
        self.clock += 1
        return f"{prefix}{hashlib.sha256(str(self.numbers).encode()).hexdigest()[:12]}"

    def store(self, name: str, content: bytes, purpose: str) -> dict[str, Any]:
        """A file, not yet looked into."""
        id = self.new("file-")
        self.contents[id] = content
        self.files[id] = {
            "id": id,
            "object": "file",
            "bytes": len(content),
            "created_at": self.clock,
            "filename": name,
            "purpose": purpose,
            "status": "uploaded" if purpose == "fine-tune" else "processed",
        }
        self.at[id] = 0
        return self.files[id]

    def file(self, id: str, *, looks: bool = True) -> dict[str, Any]:
        """A file; each look brings it nearer to being processed."""
        if id not in self.files:
            raise Refused(f"No such File object: {id}", "id", status=404)
        found = self.files[id]
        if looks and found["status"] == "uploaded":
            self.at[id] += 1
            if self.at[id] >= self.looks:
                found["status"] = "error" if self.file_error else "processed"
                if self.file_error:
                    found["status_details"] = self.file_error
        return found

    def begin(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """An upload in parts."""
        checks.upload(body)
        id = self.new("upload_")
        self.uploads[id] = {
            "id": id,
            "object": "upload",
            "created_at": self.clock,
            "expires_at": self.clock + checks.UPLOAD_SECONDS,
            "status": "pending",
            "file": None,
            **{name: body[name] for name in ("filename", "purpose", "bytes")},
        }
        return self.uploads[id]

    def upload(self, id: str) -> dict[str, Any]:
        """An upload that is still open."""
        found = self.uploads.get(id)
        if found is None:
            raise Refused(f"No such Upload object: {id}", status=404)
        if found["status"] != "pending":
            raise Refused(f"Upload {id} is {found['status']}.")
        return found

    def cancel(self, id: str) -> dict[str, Any]:
        """An upload that no part is added to any more."""
        self.upload(id)["status"] = "cancelled"
        return self.uploads[id]

    def add_part(self, upload: str, data: bytes) -> dict[str, Any]:
        """A part of at most 64 MB."""
        self.upload(upload)
        if len(data) > checks.PART_BYTES:
            raise Refused("Part is too large. Maximum size is 64 MB.", "data")
        id = self.new("part_")
        self.parts[id] = (upload, data)
        return {"id": id, "object": "upload.part", "created_at": self.clock, "upload_id": upload}

    def join(self, id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The parts as a file, if they are what was announced."""
        found = self.upload(id)
        checks.known(body, ("part_ids",), ("md5",))
        if any(self.parts.get(part, ("",))[0] != id for part in body["part_ids"]):
            raise Refused("Part does not belong to this Upload.", "part_ids")
        content = b"".join(self.parts[part][1] for part in body["part_ids"])
        if len(content) != found["bytes"]:
            raise Refused(f"Expected {found['bytes']} bytes, got {len(content)}.", "bytes")
        if body.get("md5") not in (None, hashlib.md5(content).hexdigest()):
            raise Refused("The md5 checksum does not match.", "md5")
        checks.file(found["filename"], content, found["purpose"])
        found["status"] = "completed"
        found["file"] = self.store(found["filename"], content, found["purpose"])
        return found

    def create(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """A job on files that are there, whether or not they are processed."""
        checks.job(body)
        if body["model"] not in self.models:
            raise Refused(
                f"The model `{body['model']}` does not exist or you do not have access to it.",
                "model",
                "model_not_found",
                404,
            )
        for name in ("training_file", "validation_file"):
            if body.get(name) is not None and self.file(body[name], looks=False)["purpose"] != "fine-tune":
                raise Refused(f"{name} has the wrong purpose", name)
        id = self.new("ftjob-")
        method = body.get("method") or {"type": "supervised"}
        chosen = dict(method.get(method["type"]) or {})
        auto = {"n_epochs": "auto", "batch_size": "auto", "learning_rate_multiplier": "auto"}
        chosen["hyperparameters"] = auto | (chosen.get("hyperparameters") or {})
        self.jobs[id] = {
            "id": id,
            "object": "fine_tuning.job",
            "created_at": self.clock,
            "error": None,
            "fine_tuned_model": None,
            "finished_at": None,
            "hyperparameters": chosen["hyperparameters"],
            "model": body["model"],
            "organization_id": ORGANISATION,
            "result_files": [],
            "status": self.course_of(id).states[0],
            "trained_tokens": None,
            "training_file": body["training_file"],
            "validation_file": body.get("validation_file"),
            "integrations": body.get("integrations") or [],
            "seed": body.get("seed") if body.get("seed") is not None else 7,
            "estimated_finish": None,
            "method": {"type": method["type"], method["type"]: chosen},
            "metadata": body.get("metadata") if self.keeps_metadata else None,
            "user_provided_suffix": body.get("suffix"),
        }
        self.events[id], self.checkpoints[id], self.at[id] = [], [], 0
        self.tell(id, f"Created fine-tuning job: {id}")
        self.tell(id, f"Validating training file: {body['training_file']}")
        return self.jobs[id]

    def course_of(self, id: str) -> Course:
        """The course of a job."""
        return self.courses.setdefault(id, self.course)

    def job(self, id: str, *, looks: bool = False) -> dict[str, Any]:
        """A job; each look moves it on."""
        if id not in self.jobs:
            raise Refused(f"Could not find fine tune: {id}", "fine_tune_id", "fine_tune_not_found", 404)
        found, course = self.jobs[id], self.course_of(id)
        if looks and found["status"] not in ("succeeded", "failed", "cancelled", "paused"):
            self.at[id] = min(self.at[id] + 1, len(course.states) - 1)
            self.move(found, course)
        return found

    def move(self, job: dict[str, Any], course: Course) -> None:
        """Into the next state, with what happens then."""
        before, job["status"] = job["status"], course.states[self.at[job["id"]]]
        if job["status"] == "running":
            if before != "running":
                self.tell(job["id"], "Fine-tuning job started")
            self.train(job, course)
        elif job["status"] == "succeeded":
            self.succeed(job, course)
        elif job["status"] == "failed":
            job["error"], job["finished_at"] = course.error, self.clock
            self.tell(job["id"], (course.error or {}).get("message", "failed"), level="error")

    def train(self, job: dict[str, Any], course: Course) -> None:
        """A third of the steps, with figures."""
        id, states = job["id"], course.states
        running = states.count("running")
        nth = states[: self.at[id] + 1].count("running")
        for step in range((nth - 1) * course.steps // running + 1, nth * course.steps // running + 1):
            loss, accuracy = round(2 / (step + 1), 4), round(1 - 0.5 / step, 4)
            data = {"step": step, "total_steps": course.steps, "train_loss": loss}
            data["train_mean_token_accuracy"] = accuracy
            if job["validation_file"] and step % 10 == 0:
                data |= {"valid_loss": round(loss + 0.1, 4), "valid_mean_token_accuracy": accuracy}
            words = f"Step {step}/{course.steps}: training loss={loss:.2f}"
            self.tell(id, words, kind="metrics", data=data)

    def succeed(self, job: dict[str, Any], course: Course) -> None:
        """A model, a file of results and two checkpoints."""
        id = job["id"]
        base = job["model"].split(":")[1] if job["model"].startswith("ft:") else job["model"]
        tuned = f"ft:{base}:{ORGANISATION}:{job['user_provided_suffix'] or ''}:{id[-8:]}"
        rows = [_row(n, job["validation_file"] is not None) for n in range(1, course.steps + 1)]
        results = self.store(
            "step_metrics.csv", (RESULTS + "\n".join(rows) + "\n").encode(), "fine-tune-results"
        )
        epochs = job["hyperparameters"].get("n_epochs")
        chosen = {
            "n_epochs": 3 if epochs == "auto" else epochs,
            "batch_size": 1,
            "learning_rate_multiplier": 1.8,
        }
        job["hyperparameters"] |= {
            k: v for k, v in chosen.items() if job["hyperparameters"].get(k) in (None, "auto")
        }
        job |= {"fine_tuned_model": tuned, "result_files": [results["id"]], "finished_at": self.clock}
        job["trained_tokens"] = len(self.contents.get(job["training_file"], b"")) // 4
        self.models[tuned] = ORGANISATION
        for step in (course.steps // 2, course.steps):
            name = tuned if step == course.steps else f"{tuned}:ckpt-step-{step}"
            self.models[name] = ORGANISATION
            entry = {"id": self.new("ftckpt_"), "object": "fine_tuning.job.checkpoint", "step_number": step}
            entry |= {"created_at": self.clock, "fine_tuned_model_checkpoint": name, "fine_tuning_job_id": id}
            entry["metrics"] = {
                "step": step,
                "train_loss": 2 / (step + 1),
                "full_valid_loss": 2.1 / (step + 1),
            }
            self.checkpoints[id].insert(0, entry)
        self.tell(id, f"New fine-tuned model created: {tuned}")
        self.tell(id, "The job has successfully completed")

    def tell(self, id: str, message: str, *, level: str = "info", kind: str = "message", data: Any = None):
        """An event, newest first."""
        entry = {"object": "fine_tuning.job.event", "id": self.new("ftevent-"), "created_at": self.clock}
        entry |= {"level": level, "message": message, "type": kind, "data": data or {}}
        self.events[id].insert(0, entry)

    def change(self, id: str, what: str) -> dict[str, Any]:
        """Cancel, pause or resume."""
        found = self.job(id)
        if found["status"] in ("succeeded", "failed", "cancelled"):
            raise Refused(f"Job has already completed: {id}", code="invalid_state")
        if what == "resume" and found["status"] != "paused":
            raise Refused(f"Job is not paused: {id}", code="invalid_state")
        states = self.course_of(id).states
        found["status"] = {"cancel": "cancelled", "pause": "paused"}.get(what, states[self.at[id]])
        self.tell(id, json.dumps(what))
        return found


def _row(step: int, validated: bool) -> str:
    """A line of the results; every tenth step is validated."""
    loss, accuracy = 2 / (step + 1), 1 - 0.5 / step
    valid = f"{loss + 0.1:.4f},{accuracy:.4f}" if validated and step % 10 == 0 else ","
    return f"{step},{loss:.4f},{accuracy:.4f},{valid}"
