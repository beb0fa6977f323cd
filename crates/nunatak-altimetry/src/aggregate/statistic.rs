//! Which statistics of a cell there are, and which are asked for.

use crate::error::{AltimetryError, Result};

/// A statistic of the points of a cell, by the name of its variable.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::Statistic;
///
/// assert_eq!(Statistic::parse("plain_mean")?, Statistic::PlainMean);
/// let problem = Statistic::parse("average").unwrap_err().to_string();
/// assert!(problem.contains("`average`") && problem.contains("mean, plain_mean"));
/// # Ok::<(), nunatak_altimetry::AltimetryError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statistic {
    /// Number of points.
    Count,
    /// Number of points that editing left out.
    Edited,
    /// Number of passes.
    Passes,
    /// Weighted mean of the points.
    Mean,
    /// Unweighted mean of the points.
    PlainMean,
    /// Median of the points.
    Median,
    /// Standard deviation of the points (population).
    Spread,
    /// Normalised median absolute deviation of the points.
    Nmad,
    /// Predicted mean of the cell.
    Height,
    /// Slope along x.
    SlopeX,
    /// Slope along y.
    SlopeY,
    /// Uncertainty of the slope along x.
    SigmaSlopeX,
    /// Uncertainty of the slope along y.
    SigmaSlopeY,
    /// Standard deviation of the surface about its slope.
    Roughness,
    /// Uncertainty of the height by independent errors.
    SigmaRandom,
    /// Uncertainty of the height by errors that overpasses share.
    SigmaCorrelated,
    /// Uncertainty of the height by what no track sees.
    SigmaSampling,
    /// Total uncertainty of the height.
    SigmaTotal,
    /// Effective number of independent samples of the surface.
    EffectiveCount,
    /// Offset of the weighted centroid of the points from the centre of the cell along x.
    OffsetX,
    /// That along y.
    OffsetY,
    /// Its distance.
    OffsetDistance,
    /// First instant.
    FirstTime,
    /// Last instant.
    LastTime,
}

/// How many are floating-point numbers: those from the mean on, but for the times.
pub(super) const FIELDS: usize = 19;

impl Statistic {
    /// All of them.
    pub const ALL: [Self; 24] = [
        Self::Count,
        Self::Edited,
        Self::Passes,
        Self::Mean,
        Self::PlainMean,
        Self::Median,
        Self::Spread,
        Self::Nmad,
        Self::Height,
        Self::SlopeX,
        Self::SlopeY,
        Self::SigmaSlopeX,
        Self::SigmaSlopeY,
        Self::Roughness,
        Self::SigmaRandom,
        Self::SigmaCorrelated,
        Self::SigmaSampling,
        Self::SigmaTotal,
        Self::EffectiveCount,
        Self::OffsetX,
        Self::OffsetY,
        Self::OffsetDistance,
        Self::FirstTime,
        Self::LastTime,
    ];

    /// Its name, that of its variable.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Edited => "edited",
            Self::Passes => "passes",
            Self::Mean => "mean",
            Self::PlainMean => "plain_mean",
            Self::Median => "median",
            Self::Spread => "spread",
            Self::Nmad => "nmad",
            Self::Height => "height",
            Self::SlopeX => "slope_x",
            Self::SlopeY => "slope_y",
            Self::SigmaSlopeX => "sigma_slope_x",
            Self::SigmaSlopeY => "sigma_slope_y",
            Self::Roughness => "roughness",
            Self::SigmaRandom => "sigma_random",
            Self::SigmaCorrelated => "sigma_correlated",
            Self::SigmaSampling => "sigma_sampling",
            Self::SigmaTotal => "sigma_total",
            Self::EffectiveCount => "effective_count",
            Self::OffsetX => "offset_x",
            Self::OffsetY => "offset_y",
            Self::OffsetDistance => "offset_distance",
            Self::FirstTime => "first_time",
            Self::LastTime => "last_time",
        }
    }

    /// The statistic of a name.
    ///
    /// # Errors
    /// [`AltimetryError::Argument`], which lists the names that exist.
    pub fn parse(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|statistic| statistic.name() == name);
        found.ok_or_else(|| AltimetryError::Argument {
            argument: "statistics",
            found: format!("`{name:.80}`"),
            expected: format!("some of {}", Self::ALL.map(Self::name).join(", ")),
        })
    }

    /// Whether it is a floating-point number.
    pub(super) const fn is_field(self) -> bool {
        !matches!(self, Self::Count | Self::Edited | Self::Passes | Self::FirstTime | Self::LastTime)
    }

    /// Its place among those that are floating-point numbers.
    pub(super) const fn field(self) -> usize {
        self as usize - Self::Mean as usize
    }

    /// Whether it is read off the points themselves, and no sum over them.
    pub const fn is_order_statistic(self) -> bool {
        matches!(self, Self::Median | Self::Nmad)
    }

    /// Whether it needs the surface between the points.
    pub(super) const fn is_of_surface(self) -> bool {
        matches!(
            self,
            Self::Height
                | Self::SlopeX
                | Self::SlopeY
                | Self::SigmaSlopeX
                | Self::SigmaSlopeY
                | Self::Roughness
                | Self::SigmaRandom
                | Self::SigmaCorrelated
                | Self::SigmaSampling
                | Self::SigmaTotal
                | Self::EffectiveCount
        )
    }

    /// Whether it needs the weights of the points.
    pub(super) const fn is_weighted(self) -> bool {
        matches!(self, Self::Mean | Self::OffsetX | Self::OffsetY | Self::OffsetDistance)
    }
}

/// A set of statistics.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{Statistic, StatisticSet};
///
/// let asked: StatisticSet = [Statistic::Count, Statistic::Spread].into_iter().collect();
/// assert!(asked.contains(Statistic::Spread) && !asked.contains(Statistic::Mean));
/// assert_eq!(StatisticSet::ALL.iter().count(), 24);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatisticSet {
    bits: u32,
}

impl StatisticSet {
    /// All there are.
    pub const ALL: Self = Self { bits: (1 << Statistic::ALL.len()) - 1 };

    /// Whether a statistic is among them.
    pub const fn contains(self, statistic: Statistic) -> bool {
        self.bits & (1 << statistic as u32) != 0
    }

    /// Those in it, in the order of [`Statistic::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Statistic> {
        Statistic::ALL.into_iter().filter(move |&statistic| self.contains(statistic))
    }

    /// Those that are sums over the points: without medians and what is about them.
    pub fn sums(self) -> Self {
        self.iter().filter(|statistic| !statistic.is_order_statistic()).collect()
    }

    /// Whether one of them needs the surface between the points.
    pub fn need_surface(self) -> bool {
        self.any(Statistic::is_of_surface)
    }

    /// Whether one of them needs the weights of the points: all but counts, plain means and what is about them, medians, times.
    pub fn need_weights(self) -> bool {
        self.any(|statistic| statistic.is_of_surface() || statistic.is_weighted())
    }

    /// Whether one of them fits.
    pub(super) fn any(self, fits: impl Fn(Statistic) -> bool) -> bool {
        self.iter().any(fits)
    }
}

impl FromIterator<Statistic> for StatisticSet {
    fn from_iter<T: IntoIterator<Item = Statistic>>(statistics: T) -> Self {
        Self { bits: statistics.into_iter().fold(0, |bits, statistic| bits | 1 << statistic as u32) }
    }
}
