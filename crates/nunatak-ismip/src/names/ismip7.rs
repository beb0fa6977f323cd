//! File names of ISMIP7: `lithk_GrIS_VUW_PISM1_m001_CESM2-WACCM_f001_ctrl_C001_2015-2300.nc`.

/// How many fields a name has, separated by `_`, which no field contains.
const FIELDS: usize = 10;

/// What identifies a run of ISMIP7 beside group, model and experiment.
///
/// # Examples
/// ```
/// use nunatak_ismip::Ismip7Name;
///
/// let name = Ismip7Name::parse("lithk_GrIS_VUW_PISM1_m001_CESM2-WACCM_f001_ctrl_C001_2015-2300")?;
/// assert_eq!(name.run.earth_system_model, "CESM2-WACCM");
/// assert_eq!(name.run.key(), "m001_CESM2-WACCM_f001_C001");
/// # Ok::<(), nunatak_ismip::FieldProblem>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ismip7Run {
    /// Member of the ice-sheet model's ensemble: `m001`.
    pub member: String,
    /// Earth system model that forces it: `CESM2-WACCM`.
    pub earth_system_model: String,
    /// Member of the forcing: `f001`.
    pub forcing: String,
    /// Set and counter: `C001`.
    pub set: String,
    /// Nominal years, as the name has them: `2015-2300`.
    pub years: String,
}

impl Ismip7Run {
    /// Its node below the experiment: `m001_CESM2-WACCM_f001_C001`.
    pub fn key(&self) -> String {
        format!("{}_{}_{}_{}", self.member, self.earth_system_model, self.forcing, self.set)
    }
}

/// A name of ten fields, valid or not.
///
/// # Examples
/// ```
/// use nunatak_ismip::Ismip7Name;
///
/// let name = Ismip7Name::parse("lithk_GrIS_VUW_PISM1_m001_CESM2-WACCM_f001_ctrl_C001_2015-2300")?;
/// assert_eq!((name.variable.as_str(), name.experiment.as_str()), ("lithk", "ctrl"));
/// assert_eq!(name.years(), Some((2015, 2300)));
/// assert!(name.problems().is_empty());
/// # Ok::<(), nunatak_ismip::FieldProblem>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ismip7Name {
    /// Variable.
    pub variable: String,
    /// Ice sheet: `AIS` or `GrIS`.
    pub region: String,
    /// The modelling group.
    pub group: String,
    /// Model.
    pub model: String,
    /// Experiment.
    pub experiment: String,
    /// Members, forcing, set and years.
    pub run: Ismip7Run,
}

/// What is wrong with one field of a name.
///
/// # Examples
/// ```
/// use nunatak_ismip::Ismip7Name;
///
/// let name = Ismip7Name::parse("lithk_GIS_VUW_PISM1_m001_CESM2-WACCM_f001_ctrl_C001_2015-2300")?;
/// let problems = name.problems();
/// assert_eq!(problems.len(), 1);
/// assert_eq!(problems[0].found, "field 2 of the file name (region) is `GIS`");
/// assert_eq!(problems[0].expected, "`AIS` or `GrIS`");
/// # Ok::<(), nunatak_ismip::FieldProblem>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field and what it holds.
    pub found: String,
    /// The form that it should have.
    pub expected: String,
}

impl Ismip7Name {
    /// Whether a file's stem is meant as a name of ISMIP7: two or more of member, forcing, set and years are in it.
    pub fn is_meant(stem: &str) -> bool {
        let marks: [fn(&str) -> bool; 4] =
            [|part| is_counter(part, "m"), |part| is_counter(part, "f"), is_set, |part| years(part).is_some()];
        marks.iter().filter(|mark| stem.split('_').any(mark)).count() >= 2
    }

    /// The ten fields of a stem.
    ///
    /// # Errors
    /// A [`FieldProblem`] when there are more or fewer.
    pub fn parse(stem: &str) -> Result<Self, FieldProblem> {
        let parts: Vec<&str> = stem.split('_').collect();
        let Ok([variable, region, group, model, member, esm, forcing, experiment, set, years]) =
            <[&str; FIELDS]>::try_from(parts.as_slice())
        else {
            return Err(FieldProblem {
                found: format!("{} fields in the file name `{stem}`", parts.len()),
                expected:
                    "10: variable_region_group_model_m###_ESM_f###_experiment_[CEP]###_YYYY-YYYY, none with `_` in \
                           it"
                    .into(),
            });
        };
        let run = Ismip7Run {
            member: member.into(),
            earth_system_model: esm.into(),
            forcing: forcing.into(),
            set: set.into(),
            years: years.into(),
        };
        Ok(Self {
            variable: variable.into(),
            region: region.into(),
            group: group.into(),
            model: model.into(),
            experiment: experiment.into(),
            run,
        })
    }

