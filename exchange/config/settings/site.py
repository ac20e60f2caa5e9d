"""Where the exchange keeps its things, and where it is reached."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from exchange.config import env

BASE_DIR = Path(__file__).resolve().parents[3]
# Whatever the folder's own mode: what the exchange writes, nobody else on the machine reads.
os.umask(0o077)
DATA_DIR = env.folder("EXCHANGE_DATA", BASE_DIR / "var")
PORT = env.integer("PORT", 8000, least=1, most=65535)

# Where the exchange is reached: the host of every link in a mail.
SITE_URL = env.site("EXCHANGE_URL", f"http://localhost:{PORT}")
SITE_HOST = urlsplit(SITE_URL).hostname or "localhost"
SECURE = SITE_URL.startswith("https://")
SITE_NAME = "Port Exchange"
# The address the web server listens on; the mailbox exists on loopback only.
LISTEN_HOST = env.text("EXCHANGE_HOST", "127.0.0.1")
