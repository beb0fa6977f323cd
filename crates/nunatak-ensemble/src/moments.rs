//! Running sums of the members of one block, cell by cell.

use nunatak_array::{ArrayError, DataType, Element, Values, for_each_numeric};

use crate::error::Result;
use crate::statistic::Statistic;

/// Sums over members, in double precision, shifted by the first valid member of each cell.
///
/// With the shift `k` taken from the sample, `(k - mean)² <= (n - 1) var`, so that
/// `var = Σ(x-k)²/n - (Σ(x-k)/n)²` loses at most a factor `n` of precision (Chan, Golub and LeVeque 1983, sect. 3),
/// however large the mean is; there is no division per value as in Welford's recurrence.
pub(crate) struct BlockMoments {
    count: Vec<u32>,
    shift: Vec<f64>,
    sum: Vec<f64>,
    squares: Vec<f64>,
    extremes: Option<(Vec<f64>, Vec<f64>)>,
}

impl BlockMoments {
    /// Bytes of state for each cell.
    pub(crate) const BYTES_PER_CELL: usize = 4 + 5 * 8;

    pub(crate) fn new(cells: usize, statistics: &[Statistic]) -> Self {
        let wanted = statistics.iter().any(|statistic| matches!(statistic, Statistic::Minimum | Statistic::Maximum));
        Self {
            count: vec![0; cells],
            shift: vec![0.0; cells],
            sum: vec![0.0; cells],
            squares: vec![0.0; cells],
            extremes: wanted.then(|| (vec![f64::INFINITY; cells], vec![f64::NEG_INFINITY; cells])),
        }
    }

    /// Adds one member.
    pub(crate) fn add(&mut self, values: &Values) -> Result<()> {
        for_each_numeric!(values, values => self.add_numbers(values), other => {
            return Err(ArrayError::Type {
                what: "ensemble statistics".into(),
                expected: "numbers".into(),
                found: other.data_type(),
            }.into());
        });
        Ok(())
    }

    fn add_numbers<T: Element>(&mut self, values: &[T]) {
        let state = self.count.iter_mut().zip(&mut self.shift).zip(&mut self.sum).zip(&mut self.squares);
        for ((((count, shift), sum), squares), value) in state.zip(values) {
            let value = value.to_f64();
            if value.is_nan() {
                continue;
            }
            if *count == 0 {
                *shift = value;
            }
            let offset = value - *shift;
            *count += 1;
            *sum += offset;
            *squares += offset * offset;
        }
        if let Some((lowest, highest)) = &mut self.extremes {
            for ((low, high), value) in lowest.iter_mut().zip(highest).zip(values) {
                // min and max ignore a NaN argument
                *low = low.min(value.to_f64());
                *high = high.max(value.to_f64());
            }
        }
    }

    /// One statistic of every cell, in the type [`Statistic::data_type`] says.
    pub(crate) fn finish(&self, statistic: Statistic, input: DataType) -> Result<Values> {
        let values = match statistic {
            Statistic::Count => return Ok(Values::I64(self.count.iter().map(|&count| i64::from(count)).collect())),
            Statistic::Mean => self.cells(|cell, n| self.shift[cell] + self.sum[cell] / n),
            Statistic::Variance => self.cells(|cell, n| self.variance(cell, n)),
            Statistic::StandardDeviation => self.cells(|cell, n| self.variance(cell, n).sqrt()),
            Statistic::Minimum => self.cells(|cell, _| self.extremes.as_ref().map_or(f64::NAN, |(low, _)| low[cell])),
            Statistic::Maximum => self.cells(|cell, _| self.extremes.as_ref().map_or(f64::NAN, |(_, high)| high[cell])),
        };
        Ok(Values::F64(values).cast(statistic.data_type(input))?)
    }

    fn cells(&self, value: impl Fn(usize, f64) -> f64) -> Vec<f64> {
        let cell = |(cell, &count): (usize, &u32)| if count == 0 { f64::NAN } else { value(cell, f64::from(count)) };
        self.count.iter().enumerate().map(cell).collect()
    }

    fn variance(&self, cell: usize, n: f64) -> f64 {
        let mean = self.sum[cell] / n;
        let variance = self.squares[cell] / n - mean * mean;
        // Rounding may leave a tiny negative number; an infinite member must stay NaN.
        if variance < 0.0 { 0.0 } else { variance }
    }
}
