"""From what sources write to what the store holds: countries, periods, money, vintages, declared corrections."""
