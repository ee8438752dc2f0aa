"""gongkai holds an open-government work plan against what was published."""

__version__ = "0.1.0"
