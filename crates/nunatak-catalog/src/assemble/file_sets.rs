//! Which files of an experiment hold one thing: parts by years, and copies.

use std::collections::BTreeMap;

use nunatak_format::Location;
use nunatak_ismip::year_range;
use nunatak_repair::{Draft, Report, Severity};

use crate::join::Series;

/// A file, and its records in time where they can be on the joined axis.
pub(crate) type DatedDraft = (Draft, Option<Series>);

/// The files that hold one token of an experiment: most often one; more when it was cut by years.
pub(crate) struct FileSet {
    pub(crate) files: Vec<DatedDraft>,
    /// The records of all of them.
    pub(crate) series: Option<Series>,
}

/// Puts the files of an experiment into sets, in their order. A file that says nothing new is left out, with a warning.
pub(crate) fn file_sets(files: Vec<DatedDraft>, report: &mut Report) -> Vec<FileSet> {
    let mut sets: Vec<Vec<DatedDraft>> = Vec::new();
    let mut places: BTreeMap<_, usize> = BTreeMap::new();
    for file in files {
        let entry = &file.0.entry;
        let key = (entry.token.clone(), entry.prefix.clone(), entry.ice_sheet.clone());
        let at = *places.entry(key).or_insert_with(|| {
            sets.push(Vec::new());
            sets.len() - 1
        });
        sets[at].extend([file]);
    }
    sets.into_iter().map(|files| FileSet::of(files, report)).collect()
}

impl FileSet {
    fn of(mut files: Vec<DatedDraft>, report: &mut Report) -> Self {
        files.sort_by_key(|(draft, _)| exactness(draft));
        let mut files = files.into_iter();
        let mut set = Self { files: files.next().into_iter().collect(), series: None };
        set.series = set.files.first().and_then(|(_, series)| series.clone());
        for (draft, series) in files {
            match set.joined(&draft, series.as_ref()) {
                Ok((joined, doubtful)) => {
                    if let Some(problem) = doubtful {
                        warn(report, &draft, problem);
                    }
                    set.series = Some(joined);
                    set.files.push((draft, series));
                }
                Err(problem) => warn(report, &draft, problem),
            }
        }
        set
    }

    /// The records with those of another file, and what is doubtful about them.
    ///
    /// # Errors
    /// Why the other file is no further part.
    fn joined(&self, draft: &Draft, series: Option<&Series>) -> Result<(Series, Option<String>), String> {
        let Some((first, _)) = self.files.first() else { return Err("there is nothing beside it".into()) };
        let copy = || format!("a copy beside {}, whose name is the exact one; left out", first.entry.path.file_name());
        let (Some(own), Some(series)) = (&self.series, series) else { return Err(copy()) };
        let common = own.common(series);
        if common == 0 {
            return Ok((own.with(series), None));
        }
        let years = |draft: &Draft| year_range(&draft.entry.stem());
        let is_part = years(draft).is_some() && self.files.iter().all(|(other, _)| years(other) != years(draft));
        if !is_part || common == series.len() {
            return Err(copy());
        }
        let problem = format!("{common} of its {} records are in other parts, too, which are used", series.len());
        Ok((own.with(series), Some(problem)))
    }
}

fn warn(report: &mut Report, draft: &Draft, problem: String) {
    let path = &draft.entry.path;
    report.add(Severity::Warning, path, None, format!("{}: {problem}", path.display()));
}

/// The name that says what directories and token say comes first, then what is shortest and has the usual extension.
fn exactness(draft: &Draft) -> (bool, usize, bool, Location) {
    let entry = &draft.entry;
    let stem = entry.stem();
    let directories = format!("{}_{}_{}", entry.institution, entry.model, entry.experiment);
    let is_exact = stem.ends_with(&directories) || entry.run.is_some() && year_range(&stem).is_some();
    let is_usual = entry.path.file_name().ends_with(".nc");
    (!is_exact, stem.len(), !is_usual, entry.path.clone())
}
