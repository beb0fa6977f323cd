//! Coordinate reference systems as CF grid mapping variables.

use nunatak_array::Values;
use nunatak_format::{Attribute, Attributes};
use nunatak_grid::Crs;

/// The CF attributes of the grid mapping variable of a system (CF conventions, appendix F), with its ellipsoid (m), and
/// its WKT where it has one.
///
/// ```
/// use nunatak::{grid::Crs, grids::grid_mapping_attributes};
///
/// let attributes = grid_mapping_attributes(&Crs::parse("EPSG:3031")?);
/// assert_eq!(attributes.text("grid_mapping_name"), Some("polar_stereographic"));
/// assert_eq!(attributes.number("standard_parallel"), Some(-71.0));
/// # Ok::<(), nunatak::NunatakError>(())
/// ```
pub fn grid_mapping_attributes(crs: &Crs) -> Attributes {
    let mut mapping = Attributes::new();
    let text = |name: &str, value: &str, mapping: &mut Attributes| mapping.set(name, Attribute::Text(value.into()));
    match crs {
        Crs::PolarStereographic(projection) => {
            text("grid_mapping_name", "polar_stereographic", &mut mapping);
            for (name, value) in [
                ("latitude_of_projection_origin", projection.pole().latitude()),
                ("straight_vertical_longitude_from_pole", projection.central_meridian()),
                ("standard_parallel", projection.standard_parallel()),
                ("false_easting", projection.false_easting()),
                ("false_northing", projection.false_northing()),
            ] {
                mapping.set(name, Attribute::number(value));
            }
        }
        Crs::Projected(projection) => {
            if let Some((name, parameters)) = projection.cf_attributes() {
                text("grid_mapping_name", name, &mut mapping);
                for (name, values) in parameters {
                    let attribute = match values[..] {
                        [value] => Attribute::number(value),
                        _ => Attribute::Numbers(Values::F64(values)),
                    };
                    mapping.set(name, attribute);
                }
            }
            text("spatial_ref", &crs.name(), &mut mapping);
            text("proj4", projection.proj_string(), &mut mapping);
        }
        _ => text("grid_mapping_name", "latitude_longitude", &mut mapping),
    }
    let ellipsoid = crs.ellipsoid();
    let flattening = ellipsoid.flattening();
    mapping.set("semi_major_axis", Attribute::number(ellipsoid.semi_major_axis()));
    mapping.set("inverse_flattening", Attribute::number(if flattening == 0.0 { 0.0 } else { 1.0 / flattening }));
    mapping.set("longitude_of_prime_meridian", Attribute::number(0.0));
    if let Some(wkt) = crs.wkt() {
        text("crs_wkt", wkt, &mut mapping);
        text("spatial_ref", wkt, &mut mapping);
    }
    mapping
}
