"""Trade collapse and rebound: how far trade fell around an event, whether it came back, and where it went."""

from dashboard.exhibits.trade import choices as tp
from dashboard.ui import controls, panel, state

view = state.open_view(
    "trade_over_time",
    "collapse_card",
    "collapse_table",
    "trade_multiples",
    "russia_partners",
    "eu_transit",
    "target_totals",
    "target_partners",
)
store = state.store()
panel.head("How far did trade fall, and did it come back?")
with controls.row():
    reporter = controls.area(view, "reporter", "Reporter", tp.reporters(store))
    options = tp.partners(store, reporter)
    untold = tp.unfitting(store, reporter, view.value("partner"), options)
    view.put("partner", tp.fitting(view.value("partner"), options))
    controls.areas(view, "partner", "Partners", options, most=5)
    controls.choice(view, "flow", "Flow", tp.FLOWS)
    controls.segments(view, "frequency", "Period", tp.FREQUENCIES)
if untold:
    panel.told(untold)
with controls.more("Measure, prices and marks"), controls.row():
    if controls.choice(view, "measure", "Shown as", tp.MEASURES) == "index":
        controls.number(view, "base", "Base year", 1985, 2025, start=tp.INDEX_BASE)
    controls.segments(view, "prices", "Prices", tp.PRICES)
    controls.segments(view, "currency", "Currency", tp.CURRENCIES, help="One choice for every figure of this page.")
    controls.segments(view, "marks", "Marks", tp.MARKS)
    controls.many(view, "senders", "Senders", tp.senders(store))
    controls.many(view, "types", "Kinds", tp.TYPES)
    controls.choice(view, "clock", "Date of a measure", tp.CLOCKS)
    controls.toggle(view, "log", "Log scale")
    controls.toggle(view, "spans", "Spans until lifted")
    controls.years(view, "start", "end", least=1985, most=2026)
    controls.choice(view, "source", "Source", tp.sources(store, reporter))
    controls.day(view, "known_on", "As known on", least=tp.FIRST_DAY)
panel.show(view.exhibit("trade_over_time"))

panel.section("Collapse and rebound around an event")
with controls.row():
    controls.month(view, "event", "Event")
    controls.number(view, "before_months", "Months searched before", 6, 60)
    controls.number(view, "after_months", "Months searched after", 6, 120)
    controls.toggle(view, "show_real", "Constant prices beside")
panel.show(view.exhibit("collapse_card"))
panel.show(view.exhibit("collapse_table"))
with controls.row():
    controls.areas(view, "panels", "Partners side by side", options, most=12)
    controls.segments(view, "panel_period", "Figures", tp.PANEL_PERIODS)
    controls.segments(view, "panel_measure", "Shown as", tp.PANEL_MEASURES)
panel.show(view.exhibit("trade_multiples"))

panel.section("Where trade went")
with controls.row():
    controls.segments(view, "direction", "Russia’s", tp.DIRECTIONS)
    first, last = tp.imts_years(store)
    controls.number(view, "year_from", "From", first, last - 1)
    controls.number(view, "year_to", "To", first + 1, last)
panel.show(view.exhibit("russia_partners"))
controls.area(view, "eu_reporter", "Exports of", tp.europeans(store))
panel.show(view.exhibit("eu_transit"))
controls.area(view, "economy", "Economy", tp.economies(store))
panel.show(view.exhibit("target_totals"))
panel.show(view.exhibit("target_partners"))
