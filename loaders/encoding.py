"""Which characters a file's bytes are: UTF-8, UTF-16, or Windows-1252 where UTF-8 fails."""

from __future__ import annotations

import codecs

# Bytes that are no UTF-8 are read one by one as Windows-1252. So one rule serves a file that is
# wholly Windows-1252, and one where a spreadsheet spoilt only a few rows.
FALLBACK = "replyclock.windows_1252"


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    strange = error.object[error.start : error.end]
    if not error.encoding.lower().replace("_", "-").startswith("utf-8"):
        return "\ufffd", error.end
    # The five bytes that Windows-1252 leaves open stay the control characters of Latin-1.
    text = "".join(byte.to_bytes().decode("cp1252", "ignore") or chr(byte) for byte in strange)
    return text, error.end


codecs.register_error(FALLBACK, _as_windows_1252)


def encoding_of(start: bytes) -> str:
    """Name the codec for a file that begins with these bytes."""
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # UTF-16 without its mark: Western text has a zero in every other byte.
    sample = start[:4096]
    pairs = len(sample) // 2
    if pairs >= 8:
        if sample[1::2].count(0) > 0.8 * pairs and sample[::2].count(0) == 0:
            return "utf-16-le"
        if sample[::2].count(0) > 0.8 * pairs and sample[1::2].count(0) == 0:
            return "utf-16-be"
    return "utf-8"


class Decoder:
    """Bytes to text, piece by piece, without ever failing.

    NUL characters are dropped: no field can hold them. `strange` tells afterwards whether some
    bytes did not fit the encoding.
    """

    def __init__(self, encoding: str) -> None:
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._lenient = codecs.getincrementaldecoder(encoding)(FALLBACK)
        self.strange = False

    def text(self, data: bytes, final: bool = False) -> str:
        """Decode the next piece; `final` says that it is the last one."""
        state = self._decoder.getstate()
        try:
            text = self._decoder.decode(data, final)
        except UnicodeDecodeError:
            self.strange = True
            self._lenient.setstate(state)
            text = self._lenient.decode(data, final)
            self._decoder.setstate(self._lenient.getstate())
        return text.replace("\x00", "") if "\x00" in text else text
