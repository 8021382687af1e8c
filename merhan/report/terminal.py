"""What people see of a corpus and of a run in the terminal, as rich renderables.

All of it adapts to the width it is given, and is readable without colour.
"""

from __future__ import annotations

from merhan.report.confusion import confusion_table, recall_bars
from merhan.report.distribution import distribution_bars
from merhan.report.scores import metrics_table, verdict

__all__ = ["confusion_table", "distribution_bars", "metrics_table", "recall_bars", "verdict"]
