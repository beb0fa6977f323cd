//! `nunatak regrid`: the variables of a file on another grid, written to NetCDF.

use std::path::PathBuf;

use clap::Args;
use nunatak::array::DataType;
use nunatak::format::Location;
use nunatak::grid::Crs;
use nunatak::regrid::{Extrapolation, Method, MissingPolicy, Neighbours, Quantity};
use nunatak::regridding::{RegridRequest, regrid};
use nunatak::{Result, open_dataset, write_dataset};
use serde_json::json;

use super::grid::{GridArguments, MethodName};
use super::store::StoreArguments;
use crate::output::{self, Format};
use crate::progress::Bar;

/// Bring the variables of a file to another grid: conservative, on the ellipsoid, every family of grids.
#[derive(Args)]
#[command(after_help = "Example: nunatak regrid lithk_AIS_JPL1_ISSM_exp05.nc lithk_16km.nc --grid EPSG:3031:16km")]
pub(crate) struct Arguments {
    /// The file (NetCDF or HDF5), or its URL.
    input: Location,
    /// The NetCDF file to write.
    output: PathBuf,
    #[command(flatten)]
    target: GridArguments,
    #[command(flatten)]
    options: RegridArguments,
    /// Variables to regrid; all when not given.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    variables: Option<Vec<String>>,
    #[command(flatten)]
    store: StoreArguments,
}

/// How data go to another grid.
#[derive(Args)]
pub(crate) struct RegridArguments {
    /// How weights are computed.
    #[arg(long, value_enum, default_value_t = MethodName::Conservative)]
    method: MethodName,
    /// Coordinate reference system of the data, when the file's own is wrong or missing.
    #[arg(long, value_name = "CRS")]
    crs: Option<String>,
    /// Statistic of the source cells in a cell: mean, sum, min, max, median, mode, std, var, or a quantile (0.9).
    #[arg(long, default_value = "mean", value_name = "NAME")]
    func: String,
    /// Cells of which a smaller fraction is covered by valid source cells are missing.
    #[arg(long, default_value_t = 0.5, value_name = "FRACTION")]
    min_coverage: f64,
    /// Values are amounts in cells (mass), shared out by area, and not means over them.
    #[arg(long)]
    extensive: bool,
    /// What cells get that the method leaves without a value: `nearest` or `inverse_distance`.
    #[arg(long, value_name = "METHOD", value_parser = ["nearest", "inverse_distance"])]
    extrapolate: Option<String>,
    /// Precision of the results; that of the data, but double for conservative methods, when not given.
    #[arg(long, value_name = "TYPE", value_parser = ["float32", "float64"])]
    dtype: Option<String>,
}

impl RegridArguments {
    /// The request of these options.
    pub(crate) fn request(&self, target: &GridArguments, store: &StoreArguments) -> Result<RegridRequest> {
        let mut request = RegridRequest::new(target.target(&store.options()?)?, Method::from(self.method));
        request.options = nunatak::regrid::ApplyOptions::new(MissingPolicy::new(true, self.min_coverage)?)
            .reduced_by(self.func.parse()?)
            .of(if self.extensive { Quantity::Extensive } else { Quantity::Intensive });
        request.extrapolation = match self.extrapolate.as_deref() {
            Some("nearest") => Extrapolation::Nearest,
            Some(_) => Extrapolation::InverseDistance(Neighbours::default()),
            None => Extrapolation::Off,
        };
        request.data_type = match self.dtype.as_deref() {
            Some("float32") => Some(DataType::F32),
            Some(_) => Some(DataType::F64),
            None => None,
        };
        request.crs = self.crs.as_deref().map(Crs::parse).transpose()?;
        Ok(request)
    }
}

pub(crate) fn run(arguments: &Arguments, format: Format) -> Result<()> {
    let mut request = arguments.options.request(&arguments.target, &arguments.store)?;
    request.variables.clone_from(&arguments.variables);
    let dataset = open_dataset(&arguments.input, &arguments.store.options()?)?;
    let regridded = regrid(&dataset, &request)?;
    output::warn(&regridded.warnings);
    write_dataset(&arguments.output, &regridded.data, &Bar::new("blocks"))?;
    let names: Vec<&str> = regridded.data.variables().map(|(name, _)| name).collect();
    match format {
        Format::Json => output::json(&json!({
            "output": arguments.output,
            "variables": names,
            "source": arguments.input,
            "target": request.target.grid.summary(),
            "warnings": regridded.warnings,
        })),
        Format::Text => output::line(format_args!(
            "{} on {} written to {}",
            names.join(", "),
            request.target.grid.summary(),
            arguments.output.display()
        )),
    }
    Ok(())
}
