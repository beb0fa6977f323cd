//! Factors of the changes within source cells: whole, limited, or none next to a missing value.

use super::work::ReconstructedWork;

/// Factor of the changes within a cell that the weights have.
pub(super) const WHOLE: f64 = 1.0;
/// In place of the factor of a cell that does not vary in the weights either.
pub(super) const AS_WEIGHTS: f64 = 2.0;

impl ReconstructedWork<'_> {
    /// By what the changes within the cell at a place are multiplied. Cells whose neighbours are not all in the block
    /// are in no target cell that is requested.
    #[inline(always)]
    pub(super) fn factors<const N: usize>(
        &self,
        place: usize,
        values: &[[f64; N]],
        differences: &mut Vec<[f64; N]>,
    ) -> [f64; N] {
        let (cell, own) = (self.cell(place), values[place]);
        // As numbers: lanes of booleans are packed and unpacked again and again.
        let mut missing = own.map(|value| if value.is_nan() { 1.0 } else { 0.0 });
        differences.clear();
        for &neighbour in self.reconstruction.neighbours(cell) {
            let Some(place) = self.place(neighbour).filter(|_| !self.is_masked(neighbour)) else {
                return self.as_weights(own);
            };
            let values = &values[place];
            let mut difference = [0.0; N];
            for lane in 0..N {
                difference[lane] = values[lane] - own[lane];
                missing[lane] = if values[lane].is_nan() { 1.0 } else { missing[lane] };
            }
            differences.push(difference);
        }
        let factors = if self.work.options.is_limited() { self.limits(cell, differences) } else { [WHOLE; N] };
        std::array::from_fn(|lane| if missing[lane] > 0.0 { 0.0 } else { factors[lane] })
    }

    #[inline(always)]
    fn as_weights<const N: usize>(&self, own: [f64; N]) -> [f64; N] {
        own.map(|value| if value.is_nan() { 0.0 } else { AS_WEIGHTS })
    }

    /// The largest factors up to one with which no part of a cell goes beyond the cell and its neighbours.
    #[inline(always)]
    fn limits<const N: usize>(&self, cell: usize, differences: &[[f64; N]]) -> [f64; N] {
        let (mut low, mut high) = ([0.0_f64; N], [0.0_f64; N]);
        for difference in differences {
            for lane in 0..N {
                low[lane] = if difference[lane] < low[lane] { difference[lane] } else { low[lane] };
                high[lane] = if difference[lane] > high[lane] { difference[lane] } else { high[lane] };
            }
        }
        let (mut least, mut most) = ([0.0_f64; N], [0.0_f64; N]);
        for coefficients in self.reconstruction.all_coefficients(cell).chunks_exact(differences.len().max(1)) {
            let mut change = [0.0; N];
            for (difference, &coefficient) in differences.iter().zip(coefficients) {
                for lane in 0..N {
                    change[lane] += coefficient * difference[lane];
                }
            }
            for lane in 0..N {
                least[lane] = if change[lane] < least[lane] { change[lane] } else { least[lane] };
                most[lane] = if change[lane] > most[lane] { change[lane] } else { most[lane] };
            }
        }
        // Divided whatever it gives, and chosen then: a branch would take the lanes apart.
        std::array::from_fn(|lane| {
            let (below, above) = (low[lane] / least[lane], high[lane] / most[lane]);
            let below = if least[lane] < low[lane] { below } else { WHOLE };
            let above = if most[lane] > high[lane] { above } else { WHOLE };
            if below < above { below } else { above }
        })
    }
}
