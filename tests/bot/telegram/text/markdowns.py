"""Random Markdown as models write it, and worse."""

from __future__ import annotations

from random import Random

from hypothesis import strategies as st

__all__ = ["fragments", "markdowns", "odd", "plain_words"]

_WORDS = [
    *("red", "bicycle", "2", "漢字", "مرحبا", "e\u0301te\u0301", "👩\u200d🦰", "🇩🇪", "👍🏽", "नमस्ते"),
    *("x" * 90, "snake_case"),
]
_WRAPS = [
    *("{}", "{}", "**{}**", "*{}*", "`{}`", "~~{}~~", "[{}](https://a.org)"),
    *("${}$", "***{}***", r"\({}\)", "__{}__"),
]
_FRAGMENTS = [
    *_WORDS,
    *(" ", "\n", "\n\n", "\n- ", "\n  - ", "\n    ", "\n1. ", "\n> ", "\n> > ", "\n# ", "\n---\n"),
    *("\n|a|b|\n|-|-|\n", "|", "**", "*", "_", "__", "~~", "`", "``", "\n```python\n", "\n```\n", "\n~~~\n", "\n\t"),
    *("[", "](", "](https://a.org)", "![", "<", ">", "&amp;", "$", "$$", "\n$$\n", r"\(", r"\)", r"\[", "\\"),
    *("\n- [x] ", "\n[a]: https://b.org", "[a]", "\n[^1]: ", "<b>", "    ", "。", "：**", "🙂"),
    *("\0", "\u2028", "\u202e", "\u200b", "\u3164", "\ud83d", "\r\n", "\u0301"),
]

odd = st.text(st.sampled_from("ab *_~`[]()<>!#|-+=>\\$&;:/.\n\t\r\0\u2028\u202e\u200b\u3164🙂\u200d\u0301🇩漢。1\ud800"))
fragments = st.lists(st.sampled_from(_FRAGMENTS), max_size=60).map("".join)


def _document(random: Random, words: list[str]) -> str:
    return "\n\n".join(_block(random, words, 3) for _ in range(random.randint(1, 6)))


def _block(random: Random, words: list[str], depth: int) -> str:
    first, rest = random.choice([("", "")] * 4 + ([("- ", "  "), ("1. ", "   "), ("> ", "> ")] if depth else []))
    if not first:
        return _leaf(random, words)
    blocks = [_block(random, words, depth - 1) for _ in range(random.randint(1, 3))]
    return f"\n{rest.rstrip()}\n".join(first + block.replace("\n", "\n" + rest) for block in blocks)


def _leaf(random: Random, words: list[str]) -> str:
    texts = [random.choice(_WRAPS).format(_sentence(random, words)) for _ in range(3)]
    plain = _sentence(random, words)
    table = "|A|B|\n|---|:-:|\n" + "\n".join(f"| {text} | {_sentence(random, words)} |" for text in texts)
    code = f"```python\n    {plain}\n\n{plain}\n```"
    return random.choice([" ".join(texts), "\n".join(texts), f"## {plain}", code, table])


def _sentence(random: Random, words: list[str]) -> str:
    return " ".join(random.choices(words, k=random.randint(1, 5)))


_seeds = st.integers(0, 2**32).map(Random)
_whole = _seeds.map(lambda random: _document(random, _WORDS))
markdowns = _whole | _seeds.map(lambda random: _document(random, _WORDS)[: random.randint(1, 200)]) | fragments
plain_words = _seeds.map(lambda random: _document(random, ["red", "bicycle", "cat", "一二三", "三二"]))
