"""The web chat in a real browser: Debian's Chromium, driven by Playwright, on the real process."""
