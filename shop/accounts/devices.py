"""A device in a few words, from what its browser says of itself."""

from flask_babel import gettext as _

# The order matters: nearly every browser also claims to be an older one.
BROWSERS = (
    ("MicroMessenger", "微信 WeChat"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("QQBrowser", "QQ"),
    ("UCBrowser", "UC"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def device_words(agent: str | None) -> str:
    """Browser and system, or that they are unknown. Only names of our own list are shown."""
    found = [
        next((words for mark, words in table if mark in (agent or "")), None)
        for table in (BROWSERS, SYSTEMS)
    ]
    return " · ".join(words for words in found if words) or _("未知设备")
