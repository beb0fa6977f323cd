//! Quality: which segments are good enough.

use crate::error::{AltimetryError, Result};

/// A variable a segment can be judged by, besides `atl06_quality_summary`.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::QualityVariable;
///
/// let spread = QualityVariable::parse("h_robust_sprd")?;
/// assert_eq!(spread.path(), "fit_statistics/h_robust_sprd");
/// let error = QualityVariable::parse("h_sprd").unwrap_err().to_string();
/// assert!(error.starts_with("quality: found `h_sprd`, expected a limit on one of h_li_sigma, h_robust_sprd"));
/// # Ok::<(), nunatak_altimetry::AltimetryError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QualityVariable {
    /// `h_li_sigma`, m.
    HeightSigma,
    /// `fit_statistics/h_robust_sprd`, m.
    RobustSpread,
    /// `fit_statistics/h_rms_misfit`, m.
    RmsMisfit,
    /// `fit_statistics/snr_significance`, probability that the signal is noise.
    SnrSignificance,
    /// `fit_statistics/signal_selection_source`, 0 (best) to 3.
    SignalSource,
    /// `fit_statistics/w_surface_window_final`, m.
    WindowHeight,
    /// `fit_statistics/n_fit_photons`, photons in the fit.
    FitPhotons,
    /// `fit_statistics/snr`, signal to noise.
    SignalToNoise,
    /// `geophysical/r_eff`, effective reflectance: low under clouds.
    Reflectance,
    /// `geophysical/cloud_flg_atm`, 0 clear to 10 clouds.
    Clouds,
    /// `geophysical/bsnow_conf`, confidence of blowing snow.
    BlowingSnow,
    /// `atl06_quality_summary`, 0 good, 1 potential problem.
    Summary,
}

impl QualityVariable {
    const ALL: [Self; 12] = [
        Self::HeightSigma,
        Self::RobustSpread,
        Self::RmsMisfit,
        Self::SnrSignificance,
        Self::SignalSource,
        Self::WindowHeight,
        Self::FitPhotons,
        Self::SignalToNoise,
        Self::Reflectance,
        Self::Clouds,
        Self::BlowingSnow,
        Self::Summary,
    ];

    /// Path of the variable below `land_ice_segments`.
    pub fn path(self) -> &'static str {
        match self {
            Self::HeightSigma => "h_li_sigma",
            Self::RobustSpread => "fit_statistics/h_robust_sprd",
            Self::RmsMisfit => "fit_statistics/h_rms_misfit",
            Self::SnrSignificance => "fit_statistics/snr_significance",
            Self::SignalSource => "fit_statistics/signal_selection_source",
            Self::WindowHeight => "fit_statistics/w_surface_window_final",
            Self::FitPhotons => "fit_statistics/n_fit_photons",
            Self::SignalToNoise => "fit_statistics/snr",
            Self::Reflectance => "geophysical/r_eff",
            Self::Clouds => "geophysical/cloud_flg_atm",
            Self::BlowingSnow => "geophysical/bsnow_conf",
            Self::Summary => "atl06_quality_summary",
        }
    }

    /// The variable of a product name such as `h_li_sigma` (without its subgroup).
    ///
    /// # Errors
    /// [`AltimetryError::Argument`], which lists the names that exist.
    pub fn parse(name: &str) -> Result<Self> {
        let own = |variable: Self| variable.path().rsplit('/').next().unwrap_or_default();
        Self::ALL.into_iter().find(|&variable| own(variable) == name).ok_or_else(|| AltimetryError::Argument {
            argument: "quality",
            found: format!("`{name}`"),
            expected: format!("a limit on one of {}", Self::ALL.map(own).join(", ")),
        })
    }
}

/// The values of one variable that are good enough.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{QualityLimit, QualityVariable};
///
/// let window = QualityLimit { variable: QualityVariable::WindowHeight, least: 3.0, most: 20.0 };
/// assert!(window.admits(3.0) && !window.admits(2.9) && !window.admits(f64::NAN));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QualityLimit {
    /// The variable.
    pub variable: QualityVariable,
    /// The least value that is good enough.
    pub least: f64,
    /// The largest value that is good enough.
    pub most: f64,
}

impl QualityLimit {
    /// Whether a value lies within the limits, which are included; a missing one does not.
    pub fn admits(&self, value: f64) -> bool {
        value >= self.least && value <= self.most
    }
}

/// Which segments are kept.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{Quality, QualityLimit, QualityVariable, Selection};
///
/// assert_eq!(Selection::default().quality, Quality::SummaryZero);
/// // Segments whose height has a random error of 10 cm at most.
/// let limit = QualityLimit { variable: QualityVariable::parse("h_li_sigma")?, least: f64::NEG_INFINITY, most: 0.1 };
/// let selection = Selection { quality: Quality::Limits(vec![limit]), ..Selection::default() };
/// assert!(matches!(&selection.quality, Quality::Limits(limits) if limits[0].admits(0.05)));
/// # Ok::<(), nunatak_altimetry::AltimetryError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Quality {
    /// Those with a height and `atl06_quality_summary == 0`: the product's own rule (ATBD section 4.3).
    #[default]
    SummaryZero,
    /// Every segment of the file, also those without a height.
    All,
    /// Those with a height and with every listed variable within its limits; a missing value fails.
    Limits(Vec<QualityLimit>),
}
