//! Rule D1: what stands outside the ice.

use nunatak_array::{Region, SharedArray};
use nunatak_format::Attribute;

use super::Repair;
use crate::Result;
use crate::draft::DraftVariable;

/// The value that the archive uses outside the ice, as single and as double precision has it.
const OUTSIDE: [f64; 2] = [1e20_f32 as f64, 1e20];
/// NetCDF's default fill value of floats, which writers leave undeclared.
const NETCDF_DEFAULT: [f64; 2] = [9.969_21e36_f32 as f64, 9.969_209_968_386_869e36];

/// Fields without a usable fill value have 1e20 and the NetCDF default read as missing: no field reaches them.
///
/// The values are looked at when they are read, so that opening stays free of data.
pub(crate) fn arm_undeclared_fill_values(variable: &mut DraftVariable) -> Option<Repair> {
    let raw = &variable.raw;
    if !raw.array.data_type().is_float() || raw.dimensions.len() < 2 {
        return None;
    }
    let single = raw.array.data_type() == nunatak_array::DataType::F32;
    let declared: Vec<(&str, f64)> = ["_FillValue", "missing_value"]
        .into_iter()
        .filter_map(|name| raw.attributes.get(name).and_then(Attribute::as_f64).map(|value| (name, value)))
        .collect();
    if declared.is_empty() {
        variable.undeclared_fill_values.extend(OUTSIDE.iter().chain(&NETCDF_DEFAULT));
        return Some(Repair::new(
            "D1",
            "no fill value declared",
            "1e20 and 9.96921e36 are read as missing where they occur",
        ));
    }
    // A double that single precision rounds never equals any of the data.
    let (name, value) = *declared.iter().find(|(_, value)| single && value.is_finite() && *value != rounded(*value))?;
    let matched = declared.iter().any(|(_, other)| *other == rounded(value));
    (!matched).then(|| {
        variable.undeclared_fill_values.push(rounded(value));
        Repair::new(
            "D1",
            format!("{name} = {value:e} in double precision, data in single"),
            "compared in single precision",
        )
    })
}

fn rounded(value: f64) -> f64 {
    f64::from(value as f32)
}

/// What stands in the corners of a field's first record, when all sixteen values agree; reads at most four chunks.
///
/// # Errors
/// The file's.
pub(crate) fn corner_finding(array: &SharedArray) -> Result<Option<String>> {
    let shape = array.shape();
    let rank = shape.len();
    if rank < 2 || shape.contains(&0) || shape[rank - 1] < 4 || shape[rank - 2] < 4 || !array.data_type().is_float() {
        return Ok(None);
    }
    let mut corners = Vec::new();
    for (row, column) in
        [(0, 0), (0, shape[rank - 1] - 2), (shape[rank - 2] - 2, 0), (shape[rank - 2] - 2, shape[rank - 1] - 2)]
    {
        let (mut start, mut lengths) = (vec![0; rank], vec![1; rank]);
        (start[rank - 2], start[rank - 1]) = (row, column);
        (lengths[rank - 2], lengths[rank - 1]) = (2, 2);
        corners.extend(array.read(&Region::new(start, lengths)?)?.into_f64()?);
    }
    let outside = corners[0];
    let agree = corners.iter().all(|value| *value == outside);
    Ok(match outside {
        _ if !agree => None,
        0.0 => Some("in all four corners stands a literal 0; it is left, masks tell ice from no ice".into()),
        value if value >= 1e19 => {
            Some(format!("in all four corners stands {value:e}, not declared as fill value; read as missing"))
        }
        value => Some(format!("in all four corners stands {value}; it is left, masks tell ice from no ice")),
    })
}
