"""``python -m tests.bench [part ...]``."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

import structlog
import uvloop
from rich.console import Console

from tests.bench.figures import Figure
from tests.bench.parts import PARTS, Part
from tests.bench.scale import Scale
from tests.bench.table import table_of, write_json

_NARROWEST = 130  # columns, where the output goes to a file, say
_LONGEST = 240.0  # seconds a part may take before it counts as failed


async def _measured(name: str, part: Part, scale: Scale, console: Console) -> list[Figure]:
    figures: list[Figure] = []
    began = time.monotonic()
    with console.status(f"{name} ..."):
        async with asyncio.timeout(_LONGEST):
            async for figure in part(scale):
                figures.append(figure)
                console.print(f"[dim]{name}: {figure.what}: {figure.value:.4g} {figure.unit}[/dim]")
    console.print(f"{name}: measured in {time.monotonic() - began:.0f} s")
    return figures


def _run(names: Sequence[str], scale: Scale, out: Path) -> int:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    console = Console(highlight=False, soft_wrap=True)
    console.width = max(console.width, _NARROWEST)
    measured: dict[str, list[Figure]] = {}
    failed: list[str] = []
    for name in names:
        try:
            measured[name] = uvloop.run(_measured(name, PARTS[name], scale, console))
        except Exception:  # one part that cannot be measured must not cost the others
            console.print(f"[red]{name}: could not be measured[/red]")
            console.print(traceback.format_exc(), markup=False)
            failed.append(name)
    console.print(table_of(measured))
    write_json(out, measured, failed)
    console.print(f"The same as JSON: {out}")
    return 1 if failed else 0


def main(argv: Sequence[str] | None = None) -> int:
    """Measure the parts named, or all; 0 when all could be measured, whatever their figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="What Parley costs, part by part.")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}; all when none is named")
    parser.add_argument("--tiny", action="store_true", help="only see that the parts run; the figures mean nothing")
    parser.add_argument("--out", type=Path, default=Path("build/bench.json"), help="where the JSON goes")
    args = parser.parse_args(argv)
    if unknown := sorted(set(args.parts) - set(PARTS)):
        parser.error(f"no part {unknown[0]!r}; there are {', '.join(PARTS)}")
    return _run(args.parts or list(PARTS), Scale.TINY if args.tiny else Scale.FULL, args.out)


if __name__ == "__main__":
    sys.exit(main())
