"""clientsmith: a complete Python client package from an OpenAPI document."""

__version__ = "0.1.0"
