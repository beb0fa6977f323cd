//! Numbers of other programs.

use nunatak_grid::Crs;

use super::{grids, on_nodes, points, regridded};
use crate::{Method, Neighbours, Weights};

type Position = (f64, f64);

/// `healpy.get_interp_weights(4, lon, lat, lonlat=True)` of healpy 1.18.
#[test]
fn rings_are_those_of_healpy() {
    let expected: [(Position, [(u32, f64); 4]); 6] = [
        (
            (10.0, 20.0),
            [
                (40, 0.027901269840849473),
                (41, 0.022321015872679574),
                (56, 0.8970122857150005),
                (71, 0.05276542857147053),
            ],
        ),
        (
            (359.9, 0.3),
            [
                (72, 0.03113034633529971),
                (87, 0.0001389747604254007),
                (88, 0.48005986976811926),
                (103, 0.4886708091361556),
            ],
        ),
        (
            (45.0, 89.5),
            [(0, 0.28200791435060074), (1, 0.2393306952164664), (2, 0.2393306952164664), (3, 0.2393306952164664)],
        ),
        (
            (123.4, -85.0),
            [
                (188, 0.19831314571532563),
                (189, 0.5150729499553482),
                (190, 0.14330695216466305),
                (191, 0.14330695216466305),
            ],
        ),
        (
            (200.0, 41.9),
            [
                (18, 0.005964407315725186),
                (19, 0.0011928814631450432),
                (32, 0.6067372124129131),
                (33, 0.3861054988082167),
            ],
        ),
        ((0.0, -41.0), [(136, 0.06861077819933703), (137, 0.0), (152, 0.4656946109003315), (167, 0.4656946109003315)]),
    ];
    let target = points(&expected.map(|(place, _)| place), grids::sphere());
    let weights = Weights::new(&grids::healpix(2), &target, Method::Bilinear).unwrap();
    for (row, (place, entries)) in expected.iter().enumerate() {
        let own = weights.row_starts()[row]..weights.row_starts()[row + 1];
        let mut kept = entries.iter().filter(|entry| entry.1 > 0.0);
        for at in own {
            let &(cell, weight) = kept.next().unwrap();
            assert_eq!(weights.cells()[at], cell, "{place:?}");
            assert!((weights.values()[at] - weight).abs() < 1e-13, "{place:?}");
        }
        assert!(kept.next().is_none(), "{place:?}");
    }
}

/// `scipy.spatial.cKDTree` of the centres of HEALPix level 1, and powers of the inverse great-circle distance.
#[test]
fn inverse_distance_is_that_of_a_tree_of_scipy() {
    let places = [(10.0, 20.0), (359.9, 0.3), (123.4, -85.0)];
    let (source, target) = (grids::healpix(1), points(&places, grids::sphere()));
    let field: Vec<f64> = (0..48).map(|cell| f64::from(cell).sin()).collect();
    let eight = [-0.2853714656685706, 0.11450133895854736, 0.49598397727128885];
    let three = [-0.2590120275825534, 0.19273919931229733, 0.6016517729747336];
    for (neighbours, expected) in [(Neighbours::default(), eight), (Neighbours::new(3, 1.0).unwrap(), three)] {
        let found = regridded(&source, &target, Method::InverseDistance(neighbours), &field);
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
    }
    let nearest = regridded(&source, &target, Method::Nearest, &field);
    assert_eq!(nearest, [12, 12, 45].map(|cell| field[cell]));
}

/// `scipy.interpolate.LinearNDInterpolator` on these triangles of EPSG:3031, at points that pyproj 3.7 gives.
#[test]
fn triangles_on_a_map_are_those_of_scipy() {
    let nodes = [(0.0, 0.0), (4e5, 1e5), (1e5, 5e5), (6e5, 6e5), (-3e5, 3e5)];
    let source = on_nodes(Crs::parse("EPSG:3031").unwrap(), &nodes, &[0, 2, 4, 2, 1, 3, 1, 2, 0], 3);
    let places = [
        (45.0, -88.69845980671674),
        (36.86989764584402, -85.40054232550574),
        (-26.56505117707799, -87.9422116201553),
        (45.0, -83.49873281319081),
    ];
    let target = points(&places, nunatak_grid::Ellipsoid::WGS84);
    let found = regridded(&source, &target, Method::Bilinear, &[1.0, -2.0, 5.0, 7.0, 0.5]);
    for (found, expected) in found.iter().zip([1.0, 3.3043478260869565, 1.472222222222222, 5.173913043478262]) {
        assert!((found - expected).abs() < 1e-9, "{found} {expected}");
    }
}
