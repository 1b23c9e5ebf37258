"""Kinds of questions about a picture, told apart by declared patterns in English and Chinese.

The order of :data:`PATTERNS` decides: the first pattern that is found wins. Reading verbs and prices stand first
("what does the sign say about the number of people" asks for text), then what only seeing can answer, then the
things text stands on.
"""

from __future__ import annotations

import re
from enum import StrEnum

__all__ = [
    "PATTERNS",
    "SEEING_ONLY",
    "QuestionKind",
    "asks_for_number",
    "kind_of",
    "mentions_picture",
    "needs_reckoning",
]


class QuestionKind(StrEnum):
    TEXT = "text"  # what is written: words, prices, numbers in text
    NAME = "name"  # what the picture shows
    COUNT = "count"
    COLOUR = "colour"
    POSITION = "position"
    PERSON = "person"  # identity, age, feelings
    ACTION = "action"
    PRESENCE = "presence"  # whether something is there
    OPEN = "open"  # none of these


SEEING_ONLY = frozenset(
    {
        QuestionKind.COUNT,
        QuestionKind.COLOUR,
        QuestionKind.POSITION,
        QuestionKind.PERSON,
        QuestionKind.ACTION,
        QuestionKind.PRESENCE,
    }
)
_UNITS = (
    r"calories|kcal|grams?|kilograms?|kilos?|kg|mg|ml|lit(?:er|re)s?|ounces?|oz|pounds?|minutes?|hours?|days?|percent|"
    r"dollars?|euros?|yuan|points?|miles?|km|kilomet(?:er|re)s?|degrees|volts?|watts?"
)
PATTERNS: tuple[tuple[QuestionKind, str], ...] = (
    (
        QuestionKind.TEXT,
        r"\b(?:says?|said|written|read|reads|spell(?:ed|s)?|writing|transcribe|translate|ocr)\b",
    ),
    (
        QuestionKind.TEXT,
        rf"\bhow much\b|\b(?:prices?|costs?|priced|cheap(?:est|er)?|expensive)\b|\bhow many (?:{_UNITS})\b",
    ),
    (
        QuestionKind.TEXT,
        r"\bwhat(?:'s| is| are)? (?:the )?(?:time|date|number|total|discount|phone|address|title)\b",
    ),
    (
        QuestionKind.TEXT,
        r"写(?:的|着|了)|说(?:的|了)?什么|念|读|翻译|多少钱|价格|价钱|什么价|怎么卖|几块|几元|多少元|多少块|"
        r"贵不贵|最便宜|最贵",
    ),
    (
        QuestionKind.TEXT,
        r"几点|电话|号码|日期|地址|标题|总共.*(?:元|钱)|打几折|折扣|多少(?:克|毫升|千克|公斤|卡|大卡|度|公里)",
    ),
    (
        QuestionKind.COUNT,
        r"\bhow many\b|\bcount\b|\b(?:the )?number of\b",
    ),
    (
        QuestionKind.COUNT,
        r"多少(?:个|只|人|位|辆|条|张|本|种|台|头|匹|朵|棵|名)|"
        r"几(?:个|只|位|辆|条|张|本|种|台|头|匹|朵|棵|名|人)|数一数|有多少",
    ),
    (
        QuestionKind.COLOUR,
        r"\bcolou?rs?\b|\bcolou?red\b|什么颜色|啥颜色|颜色|什么色",
    ),
    (
        QuestionKind.PERSON,
        r"\bwho(?:'s| is| are|se)?\b|\bhow old\b|\b(?:age|gender|man or a? ?woman|boy or a? ?girl)\b",
    ),
    (
        QuestionKind.PERSON,
        r"\b(?:happy|sad|angry|smiling|crying|emotions?|feeling|mood|handsome|beautiful person)\b",
    ),
    (
        QuestionKind.PERSON,
        r"谁|多大(?:年纪|岁数)?|几岁|多少岁|年龄|表情|情绪|心情|开心|高兴|难过|生气|男的|女的|男生|女生|"
        r"男还是女",
    ),
    (
        QuestionKind.ACTION,
        r"\bdoing\b|\b(?:what|why) (?:is|are) (?:he|she|they|it|the \w+) \w+ing\b|\bhappening\b|\bgoing on\b",
    ),
    (
        QuestionKind.ACTION,
        r"在(?:做|干)(?:什么|啥|嘛)|干什么|干嘛|做什么|发生了?什么",
    ),
    (
        QuestionKind.POSITION,
        r"\bwhere\b|\bwhich side\b|\b(?:left|right) (?:of|side)\b|\b(?:behind|in front of|next to|between)\b",
    ),
    (
        QuestionKind.POSITION,
        r"在哪|哪里|哪儿|什么地方|什么位置|哪边|左边|右边|后面是|前面是|旁边",
    ),
    (
        QuestionKind.TEXT,
        r"\b(?:signs?|menus?|labels?|texts?|letters?|words?|receipts?|invoices?|tickets?|titles?|captions?)\b",
    ),
    (
        QuestionKind.TEXT,
        r"\b(?:posters?|notices?|documents?|pages?|phone|e-?mail|address|opening hours|"
        r"open(?:s)? at|brand|today's)\b",
    ),
    (
        QuestionKind.TEXT,
        r"牌子|招牌|标牌|标志|路牌|告示|菜单|标签|文字|字样|什么字|哪些字|收据|发票|小票|车票|海报|文件|品牌|"
        r"营业时间",
    ),
    (
        QuestionKind.PRESENCE,
        r"\b(?:is|are) there\b|\b(?:can|do|could) you (?:see|spot|find) (?:a|an|any|some)\b|"
        r"\bdoes (?:it|this|the \w+) have\b",
    ),
    (
        QuestionKind.PRESENCE,
        r"有没有|有.{0,12}吗|是否有|看(?:得)?到.{1,12}吗",
    ),
    (
        QuestionKind.NAME,
        r"\bwhat(?:'s| is| are| was| do you see| can you see| can be seen| does)\b.{0,30}\b(?:this|"
        r"that|these|it|here|see|photo|picture|image|pic|show|shown)\b",
    ),
    (
        QuestionKind.NAME,
        r"\bwhat(?:'s| is) (?:in|on)\b|\bwhat do you see\b|\bdescribe\b|\bcaption\b|\bidentify\b|"
        r"\brecogni[sz]e\b|\b(?:what|which) (?:kind|sort|type|breed|animal|dish|food|plant|thing)\b|"
        r"\bis (?:this|that|it) an?\b|\btell me (?:about|what)\b",
    ),
    (
        QuestionKind.NAME,
        r"这是(?:什么|啥|哪|个|不是|一)|那是(?:什么|啥)|是什么|是啥|什么东西|"
        r"(?:看到|看见|显示|拍的?是?|里|上|中)(?:了|有|是|的是)?(?:什么|啥|哪些)|描述|介绍一下|认识|识别|"
        r"什么(?:动物|菜|食物|植物|花|品种)|这是.{1,8}吗",
    ),
)
_COMPILED = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in PATTERNS)
_PICTURE = re.compile(
    r"\b(?:photo|picture|image|pic|menu|sign|label|receipt|poster)\b|图|照片|相片|菜单|招牌|牌子|标签", re.IGNORECASE
)
_NUMBER = re.compile(
    r"\bhow (?:much|many)\b|\b(?:price|cost|total|number|discount|time|date)s?\b|"
    r"多少|价|几(?:块|元|点|折|号)|怎么卖|号码|日期|折扣|总共",
    re.IGNORECASE,
)
_RECKONING = re.compile(
    r"\b(?:cheap(?:er|est)?|(?:most|least|more|less) (?:expensive|than)|fewer than|"
    r"(?:low|high|larg|small|bigg|short|long|old|new|lat|earli)est|"
    r"(?:under|over|below|above|up to|at most|at least) \W?\d+|"
    r"total|sum|altogether|in all|together|afford|"
    r"compare|difference|average|budget)\b|"
    r"最|一共|总共|合计|总计|加起来|低于|高于|少于|多于|不到|超过|以内|以下|以上|更便宜|更贵|便宜|平均|相差|预算",
    re.IGNORECASE,
)
_LONGEST = 2_000  # characters looked at: a longer text is no question about a picture


def kind_of(question: str) -> QuestionKind:
    """What the question asks for; ``OPEN`` when no pattern tells."""
    beginning = question[:_LONGEST]
    return next((kind for kind, pattern in _COMPILED if pattern.search(beginning)), QuestionKind.OPEN)


def mentions_picture(question: str) -> bool:
    """Whether the question names a picture or a thing with writing on it."""
    return bool(_PICTURE.search(question[:_LONGEST]))


def asks_for_number(question: str) -> bool:
    """Whether the answer should hold a number: a price, an amount, a time."""
    return bool(_NUMBER.search(question[:_LONGEST]))


def needs_reckoning(question: str) -> bool:
    """Whether the answer stands in no line but comes from comparing or adding lines up, which nobody here can check."""
    return bool(_RECKONING.search(question[:_LONGEST]))
