"""``python -m hit_maternity``: the same as the command ``hit-maternity``."""

from hit_maternity.cli import main

if __name__ == "__main__":
    main()
