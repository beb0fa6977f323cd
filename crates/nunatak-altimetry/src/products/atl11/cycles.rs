//! Cycles of the reference ground tracks.

use crate::points::NOT_A_TIME;

/// Days from 1970-01-01 to when track 1 of cycle 1 began, 2018-09-28T12 by the tracks flown (half a day either way).
const FIRST_CYCLE: f64 = 17_802.5;
/// Days until a track is flown again.
const REPEAT: f64 = 91.0;
/// Tracks of a cycle.
const TRACKS: f64 = 1387.0;
const NANOSECONDS_A_DAY: f64 = 86_400e9;

/// The cycle in which a reference ground track was flown at an instant (ns since 1970): tracks repeat after 91 days, so that
/// any time between two passes says which is nearer. 0 where one of them is not known.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::cycle_at;
///
/// // Track 1161 on 2019-06-13 (cycle 3) and track 235 on 2018-10-14 (cycle 1).
/// assert_eq!(cycle_at(1161, 1_560_408_669_000_000_000), 3);
/// assert_eq!(cycle_at(235, 1_539_475_849_000_000_000), 1);
/// assert_eq!(cycle_at(0, 1_539_475_849_000_000_000), 0);
/// ```
pub fn cycle_at(rgt: i16, time: i64) -> i16 {
    if rgt <= 0 || time == NOT_A_TIME {
        return 0;
    }
    let days = time as f64 / NANOSECONDS_A_DAY - FIRST_CYCLE - f64::from(rgt - 1) * REPEAT / TRACKS;
    let cycle = 1.0 + (days / REPEAT).round();
    if (1.0..=999.0).contains(&cycle) { cycle as i16 } else { 0 }
}
