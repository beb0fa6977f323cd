//! EPSG (and a few ESRI) codes of the maps of polar and global grids, as PROJ strings.

use super::proj_string::ProjString;

const TABLE: [(u32, &str); 42] = [
    (3031, "+proj=stere +lat_0=-90 +lat_ts=-71 +lon_0=0"),
    (3413, "+proj=stere +lat_0=90 +lat_ts=70 +lon_0=-45"),
    (3032, "+proj=stere +lat_0=-90 +lat_ts=-71 +lon_0=70 +x_0=6000000 +y_0=6000000"),
    (3976, "+proj=stere +lat_0=-90 +lat_ts=-70 +lon_0=0"),
    (3995, "+proj=stere +lat_0=90 +lat_ts=71 +lon_0=0"),
    (3996, "+proj=stere +lat_0=90 +lat_ts=75 +lon_0=0"),
    (3411, "+proj=stere +lat_0=90 +lat_ts=70 +lon_0=-45 +a=6378273 +b=6356889.449"),
    (3412, "+proj=stere +lat_0=-90 +lat_ts=-70 +lon_0=0 +a=6378273 +b=6356889.449"),
    (5041, "+proj=stere +lat_0=90 +k=0.994 +lon_0=0 +x_0=2000000 +y_0=2000000"),
    (5042, "+proj=stere +lat_0=-90 +k=0.994 +lon_0=0 +x_0=2000000 +y_0=2000000"),
    (32661, "+proj=stere +lat_0=90 +k=0.994 +lon_0=0 +x_0=2000000 +y_0=2000000"),
    (32761, "+proj=stere +lat_0=-90 +k=0.994 +lon_0=0 +x_0=2000000 +y_0=2000000"),
    (6931, "+proj=laea +lat_0=90 +lon_0=0 +x_0=0 +y_0=0"),
    (6932, "+proj=laea +lat_0=-90 +lon_0=0 +x_0=0 +y_0=0"),
    (6933, "+proj=cea +lat_ts=30 +lon_0=0 +x_0=0 +y_0=0"),
    (3408, "+proj=laea +lat_0=90 +lon_0=0 +x_0=0 +y_0=0 +R=6371228"),
    (3409, "+proj=laea +lat_0=-90 +lon_0=0 +x_0=0 +y_0=0 +R=6371228"),
    (3410, "+proj=cea +lat_ts=30 +lon_0=0 +x_0=0 +y_0=0 +R=6371228"),
    (3571, "+proj=laea +lat_0=90 +lon_0=180 +x_0=0 +y_0=0"),
    (3572, "+proj=laea +lat_0=90 +lon_0=-150 +x_0=0 +y_0=0"),
    (3573, "+proj=laea +lat_0=90 +lon_0=-100 +x_0=0 +y_0=0"),
    (3574, "+proj=laea +lat_0=90 +lon_0=-40 +x_0=0 +y_0=0"),
    (3575, "+proj=laea +lat_0=90 +lon_0=10 +x_0=0 +y_0=0"),
    (3576, "+proj=laea +lat_0=90 +lon_0=90 +x_0=0 +y_0=0"),
    (3035, "+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 +ellps=GRS80"),
    (3034, "+proj=lcc +lat_1=35 +lat_2=65 +lat_0=52 +lon_0=10 +x_0=4000000 +y_0=2800000 +ellps=GRS80"),
    (3338, "+proj=aea +lat_1=55 +lat_2=65 +lat_0=50 +lon_0=-154 +x_0=0 +y_0=0 +ellps=GRS80"),
    (5070, "+proj=aea +lat_1=29.5 +lat_2=45.5 +lat_0=23 +lon_0=-96 +x_0=0 +y_0=0 +ellps=GRS80"),
    (3978, "+proj=lcc +lat_1=49 +lat_2=77 +lat_0=49 +lon_0=-95 +x_0=0 +y_0=0 +ellps=GRS80"),
    (3979, "+proj=lcc +lat_1=49 +lat_2=77 +lat_0=49 +lon_0=-95 +x_0=0 +y_0=0 +ellps=GRS80"),
    (3577, "+proj=aea +lat_1=-18 +lat_2=-36 +lat_0=0 +lon_0=132 +x_0=0 +y_0=0 +ellps=GRS80"),
    (3395, "+proj=merc +lon_0=0 +k=1 +x_0=0 +y_0=0"),
    (3857, "+proj=webmerc +lat_0=0 +lon_0=0 +x_0=0 +y_0=0"),
    (54008, "+proj=sinu +lon_0=0 +x_0=0 +y_0=0"),
    (54009, "+proj=moll +lon_0=0 +x_0=0 +y_0=0"),
    (54030, "+proj=robin +lon_0=0 +x_0=0 +y_0=0"),
    (54034, "+proj=cea +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0"),
    (4326, "+proj=longlat"),
    (4979, "+proj=longlat"),
    (4258, "+proj=longlat +ellps=GRS80"),
    (4269, "+proj=longlat +ellps=GRS80"),
    (8857, "+proj=eqearth +lon_0=0 +x_0=0 +y_0=0"),
];

/// Ranges of UTM zones: the codes before zone 1, how many there are, their hemisphere and ellipsoid.
const ZONES: [(u32, u32, bool, &str); 4] =
    [(32600, 60, false, "WGS84"), (32700, 60, true, "WGS84"), (25800, 60, false, "GRS80"), (26900, 60, false, "GRS80")];

/// The PROJ string of a code.
pub(crate) fn proj_string(code: u32) -> Option<String> {
    if let Some((_, text)) = TABLE.iter().find(|(known, _)| *known == code) {
        return Some((*text).to_string());
    }
    let &(start, _, south, ellipsoid) =
        ZONES.iter().find(|(start, count, ..)| (1..=*count).contains(&code.saturating_sub(*start)))?;
    let south = if south { " +south" } else { "" };
    Some(format!("+proj=utm +zone={}{south} +ellps={ellipsoid}", code - start))
}

/// Codes of polar stereographic maps that have a parallel of true scale, the usual first.
pub(crate) fn polar_stereographic() -> impl Iterator<Item = u32> {
    TABLE.iter().filter(|(_, text)| text.contains("lat_ts") && text.starts_with("+proj=stere")).map(|(code, _)| *code)
}

/// The code of a PROJ string in its normal form.
pub(crate) fn code_of(normalised: &str) -> Option<u32> {
    let normal = |text: &str| {
        let parsed = ProjString::parse(text).ok()?;
        let ellipsoid = parsed.ellipsoid().ok()?;
        Some(parsed.normalised(&ellipsoid))
    };
    let name = normalised.split(' ').next()?;
    let in_table = TABLE.iter().filter(|(_, text)| text.starts_with(name));
    let zones = ZONES.iter().filter(|_| name == "+proj=utm").flat_map(|(start, count, ..)| start + 1..=start + count);
    let codes = in_table.map(|(code, _)| *code).chain(zones);
    codes.into_iter().find(|&code| proj_string(code).and_then(|text| normal(&text)).as_deref() == Some(normalised))
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
    let code: u32 = digits.parse().ok()?;
    // WKT without an outer authority ends in the code of one of its parts.
    let is_projected = ["PROJ", "BOUND", "COMPOUND", "COMPD"].iter().any(|word| upper.starts_with(word));
    (!(is_projected && code == 4326)).then_some(code)
}
