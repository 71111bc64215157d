"""``python -m bot``: the same as `kabar`."""

import sys

from bot.cli import main

sys.exit(main())
