//! What findings are about.

/// What a finding is about: the six groups of the ISMIP compliance checker.
///
/// # Examples
/// ```
/// use nunatak_repair::{Category, RuleSet};
///
/// assert_eq!(RuleSet::ismip6().category("C12"), Category::Time);
/// let names = Category::ALL.map(Category::name);
/// assert_eq!(names, ["naming", "file", "attributes", "grid", "time", "values"]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Names: of files, directories, experiments and variables.
    Naming,
    /// Files as a whole: which there are, and whether they can be read.
    File,
    /// Attributes and types: units, standard names, fill values, packing.
    Attributes,
    /// Where the cells are: dimensions, coordinates, extent, spacing, projection.
    Grid,
    /// Time axes: calendars, stamps, bounds, completeness.
    Time,
    /// The numbers themselves: ranges, missing values, identities between variables.
    Values,
}

impl Category {
    /// All categories, in the order of reports.
    pub const ALL: [Self; 6] = [Self::Naming, Self::File, Self::Attributes, Self::Grid, Self::Time, Self::Values];

    /// Its name in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Naming => "naming",
            Self::File => "file",
            Self::Attributes => "attributes",
            Self::Grid => "grid",
            Self::Time => "time",
            Self::Values => "values",
        }
    }
}
