//! Scalars against a loop over the cells, and their independence of blocks, threads and the order of reading.

use std::sync::Arc;

use nunatak_array::{Array, CastArray, ChunkGrid, DataType, Description, MemoryArray, Region, SharedArray, Values};
use proptest::prelude::*;

use super::*;

const RECORDS: usize = 3;
const CELLS: [usize; 2] = [5, 4];
const DENSITIES: [f64; 2] = [910.0, 1028.0];

fn array(shape: &[usize], values: &[f64]) -> SharedArray {
    Arc::new(MemoryArray::new(shape.to_vec(), Values::F64(values.to_vec())).unwrap())
}

fn bound(field: Field, values: &[f64]) -> BoundField {
    let is_fixed = values.len() == CELLS[0] * CELLS[1];
    let (axes, shape) = if is_fixed { (vec![], CELLS.to_vec()) } else { (vec![0], vec![RECORDS, CELLS[0], CELLS[1]]) };
    BoundField { field, array: array(&shape, values), axes, scale: 1.0 }
}

/// Every field of a run: masks beyond 0 and 1, and here and there no value.
#[derive(Debug, Clone)]
struct Run {
    fields: Vec<(Field, Vec<f64>)>,
    areas: Vec<f64>,
    basins: Vec<u32>,
    convention: Convention,
}

fn run() -> impl Strategy<Value = Run> {
    let cells = CELLS[0] * CELLS[1];
    let values = |low: f64, high: f64, count: usize| {
        proptest::collection::vec(prop_oneof![8 => low..high, 1 => Just(0.0), 1 => Just(f64::NAN)], count)
    };
    let all = RECORDS * cells;
    let bed = prop_oneof![values(-2000.0, 500.0, cells), values(-2000.0, 500.0, all)];
    let masks = (values(-0.2, 1.3, all), values(-0.2, 1.3, all), values(-0.2, 1.3, all));
    let fluxes = (values(-1e-4, 1e-4, all), values(-1e-4, 1e-4, all), values(-1e-4, 1e-4, all));
    let basins = proptest::collection::vec(prop_oneof![Just(0u32), Just(1), Just(2), Just(Layer::NONE)], cells);
    let convention = prop_oneof![Just(Convention::Antarctica), Just(Convention::Greenland)];
    (values(0.0, 4000.0, all), bed, masks, fluxes, proptest::collection::vec(1e7..1e8f64, cells), basins, convention)
        .prop_map(|(thickness, bed, masks, fluxes, areas, basins, convention)| {
            let fields = vec![
                (Field::Thickness, thickness),
                (Field::Bed, bed),
                (Field::IceFraction, masks.0),
                (Field::GroundedFraction, masks.1),
                (Field::FloatingFraction, masks.2),
                (Field::SurfaceBalance, fluxes.0),
                (Field::BasalGrounded, fluxes.1),
                (Field::BasalFloating, fluxes.2),
            ];
            Run { fields, areas, basins, convention }
        })
}

impl Run {
    fn integrals(&self, bind: impl Fn(Field, &[f64]) -> BoundField) -> Arc<Integrals> {
        let fields = self.fields.iter().map(|(field, values)| bind(*field, values)).collect();
        let basins = Layer { zones: self.basins.clone(), count: 3 };
        let cells = Arc::new(Cells::new(CELLS.to_vec(), self.areas.clone(), vec![basins]).unwrap());
        let constants = Constants::new(DENSITIES[0], DENSITIES[1], self.convention).unwrap();
        Arc::new(Integrals::new(fields, vec![RECORDS], Some(0), cells, constants).unwrap())
    }

