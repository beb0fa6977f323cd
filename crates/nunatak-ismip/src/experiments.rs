//! Experiments of the protocols, and the years they cover.

use nunatak_cf::Moment;
use serde::Deserialize;

/// Kinds of experiments by their place in the protocol.
///
/// # Examples
/// ```
/// use nunatak_ismip::RunKind;
///
/// assert_eq!(RunKind::of("exp05"), Some(RunKind::Projection));
/// assert_eq!(RunKind::of("hist_std"), Some(RunKind::Historical));
/// assert_eq!(RunKind::of("ctrl"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunKind {
    /// Starts in 2015: `exp…`, `ctrl_proj…`.
    Projection,
    /// Ends where projections start: `hist…`.
    Historical,
}

impl RunKind {
    /// The kind of an experiment by how its name begins; `None` for controls and others.
    pub fn of(experiment: &str) -> Option<Self> {
        match () {
            () if experiment.starts_with("exp") || experiment.starts_with("ctrl_proj") => Some(Self::Projection),
            () if experiment.starts_with("hist") => Some(Self::Historical),
            () => None,
        }
    }
}

/// Names of the control run of an experiment, the likeliest first; none for what is no projection.
///
/// In ISMIP6 the open experiments (exp01 to exp04, exp11, expA1 to expA4) go with `ctrl_proj_open`, the others with
/// `ctrl_proj_std` (Seroussi et al. 2020, `scalars_paper.m`); where a model has one control for all, it is `ctrl_proj`. In
/// ISMIP7 it is `ctrl`. What follows an underscore, such as a resolution, is no part of the experiment.
///
/// # Examples
/// ```
/// use nunatak_ismip::control_names;
///
/// assert_eq!(control_names("exp05"), ["ctrl_proj_std", "ctrl_proj"]);
/// assert_eq!(control_names("expA1_16"), ["ctrl_proj_open", "ctrl_proj"]);
/// assert_eq!(control_names("ssp585"), ["ctrl"]);
/// assert!(control_names("hist_std").is_empty() && control_names("ctrl_proj_std").is_empty());
/// ```
pub fn control_names(experiment: &str) -> &'static [&'static str] {
    let name = experiment.split('_').next().unwrap_or_default();
    match name {
        "exp01" | "exp02" | "exp03" | "exp04" | "exp11" | "expA1" | "expA2" | "expA3" | "expA4" => {
            &["ctrl_proj_open", "ctrl_proj"]
        }
        name if name.starts_with("exp") => &["ctrl_proj_std", "ctrl_proj"],
        name if name.starts_with("ssp") => &["ctrl"],
        _ => &[],
    }
}

/// The years of an ISMIP6 experiment.
///
/// # Examples
/// ```
/// use nunatak_ismip::ismip6_span;
///
/// let span = ismip6_span("exp05").unwrap();
/// assert_eq!(span.years, Some(86), "2015 to 2100");
/// let (earliest, latest) = span.end.unwrap();
/// assert_eq!((earliest.to_string(), latest.to_string()), ("2100-06-30".into(), "2101-01-01".into()));
/// assert_eq!(ismip6_span("hist_std").unwrap().start, None, "each model starts when it likes");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct YearSpan {
    /// Earliest and latest first record, where the protocol fixes them.
    pub start: Option<(Moment, Moment)>,
    /// Earliest and latest last record.
    pub end: Option<(Moment, Moment)>,
    /// Number of years.
    pub years: Option<usize>,
}

const fn date(year: i64, month: u8, day: u8) -> Moment {
    Moment { year, month, day, microsecond: 0 }
}

/// Projections, and the controls beside them: 2015 to 2100.
const PROJECTION: YearSpan = YearSpan {
    start: Some((date(2015, 1, 1), date(2016, 1, 2))),
    end: Some((date(2100, 6, 30), date(2101, 1, 1))),
    years: Some(86),
};
/// Projections of the extension: 2015 to 2300.
const EXTENSION: YearSpan =
    YearSpan { end: Some((date(2300, 6, 30), date(2301, 1, 1))), years: Some(286), ..PROJECTION };
/// Hindcasts start where the model starts, and end where projections begin.
const HINDCAST: YearSpan = YearSpan { start: None, end: Some((date(2014, 6, 30), date(2015, 1, 2))), years: None };
const ANY: YearSpan = YearSpan { start: None, end: None, years: None };

/// The years of an ISMIP6 experiment; none for a name that is not of the protocol.
///
/// Names may end in the ocean's variant (`_std`, `_open`) or in a resolution (`_08`).
pub fn ismip6_span(experiment: &str) -> Option<YearSpan> {
    let resolution = |name: &str| name.len() <= 3 && name.bytes().all(|byte| byte.is_ascii_digit());
    let name = match experiment.rsplit_once('_') {
        Some((name, suffix)) if matches!(suffix, "std" | "open") || resolution(suffix) => name,
        _ => experiment,
    };
    match name {
        "hist" | "historical" => Some(HINDCAST),
        "ctrl" | "asmb" | "abmb" => Some(ANY),
        "ctrl_proj" => Some(PROJECTION),
        "ctrlAE" => Some(EXTENSION),
        _ => {
            let rest = name.strip_prefix("exp")?;
            let digits = rest.trim_start_matches(|c: char| c.is_ascii_uppercase());
            let set = &rest[..rest.len() - digits.len()];
            let number = (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
            match set {
                _ if !number => None,
                "AE" => Some(EXTENSION),
                "" | "A" | "B" | "C" | "D" | "E" | "T" | "TD" => Some(PROJECTION),
                _ => None,
            }
        }
    }
}

/// The nominal years of an ISMIP7 experiment: earliest and latest first year, and the last. None for an experiment
/// outside the core set.
pub fn ismip7_years(experiment: &str) -> Option<((i64, i64), i64)> {
    match experiment {
        "historical" => Some(((1850, 2014), 2014)),
        "ssp370" => Some(((2015, 2015), 2100)),
        "ssp126" | "ssp585" | "ctrl" => Some(((2015, 2015), 2300)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn experiments_of_the_archive_are_known_by_their_years() {
        for name in
            ["exp05", "expA6", "expD58_08", "expT71_08", "expTD58", "ctrl_proj_std", "ctrl_proj_open", "ctrl_proj"]
        {
            assert_eq!(ismip6_span(name), Some(PROJECTION), "{name}");
        }
        for name in ["expAE03", "ctrlAE", "expAE14_16"] {
            assert_eq!(ismip6_span(name), Some(EXTENSION), "{name}");
        }
        for name in ["hist", "hist_std", "hist_open", "historical"] {
            assert_eq!(ismip6_span(name), Some(HINDCAST), "{name}");
        }
        assert_eq!(ismip6_span("ctrl"), Some(ANY));
        for name in ["ssp585", "exp", "exp123", "expZ1", "spinup", ""] {
            assert_eq!(ismip6_span(name), None, "{name}");
        }
    }
}
