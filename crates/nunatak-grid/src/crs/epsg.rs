//! Codes of EPSG (and a few of ESRI) as PROJ strings, from a table that is made from the registry.

/// Lines of a code and the PROJ string of its system in its normal form, the usual codes first; made by
/// `scripts/epsg_codes.py`.
const TABLE: &str = include_str!("epsg_codes.txt");

/// The PROJ string of a code.
pub(crate) fn proj_string(code: u32) -> Option<&'static str> {
    let start = format!("{code} ");
    TABLE.lines().find_map(|line| line.strip_prefix(&start))
}

/// The codes of a projection, the usual ones first, with their PROJ strings.
pub(crate) fn codes_of(projection: &str) -> impl Iterator<Item = (u32, &'static str)> {
    let start = format!("+proj={projection} ");
    let lines = TABLE.lines().filter_map(|line| line.split_once(' '));
    lines.filter(move |(_, text)| text.starts_with(&start)).filter_map(|(code, text)| Some((code.parse().ok()?, text)))
}

/// The code of a PROJ string in its normal form.
pub(crate) fn code_of(normalised: &str) -> Option<u32> {
    TABLE.lines().find_map(|line| line.strip_suffix(normalised)?.strip_suffix(' ')?.parse().ok())
}

/// The EPSG code that a text names, if any.
pub(crate) fn code_in(text: &str) -> Option<u32> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("OGC:CRS84") || text.eq_ignore_ascii_case("CRS84") {
        return Some(4326);
    }
    if let Ok(code) = text.parse() {
        return Some(code);
    }
    let upper = text.to_ascii_uppercase();
    if upper.contains("EPSG") && ["URN:", "HTTP"].iter().any(|start| upper.starts_with(start)) {
        return upper.rsplit([':', '/']).next()?.parse().ok();
    }
    let after = &upper[upper.rfind("EPSG")? + 4..];
    let digits: String =
        after.trim_start_matches([':', '"', ',', ' ', '/']).chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::super::proj_string::ProjString;
    use super::*;

    #[test]
    fn every_string_of_the_table_is_in_its_normal_form() {
        let mut count = 0;
        for (code, text) in TABLE.lines().skip(1).map(|line| line.split_once(' ').unwrap()) {
            let code: u32 = code.parse().unwrap();
            let parsed = ProjString::parse(text).unwrap();
            assert_eq!(parsed.normalised(&parsed.ellipsoid().unwrap()), text, "{code}");
            assert_eq!(proj_string(code), Some(text));
            count += 1;
        }
        assert!(count > 1000, "{count}");
    }

    #[test]
    fn strings_have_the_usual_one_of_their_codes() {
        for (code, usual) in [(32633, 32633), (26910, 26910), (25833, 25833), (5041, 5041), (32661, 5041), (3031, 3031)]
        {
            assert_eq!(code_of(proj_string(code).unwrap()), Some(usual), "{code}");
        }
        assert_eq!((proj_string(26929), proj_string(1), code_of("+proj=laea")), (None, None, None));
    }
}
