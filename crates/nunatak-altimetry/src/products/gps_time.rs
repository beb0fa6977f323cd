//! Times of the products: GPS seconds since an epoch that the granule states, as UTC.

use crate::points::NOT_A_TIME;

/// 1980-01-06T00:00:00, where GPS time begins, in s since 1970.
const GPS_BEGINS: i64 = 315_964_800;
/// 2018-01-01T00:00:00 UTC in GPS seconds: the epoch of all releases so far, where a granule does not state it.
pub(crate) const USUAL_EPOCH: f64 = 1_198_800_018.0;
/// Instants of UTC (s since 1970) at which a leap second had been added to GPS time (IERS Bulletin C). None has been added
/// since 2017, and none is announced.
const LEAP_SECONDS: [i64; 18] = [
    362_793_600,
    394_329_600,
    425_865_600,
    489_024_000,
    567_993_600,
    631_152_000,
    662_688_000,
    709_948_800,
    741_484_800,
    773_020_800,
    820_454_400,
    867_715_200,
    915_148_800,
    1_136_073_600,
    1_230_768_000,
    1_341_100_800,
    1_435_708_800,
    1_483_228_800,
];

/// Turns `delta_time` into UTC.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GpsClock {
    /// The epoch in GPS seconds, whole and the rest.
    whole: i64,
    rest: f64,
}

impl GpsClock {
    /// A clock that counts from an epoch in GPS seconds (`atlas_sdp_gps_epoch`).
    pub(crate) fn since(epoch: f64) -> Self {
        Self { whole: epoch.floor() as i64, rest: epoch - epoch.floor() }
    }

    /// ns since 1970 of seconds since the epoch; missing stays missing.
    pub(crate) fn instant(self, delta_time: f64) -> i64 {
        let nanoseconds = (delta_time + self.rest) * 1e9;
        if !nanoseconds.is_finite() || nanoseconds.abs() > 4e18 {
            return NOT_A_TIME;
        }
        let gps_seconds = self.whole.saturating_add(nanoseconds.div_euclid(1e9) as i64);
        let seconds = self.whole.saturating_add(GPS_BEGINS).saturating_sub(leap_seconds(gps_seconds));
        seconds.saturating_mul(1_000_000_000).saturating_add(nanoseconds.round() as i64)
    }
}

/// Leap seconds added to GPS time until an instant of it.
fn leap_seconds(gps_seconds: i64) -> i64 {
    let added = |(before, &at): (usize, &i64)| gps_seconds.saturating_add(GPS_BEGINS) > at + before as i64;
    LEAP_SECONDS.iter().enumerate().filter(|&leap| added(leap)).count() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_epoch_is_the_beginning_of_2018() {
        let clock = GpsClock::since(USUAL_EPOCH);
        assert_eq!(clock.instant(0.0), 1_514_764_800_000_000_000);
        assert_eq!(clock.instant(0.25), 1_514_764_800_250_000_000);
        assert_eq!((clock.instant(f64::NAN), clock.instant(1e300)), (NOT_A_TIME, NOT_A_TIME));
    }

    #[test]
    fn leap_seconds_count_from_when_they_were_added() {
        // 2016-12-31T23:59:59 and 2017-01-01T00:00:00, with the leap second 23:59:60 between them.
        let clock = GpsClock::since(0.0);
        let before = 1_483_228_799 - GPS_BEGINS + 17;
        assert_eq!(clock.instant(before as f64), 1_483_228_799_000_000_000);
        assert_eq!(clock.instant((before + 2) as f64), 1_483_228_800_000_000_000);
        // 2010-01-01, fifteen leap seconds after 1980.
        assert_eq!(GpsClock::since(946_339_215.0).instant(0.0), 1_262_304_000_000_000_000);
    }
}
