//! Roles of axes and coordinates: what says that a coordinate is x, a longitude, or time.

/// What a coordinate stands for.
///
/// # Examples
/// ```
/// use nunatak_cf::AxisRole;
///
/// assert_eq!(AxisRole::of_name("nav_lon"), Some(AxisRole::Longitude));
/// assert_eq!(AxisRole::of_units("degrees_north"), Some(AxisRole::Latitude));
/// assert_eq!(AxisRole::of_standard_name("projection_x_coordinate"), Some(AxisRole::X));
/// assert_eq!(AxisRole::Latitude.letter(), "Y");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AxisRole {
    /// x of a map.
    X,
    /// y of a map.
    Y,
    /// Longitude.
    Longitude,
    /// Latitude.
    Latitude,
    /// Time.
    Time,
}

impl AxisRole {
    /// Every role.
    pub const ALL: [Self; 5] = [Self::X, Self::Y, Self::Longitude, Self::Latitude, Self::Time];

    /// Its CF standard name.
    pub fn standard_name(self) -> &'static str {
        match self {
            Self::X => "projection_x_coordinate",
            Self::Y => "projection_y_coordinate",
            Self::Longitude => "longitude",
            Self::Latitude => "latitude",
            Self::Time => "time",
        }
    }

    /// The value of the attribute `axis` of such a coordinate when it is one-dimensional.
    pub fn letter(self) -> &'static str {
        match self {
            Self::X | Self::Longitude => "X",
            Self::Y | Self::Latitude => "Y",
            Self::Time => "T",
        }
    }

    /// Names that such coordinates usually have, in small letters, the most usual first.
    ///
    /// `xc`, `x1` and `easting` are in the archives of ISMIP6, CISM and national grids; `nav_lon` is NEMO's, `xlong`
    /// WRF's, `tlon`, `tlong` and `geolon` those of POP, CICE and MOM.
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Self::X => &["x", "xc", "x1", "easting"],
            Self::Y => &["y", "yc", "y1", "northing"],
            Self::Longitude => {
                &["lon", "longitude", "nav_lon", "xlong", "xlon", "tlon", "tlong", "geolon", "glon", "lons"]
            }
            Self::Latitude => {
                &["lat", "latitude", "nav_lat", "xlat", "ylat", "tlat", "tlati", "geolat", "glat", "lats"]
            }
            Self::Time => &["time", "t"],
        }
    }

    /// The role of a coordinate with this standard name.
    pub fn of_standard_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.standard_name() == name)
    }

    /// The role that a coordinate of this name usually has, in any case.
    ///
    /// ```
    /// use nunatak_cf::AxisRole;
    ///
    /// assert_eq!(AxisRole::of_name("XC"), Some(AxisRole::X));
    /// assert_eq!(AxisRole::of_name("lithk"), None);
    /// ```
    pub fn of_name(name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        Self::ALL.into_iter().find(|role| role.names().contains(&name.as_str()))
    }

    /// The role of a dimension of this name: those of coordinates, and `nx` and `ny`, which count cells.
    pub fn of_dimension(name: &str) -> Option<Self> {
        match name.to_lowercase().as_str() {
            "nx" => Some(Self::X),
            "ny" => Some(Self::Y),
            other => Self::of_name(other),
        }
    }

    /// The role that units alone give: a longitude in degrees east, a latitude in degrees north, a time in
    /// `<unit> since <date>` (CF conventions, sections 4.1, 4.2 and 4.4).
    pub fn of_units(units: &str) -> Option<Self> {
        let units = units.trim().to_lowercase();
        if units.contains(" since ") {
            return Some(Self::Time);
        }
        let rest = units.strip_prefix("degree")?;
        match rest.strip_prefix('s').unwrap_or(rest).trim_start_matches('_') {
            "east" | "e" => Some(Self::Longitude),
            "north" | "n" => Some(Self::Latitude),
            _ => None,
        }
    }

    /// Whether it is a longitude or a latitude.
    pub fn is_geographic(self) -> bool {
        matches!(self, Self::Longitude | Self::Latitude)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_standard_names_and_letters_agree() {
        for role in AxisRole::ALL {
            assert_eq!(AxisRole::of_standard_name(role.standard_name()), Some(role));
            for name in role.names() {
                assert_eq!((AxisRole::of_name(name), AxisRole::of_dimension(name)), (Some(role), Some(role)), "{name}");
            }
        }
        assert_eq!((AxisRole::Latitude.letter(), AxisRole::X.letter()), ("Y", "X"));
        assert_eq!((AxisRole::of_dimension("nx"), AxisRole::of_name("nx")), (Some(AxisRole::X), None));
    }

    /// The spellings that CF lists; one list knew two of them, another the plural only.
    #[test]
    fn every_spelling_of_degrees_east_and_north_says_which() {
        for (role, ends) in [(AxisRole::Longitude, ["_east", "_E", "E"]), (AxisRole::Latitude, ["_north", "_N", "N"])] {
            for end in ends {
                assert_eq!(AxisRole::of_units(&format!("degree{end}")), Some(role));
                assert_eq!(AxisRole::of_units(&format!("degrees{end}")), Some(role));
            }
        }
        assert_eq!(AxisRole::of_units("days since 2000-01-01"), Some(AxisRole::Time));
        assert_eq!((AxisRole::of_units("degrees"), AxisRole::of_units("m")), (None, None));
    }
}
