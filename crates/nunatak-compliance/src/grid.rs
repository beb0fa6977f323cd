//! Where the cells are: dimensions, extent and spacing.

use nunatak_ismip::{IceSheet, Protocol, RequestShape, accepted_spacings};
use nunatak_repair::{Category, Role};

use crate::attributes::check_axis_units;
use crate::checked_file::CheckedFile;
use crate::error::Result;
use crate::finding::Level;

/// A coordinate may lie this far off its node, m.
const TOLERANCE: f64 = 1.0;

/// # Errors
/// When a coordinate cannot be read.
pub(crate) fn check(file: &mut CheckedFile) -> Result<()> {
    let Some(request) = file.request else { return Ok(()) };
    check_dimensions(file, request.shape);
    if request.shape.is_gridded() {
        check_axes(file)?;
    }
    Ok(())
}

/// The names of the dimensions, in their order; the vertical one may have any name.
fn check_dimensions(file: &mut CheckedFile, shape: RequestShape) {
    let Some(variable) = file.variable() else { return };
    let own: Vec<&str> = variable.raw.dimensions.iter().map(String::as_str).collect();
    let wanted = shape.names();
    let fits = own.len() == wanted.len() && own.iter().zip(wanted).all(|(own, wanted)| own == wanted || *wanted == "z");
    if !fits {
        file.depart(Category::Grid, format!("dimensions ({})", own.join(", ")), format!("({})", wanted.join(", ")));
    }
}

/// An axis of the grid, m.
struct Axis {
    first: f64,
    last: f64,
    /// The same between all nodes, and positive; none otherwise.
    spacing: Option<f64>,
}

fn check_axes(file: &mut CheckedFile) -> Result<()> {
    let (Some(x), Some(y)) = (axis(file, "x")?, axis(file, "y")?) else {
        // With the rules of ISMIP6 at work, missing axes are made, or reported by the rule that could not.
        if file.protocol == Protocol::Ismip7 {
            file.note(Category::Grid, Level::Error, "no x and y coordinates", "x and y in m");
        }
        return Ok(());
    };
    check_axis_units(file);
    let Some(ice_sheet) = file.ice_sheet else { return Ok(()) };
    let (wanted_x, wanted_y) = ice_sheet.extent();
    for (name, axis, wanted) in [("x", &x, wanted_x), ("y", &y, wanted_y)] {
        if (axis.first - wanted[0]).abs() > TOLERANCE || (axis.last - wanted[1]).abs() > TOLERANCE {
            let found = format!("{name} from {} to {} m", axis.first, axis.last);
            file.depart(Category::Grid, found, format!("{} to {} m", wanted[0], wanted[1]));
        }
    }
    check_spacing(file, ice_sheet, &x, &y);
    Ok(())
}

fn check_spacing(file: &mut CheckedFile, ice_sheet: IceSheet, x: &Axis, y: &Axis) {
    let accepted: Vec<f64> = accepted_spacings(file.protocol, ice_sheet).map(f64::from).collect();
    let list: Vec<String> = accepted.iter().map(|metres| (metres / 1000.0).to_string()).collect();
    let expected = format!("nodes every {} km, in x as in y", list.join(", "));
    let found = match (x.spacing, y.spacing) {
        (Some(x), Some(y)) if (x - y).abs() <= TOLERANCE => {
            if accepted.iter().any(|metres| (x - metres).abs() <= TOLERANCE) {
                return;
            }
            format!("nodes every {} km", x / 1000.0)
        }
        (Some(x), Some(y)) => format!("nodes every {} km in x and {} km in y", x / 1000.0, y / 1000.0),
        _ => "nodes that are not evenly spaced, or run backwards".to_string(),
    };
    file.depart(Category::Grid, found, expected);
}

/// # Errors
/// When the coordinate cannot be read.
fn axis(file: &CheckedFile, name: &str) -> Result<Option<Axis>> {
    let named = file.draft.variables.iter().find(|one| one.raw.dimensions == [name] && one.raw.name == name);
    let Some(axis) = named.filter(|one| one.role == Role::Coordinate && one.raw.array.data_type().is_numeric()) else {
        return Ok(None);
    };
    let metres = axis.metres_per_unit();
    let values = axis.raw.array.read_all()?.into_f64()?;
    let (Some(first), Some(last)) = (values.first(), values.last()) else { return Ok(None) };
    let spacing = (last - first) / (values.len().max(2) - 1) as f64;
    let even = values.windows(2).all(|pair| (pair[1] - pair[0] - spacing).abs() * metres <= TOLERANCE);
    let spacing = (even && spacing > 0.0).then_some(spacing * metres);
    Ok(Some(Axis { first: first * metres, last: last * metres, spacing }))
}
