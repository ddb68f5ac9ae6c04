"""The numbers that people read: a prefix, digits, and one more that finds what was mistyped."""


def check_digit(number: int) -> int:
    """ISO 7064 mod 11,10 check digit over the digits as they are shown, zeros in front included:
    finds every single wrong digit and every swap of neighbours but a few, so that a number read
    aloud or typed in a cellar is not another one's."""
    rest = 10
    for digit in f"{number:07d}":
        rest = (rest + int(digit)) % 10 or 10
        rest = rest * 2 % 11
    return (11 - rest) % 10


def reference(prefix: str, number: int) -> str:
    """The human-readable number of a thing, such as TS-0000123-6."""
    return f"{prefix}-{number:07d}-{check_digit(number)}"
