"""What a language model answers wrongly by nature: questions about the assistant and about now, and wishes for later.

Nobody told it what it can do here, what time it is, or what the weather is like; asked, a small model invents, and
asked to remind somebody it agrees. Only plain words are taken: the whole of what was said has to fit.
"""

from __future__ import annotations

import re
from enum import StrEnum

__all__ = ["Aside", "aside_of"]


class Aside(StrEnum):
    ME = "me"
    NOW = "now"
    LATER = "later"


_POLITE = r"(?:(?:hi|hello|hey|please|so|and|ok|can you tell me|could you tell me|do you know|tell me)\W+)*"
_WHEN = r"(?:\s+(?:today|tonight|tomorrow|now|right now|outside|currently|at the moment|like))*"
_ME = (
    r"(?:who|what) are you|what(?:'s| is) your name|what(?: all)? can you do(?: for me)?|what do you do|"
    r"how (?:can|could) you help(?: me)?|how do (?:you|i) (?:work|use (?:you|this))|who (?:made|created|built) you|"
    r"(?:how|can|could|may) (?:do |can )?(?:i )?(?:send|show) (?:you )?(?:an? |some )?"
    r"(?:photos?|pictures?|images?|voice (?:notes?|messages?)|recordings?)(?: to you)?|"
    r"can you (?:see|view|look at|read|understand|hear|listen to) (?:my |an? )?(?:photos?|pictures?|images?|"
    r"voice(?: notes?| messages?)?|recordings?|audio|me)"
)
_ME_ZH = (
    r"你是(?:谁|什么|哪位)|你叫什么(?:名字)?|你(?:能|会|可以)(?:做|干)?(?:什么|些什么|哪些事情?)|你有(?:什么|哪些)(?:功能|本领)|"
    r"怎么(?:用|使用)你|谁(?:创造|开发|制作)了?你|(?:我)?(?:怎么|如何|可以)(?:给你|向你)(?:发|发送)(?:图片|照片|语音|录音)(?:消息)?|"
    r"你(?:能|会|可以)(?:看|看懂|看到|识别|读|听|听懂|听到)(?:我的)?(?:图片|照片|图|语音|录音|声音)(?:消息)?"
)
_NOW = (
    rf"what time is it{_WHEN}|what(?:'s| is) the (?:current )?time{_WHEN}|"
    rf"what(?:'s| is) (?:today's date|the date){_WHEN}|"
    rf"what (?:day|date|year) is (?:it|today){_WHEN}|"
    rf"(?:what(?:'s| is)|how(?:'s| is)) the weather{_WHEN}(?: (?:in|at) [\w' -]{{2,30}})?{_WHEN}|"
    rf"(?:is it|will it) (?:rain|raining|snow|snowing|sunny){_WHEN}(?: in [\w' -]{{2,30}})?{_WHEN}|"
    r"what(?:'s| is| are) (?:in )?the (?:latest |today's )?news(?: today)?"
)
_NOW_ZH = (
    r"(?:现在|今天|请问)*(?:是)?(?:几点(?:钟)?|几号|星期几|周几|什么时间|哪一天|几月几号)|"
    r"(?:今天|明天|现在)?[\u4e00-\u9fff]{0,6}(?:今天|明天|现在)?的?天气(?:怎么样|如何|好吗)|今天有什么新闻"
)
_LATER = (
    r"(?:remind me (?:to|about|at|on|in|tomorrow|tonight)|wake me|"
    r"set (?:me )?(?:an? |the )?(?:alarm|timer|reminder))\b.*"
)
_LATER_ZH = r"(?:记得)?(?:提醒我|叫我起床|设(?:个|置|一个)*(?:闹钟|提醒|定时器|计时器))(?!.*(?:什么|谁|哪)).*"
_PATTERNS = (
    (Aside.ME, re.compile(rf"{_POLITE}(?:{_ME})", re.IGNORECASE)),
    (Aside.ME, re.compile(rf"(?:你好|您好|请问)?\W*(?:{_ME_ZH})(?:吗|呢|啊|呀)?")),
    (Aside.NOW, re.compile(rf"{_POLITE}(?:{_NOW})", re.IGNORECASE)),
    (Aside.NOW, re.compile(rf"(?:你好|您好|请问)?\W*(?:{_NOW_ZH})(?:了|啊|呢|呀)?")),
    (Aside.LATER, re.compile(rf"{_POLITE}(?:{_LATER})", re.IGNORECASE)),
    (Aside.LATER, re.compile(rf"(?:你好|您好|请|麻烦|帮我)*\W*(?:{_LATER_ZH})")),
)
_LONGEST = 160  # characters of a plain question or wish
_ENDING = " \t\n.!?。！？~～"


def aside_of(words: str) -> Aside | None:
    """What the question is about, when it is one of these and nothing more."""
    plain = words.strip(_ENDING).replace("’", "'")
    if len(plain) > _LONGEST:
        return None
    return next((aside for aside, pattern in _PATTERNS if pattern.fullmatch(plain)), None)
