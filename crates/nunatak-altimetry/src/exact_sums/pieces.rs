//! Sums of pieces of the points, by all threads.

use std::sync::{Mutex, PoisonError};

use nunatak_parallel::map;

use super::by_key::SumsByKey;
use super::unit::Unit;
use crate::error::Result;

impl<const COLUMNS: usize> SumsByKey<COLUMNS> {
    /// Sums of so many pieces of the points, which all threads take: `add` is given the number of a piece and the sums of a
    /// thread to add its points to. Which thread takes which piece changes nothing in the result.
    ///
    /// # Errors
    /// The error of the first piece that has one.
    ///
    /// # Examples
    ///
    /// ```
    /// use nunatak_altimetry::{PointBatch, SumsByKey, Unit};
    ///
    /// let heights: Vec<f64> = (0..100_000).map(|at| f64::from(at % 7)).collect();
    /// let sums = SumsByKey::of_pieces([Unit::two_to(-40)], 100, |sums, piece| {
    ///     let columns = [&heights[1000 * piece..][..1000]];
    ///     sums.push(&PointBatch { cells: &[3; 1000], passes: &[0; 1000], times: &[0; 1000], columns })
    /// })?;
    /// let sums = sums.into_sorted();
    /// assert_eq!(sums.totals(&sums.entries()[0].1)[0].value(), heights.iter().sum::<f64>());
    /// # Ok::<(), nunatak_altimetry::AltimetryError>(())
    /// ```
    pub fn of_pieces(
        units: [Unit; COLUMNS],
        pieces: usize,
        add: impl Fn(&mut Self, usize) -> Result<()> + Sync,
    ) -> Result<Self> {
        let idle = Mutex::new(Vec::new());
        let idle_sums = || idle.lock().unwrap_or_else(PoisonError::into_inner);
        let results = map(pieces, |piece| {
            let known = idle_sums().pop();
            let mut own = known.unwrap_or_else(|| Self::new(units));
            let result = add(&mut own, piece);
            idle_sums().push(own);
            result
        });
        results.into_iter().collect::<Result<()>>()?;
        let mut all = idle.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter();
        let mut sums = all.next().unwrap_or_else(|| Self::new(units));
        all.try_for_each(|other| sums.merge(&other))?;
        Ok(sums)
    }
}
