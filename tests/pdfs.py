"""PDFs for tests, written by hand: a page a text, in Helvetica, which holds Latin letters alone."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["pdf"]


def pdf(pages: Sequence[str], *, encrypted: bool = False) -> bytes:
    """A page for each of the texts, whose lines stand below one another. ``encrypted``: with a password."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for number, text in enumerate(pages):
        contents = _shown(text)
        place = f"/MediaBox[0 0 595 842]/Contents {5 + 2 * number} 0 R"
        objects.append(f"<</Type/Page/Parent 2 0 R{place}/Resources<</Font<</F 3 0 R>>>>>>")
        objects.append(f"<</Length {len(contents)}>>stream\n{contents}\nendstream")
    secret = f"<</Filter/Standard/V 1/R 2/P -4/O<{'41' * 32}>/U<{'42' * 32}>>>" if encrypted else ""
    return _file([*objects, secret] if secret else objects, encrypted=encrypted)


def _shown(text: str) -> str:
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    lines = "".join(f"({line}) Tj 0 -14 Td\n" for line in escaped.split("\n"))
    return f"BT /F 11 Tf 60 780 Td\n{lines}ET"


def _file(objects: Sequence[str], *, encrypted: bool) -> bytes:
    """ISO 32000-1, section 7.5: header, body, cross-reference table and trailer."""
    data = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    lock = f"/Encrypt {len(objects)} 0 R/ID[<00><00>]" if encrypted else ""
    trailer = f"trailer\n<</Size {len(objects) + 1}/Root 1 0 R{lock}>>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()
