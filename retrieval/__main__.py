"""``python -m retrieval``: the commands that need no Telegram."""

import sys

from retrieval.cli import main

sys.exit(main())
