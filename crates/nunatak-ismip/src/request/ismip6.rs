//! ISMIP6: variables of the projections to 2100 and 2300 (ISMIP6 wiki, table A1) and the plausible ranges of the
//! community's checker, but for the least ligroundf, 1e5 there, which no cell off the grounding line reaches: 0 here.

use crate::request::row::{VariableRequest, rows};

/// Scalars have no range in the protocol.
const ANY: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

#[rustfmt::skip]
pub(crate) const REQUESTS: &[VariableRequest] = rows! {
    lithk Field State mandatory Free "m" (0.0, 5000.0), (0.0, 5000.0), ["land_ice_thickness"];
    orog Field State mandatory Free "m" (0.0, 4500.0), (0.0, 4500.0), ["surface_altitude"];
    base Field State mandatory Free "m" (-4000.0, 4000.0), (-3000.0, 4000.0), ["base_altitude"];
    topg Field State mandatory Free "m" (-7000.0, 4000.0), (-3000.0, 4000.0), ["bedrock_altitude"];
    hfgeoubed Field Flux optional Free "W m-2" (0.0, 0.3), (0.0, 0.3), ["upward_geothermal_heat_flux_in_land_ice", "upward_geothermal_heat_flux_at_ground_level"];
    acabf Field Flux mandatory Free "kg m-2 s-1" (-1.0e-4, 0.001), (-1.0e-4, 0.001), ["land_ice_surface_specific_mass_balance_flux"];
    libmassbfgr Field Flux mandatory Free "kg m-2 s-1" (-3.0e-4, 0.0), (-3.0e-4, 0.0), ["land_ice_basal_specific_mass_balance_flux"];
    libmassbffl Field Flux mandatory Free "kg m-2 s-1" (-0.004, 0.001), (-0.004, 0.001), ["land_ice_basal_specific_mass_balance_flux"];
    dlithkdt Field Flux optional Free "m s-1" (-1.0e-4, 1.0e-4), (-1.0e-4, 1.0e-4), ["tendency_of_land_ice_thickness"];
    xvelsurf Field State optional Free "m s-1" (-4.0e-4, 4.0e-4), (-8.0e-4, 8.0e-4), ["land_ice_surface_x_velocity"];
    yvelsurf Field State optional Free "m s-1" (-4.0e-4, 4.0e-4), (-8.0e-4, 8.0e-4), ["land_ice_surface_y_velocity"];
    zvelsurf Field State optional Free "m s-1" (-4.0e-6, 4.0e-6), (-8.0e-6, 8.0e-6), ["land_ice_surface_upward_velocity"];
    xvelbase Field State optional Free "m s-1" (-4.0e-4, 4.0e-4), (-8.0e-4, 8.0e-4), ["land_ice_basal_x_velocity"];
    yvelbase Field State optional Free "m s-1" (-4.0e-4, 4.0e-4), (-8.0e-4, 8.0e-4), ["land_ice_basal_y_velocity"];
    zvelbase Field State optional Free "m s-1" (-5.0e-6, 5.0e-6), (-8.0e-6, 8.0e-6), ["land_ice_basal_upward_velocity"];
    xvelmean Field State mandatory Free "m s-1" (-4.0e-4, 4.0e-4), (-8.0e-4, 8.0e-4), ["land_ice_vertical_mean_x_velocity"];
    yvelmean Field State mandatory Free "m s-1" (-4.0e-4, 4.0e-4), (-8.0e-4, 8.0e-4), ["land_ice_vertical_mean_y_velocity"];
    litemptop Field State optional Free "K" (183.0, 274.0), (183.0, 274.0), ["temperature_at_top_of_ice_sheet_model", "temperature_at_ground_level_in_snow_or_firn"];
    litempbotgr Field State optional Free "K" (183.0, 274.0), (183.0, 274.0), ["temperature_at_base_of_ice_sheet_model", "land_ice_basal_temperature"];
    litempbotfl Field State optional Free "K" (183.0, 274.0), (183.0, 274.0), ["temperature_at_base_of_ice_sheet_model", "land_ice_basal_temperature"];
    strbasemag Field State mandatory Free "Pa" (0.0, 2.0e5), (0.0, 2.0e5), ["land_ice_basal_drag", "magnitude_of_land_ice_basal_drag"];
    licalvf Field Flux optional Free "kg m-2 s-1" (0.0, 1.0e11), (0.0, 1.0e11), ["land_ice_specific_mass_flux_due_to_calving"];
    lifmassbf Field Flux optional Free "kg m-2 s-1" (0.0, 1.0e11), (0.0, 1.0e11), ["land_ice_specific_mass_flux_due_to_calving_and_ice_front_melting"];
    ligroundf Field Flux optional Free "kg m-2 s-1" (0.0, 1.0e11), (0.0, 1.0e11), ["land_ice_specific_mass_flux_at_grounding_line"];
    sftgif Field State mandatory Free "1" (0.0, 1.0), (0.0, 1.0), ["land_ice_area_fraction"];
    sftgrf Field State mandatory Free "1" (0.0, 1.0), (0.0, 1.0), ["grounded_ice_sheet_area_fraction"];
    sftflf Field State mandatory Free "1" (0.0, 1.0), (0.0, 1.0), ["floating_ice_shelf_area_fraction", "floating_ice_sheet_area_fraction"];
    lim Scalar State optional Free "kg" ANY, ANY, ["land_ice_mass"];
    limnsw Scalar State optional Free "kg" ANY, ANY, ["land_ice_mass_not_displacing_sea_water"];
    iareagr Scalar State optional Free "m2" ANY, ANY, ["grounded_ice_sheet_area", "grounded_land_ice_area"];
    iareafl Scalar State optional Free "m2" ANY, ANY, ["floating_ice_shelf_area"];
    tendacabf Scalar Flux optional Free "kg s-1" ANY, ANY, ["tendency_of_land_ice_mass_due_to_surface_mass_balance"];
    tendlibmassbf Scalar Flux optional Free "kg s-1" ANY, ANY, ["tendency_of_land_ice_mass_due_to_basal_mass_balance"];
    tendlibmassbffl Scalar Flux optional Free "kg s-1" ANY, ANY, ["tendency_of_land_ice_mass_due_to_basal_mass_balance"];
    tendlicalvf Scalar Flux optional Free "kg s-1" ANY, ANY, ["tendency_of_land_ice_mass_due_to_calving"];
    tendlifmassbf Scalar Flux optional Free "kg s-1" ANY, ANY, ["tendency_of_land_ice_mass_due_to_calving_and_ice_front_melting"];
    tendligroundf Scalar Flux optional Free "kg s-1" ANY, ANY, ["tendency_of_grounded_ice_mass"];
};

/// Names that initMIP had, and those of ISMIP6.
pub(crate) const INITMIP_NAMES: &[(&str, &str)] = &[
    ("uvelsurf", "xvelsurf"),
    ("vvelsurf", "yvelsurf"),
    ("wvelsurf", "zvelsurf"),
    ("uvelbase", "xvelbase"),
    ("vvelbase", "yvelbase"),
    ("wvelbase", "zvelbase"),
    ("uvelmean", "xvelmean"),
    ("vvelmean", "yvelmean"),
    ("libmassbf", "libmassbfgr"),
    ("litempsnic", "litemptop"),
    ("litempbot", "litempbotgr"),
    ("iareag", "iareagr"),
    ("iareaf", "iareafl"),
];
