"""What the picture of a unit's year is drawn from: stages by channel, side by side, never summed."""

from typing import Any

from orders.models import Channel
from orders.quota import labels
from orders.quota.rules import Progress
from orders.quota.stages import Stage


def channel_figures(progress: Progress) -> list[dict[str, Any]]:
    """For components/quota.html: each channel's label, whether it counts, and its four stages."""
    return [
        {
            "label": label,
            "counts": channel == Channel.FUPIN832,
            **{stage.value: progress.of(channel, stage) for stage in Stage},
        }
        for channel, label in labels.CHANNELS.items()
    ]
