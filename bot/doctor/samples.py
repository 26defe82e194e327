"""Blocks of every kind that the bot posts, without anybody's figures."""

from collections.abc import Sequence

from bot.message import Block
from bot.reference.help_message import example_message, help_message

CHART: Block = {
    "type": "data_visualization",
    "title": "What moved NRR to 101.5%",
    "chart": {
        "type": "bar",
        "series": [
            {
                "name": "Points",
                "data": [{"label": "Expansion", "value": 5.0}, {"label": "Churn", "value": -3.5}],
            }
        ],
        "axis_config": {
            "categories": ["Expansion", "Churn"],
            "y_label": "points of opening MRR",
        },
    },
}


def samples() -> dict[str, Sequence[Block]]:
    """Return them by name."""
    return {
        "text and tables": help_message().blocks,
        "worked example": example_message().blocks,
        "native chart": (CHART,),
    }
