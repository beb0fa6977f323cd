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
    /// `atl06_quality_summary`, 0 good, 1 potential problem.
    Summary,
}

impl QualityVariable {
    const ALL: [Self; 7] = [
        Self::HeightSigma,
        Self::RobustSpread,
        Self::RmsMisfit,
        Self::SnrSignificance,
        Self::SignalSource,
        Self::WindowHeight,
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

/// Which segments are kept.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{Quality, QualityVariable, Selection};
///
/// assert_eq!(Selection::default().quality, Quality::SummaryZero);
/// // Segments whose height has a random error of 10 cm at most.
/// let limits = vec![(QualityVariable::parse("h_li_sigma")?, 0.1)];
/// let selection = Selection { quality: Quality::Limits(limits), ..Selection::default() };
/// assert_eq!(selection.quality, Quality::Limits(vec![(QualityVariable::HeightSigma, 0.1)]));
/// # Ok::<(), nunatak_altimetry::AltimetryError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Quality {
    /// Those with a height and `atl06_quality_summary == 0`: the product's own rule (ATBD section 4.3).
    #[default]
    SummaryZero,
    /// Every segment of the file, also those without a height.
    All,
    /// Those with a height and with every listed variable at most its limit; a missing value fails.
    Limits(Vec<(QualityVariable, f64)>),
}
