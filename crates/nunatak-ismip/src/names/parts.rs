//! What names say of files that lie beside others: parts by years, and copies.

/// First and last year that a name without its extension ends in, as files of one run are cut.
///
/// # Examples
/// ```
/// use nunatak_ismip::year_range;
///
/// assert_eq!(year_range("lithk_AIS_JPL1_ISSM_exp05_2015-2050"), Some((2015, 2050)));
/// assert_eq!(year_range("lithk_AIS_JPL1_ISSM_exp05_20150101-20501231"), Some((2015, 2050)));
/// assert_eq!(year_range("lithk_AIS_JPL1_ISSM_exp05"), None);
/// ```
pub fn year_range(stem: &str) -> Option<(i64, i64)> {
    split_years(stem).map(|(_, years)| years)
}

/// A name without the years that it ends in.
pub(crate) fn without_years(stem: &str) -> &str {
    split_years(stem).map_or(stem, |(rest, _)| rest)
}

fn split_years(stem: &str) -> Option<(&str, (i64, i64))> {
    let stem = without_copy_mark(stem);
    let (rest, last) = stem.rsplit_once(['-', '_'])?;
    let (rest, first) = rest.rsplit_once(['-', '_'])?;
    let year = |text: &str| {
        let is_date = matches!(text.len(), 4 | 6 | 8) && text.bytes().all(|byte| byte.is_ascii_digit());
        text.get(..4).filter(|_| is_date).and_then(|year| year.parse::<i64>().ok())
    };
    let years = (year(first)?, year(last)?);
    (first.len() == last.len() && years.0 <= years.1).then_some((rest, years))
}

/// A name without what desktops put before and behind the names of copies: `Copy of x`, `x (1)`, `x - Copy (2)`, `x copy`.
pub(crate) fn without_copy_mark(stem: &str) -> &str {
    const BEFORE: [&str; 3] = ["Copy of ", "copy of ", "Kopie von "];
    const BEHIND: [&str; 7] = [" - Copy", " - Kopie", " copy", " Kopie", "_copy", "-copy", "~"];
    let stem = BEFORE.iter().find_map(|mark| stem.strip_prefix(mark)).unwrap_or(stem);
    let counted = stem.rsplit_once('(').and_then(|(rest, number)| {
        let number = number.strip_suffix(')')?;
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| rest.trim_end())
    });
    let stem = counted.filter(|rest| !rest.is_empty()).unwrap_or(stem);
    BEHIND.iter().find_map(|mark| stem.strip_suffix(mark)).filter(|rest| !rest.is_empty()).unwrap_or(stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_at_the_end_of_a_name() {
        for (stem, rest, years) in [
            ("A_M_exp05_2015-2017", "A_M_exp05", Some((2015, 2017))),
            ("A_M_exp05_2015_2017", "A_M_exp05", Some((2015, 2017))),
            ("A_M_exp05_201501-201712 (1)", "A_M_exp05", Some((2015, 2017))),
            ("A_M_exp05_2017-2015", "A_M_exp05_2017-2015", None),
            ("A_M_exp05_08", "A_M_exp05_08", None),
            ("A_M_ctrl-2015", "A_M_ctrl-2015", None),
        ] {
            assert_eq!((without_years(stem), year_range(stem)), (rest, years), "{stem}");
        }
    }

    #[test]
    fn copies_are_named_after_what_they_copy() {
        for stem in ["Copy of lithk_AIS", "lithk_AIS (1)", "lithk_AIS(12)", "lithk_AIS - Copy (2)", "lithk_AIS_copy"] {
            assert_eq!(without_copy_mark(stem), "lithk_AIS", "{stem}");
        }
        for stem in ["lithk_AIS", "(1)", "exp(a)", "copy"] {
            assert_eq!(without_copy_mark(stem), stem);
        }
    }
}
