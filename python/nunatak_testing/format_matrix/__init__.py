"""Small NetCDF files of every type, layout and structure that the formats allow."""
