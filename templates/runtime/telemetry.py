"""How calls are traced and measured. Nothing here imports OpenTelemetry: `spans` does, when a client has it turned on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import TracerProvider


@dataclass(frozen=True, kw_only=True)
class Telemetry:
    """Where spans and metrics go, if not to the providers that the application has set up for all of OpenTelemetry.

    Attributes:
        tracer_provider: Makes the spans; the global one if None.
        meter_provider: Takes the metrics; the global one if None.
    """

    tracer_provider: TracerProvider | None = None
    meter_provider: MeterProvider | None = None
