"""What files are written in: SDMX-JSON, JSON-stat, JSON, XML, Excel, CSV, Parquet, zip. Nothing of any one source."""
