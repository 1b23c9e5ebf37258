"""Many thousand mixed turns through the real process, whose memory, files and tasks must not grow.

gauge.py     what the process holds at a moment; record.py keeps that, and draws it
trouble.py   rate limits and connections that break, now and then
"""
