"""Words that claim nothing about a picture: what a grounded reply may use beside the words it rests on.

Kept small on purpose. A word missing here costs a reply its own style (a template answers instead); a word too many
lets an invented scene through.
"""

from __future__ import annotations

__all__ = ["CHINESE", "ENGLISH", "HEDGES"]

ENGLISH = frozenset(
    """
    a an the this that these those it its it's that's here's there's i i'm i've you your yours my me we
    our us they them their is are was were be been being am isn't aren't wasn't do does did don't
    doesn't didn't has have had can could cannot can't couldn't may might must shall should will would
    and or but nor so because as if than then also too only just both either neither of in on at to from
    by for with without about into under over above below near beside inside up down out off per via
    here there where when which what who whom whose how why much many some any all each every not no yes
    ok okay please sorry thanks however although though while according based given following follows
    photo photos picture pictures image images pic text texts word words line lines written reads read
    says say said saying shows show shown showing see seen seems seem appears appear looks look like
    likely listed list lists displayed display displays visible states stated states mentions mentioned
    indicates indicated called named name names labelled labeled answer question asked ask price prices
    priced cost costs costing number sure certain unsure maybe perhaps probably possibly think
    believe guess know tell told find found provide provided information one ones thing things something
    anything nothing observed observation observations data voice note recording heard hear hi hello i'd
    i'll you're they're what's let's get gets got pay pays paid spend spent buy bought video videos clip document
    documents file pdf someone somebody
    """.split()
)  # fmt: skip
CHINESE = tuple(
    sorted(
        """
        的 地 得 了 着 过 是 为 在 有 和 与 或 及 也 都 就 还 而 但 但是 不 没 没有 这 那 它 其 此 该 您 你
        我 我们 您好 你好 请 吗 呢 吧 啊 哦 这个 那个 这里 那里 这些 那些 一 一个 一张 一些 一份 一碗 一种
        一行 上 下 里 中 内 上面 下面 里面 其中 到 从 对 对于 关于 根据 按照 按 把 被 给 让 向 可以 能 会
        可能 也许 大概 或许 应该 看 看到 看见 看起来 看上去 像 好像 似乎 不确定 确定 图 图片 图中 图上 照片
        相片 画面 文字 字 字样 内容 写 写着 写道 写的 显示 显示为 标 标着 标明 标注 标示 标出 列出 提到 说
        说的 叫 叫做 名为 名称 价格 价钱 价 售价 单价 定价 标价 钱 元 块 块钱 人民币 每 每份 每碗 份 碗 个
        分别 分别是 以及 等 等等 如下 如上 所以 因为 因此 如果 那么 回答 答案 问题 信息 数据 语音 录音 听到
        听见 抱歉 对不起 知道 觉得 认为 多少 什么 哪 哪个 怎么 如何 是否 以 于 之 所 即 则 并 并且 且 只
        只有 共 总共 一共 提供 找到 视频 文件 文档 有人
        """.split(),
        key=len,
        reverse=True,
    )
)  # fmt: skip
HEDGES = (
    *("might", "may be", "maybe", "perhaps", "probably", "possibly", "not sure", "unsure", "not certain", "looks like"),
    *("seems", "appears", "可能", "也许", "或许", "大概", "好像", "似乎", "不确定", "像"),
)
