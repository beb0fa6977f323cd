//! Unlimited fields have the same bits whichever way they are summed.

use nunatak_array::Numbers;

use super::*;
use crate::apply::{Fields, Work, reconstruction};
use crate::cell_block::CellBlock;
use crate::{Extrapolation, Normalisation, Quantity};

/// The whole of a target and a block in the middle of it.
fn blocks(target: &Grid) -> [CellBlock; 2] {
    let whole = CellBlock::whole(target);
    let middle = match whole.rows {
        1 => CellBlock { column: whole.columns / 3, columns: whole.columns / 4, ..whole },
        rows => CellBlock { row: rows / 3, rows: rows / 4, column: whole.columns / 5, columns: whole.columns / 2 },
    };
    [whole, middle]
}

/// The values of some cells of every field.
fn of_block(values: &[f64], grid: &Grid, block: CellBlock) -> Vec<f64> {
    let cells = block.cells(grid);
    values.chunks(grid.len()).flat_map(|field| cells.iter().map(|&cell| field[cell])).collect()
}

/// Fields of single precision without holes, with scattered ones, with one half missing, with all missing, with infinite values.
fn fields(cells: usize, count: usize) -> Vec<f64> {
    let mut values: Vec<f64> = scattered(count * cells).iter().map(|&value| f64::from(value as f32)).collect();
    for (number, field) in values.chunks_mut(cells).enumerate() {
        for (cell, value) in field.iter_mut().enumerate() {
            *value = match number % 5 {
                1 if (cell + number).is_multiple_of(13 + number) => f64::NAN,
                2 if cell < cells / 2 => f64::NAN,
                3 => f64::NAN,
                4 if cell.is_multiple_of(61) => f64::INFINITY,
                4 if cell.is_multiple_of(7) => f64::NAN,
                _ => *value,
            };
        }
    }
    values
}

fn cases() -> Vec<Arc<Weights>> {
    let (source, target) = (polar(250e3, 2.8e6), polar(160e3, 3.0e6));
    let keep: Vec<bool> = (0..source.len()).map(|cell| cell % 29 != 0).collect();
    let plain = second_order(&source, &target);
    let masked = plain.masked(&keep).unwrap();
    vec![
        Arc::new(masked.extrapolated(Extrapolation::Nearest).unwrap()),
        Arc::new(masked),
        Arc::new(plain.extrapolated(Extrapolation::Nearest).unwrap()),
        plain,
        second_order(&globe(36, 72), &healpix(3)),
        second_order(&healpix(4), &globe(30, 40)),
        second_order(&triangles(250e3, 2.6e6, false), &polar(180e3, 2.0e6)),
    ]
}

fn applications() -> Vec<ApplyOptions> {
    let policies = [(true, 0.0), (true, 0.6), (false, 0.0), (false, 0.6)];
    let plain = policies.map(|(skipna, coverage)| MissingPolicy::new(skipna, coverage).unwrap().into());
    let area = plain.map(|options: ApplyOptions| options.normalised_by(Normalisation::DestinationArea));
    [plain, area].concat()
}

#[test]
fn summed_by_weights_first_or_by_parts_where_cells_differ() {
    for (weights, options) in cases().iter().flat_map(|weights| applications().into_iter().map(move |of| (weights, of)))
    {
        for (target, count) in blocks(weights.target()).into_iter().flat_map(|target| [(target, 3), (target, 22)]) {
            let source = weights.block_of(target);
            let values = of_block(&fields(weights.source().len(), count), weights.source(), source);
            let reconstruction = weights.reconstruction().unwrap().unwrap();
            for quantity in [Quantity::Intensive, Quantity::Extensive] {
                let areas = (quantity == Quantity::Extensive).then(|| weights.areas().unwrap());
                let work = Work {
                    weights,
                    options: options.of(quantity),
                    target,
                    source,
                    fields: Fields::new(Numbers::F64(&values), source.len()),
                    shares: None,
                    areas: areas.as_ref().map(|areas| (&areas.source[..], &areas.target[..])),
                    reconstruction: Some(&reconstruction),
                };
                let mut expected = vec![0.0; count * target.len()];
                reconstruction::fill(&work, &reconstruction, &mut expected);
                let single: Vec<f32> = values.iter().map(|&value| value as f32).collect();
                let single = Work { fields: Fields::new(Numbers::F32(&single), source.len()), ..work };
                for found in [work.run::<f64>(), single.run()] {
                    same_bits(&found, &expected);
                    assert!(found.iter().any(|value| !value.is_nan()));
                }
            }
        }
    }
}
