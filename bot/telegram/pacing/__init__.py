"""How fast the Bot API is called: our own scheduler for each chat, each group and all of them together.

``Scheduler`` knows the rules, ``PacedCalls`` puts PTB's calls through it, ``Call`` is what a caller may say about one.
"""

from bot.telegram.pacing.call import Call, Urgency
from bot.telegram.pacing.limits import Limits
from bot.telegram.pacing.paced import PacedCalls
from bot.telegram.pacing.refusals import Crowded, NotNow
from bot.telegram.pacing.scheduler import Scheduler

__all__ = ["Call", "Crowded", "Limits", "NotNow", "PacedCalls", "Scheduler", "Urgency"]
