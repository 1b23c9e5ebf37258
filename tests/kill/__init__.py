"""Life and death of the real process under load, and whether anything that people sent was lost by it.

marks.py     numbers hidden in words, pictures and recordings; models.py finds them and answers with them
site.py      hands those models to the process, as another package would
places.py    the chats; crowd.py writes in them what acts.py can say, and notes it in journal.py
lives.py     starts and kills
kept.py      what the database says was said; verdict.py holds it and Telegram's messages against the journal
series.py    so many kills, run dry and judged; runs.py has many of them; waiting.py tells what is not done yet
"""
