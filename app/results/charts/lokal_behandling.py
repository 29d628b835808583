"""Lokal oversikt, «Blokader og oppfølging»: blokader with complications, nedtrapping, and time to death."""

from __future__ import annotations

from app.results.charts.shares import drawn
from exports.figures import lokal as figures

blockades = drawn(figures.blockades)
tapering = drawn(figures.tapering)
death = drawn(figures.death)