    /// The formula of a scalar in one cell, written out.
    fn cell(&self, scalar: Scalar, record: usize, cell: usize) -> f64 {
        let of = |wanted: Field| {
            let (_, values) = self.fields.iter().find(|(field, _)| *field == wanted).unwrap();
            if values.len() == self.areas.len() { values[cell] } else { values[record * self.areas.len() + cell] }
        };
        let mask = |wanted: Field| of(wanted).clamp(0.0, 1.0);
        let (m, g, f) = (mask(Field::IceFraction), mask(Field::GroundedFraction), mask(Field::FloatingFraction));
        let is_antarctic = self.convention == Convention::Antarctica;
        let bed = of(Field::Bed);
        let below = if bed.is_nan() { f64::NAN } else { bed.min(0.0) };
        let above = of(Field::Thickness) + DENSITIES[1] / DENSITIES[0] * below;
        match scalar {
            Scalar::Volume => of(Field::Thickness) * m,
            Scalar::Mass => of(Field::Thickness) * m * DENSITIES[0],
            Scalar::VolumeAboveFlotation if is_antarctic => above * m * g,
            Scalar::VolumeAboveFlotation if above.is_nan() => f64::NAN,
            Scalar::VolumeAboveFlotation => above.max(0.0) * m,
            Scalar::MassAboveFlotation => self.cell(Scalar::VolumeAboveFlotation, record, cell) * DENSITIES[0],
            Scalar::GroundedArea => {
                if is_antarctic {
                    g * m
                } else {
                    g
                }
            }
            Scalar::FloatingArea => {
                if is_antarctic {
                    f * m
                } else {
                    f
                }
            }
            Scalar::SurfaceFlux => of(Field::SurfaceBalance) * m,
            Scalar::BasalFlux => (of(Field::BasalGrounded) * g + of(Field::BasalFloating) * f) * m,
            Scalar::BasalFloatingFlux => of(Field::BasalFloating) * m * f,
            Scalar::SeaLevel => self.cell(Scalar::MassAboveFlotation, record, cell) / -3.625e17,
        }
    }

    fn sum(&self, scalar: Scalar, record: usize, zone: usize) -> f64 {
        let is_in = |cell: &usize| zone == 0 || self.basins[*cell] as usize + 1 == zone;
        let terms = |cell: usize| self.cell(scalar, record, cell) * self.areas[cell];
        let all: Vec<f64> = (0..self.areas.len()).map(terms).collect();
        if all.iter().all(|term| term.is_nan()) {
            return f64::NAN;
        }
        (0..self.areas.len()).filter(is_in).map(|cell| all[cell]).filter(|term| !term.is_nan()).sum()
    }
}

fn read(array: ScalarArray) -> Vec<f64> {
    (&array as &dyn Array).read_all().unwrap().into_f64().unwrap()
}

fn is_near(found: f64, expected: f64, scale: f64) -> bool {
    (found.is_nan() && expected.is_nan()) || (found - expected).abs() <= 1e-12 * scale
}

