//! Crossovers of drawn tracks, and constants of drawn crossovers.

use std::collections::BTreeMap;

use super::*;
use crate::normal_deviates::Normal;
use crate::points::PointColumns;

/// Crossovers of pairs of overpasses whose errors are drawn.
fn drawn(seed: u64, overpasses: usize, [radial, horizontal, scatter]: [f64; 3]) -> Vec<Crossover> {
    let mut normal = Normal(seed);
    let vectors: Vec<[f64; 3]> = (0..overpasses)
        .map(|_| [radial * normal.draw(), horizontal * normal.draw(), horizontal * normal.draw()])
        .collect();
    let mut found = Vec::new();
    for one in 0..overpasses {
        for other in [(one + 1) % overpasses, (one + 5) % overpasses] {
            for _ in 0..9 {
                let slopes: [[f64; 2]; 2] = std::array::from_fn(|_| std::array::from_fn(|_| 0.02 * normal.draw()));
                let error =
                    |at: usize, slope: [f64; 2]| vectors[at][0] + vectors[at][1] * slope[0] + vectors[at][2] * slope[1];
                let difference =
                    error(one, slopes[0]) - error(other, slopes[1]) + 0.03f64.hypot(scatter) * normal.draw();
                found.push(Crossover { overpasses: [one as i64, other as i64], difference, sigma: 0.03, slopes });
            }
        }
    }
    found
}

#[test]
fn constants_of_drawn_errors_are_found_and_their_intervals_hold_them() {
    let truth = [0.06, 3.0, 0.04];
    let (seeds, mut inside) = (20, [0; 3]);
    let mut middle = [const { Vec::new() }; 3];
    for seed in 0..seeds {
        let found = calibrate(&drawn(seed, 30, truth)).unwrap();
        assert_eq!(found.overpasses, 30);
        for (at, own) in [found.radial, found.horizontal, found.scatter].iter().enumerate() {
            inside[at] += usize::from(own.lower <= truth[at] && truth[at] <= own.upper);
            middle[at].push(own.median);
        }
    }
    for at in 0..3 {
        middle[at].sort_by(f64::total_cmp);
        println!("{at} inside {} typical {:?}", inside[at], middle[at]);
        let typical = middle[at][middle[at].len() / 2];
        assert!((typical / truth[at] - 1.0).abs() < 0.15, "{at}: {typical}");
        // 68 %, and the composite likelihood is on the safe side.
        assert!(inside[at] >= 12, "{at}: {} of {seeds}", inside[at]);
    }
}

#[test]
fn far_differences_and_signs_of_pairs_do_not_matter() {
    let crossovers = drawn(7, 20, [0.05, 2.5, 0.03]);
    let found = calibrate(&crossovers).unwrap();
    let mut changed = crossovers.clone();
    changed.extend([40.0, -70.0].map(|difference| Crossover { difference, ..crossovers[3] }));
    changed.push(Crossover { difference: f64::NAN, ..crossovers[3] });
    for own in changed.iter_mut().step_by(2) {
        own.overpasses.reverse();
        own.slopes.reverse();
        own.difference = -own.difference;
    }
    let other = calibrate(&changed).unwrap();
    assert_eq!(other.crossovers, found.crossovers);
    for (own, other) in [(found.radial, other.radial), (found.horizontal, other.horizontal)] {
        assert!((own.median / other.median - 1.0).abs() < 0.05);
    }
}

#[test]
fn too_few_crossovers_are_said() {
    let text = calibrate(&drawn(1, 30, [0.1; 3])[..19]).unwrap_err().to_string();
    assert!(text.contains("19 crossovers of 4 overpasses") && text.contains("at least 20 of 4"), "{text}");
}

/// Points of straight tracks over a tilted plane, and where each pair of beams of two overpasses crosses, by hand.
#[test]
fn tracks_of_beams_cross_where_lines_do() {
    let mut columns: [Vec<f64>; 3] = Default::default();
    let (mut time, mut pass_id) = (Vec::new(), Vec::new());
    // Beams 90 m apart, whose points alternate in time; the offset of an overpass in height.
    for (pass, is_northward, offset) in [(301_161, true, 0.25), (400_541, false, 0.0)] {
        for step in 0..200 {
            for beam in 0..2 {
                let (along, across) = (20.0 * step as f64 - 2000.0, 90.0 * f64::from(beam) - 33.0);
                let (east, north) = if is_northward { (across, along) } else { (along, across) };
                let latitude = -70.0 + north / 111_195.0;
                columns[0].push(-60.0 + east / (111_195.0 * latitude.to_radians().cos()));
                columns[1].push(latitude);
                columns[2].push(1000.0 + 0.01 * north + 0.02 * east + offset);
                time.push(i64::from(pass) + 10 * step + i64::from(beam));
                pass_id.push(pass);
            }
        }
    }
    let count = time.len();
    let points = PointColumns {
        longitude: &columns[0],
        latitude: &columns[1],
        time: &time,
        height: &columns[2],
        height_sigma: &vec![0.03; count],
        slope_along: &vec![0.01; count],
        slope_across: &vec![0.02; count],
        sigma_geo: &vec![0.3; count],
        pass_id: &pass_id,
    };
    let found = find_crossovers(points, i64::MAX).unwrap();
    let mut of_pair: BTreeMap<[i64; 2], usize> = BTreeMap::new();
    for own in &found {
        *of_pair.entry(own.overpasses).or_default() += 1;
        assert!((own.difference - 0.25).abs() < 1e-3, "{own:?}");
        assert!((own.sigma - 0.03f64.hypot(0.03)).abs() < 1e-12);
    }
    assert_eq!(of_pair.into_iter().collect::<Vec<_>>(), [([30_116, 40_054], 4)]);
    // 99,380 ns lie between the overpasses.
    assert!(find_crossovers(points, 50_000).unwrap().is_empty());
    assert!(matches!(calibrate(&found), Err(crate::AltimetryError::Argument { argument: "geolocation", .. })));
}
