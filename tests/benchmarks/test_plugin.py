from __future__ import annotations

from benchmarks import plugin


def test_both_sides_are_timed_on_as_many_steps(monkeypatch):
    from balancer.plugin import Balance

    monkeypatch.setattr(plugin, "STEPS", 7)
    found = plugin._steps((64, 1), Balance("balanced"), 1)
    assert len(found) == len(plugin._steps((64, 1), None, 1)) == 7 - plugin.WARM - 1
    assert all(0 < seconds < 60 for seconds in found)
