"""Repositories as the two hubs would serve them: their lists of files, and the files."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

__all__ = ["COMMIT", "LATER", "Repository", "blob"]

COMMIT, LATER = "a" * 40, "b" * 40
_LARGE = (".safetensors", ".bin", ".gguf")  # what hubs keep in LFS, and list by sha256


def blob(content: bytes) -> str:
    """What ``git hash-object`` says."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


@dataclass
class Repository:
    """``files`` by name, at one commit."""

    name: str
    files: dict[str, bytes]
    commit: str = COMMIT

    def huggingface(self, revision: str = "main") -> dict[str, bytes]:
        """What Hugging Face, or a mirror, answers by path, where this commit is what the revision names."""
        listing = {
            "id": self.name,
            "sha": self.commit,
            "gated": False,
            "cardData": {"license": "apache-2.0"},
            "siblings": [_sibling(name, content) for name, content in self.files.items()],
        }
        paths = {f"/api/models/{self.name}/revision/{quote(at, safe='')}?blobs=true" for at in (revision, self.commit)}
        return {path: json.dumps(listing).encode() for path in paths} | {
            f"/{self.name}/resolve/{self.commit}/{quote(name)}": content for name, content in self.files.items()
        }

    def modelscope(self, revision: str = "master") -> dict[str, bytes]:
        """What ModelScope answers by path."""
        entries = [_entry(name, content) for name, content in self.files.items()]
        listing = {"Code": 200, "Success": True, "Data": {"Files": [{"Path": "folder", "Type": "tree"}, *entries]}}
        path = f"/api/v1/models/{self.name}/repo/files?Revision={revision}&Recursive=True"
        return {path: json.dumps(listing).encode()} | {
            f"/models/{self.name}/resolve/{revision}/{quote(name)}": content for name, content in self.files.items()
        }


def _sibling(name: str, content: bytes) -> dict[str, Any]:
    if not name.endswith(_LARGE):
        return {"rfilename": name, "size": len(content), "blobId": blob(content)}
    lfs = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 134}
    return {"rfilename": name, "size": len(content), "blobId": blob(b"pointer"), "lfs": lfs}


def _entry(name: str, content: bytes) -> dict[str, Any]:
    digest = hashlib.sha256(content).hexdigest()
    return {"Path": name, "Type": "blob", "Size": len(content), "Sha256": digest, "Revision": LATER}