proptest! {
    #[test]
    fn every_scalar_is_the_sum_over_its_cells(run in run()) {
        let integrals = run.integrals(bound);
        for scalar in Scalar::ALL {
            let total = read(ScalarArray::total(Arc::clone(&integrals), scalar).unwrap());
            let zones = read(ScalarArray::zones(Arc::clone(&integrals), scalar, 0..4).unwrap());
            let first = |zone| match scalar {
                Scalar::SeaLevel => {
                    (0..RECORDS).map(|record| run.sum(scalar, record, zone)).find(|sum| !sum.is_nan()).unwrap_or(0.0)
                }
                _ => 0.0,
            };
            let scale: f64 = 4e3 * 20.0 * 1e8 * match scalar {
                Scalar::Mass | Scalar::MassAboveFlotation => 910.0,
                Scalar::SeaLevel => 910.0 / 3.625e17,
                _ => 1.0,
            };
            for record in 0..RECORDS {
                prop_assert_eq!(total[record].to_bits(), zones[record * 4].to_bits());
                for zone in 0..4 {
                    let (found, expected) = (zones[record * 4 + zone], run.sum(scalar, record, zone) - first(zone));
                    prop_assert!(is_near(found, expected, scale), "{} {record} {zone}: {found} {expected}", scalar.name());
                }
            }
        }
    }

    #[test]
    fn records_are_the_same_alone_and_in_blocks_and_rebuilt(run in run()) {
        let direct = run.integrals(bound);
        // Behind an operator the values are one chunk of all records.
        let chunked = run.integrals(|field, values| {
            let plain = bound(field, values);
            BoundField { array: Arc::new(CastArray::new(plain.array, DataType::F64).unwrap()), ..plain }
        });
        for scalar in Scalar::ALL {
            let whole = ScalarArray::zones(Arc::clone(&chunked), scalar, 1..4).unwrap();
            let rebuilt = rebuild_of(&whole);
            let whole = read(whole);
            let alone = ScalarArray::zones(run.integrals(bound), scalar, 1..4).unwrap();
            for record in (0..RECORDS).rev() {
                let region = Region::new(vec![record, 1], vec![1, 2]).unwrap();
                let found = alone.read(&region).unwrap().into_f64().unwrap();
                prop_assert_eq!(bits(&found), bits(&whole[record * 3 + 1..record * 3 + 3]));
            }
            prop_assert_eq!(bits(&read(ScalarArray::zones(Arc::clone(&direct), scalar, 1..4).unwrap())), bits(&whole));
            prop_assert_eq!(bits(&rebuilt.read_all().unwrap().into_f64().unwrap()), bits(&whole));
        }
    }
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

fn rebuild_of(array: &ScalarArray) -> SharedArray {
    fn inputs(description: &Description) -> Vec<SharedArray> {
        let rebuilt = |own: &Description| own.rebuild_operator(&inputs(own)).unwrap().unwrap();
        description.inputs.iter().map(rebuilt).collect()
    }
    let description = array.describe().unwrap();
    rebuild(&description, &inputs(&description)).unwrap().unwrap()
}

#[test]
fn a_unit_is_converted_and_a_large_grid_is_summed_in_blocks() {
    // 3 records of 1500 x 1000 cells: two blocks of rows.
    let (rows, columns) = (1500, 1000);
    let cells = rows * columns;
    let thickness: Vec<f32> = (0..3 * cells).map(|at| (at % 977) as f32).collect();
    let expected: Vec<f64> =
        thickness.chunks(cells).map(|own| own.iter().map(|&h| f64::from(h) * 2.0).sum::<f64>()).collect();
    let shape = vec![3, rows, columns];
    let fields = vec![
        BoundField {
            field: Field::Thickness,
            array: Arc::new(MemoryArray::new(shape, Values::F32(thickness)).unwrap()),
            axes: vec![0],
            scale: 1.0,
        },
        // Per cent.
        BoundField {
            field: Field::IceFraction,
            array: Arc::new(MemoryArray::new(vec![rows, columns], Values::I16(vec![50; cells])).unwrap()),
            axes: vec![],
            scale: 0.01,
        },
    ];
    let grid = Arc::new(Cells::new(vec![rows, columns], vec![4.0; cells], Vec::new()).unwrap());
    let constants = Constants::new(917.0, 1028.0, Convention::Antarctica).unwrap();
    let integrals = Integrals::new(fields, vec![3], Some(0), grid, constants).unwrap();
    let integrals = Arc::new(integrals);
    assert_eq!(read(ScalarArray::total(Arc::clone(&integrals), Scalar::Volume).unwrap()), expected);
    let missing = ScalarArray::total(integrals, Scalar::VolumeAboveFlotation).err().unwrap().to_string();
    assert_eq!(missing, "ivaf: needs lithk, topg, sftgif, sftgrf, found lithk, sftgif");
}

/// An array that counts the regions that are read of it.
struct Counted(SharedArray, std::sync::atomic::AtomicUsize);

impl Array for Counted {
    fn data_type(&self) -> DataType {
        self.0.data_type()
    }

    fn shape(&self) -> &[usize] {
        self.0.shape()
    }

    fn chunk_grid(&self) -> ChunkGrid {
        ChunkGrid::regular(self.0.shape(), &[1, CELLS[0], CELLS[1]])
    }

    fn read(&self, region: &Region) -> std::result::Result<Values, nunatak_array::ArrayError> {
        self.1.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        self.0.read(region)
    }

    fn describe(&self) -> std::result::Result<Description, nunatak_array::ArrayError> {
        self.0.describe()
    }
}

#[test]
fn fields_are_read_once_for_all_scalars_and_zones_that_need_them() {
    let values = vec![1.0; RECORDS * CELLS[0] * CELLS[1]];
    let plain = bound(Field::Thickness, &values);
    let counted = Arc::new(Counted(plain.array, Default::default()));
    let thickness = BoundField { array: counted.clone(), field: plain.field, axes: plain.axes, scale: 1.0 };
    let fields = vec![thickness, bound(Field::IceFraction, &values)];
    let layer = Layer { zones: vec![0; 20], count: 1 };
    let cells = Arc::new(Cells::new(CELLS.to_vec(), vec![1.0; 20], vec![layer]).unwrap());
    let constants = Constants::new(917.0, 1028.0, Convention::Antarctica).unwrap();
    let integrals = Arc::new(Integrals::new(fields, vec![RECORDS], None, cells, constants).unwrap());
    for scalar in [Scalar::Volume, Scalar::Mass] {
        read(ScalarArray::total(Arc::clone(&integrals), scalar).unwrap());
        read(ScalarArray::zones(Arc::clone(&integrals), scalar, 1..2).unwrap());
    }
    assert_eq!(counted.1.load(std::sync::atomic::Ordering::Relaxed), RECORDS);
}

#[test]
fn what_does_not_fit_is_refused_with_names() {
    let values = vec![1.0; 20];
    let cells = |areas: usize| Cells::new(CELLS.to_vec(), vec![1.0; areas], Vec::new());
    let constants = Constants::new(917.0, 1028.0, Convention::Antarctica).unwrap();
    let integrals =
        |fields: Vec<BoundField>| Integrals::new(fields, vec![RECORDS], Some(0), Arc::new(cells(20)?), constants);
    let message = |found: Result<Integrals>| found.err().unwrap().to_string();
    let text: SharedArray = Arc::new(MemoryArray::new(CELLS.to_vec(), Values::Text(vec![String::new(); 20])).unwrap());
    let text = BoundField { field: Field::Bed, array: text, axes: vec![], scale: 1.0 };
    assert!(message(integrals(vec![text])).contains("topg"));
    assert_eq!(cells(19).unwrap_err().to_string(), "areas of the cells: found [19], expected [20]");
    assert!(Cells::new(vec![1, 4, 5], vec![1.0; 20], Vec::new()).is_err());
    let turned = BoundField { array: array(&[4, 5], &values), ..bound(Field::Bed, &values) };
    let found = message(integrals(vec![bound(Field::Thickness, &values), turned]));
    assert_eq!(found, "topg: its shape: found [4, 5], expected [5, 4]");
    let beyond = vec![Layer { zones: vec![3; 20], count: 3 }];
    let beyond = Cells::new(CELLS.to_vec(), vec![1.0; 20], beyond).unwrap_err().to_string();
    assert_eq!(beyond, "zones of layer 0: found [3], expected [3]");
    let fields = vec![bound(Field::Thickness, &values), bound(Field::IceFraction, &values)];
    let integrals = Arc::new(integrals(fields).unwrap());
    assert!(ScalarArray::zones(Arc::clone(&integrals), Scalar::Volume, 0..2).is_err());
    assert!(ScalarArray::total(integrals, Scalar::SeaLevel).err().unwrap().to_string().contains("topg"));
    assert!(Constants::new(917.0, f64::NAN, Convention::Greenland).is_err());
}
