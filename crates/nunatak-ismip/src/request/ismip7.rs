//! ISMIP7: the variable request of the community's checker: what is mandatory, where values may be missing,
//! and which values are plausible.

use crate::request::row::{VariableRequest, rows};

/// Masses and areas are positive.
const TOTAL: (f64, f64) = (0.0, 1.0e25);
/// The request asks positive totals of balances, too, which a losing ice sheet cannot have: no range is held against them.
const ANY: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

#[rustfmt::skip]
pub(crate) const REQUESTS: &[VariableRequest] = rows! {
    lithk Field State mandatory Forbidden "m" (0.0, 5500.0), (0.0, 5000.0), ["land_ice_thickness"];
    orog Field State mandatory OutsideDomain "m" (0.0, 5500.0), (0.0, 4500.0), ["surface_altitude"];
    topg Field State mandatory OutsideDomain "m" (-7000.0, 5500.0), (-4000.0, 4000.0), ["bedrock_altitude"];
    base Field State mandatory OutsideDomain "m" (-4000.0, 4000.0), (-4000.0, 4000.0), [];
    hfgeoubed Field Flux optional OutsideDomain "W m-2" (0.0, 0.3), (0.0, 0.3), ["upward_geothermal_heat_flux_in_land_ice"];
    acabf Field Flux mandatory OutsideDomain "kg m-2 s-1" (-6.0e-4, 1.0e-3), (-6.0e-4, 1.0e-3), ["land_ice_surface_specific_mass_balance_flux"];
    libmassbfgr Field Flux mandatory NoGroundedIce "kg m-2 s-1" (-3.0e-4, 1.0e-4), (-3.0e-4, 1.0e-4), ["land_ice_basal_specific_mass_balance_flux"];
    libmassbffl Field Flux mandatory NoFloatingIce "kg m-2 s-1" (-8.0e-3, 1.0e-3), (-8.0e-3, 1.0e-3), ["land_ice_basal_specific_mass_balance_flux"];
    dlithkdt Field Flux mandatory Forbidden "m s-1" (-1.0e-4, 1.0e-4), (-1.0e-4, 1.0e-4), ["tendency_of_land_ice_thickness"];
    xvelsurf Field State optional NoIce "m s-1" (-4.0e-4, 4.0e-4), (-8.0e-4, 8.0e-4), ["land_ice_surface_x_velocity"];
    yvelsurf Field State optional NoIce "m s-1" (-4.0e-4, 4.0e-4), (-8.0e-4, 8.0e-4), ["land_ice_surface_y_velocity"];
    zvelsurf Field State optional NoIce "m s-1" (-4.0e-6, 4.0e-6), (-8.0e-6, 8.0e-6), ["land_ice_surface_upward_velocity"];
    xvelbase Field State optional NoIce "m s-1" (-4.0e-4, 4.0e-4), (-8.0e-4, 8.0e-4), ["land_ice_basal_x_velocity"];
    yvelbase Field State optional NoIce "m s-1" (-4.0e-4, 4.0e-4), (-8.0e-4, 8.0e-4), ["land_ice_basal_y_velocity"];
    zvelbase Field State optional NoIce "m s-1" (-5.0e-6, 5.0e-6), (-8.0e-6, 8.0e-6), ["land_ice_basal_upward_velocity"];
    xvelmean Field State mandatory NoIce "m s-1" (-8.0e-4, 8.0e-4), (-8.0e-4, 8.0e-4), ["land_ice_vertical_mean_x_velocity"];
    yvelmean Field State mandatory NoIce "m s-1" (-8.0e-4, 8.0e-4), (-8.0e-4, 8.0e-4), ["land_ice_vertical_mean_y_velocity"];
    litemptop Field State optional NoIce "K" (183.0, 290.0), (183.0, 290.0), ["temperature_at_top_of_ice_sheet_model"];
    litempavg Field State optional NoIce "K" (183.0, 290.0), (183.0, 290.0), [];
    litempbotgr Field State optional NoGroundedIce "K" (183.0, 290.0), (183.0, 290.0), ["temperature_at_base_of_ice_sheet_model"];
    litempbotfl Field State optional NoFloatingIce "K" (183.0, 290.0), (183.0, 290.0), ["temperature_at_base_of_ice_sheet_model"];
    strbasemag Field State mandatory NoIce "Pa" (0.0, 1.0e6), (0.0, 1.0e6), ["land_ice_basal_drag"];
    licalvf Field Flux mandatory Forbidden "kg m-2 s-1" (-1.0e11, 0.0), (-1.0e11, 0.0), ["land_ice_specific_mass_flux_due_to_calving"];
    ligroundf Field Flux mandatory Forbidden "kg m-2 s-1" (-1.0e9, 1.0e11), (-1.0e9, 1.0e11), [];
    lifmassbf Field Flux mandatory Forbidden "kg m-2 s-1" (-1.0e11, 0.0), (-1.0e11, 0.0), [];
    sftgif Field State mandatory Forbidden "1" (0.0, 1.0), (0.0, 1.0), ["land_ice_area_fraction"];
    sftgrf Field State mandatory Forbidden "1" (0.0, 1.0), (0.0, 1.0), ["grounded_ice_sheet_area_fraction"];
    sftflf Field State mandatory Forbidden "1" (0.0, 1.0), (0.0, 1.0), ["floating_ice_shelf_area_fraction"];
    thdrflf Field State optional OutsideDomain "K" (-1.0, 30.0), (-1.0, 30.0), [];
    deltag Field State optional OutsideDomain "m" (-4000.0, 4000.0), (-4000.0, 4000.0), ["geopotential_height_anomaly"];
    refgeoid Map State optional OutsideDomain "m" (-500.0, 500.0), (-500.0, 500.0), ["geoid_height_above_reference_ellipsoid"];
    litemp Volume State optional NoIce "K" (183.0, 274.0), (183.0, 274.0), ["land_ice_temperature"];
    lim Scalar State mandatory Forbidden "kg" TOTAL, TOTAL, ["land_ice_mass"];
    limnsw Scalar State mandatory Forbidden "kg" TOTAL, TOTAL, ["land_ice_mass_not_displacing_sea_water"];
    iareagr Scalar State mandatory Forbidden "m2" TOTAL, TOTAL, ["grounded_ice_sheet_area"];
    iareafl Scalar State mandatory Forbidden "m2" TOTAL, TOTAL, ["floating_ice_shelf_area"];
    tendacabf Scalar Flux mandatory Forbidden "kg s-1" ANY, ANY, ["tendency_of_land_ice_mass_due_to_surface_mass_balance"];
    tendlibmassbfgr Scalar Flux mandatory Forbidden "kg s-1" ANY, ANY, ["tendency_of_land_ice_mass_due_to_basal_mass_balance"];
    tendlibmassbffl Scalar Flux mandatory Forbidden "kg s-1" ANY, ANY, ["tendency_of_land_ice_mass_due_to_basal_mass_balance"];
    tendlicalvf Scalar Flux mandatory Forbidden "kg s-1" ANY, ANY, ["tendency_of_land_ice_mass_due_to_calving"];
    tendlifmassbf Scalar Flux mandatory Forbidden "kg s-1" ANY, ANY, [];
    tendligroundf Scalar Flux mandatory Forbidden "kg s-1" ANY, ANY, [];
};
