"""The language is read from the environment alone, whatever the machine has installed."""

from __future__ import annotations

import pytest

from bot.terminal.locale import locale


@pytest.mark.parametrize(
    ("environment", "tag"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh-CN"),
        ({"LANG": "en_GB", "LC_ALL": "zh_TW.Big5"}, "zh-TW"),
        ({"LANG": "de_DE@euro", "LC_ALL": ""}, "de-DE"),
        ({"LANG": "fr"}, "fr"),
        ({"LANG": "C.UTF-8"}, None),
        ({"LANG": "C"}, None),
        ({"LANG": "POSIX"}, None),
        ({"LANG": "../../etc"}, None),
        ({}, None),
    ],
)
def test_the_usual_variables_tell_the_language(environment: dict[str, str], tag: str | None) -> None:
    assert locale(environment) == tag
