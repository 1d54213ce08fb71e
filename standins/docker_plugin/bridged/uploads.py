"""Files copied into a container before it starts."""

import base64
import io
import tarfile
import time
from pathlib import Path

from standins.docker_plugin.errors import PluginError
from standins.docker_plugin.values import Properties

_MODE, _EXECUTABLE_MODE = 0o644, 0o744


def upload_archive(uploads: list[Properties]) -> bytes:
    """Return the files as one tar archive to unpack at the container's root.

    Raises PluginError when an upload has no content or its source cannot be read.
    """
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for upload in uploads:
            content = _content(upload)
            member = tarfile.TarInfo(upload["file"].lstrip("/"))
            member.size = len(content)
            member.mtime = int(time.time())
            member.mode = _mode(upload)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def _mode(upload: Properties) -> int:
    if upload.get("permissions"):
        return int(upload["permissions"], 8)
    return _EXECUTABLE_MODE if upload.get("executable") else _MODE


def _content(upload: Properties) -> bytes:
    if upload.get("contentBase64"):
        return base64.b64decode(upload["contentBase64"])
    if upload.get("source"):
        try:
            return Path(upload["source"]).read_bytes()
        except OSError as error:
            raise PluginError(
                f"cannot read {upload['source']}, the source of the upload {upload['file']}:"
                f" {error.strerror}"
            ) from error
    if upload.get("content") is None:
        raise PluginError(
            f"the upload {upload['file']} has no content:"
            " give it one of `content`, `content_base64` and `source`"
        )
    return upload["content"].encode()
