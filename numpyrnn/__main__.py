"""`python -m numpyrnn` is the same program as `numpyrnn`."""

from numpyrnn.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
