//! What a model variable says of itself before it is compared with surface heights.

use nunatak_cf::Unit;
use nunatak_ismip::{Protocol, request};

use crate::Result;
use crate::error::argument;

/// Names of other models for variables of the data requests that are no surface.
const OTHER_NAMES: [(&str, &str); 6] = [
    ("thk", "lithk"),
    ("thickness", "lithk"),
    ("ice_thickness", "lithk"),
    ("bed", "topg"),
    ("bedrock", "topg"),
    ("bed_topography", "topg"),
];

/// Metres in the unit of a model's heights; a model that names none has them in metres.
///
/// # Errors
/// [`NunatakError::Argument`](crate::NunatakError::Argument) for a unit that is no length.
///
/// # Examples
/// ```
/// use nunatak::scores::height_unit;
///
/// assert_eq!(height_unit("orog", "kilometers")?, 1000.0);
/// assert!(height_unit("acabf", "kg m-2 s-1").is_err());
/// # Ok::<(), nunatak::NunatakError>(())
/// ```
pub fn height_unit(name: &str, units: &str) -> Result<f64> {
    if units.trim().is_empty() {
        return Ok(1.0);
    }
    let expected = "a surface height in a unit of length, such as m or km: give it units, or choose another variable";
    Unit::metres(units).ok_or_else(|| argument("model", format!("{name} in units of {units:?}"), expected))
}

/// A sentence on a model variable that says, by its standard name or else by its name in ISMIP6 and ISMIP7, that it is
/// something else than a surface elevation.
///
/// # Examples
/// ```
/// use nunatak::scores::surface_doubt;
///
/// assert!(surface_doubt("lithk", "").is_some());
/// assert!(surface_doubt("orog", "").is_none());
/// ```
pub fn surface_doubt(name: &str, standard_name: &str) -> Option<String> {
    let stated = match standard_name.trim() {
        "" => requested_names(name)?,
        own => vec![own],
    };
    if stated.iter().any(|stated| *stated == "surface_altitude" || stated.starts_with("height")) {
        return None;
    }
    let stated = stated.first().copied().unwrap_or("another quantity");
    let expected = "expected surface_altitude, such as `orog`";
    Some(format!("'{name}' is {stated}, and is compared with surface elevations; {expected}"))
}

/// The standard names of a variable by its name in the data requests, or one that other models have for it.
fn requested_names(name: &str) -> Option<Vec<&'static str>> {
    let name = name.to_lowercase();
    let name = OTHER_NAMES.iter().find(|(own, _)| *own == name).map_or(name.as_str(), |(_, requested)| requested);
    let of = |protocol| request(protocol, name);
    Some([Protocol::Ismip6, Protocol::Ismip7].into_iter().find_map(of)?.standard_names.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_converted_and_others_are_refused() {
        for (units, metres) in [("", 1.0), ("m", 1.0), ("km", 1e3), ("Kilometres", 1e3), ("cm", 1e-2)] {
            assert_eq!(height_unit("orog", units).unwrap(), metres);
        }
        for units in ["m s-1", "kg m-2 s-1", "1", "degrees"] {
            let error = height_unit("acabf", units).unwrap_err().to_string();
            assert!(error.contains("acabf") && error.contains(units) && error.contains("such as m or km"), "{error}");
        }
    }

    #[test]
    fn variables_of_the_data_requests_are_known_by_name() {
        for name in ["lithk", "base", "topg", "acabf", "sftgif", "thk", "LITHK"] {
            assert!(surface_doubt(name, "").unwrap().contains(name));
        }
        for (name, stated) in [("orog", ""), ("usurf", ""), ("z_srf", ""), ("lithk", "surface_altitude")] {
            assert_eq!(surface_doubt(name, stated), None);
        }
        assert!(surface_doubt("thickness", "land_ice_thickness").unwrap().contains("land_ice_thickness"));
    }
}