    /// First and last nominal year.
    pub fn years(&self) -> Option<(i64, i64)> {
        years(&self.run.years)
    }

    /// One problem for each field that does not have its form. Whether the variable and the experiment are known is not
    /// looked at.
    pub fn problems(&self) -> Vec<FieldProblem> {
        let run = &self.run;
        let word = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let fields: [(usize, &str, &str, bool, &str); 9] = [
            (1, "variable", &self.variable, word(&self.variable), "a variable of the data request"),
            (2, "region", &self.region, matches!(self.region.as_str(), "AIS" | "GrIS"), "`AIS` or `GrIS`"),
            (3, "group", &self.group, word(&self.group), "letters, digits and hyphens"),
            (4, "model", &self.model, word(&self.model), "letters, digits and hyphens"),
            (5, "model member", &run.member, is_counter(&run.member, "m"), "`m` and three digits, such as `m001`"),
            (6, "ESM", &run.earth_system_model, word(&run.earth_system_model), "letters, digits and hyphens"),
            (7, "forcing member", &run.forcing, is_counter(&run.forcing, "f"), "`f` and three digits, such as `f001`"),
            (8, "experiment", &self.experiment, word(&self.experiment), "letters, digits and hyphens"),
            (9, "set", &run.set, is_set(&run.set), "`C`, `E` or `P` and three digits, such as `C001`"),
        ];
        let problem = |at: usize, name: &str, found: &str, expected: &str| FieldProblem {
            found: format!("field {at} of the file name ({name}) is `{found}`"),
            expected: expected.into(),
        };
        let mut problems: Vec<FieldProblem> = fields
            .into_iter()
            .filter(|(_, _, _, good, _)| !good)
            .map(|(at, name, found, _, expected)| problem(at, name, found, expected))
            .collect();
        if self.years().is_none_or(|(first, last)| first > last) {
            problems.push(problem(FIELDS, "years", &run.years, "YYYY-YYYY, the first not after the last"));
        }
        problems
    }
}

/// `m001`: a letter and three digits.
fn is_counter(text: &str, letter: &str) -> bool {
    text.strip_prefix(letter)
        .is_some_and(|digits| digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_set(text: &str) -> bool {
    ["C", "E", "P"].into_iter().any(|letter| is_counter(text, letter))
}

fn years(text: &str) -> Option<(i64, i64)> {
    let (first, last) = text.split_once('-')?;
    let year =
        |text: &str| (text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?;
    Some((year(first)?, year(last)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GOOD: &str = "lithk_GrIS_VUW_PISM1_m001_CESM2-WACCM_f001_ctrl_C001_2015-2300";

    #[test]
    fn a_good_name_has_ten_fields_and_no_problem() {
        let name = Ismip7Name::parse(GOOD).unwrap();
        assert_eq!((name.variable.as_str(), name.region.as_str()), ("lithk", "GrIS"));
        assert_eq!((name.group.as_str(), name.model.as_str(), name.experiment.as_str()), ("VUW", "PISM1", "ctrl"));
        assert_eq!(name.run.key(), "m001_CESM2-WACCM_f001_C001");
        assert_eq!((name.years(), name.problems()), (Some((2015, 2300)), vec![]));
    }

    #[test]
    fn every_wrong_field_is_one_problem_that_names_it() {
        for (from, to, field) in [
            ("GrIS", "GIS", "field 2"),
            ("m001", "m1", "field 5"),
            ("f001", "g001", "field 7"),
            ("C001", "X001", "field 9"),
            ("2015-2300", "2300-2015", "field 10"),
            ("2015-2300", "15-2300", "field 10"),
        ] {
            let problems = Ismip7Name::parse(&GOOD.replace(from, to)).unwrap().problems();
            assert_eq!(problems.len(), 1, "{to}");
            assert!(problems[0].found.starts_with(field) && problems[0].found.contains(to), "{problems:?}");
        }
    }

    #[test]
    fn an_underscore_in_a_field_is_told_by_the_count() {
        let problem = Ismip7Name::parse(&GOOD.replace("PISM1", "PISM_1")).unwrap_err();
        assert!(problem.found.starts_with("11 fields") && problem.expected.starts_with("10: "), "{problem:?}");
    }

    #[test]
    fn names_of_ismip6_are_not_meant_as_ismip7() {
        assert!(Ismip7Name::is_meant(GOOD) && Ismip7Name::is_meant(&GOOD.replace("m001", "m1")));
        assert!(!Ismip7Name::is_meant("lithk_AIS_ILTS_PIK_SICOPOLIS1_exp05"));
        assert!(!Ismip7Name::is_meant("lithk_AIS_JPL1_ISSM_E001"));
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_parser(stem in "[a-zA-Z0-9_-]{0,60}") {
            if let Ok(name) = Ismip7Name::parse(&stem) {
                let _ = name.problems();
            }
        }
    }
}
