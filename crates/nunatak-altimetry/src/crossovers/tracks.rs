//! Tracks as steps between neighbouring points, on a plane.

use crate::error_model::overpass_of;
use crate::points::{CellPoint, NOT_A_TIME, PointColumns};

/// Longest step, m: of ATL11, whose reference points lie 60 m apart, and less than the 90 m between the beams of a pair.
const LONGEST_STEP: f64 = 70.0;
/// Points among which the next one of the same beam is looked for: those of both beams of a pair alternate in time.
const LOOKED_AT: usize = 6;
/// Mean radius of the Earth, m.
const EARTH_RADIUS: f64 = 6_371_008.8;

/// A point of a track whose height, error and slopes are known.
#[derive(Debug, Clone, Copy)]
pub(super) struct TrackPoint {
    /// On the plane of its hemisphere, m.
    pub(super) at: [f64; 2],
    pub(super) height: f64,
    /// Standard deviation of its independent error, m.
    pub(super) sigma: f64,
    /// Along and across its track.
    pub(super) slopes: [f64; 2],
    pub(super) time: i64,
    pass: i32,
}

/// From a point to its neighbour on the same beam.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub(super) from: TrackPoint,
    pub(super) to: TrackPoint,
    pub(super) overpass: i64,
}

impl Step {
    /// A value between those of the ends.
    pub(super) fn between(&self, share: f64, value: impl Fn(&TrackPoint) -> f64) -> f64 {
        (1.0 - share) * value(&self.from) + share * value(&self.to)
    }
}

/// The steps of all tracks of a hemisphere.
pub(super) fn steps(points: &PointColumns<'_>, is_south: bool) -> Vec<Step> {
    let mut places: Vec<TrackPoint> = (0..points.height.len())
        .filter(|&at| (points.latitude[at] < 0.0) == is_south)
        .filter_map(|at| place(points, at))
        .collect();
    let order = |one: &TrackPoint, other: &TrackPoint| {
        one.at[0].total_cmp(&other.at[0]).then(one.at[1].total_cmp(&other.at[1]))
    };
    places.sort_by(|one, other| (one.pass, one.time).cmp(&(other.pass, other.time)).then_with(|| order(one, other)));
    let mut steps = Vec::with_capacity(places.len());
    for (at, from) in places.iter().enumerate() {
        let next = places[at + 1..].iter().take(LOOKED_AT).take_while(|place| place.pass == from.pass);
        let distance = |to: &TrackPoint| (to.at[0] - from.at[0]).hypot(to.at[1] - from.at[1]);
        if let Some(to) = next.into_iter().find(|to| (f64::MIN_POSITIVE..LONGEST_STEP).contains(&distance(to))) {
            steps.push(Step { from: *from, to: *to, overpass: overpass_of(from.pass) });
        }
    }
    steps
}

/// A point on the equal-area plane of its hemisphere; a step is straight there, and where two cross they cross on the Earth.
fn place(points: &PointColumns<'_>, at: usize) -> Option<TrackPoint> {
    let CellPoint { sigma, slopes, .. } = points.point(at, 1.0);
    let (height, time) = (points.height[at], points.time[at]);
    let radius = 2.0 * EARTH_RADIUS * (0.5 * (90.0 - points.latitude[at].abs())).to_radians().sin();
    let (sine, cosine) = points.longitude[at].to_radians().sin_cos();
    let known = [height, sigma, slopes[0], slopes[1], radius, sine].into_iter().all(f64::is_finite);
    (known && time != NOT_A_TIME).then_some(TrackPoint {
        at: [radius * cosine, radius * sine],
        height,
        sigma,
        slopes,
        time,
        pass: points.pass_id[at],
    })
}
