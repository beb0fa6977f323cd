//! Grids and methods of regridding as arguments.

use std::sync::Arc;

use clap::{Args, ValueEnum};
use nunatak::Result;
use nunatak::format::StorageOptions;
use nunatak::grids::Extent;
use nunatak::regrid::{Method, Neighbours};
use nunatak::regridding::{RegridTarget, parse_target};

use crate::output;

/// Which grid results stand on.
#[derive(Args)]
pub(crate) struct GridArguments {
    /// `EPSG:3031:16km`, `latlon:0.5` (degrees), `healpix:8`, or a file on the grid.
    #[arg(long, value_name = "GRID")]
    grid: String,
    /// West, south, east and north of a grid of a system, m or degrees; the ISMIP6 domain when not given.
    #[arg(long, value_name = "W,S,E,N", allow_hyphen_values = true, value_parser = parse_extent)]
    bounds: Option<Extent>,
}

impl GridArguments {
    /// The grid, with the coordinates of results.
    pub(crate) fn target(&self, store: &StorageOptions) -> Result<Arc<RegridTarget>> {
        let mut doubts = Vec::new();
        let target = parse_target(&self.grid, self.bounds, store, &mut doubts);
        output::warn(&doubts);
        target
    }
}

/// Which grid results stand on, when it is another than that of the data.
#[derive(Args)]
pub(crate) struct OptionalGridArguments {
    /// Grid to bring data to first: `EPSG:3031:16km`, `latlon:0.5` (degrees), `healpix:8`, or a file on the grid.
    #[arg(long, value_name = "GRID")]
    grid: Option<String>,
    /// West, south, east and north of a grid of a system, m or degrees; the ISMIP6 domain when not given.
    #[arg(long, value_name = "W,S,E,N", allow_hyphen_values = true, value_parser = parse_extent)]
    bounds: Option<Extent>,
}

impl OptionalGridArguments {
    /// The grid, if one is given.
    pub(crate) fn grid(&self) -> Option<GridArguments> {
        Some(GridArguments { grid: self.grid.clone()?, bounds: self.bounds })
    }
}

fn parse_extent(text: &str) -> std::result::Result<Extent, String> {
    let numbers: Option<Vec<f64>> = text.split(',').map(|number| number.trim().parse().ok()).collect();
    match numbers.as_deref() {
        Some(&[west, south, east, north]) => Ok(Extent { west, south, east, north }),
        _ => Err("expected four numbers W,S,E,N".into()),
    }
}

/// How weights are computed.
#[derive(Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum MethodName {
    Conservative,
    Conservative2,
    Bilinear,
    Patch,
    Nearest,
    NearestTarget,
    InverseDistance,
}

impl From<MethodName> for Method {
    fn from(name: MethodName) -> Self {
        match name {
            MethodName::Conservative => Self::Conservative,
            MethodName::Conservative2 => Self::Conservative2,
            MethodName::Bilinear => Self::Bilinear,
            MethodName::Patch => Self::Patch,
            MethodName::Nearest => Self::Nearest,
            MethodName::NearestTarget => Self::NearestTarget,
            MethodName::InverseDistance => Self::InverseDistance(Neighbours::default()),
        }
    }
}
