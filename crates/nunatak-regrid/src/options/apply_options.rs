//! How weights are applied to a field: missing values, what a value means, which statistic.

use serde::{Deserialize, Serialize};

use super::missing_policy::MissingPolicy;
use super::reducer::Reducer;

/// What a field's values are of their cells.
///
/// # Examples
///
/// ```
/// # use std::sync::Arc;
/// # use nunatak_array::{MemoryArray, SharedArray, Values};
/// # use nunatak_grid::{Axis, Crs, Grid, RectilinearGrid};
/// use nunatak_regrid::{ApplyOptions, Method, Quantity, RegriddedArray, Weights};
///
/// # let (crs, y) = (Crs::parse("EPSG:4326")?, Axis::from_bounds(vec![70.0, 71.0])?);
/// # let axes = |x| RectilinearGrid::new(crs.clone(), x, y.clone());
/// # let grid = |x: &[f64]| Axis::from_bounds(x.to_vec()).and_then(axes).map(Grid::Rectilinear);
/// # let field: SharedArray = Arc::new(MemoryArray::new(vec![1, 2], Values::F64(vec![10.0, 30.0]))?);
/// # let weights = Arc::new(Weights::new(&grid(&[0.0, 1.0, 2.0])?, &grid(&[0.0, 2.0])?, Method::Conservative)?);
/// // Weights of two equal cells in one, and a field of the values 10 and 30: a mean of thickness, a sum of mass.
/// for (quantity, expected) in [(Quantity::Intensive, 20.0), (Quantity::Extensive, 40.0)] {
///     let options = ApplyOptions::default().of(quantity);
///     let array: SharedArray = Arc::new(RegriddedArray::new(field.clone(), weights.clone(), options)?);
///     assert!((array.read_all()?.to_f64()?[0] - expected).abs() < 1e-9);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Quantity {
    /// Means or values at places (a thickness, a temperature): means of them are taken.
    #[default]
    Intensive,
    /// Amounts in whole cells (a mass in kg): shared out by area, so that their sum is kept.
    Extensive,
}

/// By what the weighted sum over the source cells in a target cell is divided.
///
/// # Examples
///
/// ```
/// # use std::sync::Arc;
/// # use nunatak_array::{MemoryArray, SharedArray, Values};
/// # use nunatak_grid::{Axis, Crs, Grid, RectilinearGrid};
/// use nunatak_regrid::{ApplyOptions, Method, Normalisation, RegriddedArray, Weights};
///
/// # let (crs, y) = (Crs::parse("EPSG:4326")?, Axis::from_bounds(vec![70.0, 71.0])?);
/// # let axes = |x| RectilinearGrid::new(crs.clone(), x, y.clone());
/// # let grid = |x: &[f64]| Axis::from_bounds(x.to_vec()).and_then(axes).map(Grid::Rectilinear);
/// # let field: SharedArray = Arc::new(MemoryArray::new(vec![1, 1], Values::F64(vec![300.0]))?);
/// # let weights = Arc::new(Weights::new(&grid(&[0.0, 2.0])?, &grid(&[0.0, 3.0])?, Method::Conservative)?);
/// // A source of 300 covers two thirds of the target cell.
/// for (by, expected) in [(Normalisation::FractionalArea, 300.0), (Normalisation::DestinationArea, 200.0)] {
///     let options = ApplyOptions::default().normalised_by(by);
///     let array: SharedArray = Arc::new(RegriddedArray::new(field.clone(), weights.clone(), options)?);
///     assert!((array.read_all()?.to_f64()?[0] - expected).abs() < 1e-9);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Normalisation {
    /// By the area of those that count: the mean over the covered and valid part of the target cell.
    FractionalArea,
    /// By the area of the target cell: what is not covered counts as zero, so that the integral is kept.
    DestinationArea,
}

/// How weights are applied to a field: what missing values do, what a value means, and which statistic of the
/// source cells a target cell gets.
///
/// # Examples
///
/// ```
/// use nunatak_regrid::{ApplyOptions, MissingPolicy, Normalisation, Quantity, Reducer};
///
/// let options = ApplyOptions::new(MissingPolicy::new(true, 0.9)?).of(Quantity::Extensive);
/// assert_eq!(options.normalisation(), Normalisation::DestinationArea);
/// // A largest value is one of the values, whatever they mean.
/// let largest = options.reduced_by(Reducer::Maximum);
/// assert_eq!(largest.quantity(), Quantity::Intensive);
/// assert_eq!(largest.missing().min_coverage(), 0.9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct ApplyOptions {
    missing: MissingPolicy,
    quantity: Quantity,
    normalisation: Option<Normalisation>,
    reducer: Reducer,
    #[serde(default)]
    limited: bool,
}

impl ApplyOptions {
    /// The mean of an intensive quantity, with this treatment of missing values.
    pub fn new(missing: MissingPolicy) -> Self {
        Self { missing, ..Self::default() }
    }

    /// The same for values that mean this.
    #[must_use]
    pub fn of(self, quantity: Quantity) -> Self {
        Self { quantity, ..self }
    }

    /// The same with sums divided by this, and not by what suits the quantity.
    #[must_use]
    pub fn normalised_by(self, normalisation: Normalisation) -> Self {
        Self { normalisation: Some(normalisation), ..self }
    }

    /// The same with another statistic; those but the mean and the sum do not ask for quantity and normalisation.
    #[must_use]
    pub fn reduced_by(self, reducer: Reducer) -> Self {
        Self { reducer, ..self }
    }

    /// The same with changes within the source cells so small that no target cell goes beyond the source values it
    /// comes from (Barth and Jespersen 1989), or as large as second-order weights have them.
    #[must_use]
    pub fn limited(self, limited: bool) -> Self {
        Self { limited, ..self }
    }

    /// What missing values and uncovered area do.
    pub fn missing(&self) -> MissingPolicy {
        self.missing
    }

    /// What the values mean; a sum is one of amounts.
    pub fn quantity(&self) -> Quantity {
        match self.reducer {
            Reducer::Mean => self.quantity,
            Reducer::Sum => Quantity::Extensive,
            _ => Quantity::Intensive,
        }
    }

    /// By what sums are divided: what was chosen, or the fractional area for means and the destination area for
    /// amounts.
    pub fn normalisation(&self) -> Normalisation {
        match (self.reducer, self.normalisation, self.quantity()) {
            (Reducer::Sum, ..) | (_, None, Quantity::Extensive) => Normalisation::DestinationArea,
            (_, None, Quantity::Intensive) => Normalisation::FractionalArea,
            (_, Some(normalisation), _) => normalisation,
        }
    }

    /// Whether changes within the source cells are limited.
    pub fn is_limited(&self) -> bool {
        self.limited
    }

    /// The statistic of the source cells.
    pub fn reducer(&self) -> Reducer {
        self.reducer
    }
}

impl From<MissingPolicy> for ApplyOptions {
    fn from(missing: MissingPolicy) -> Self {
        Self::new(missing)
    }
}
