//! What a model cannot represent, as a random field.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use crate::{Result, ScoreError};

/// The discrepancy between a model and the truth: a random field of mean zero whose covariance depends on distance.
///
/// Its spectrum is that of a Matérn field of range `length` and smoothness ν = `smoothness` (Matérn 1960; Stein 1999, section 2.7),
/// times `exp(-k² smoothing² / 2)`, which makes it smooth below `smoothing`, times `1 - exp(-k² compensation² / 2)`: a model that
/// holds the truth's means over its cells is right on average over many of them, the integral of the covariance vanishes, and
/// the compensation is about half a cell.
///
/// # Examples
///
/// ```
/// use nunatak_score::Discrepancy;
///
/// let discrepancy = Discrepancy::new(3.0, 2000.0)?;
/// assert_eq!((discrepancy.smoothness, discrepancy.compensation, discrepancy.smoothing), (0.5, 0.0, 0.0));
/// // Matérn of smoothness 1/2 is the exponential covariance.
/// assert!((discrepancy.covariance(1000.0) / 9.0 - (-0.5f64).exp()).abs() < 2e-3);
/// # Ok::<(), nunatak_score::ScoreError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Discrepancy {
    /// Standard deviation at a point, m.
    pub sigma: f64,
    /// Distance over which it is correlated, m; 0 for one that is independent from point to point.
    pub length: f64,
    /// ν of Matérn's covariance: the variogram rises as the distance to the power of 2ν.
    pub smoothness: f64,
    /// Distance over which the model is the truth smoothed, so that means over larger areas vanish, m; 0 where they do not.
    pub compensation: f64,
    /// Distance below which it is smooth, m.
    pub smoothing: f64,
}

impl Discrepancy {
    /// None.
    pub const NONE: Self = Self { sigma: 0.0, length: 0.0, smoothness: 0.5, compensation: 0.0, smoothing: 0.0 };

    /// Of a standard deviation and a length (m), with the exponential covariance.
    ///
    /// # Errors
    /// [`ScoreError::Discrepancy`] for what is negative or not finite.
    pub fn new(sigma: f64, length: f64) -> Result<Self> {
        Self { sigma, length, ..Self::NONE }.checked()
    }

    /// The same, when all of its numbers can be.
    ///
    /// # Errors
    /// [`ScoreError::Discrepancy`], which names the number.
    pub fn checked(self) -> Result<Self> {
        let bounds = [
            ("sigma", self.sigma, 0.0, 1e9),
            ("length", self.length, 0.0, 1e8),
            ("smoothness", self.smoothness, LEAST_SMOOTHNESS, MOST_SMOOTHNESS),
            ("compensation", self.compensation, 0.0, 1e9),
            ("smoothing", self.smoothing, 0.0, 1e8),
        ];
        match bounds.into_iter().find(|(_, value, low, high)| !(low..=high).contains(&value)) {
            Some((name, found, low, high)) => Err(ScoreError::Discrepancy { name, found, low, high }),
            None if self.compensation > 0.0 && self.compensation < self.smoothing => {
                let (low, high) = (self.smoothing, 1e9);
                Err(ScoreError::Discrepancy { name: "compensation", found: self.compensation, low, high })
            }
            None => Ok(self),
        }
    }

    /// Whether it makes residuals of different places depend on each other.
    pub(crate) fn is_correlated(&self) -> bool {
        self.sigma > 0.0 && self.length > 0.0
    }
}

/// Smoothness that can be told from none, and from that of an analytic function.
pub(super) const LEAST_SMOOTHNESS: f64 = 0.05;
pub(super) const MOST_SMOOTHNESS: f64 = 5.0;

impl Display for Discrepancy {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:.3} m over {:.0} m, smoothness {:.2}", self.sigma, self.length, self.smoothness)?;
        if self.compensation > 0.0 {
            write!(formatter, ", compensated over {:.0} m", self.compensation)?;
        }
        if self.smoothing > 0.0 {
            write!(formatter, ", smooth below {:.0} m", self.smoothing)?;
        }
        Ok(())
    }
}

/// Which discrepancy a model has.
///
/// # Examples
///
/// ```
/// use nunatak_score::{Discrepancy, ModelDiscrepancy};
///
/// assert_eq!("estimate".parse::<ModelDiscrepancy>()?, ModelDiscrepancy::Estimate);
/// assert_eq!("3".parse::<ModelDiscrepancy>()?, ModelDiscrepancy::Sigma(3.0));
/// assert_eq!("3,2000".parse::<ModelDiscrepancy>()?, ModelDiscrepancy::Field(Discrepancy::new(3.0, 2000.0)?));
/// assert_eq!("0".parse::<ModelDiscrepancy>()?, ModelDiscrepancy::None);
/// # Ok::<(), nunatak_score::ScoreError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum ModelDiscrepancy {
    /// The model has none.
    #[default]
    None,
    /// All of it is estimated from the residuals.
    Estimate,
    /// Its standard deviation is known (m), the rest is estimated.
    Sigma(f64),
    /// It is known.
    Field(Discrepancy),
}

impl FromStr for ModelDiscrepancy {
    type Err = ScoreError;

    /// `estimate`, a standard deviation (m), or `sigma,length[,smoothness[,compensation[,smoothing]]]`.
    ///
    /// # Errors
    /// [`ScoreError::DiscrepancyText`] and [`ScoreError::Discrepancy`].
    fn from_str(text: &str) -> Result<Self> {
        if text == "estimate" {
            return Ok(Self::Estimate);
        }
        let numbers: Option<Vec<f64>> = text.split(',').map(|part| part.trim().parse().ok()).collect();
        let wrong = || ScoreError::DiscrepancyText { found: text.to_owned() };
        let numbers = numbers.ok_or_else(wrong)?;
        let given = |at: usize, default: f64| numbers.get(at).copied().unwrap_or(default);
        let none = Discrepancy::NONE;
        let field = Discrepancy {
            sigma: given(0, 0.0),
            length: given(1, 0.0),
            smoothness: given(2, none.smoothness),
            compensation: given(3, none.compensation),
            smoothing: given(4, none.smoothing),
        }
        .checked()?;
        match numbers.len() {
            1 if field.sigma == 0.0 => Ok(Self::None),
            1 => Ok(Self::Sigma(field.sigma)),
            2..=5 => Ok(Self::Field(field)),
            _ => Err(wrong()),
        }
    }
}
