//! Land-ice segments as columns.

use super::column_set::column_set;

/// The missing instant, numpy's `NaT`.
pub const NOT_A_TIME: i64 = i64::MIN;

column_set! {
    /// Land-ice segments as columns of equal length, in the order of the granules, beams and tracks. A column that was
    /// not asked for is empty.
    ///
    /// Floats keep the product's precision; missing floats are NaN and missing instants [`NOT_A_TIME`].
    ///
    /// # Examples
    ///
    /// ```
    /// use nunatak_altimetry::Segments;
    ///
    /// let mut segments = Segments { height: vec![100.0, 102.0], ..Segments::default() };
    /// segments.retain(&[false, true]);
    /// assert_eq!(segments.height, [102.0]);
    /// let names = segments.into_columns().into_iter().map(|(name, _)| name);
    /// assert_eq!(names.take(4).collect::<Vec<_>>(), ["longitude", "latitude", "time", "height"]);
    /// ```
    Segments {
        /// Degrees east.
        longitude: f64,
        /// Degrees north, geodetic.
        latitude: f64,
        /// ns since 1970-01-01 UTC.
        time: i64,
        /// `h_li`, m above the WGS84 ellipsoid.
        height: f32,
        /// `h_li_sigma`, m: random error.
        height_sigma: f32,
        /// Vertical geolocation error recomputed from the slopes, m: correlated within a pass.
        sigma_geo: f64,
        /// `ground_track/sigma_geo_r`, m: radial error of the laser's footprint.
        sigma_radial: f32,
        /// `ground_track/sigma_geo_at`, m: error along the track.
        sigma_along: f32,
        /// `ground_track/sigma_geo_xt`, m: error across the track.
        sigma_across: f32,
        /// `sigma_geo_h` as stored, m.
        sigma_geo_stored: f32,
        /// 0: both slopes are there; 1: a slope was missing, so the stored error is a sentinel.
        sigma_geo_flag: u8,
        /// `dem/geoid_h`, m above the ellipsoid.
        geoid_height: f32,
        /// `dem/geoid_free2mean`, m: what turns `geoid_height` from the tide-free into the mean-tide system.
        geoid_free_to_mean: f32,
        /// `dem/dem_h`, m above the ellipsoid.
        dem_height: f32,
        /// `geophysical/tide_ocean`, m.
        tide_ocean: f32,
        /// `geophysical/dac`, m: dynamic atmospheric correction.
        dac: f32,
        /// `fit_statistics/dh_fit_dx`, along-track slope.
        slope_along: f32,
        /// `fit_statistics/dh_fit_dy`, across-track slope.
        slope_across: f32,
        /// `atl06_quality_summary`: 0 good, 1 potential problem, -1 not in the file.
        quality: i8,
        /// `segment_id` along the reference ground track; 0 missing.
        segment_id: i32,
        /// `ground_track/x_atc`, m along the track from the equator crossing.
        x_atc: f64,
        /// Reference ground track, 1 to 1387; 0 unknown.
        rgt: i16,
        /// 91-day cycle; 0 unknown.
        cycle: i16,
        /// Region along the orbit, 1 to 14; 0 unknown.
        region: i8,
        /// Beam pair, 1 to 3.
        pair: i8,
        /// 1 `gt1l` to 6 `gt3r`.
        beam: i8,
        /// Spot of the laser, 1 to 6, odd ones strong, the same whichever way the spacecraft flies; 0 unknown.
        spot: i8,
        /// 1 when the beam is strong; 0 weak or unknown (then `orientation` is 2 or -1).
        strong: u8,
        /// `sc_orient`: 0 backward, 1 forward, 2 transition, -1 not in the file.
        orientation: i8,
        /// Index of the granule among the paths.
        granule: i32,
        /// [`pass_number`] of its track, cycle and pair.
        pass_id: i32,
        /// [`overpass_number`] of its track and cycle, common to all beams.
        overpass_id: i32,
    }
}

impl Segments {
    /// Number of segments.
    pub fn len(&self) -> usize {
        self.height.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.height.is_empty()
    }

    /// Numbers the passes by their track, cycle and pair, and the overpasses.
    pub(crate) fn number_passes(&mut self) {
        let rows = 0..self.rgt.len();
        self.pass_id = rows.clone().map(|i| pass_number(self.rgt[i], self.cycle[i], self.pair[i])).collect();
        self.overpass_id = rows.map(|i| overpass_number(self.rgt[i], self.cycle[i])).collect();
    }
}

/// The number of the pass of a reference ground track (0 to 9999), a cycle (0 to 9999) and a pair (0 to 9): their digits,
/// cycle first, so that a pass has the same number in whatever company it is read. 0 stands for what is not known.
///
/// # Examples
/// ```
/// use nunatak_altimetry::pass_number;
///
/// assert_eq!(pass_number(1161, 3, 2), 311_612);
/// ```
pub fn pass_number(rgt: i16, cycle: i16, pair: i8) -> i32 {
    (i32::from(cycle) * 10_000 + i32::from(rgt)) * 10 + i32::from(pair)
}

/// The number of the overpass of a reference ground track and a cycle: their digits, cycle first, so that it is the same
/// in every opening and for all beams; below zero where one of them is not known.
///
/// # Examples
/// ```
/// use nunatak_altimetry::overpass_number;
///
/// assert_eq!(overpass_number(1161, 3), 31_161);
/// assert!(overpass_number(1161, 0) < 0);
/// ```
pub fn overpass_number(rgt: i16, cycle: i16) -> i32 {
    let number = i32::from(cycle) * 10_000 + i32::from(rgt);
    if rgt > 0 && cycle > 0 { number } else { -1 - number.abs() }
}
