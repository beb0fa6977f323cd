//! File names of granules.

/// What the file name of a granule says: `ATL06_YYYYMMDDHHMMSS_RRRRCCGG_vvv_rr.h5`, with or without `processed_`.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::GranuleName;
///
/// let name = GranuleName::parse("ATL06_20181014001049_02350102_003_01.h5").ok_or("no granule")?;
/// assert_eq!((name.rgt, name.cycle, name.region), (235, 1, 2));
/// assert_eq!((&*name.start, &*name.release), ("20181014001049", "003"));
/// assert_eq!(GranuleName::parse("lithk_AIS_JPL1_ISSM_hist.nc"), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GranuleName {
    /// Start of the granule, `YYYYMMDDHHMMSS`, UTC.
    pub start: String,
    /// Reference ground track, 1 to 1387.
    pub rgt: i16,
    /// 91-day cycle.
    pub cycle: i16,
    /// Region along the orbit, 1 to 14.
    pub region: i8,
    /// Release of the product, such as `003`.
    pub release: String,
    /// Version within the release, such as `01`; empty when the name does not say.
    pub version: String,
}

impl GranuleName {
    /// Reads a file name (without directories); `None` when it does not follow the pattern.
    pub fn parse(name: &str) -> Option<Self> {
        let at = name.find("ATL06_")?;
        let stem = name.get(at..)?.split('.').next()?;
        let mut parts = stem.split('_').skip(1);
        let (start, track, release) = (parts.next()?, parts.next()?, parts.next()?);
        let digits = |text: &str, length: usize| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(start, 14) || !digits(track, 8) || !digits(release, 3) {
            return None;
        }
        Some(Self {
            start: start.to_string(),
            rgt: track.get(..4)?.parse().ok()?,
            cycle: track.get(4..6)?.parse().ok()?,
            region: track.get(6..8)?.parse().ok()?,
            release: release.to_string(),
            version: parts.next().filter(|part| digits(part, 2)).unwrap_or_default().to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn native_and_subset_names() {
        let native = GranuleName::parse("ATL06_20181014001049_02350102_003_01.h5").unwrap();
        assert_eq!((native.rgt, native.cycle, native.region, native.release.as_str()), (235, 1, 2, "003"));
        let subset = GranuleName::parse("processed_ATL06_20190613065109_11610303_002_01.h5").unwrap();
        assert_eq!((subset.rgt, subset.cycle, subset.region, subset.start.as_str()), (1161, 3, 3, "20190613065109"));
        let beam = GranuleName::parse("ATL06_20190101001723_00540210_209_01_gt1l.h5").unwrap();
        assert_eq!((beam.rgt, beam.cycle, beam.region), (54, 2, 10));
        assert_eq!(GranuleName::parse("ATL03_20181014001049_02350102_003_01.h5"), None);
        assert_eq!(GranuleName::parse("ATL06_20181014001049_0235x102_003_01.h5"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_safe(name in ".*") {
            let _ = GranuleName::parse(&name);
        }

        #[test]
        fn what_is_written_is_read(rgt in 1i16..=1387, cycle in 1i16..=40, region in 1i8..=14, prefix in "(processed_)?") {
            let name = format!("{prefix}ATL06_20200229010203_{rgt:04}{cycle:02}{region:02}_006_02.h5");
            let parsed = GranuleName::parse(&name).unwrap();
            prop_assert_eq!((parsed.rgt, parsed.cycle, parsed.region), (rgt, cycle, region));
        }
    }
}
