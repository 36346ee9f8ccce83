"""`python -m bot` is `debatebot`."""

from bot.cli import main

if __name__ == "__main__":
    main()
