//! `nunatak info`: what is in one file.

use clap::Args;
use nunatak::Result;
use nunatak::format::{Group, Location, open_with};
use serde_json::json;

use super::store::StoreArguments;

use crate::output::{self, Format};

/// Show what is in a NetCDF or HDF5 file, without reading its data.
#[derive(Args)]
#[command(after_help = "Example: nunatak info lithk_AIS_JPL1_ISSM_exp05.nc")]
pub(crate) struct Arguments {
    /// The file, or its URL.
    file: Location,
    #[command(flatten)]
    store: StoreArguments,
}

pub(crate) fn run(arguments: &Arguments, format: Format) -> Result<()> {
    let file = open_with(&arguments.file, &arguments.store.options()?)?;
    match format {
        Format::Json => output::json(&json!({
            "path": file.location(),
            "format": format!("{:?}", file.kind()),
            "root": describe(file.root()),
        })),
        Format::Text => {
            output::line(format_args!("{} ({:?})", file.location(), file.kind()));
            print(file.root(), "");
        }
    }
    Ok(())
}

fn describe(group: &Group) -> serde_json::Value {
    let attributes = |attributes: &nunatak::format::Attributes| -> serde_json::Map<String, serde_json::Value> {
        attributes.iter().map(|(name, value)| (name.to_string(), value.to_string().into())).collect()
    };
    let variables: Vec<_> = group
        .variables
        .iter()
        .map(|variable| {
            json!({
                "name": variable.name,
                "dimensions": variable.dimensions,
                "shape": variable.array.shape(),
                "dtype": variable.array.data_type().to_string(),
                "chunk_shape": variable.storage.chunk_shape,
                "deflate": variable.storage.deflate,
                "attributes": attributes(&variable.attributes),
            })
        })
        .collect();
    json!({
        "name": group.name,
        "attributes": attributes(&group.attributes),
        "variables": variables,
        "groups": group.groups.iter().map(describe).collect::<Vec<_>>(),
    })
}

fn print(group: &Group, indent: &str) {
    for (name, value) in group.attributes.iter() {
        output::line(format_args!("{indent}  @{name} = {value}"));
    }
    for variable in &group.variables {
        let axes: Vec<String> = variable
            .dimensions
            .iter()
            .zip(variable.array.shape())
            .map(|(name, length)| format!("{name}: {length}"))
            .collect();
        let units = variable.attributes.text("units").map(|units| format!(" [{units}]")).unwrap_or_default();
        let (name, data_type) = (&variable.name, variable.array.data_type());
        output::line(format_args!("{indent}  {name}({}) {data_type}{units}", axes.join(", ")));
    }
    for child in &group.groups {
        output::line(format_args!("{indent}  {}/", child.name));
        print(child, &format!("{indent}  "));
    }
}
