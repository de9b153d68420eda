"""What a download decides: what the file is called, where it may go, and how a broken transfer goes on. No I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from .headers import http_date

_EXTENSIONS = {
    "audio/vnd.wave": ".wav",
    "audio/wave": ".wav",
    "audio/wav": ".wav",
    "audio/mpeg": ".mp3",
}
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])( *\..*)?")
_PARAMETER = re.compile(r';\s*([^\s;="]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')
_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\*)", re.IGNORECASE)
_LONGEST_NAME = 200
_PROGRESS_BYTES = 1024 * 1024


@dataclass(slots=True)
class Transfer:
    """How far a transfer has come, and what it takes to continue it (RFC 9110, sections 13.1.5 and 14).

    Attributes:
        size: The whole length in bytes, or None if it is not known.
        validator: What If-Range names the entity by: its ETag, or Last-Modified if it has none; None if that is not strong.
        entity: Its ETag and its Last-Modified.
        piece: The Content-Range of a first response that is a part of the file, because the caller asked for a part.
        received: The bytes received so far.
        furthest: The bytes received when the count of retries was last set back.
    """

    size: int | None
    validator: str | None
    entity: tuple[str | None, str | None] = (None, None)
    piece: str | None = None
    received: int = 0
    furthest: int = 0

    @classmethod
    def of(
        cls, status: int, headers: Mapping[str, str], *, encoded: bool, ranged: bool = False
    ) -> Transfer:
        """Return a transfer from its beginning.

        Args:
            status: Of the first response.
            headers: Of the first response.
            encoded: Whether the body is compressed, so that its length and its ranges are not those of the file.
            ranged: Whether the caller asked for a part of the file; then nothing but the same part continues it.
        """
        piece = headers.get("content-range") if status == 206 and ranged else None
        if encoded:
            return cls(None, None, piece=piece)
        length = headers.get("content-length", "")
        size = int(length) if length.isascii() and length.isdigit() else None
        etag, modified = headers.get("etag"), headers.get("last-modified")
        validator = etag if etag is not None else _strong(modified, headers.get("date"))
        if validator is not None and validator.startswith("W/"):  # other bytes may have it too
            validator = None
        if ranged or headers.get("accept-ranges", "").lower() == "none":
            validator = None
        if status == 206 and not ranged:  # a part that nobody asked for: the file is longer
            given = _CONTENT_RANGE.fullmatch(headers.get("content-range", ""))
            size = int(given[3]) if given is not None and given[3] != "*" else size
        return cls(size, validator, (etag, modified), piece)

    def continuation(self) -> tuple[tuple[str, str], ...]:
        """Return the headers of a request for the rest, or none if the transfer has to begin again."""
        too_much = self.size is not None and self.received > self.size
        if self.validator is None or self.received == 0 or too_much:
            return ()
        return (("Range", f"bytes={self.received}-"), ("If-Range", self.validator))

    def accept(self, status: int, headers: Mapping[str, str], *, encoded: bool) -> bool:
        """Take up the response to a request for the rest.

        Returns:
            Whether it can be used: it has the rest, or it is the whole and the transfer begins again, with
            `received` zero. Otherwise the transfer has to be asked for as a whole.
        """
        if status == 206 and self.piece is not None:
            if headers.get("content-range") != self.piece or self._is_another(headers):
                return False
            self.received = 0
            return True
        if status == 206:
            given = _CONTENT_RANGE.fullmatch(headers.get("content-range", ""))
            whole = self.size if given is None or given[3] == "*" else int(given[3])
            fits = (
                given is not None and int(given[1]) == self.received and self.size in (None, whole)
            )
            if encoded or not fits or self._is_another(headers):
                self.validator = None
                return False
            self.size = whole
            return True
        fresh = Transfer.of(status, headers, encoded=encoded)
        self.size, self.validator, self.entity = fresh.size, fresh.validator, fresh.entity
        self.received = 0
        return True

    def _is_another(self, headers: Mapping[str, str]) -> bool:
        """Return whether a response tells that it is of another entity: some services do not know If-Range."""
        now = headers.get("etag"), headers.get("last-modified")
        return any(
            one is not None and other is not None and one != other
            for one, other in zip(self.entity, now, strict=True)
        )

    def has_progressed(self) -> bool:
        """Return whether so much came since the last time that the retries may be counted anew."""
        if self.received - self.furthest < _PROGRESS_BYTES:
            return False
        self.furthest = self.received
        return True

    def shortfall(self) -> str | None:
        """Return what is wrong with a transfer that has ended, or None."""
        if self.size is None or self.received == self.size:
            return None
        return f"{self.received} of {self.size} bytes came"


def _strong(modified: str | None, date: str | None) -> str | None:
    """Return Last-Modified unless the file may have changed again within that second (RFC 9110, section 8.8.2.2)."""
    changed, sent = http_date(modified or ""), http_date(date or "")
    if changed is None:
        return None
    return modified if sent is None or changed <= sent - 1 else None


def file_name(headers: Mapping[str, str], fallback: str) -> str:
    """Return the name of a downloaded file: from Content-Disposition (RFC 6266), else from the fallback and the type.

    Args:
        headers: The response's headers.
        fallback: The name without an extension.

    Returns:
        A name that stays in whatever directory it is put in, on any system.
    """
    given = _disposition_name(headers.get("content-disposition", ""))
    if given:
        name = safe_name(given)
        if name:
            return name
    from mimetypes import MimeTypes

    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    extension = (
        _EXTENSIONS.get(media_type) or MimeTypes().guess_extension(media_type, strict=False) or ""
    )
    return (safe_name(fallback) or "download") + extension


def safe_name(name: str) -> str:
    """Return a name without anything that means something to a file system, or "" if nothing is left."""
    last = re.split(r"[/\\]", name)[-1]
    clean = re.sub(
        r'[<>:"|?*\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]',
        "_",
        last,
    )
    clean = clean.strip(" .")
    if not clean:
        return ""
    if _RESERVED.fullmatch(clean):
        clean = f"_{clean}"
    stem, dot, extension = clean.rpartition(".")
    if not dot or len(extension) > 20:
        stem, dot, extension = clean, "", ""
    room = _LONGEST_NAME - len((dot + extension).encode())
    return (stem.encode()[:room].decode(errors="ignore") + dot + extension).rstrip(" .")


def _disposition_name(value: str) -> str:
    """Return the file name of a Content-Disposition, the extended one first (RFC 6266, section 4.3; RFC 8187)."""
    found: dict[str, str] = {}
    for name, text in _PARAMETER.findall(value):
        found.setdefault(name.lower(), text.strip())
    charset, _, rest = found.get("filename*", "").strip('"').partition("'")
    _, quote, encoded = rest.partition("'")
    if quote and encoded:
        try:
            return unquote_to_bytes(encoded).decode(charset or "utf-8")
        except (LookupError, ValueError):
            pass
    plain = found.get("filename", "")
    if plain.startswith('"'):
        plain = re.sub(r"\\(.)", r"\1", plain[1:].removesuffix('"'))
    try:
        return plain.encode("latin-1").decode("utf-8")
    except ValueError:
        return plain
