//! Names: of the file, its directories, its experiment, its variables.

use nunatak_ismip::{Ismip7Name, Protocol, initmip_alias, ismip6_span, ismip7_years, requests};
use nunatak_repair::{Category, Role};

use crate::checked_file::CheckedFile;
use crate::finding::Level;

pub(crate) fn check(file: &mut CheckedFile) {
    match file.protocol {
        Protocol::Ismip6 => check_ismip6_name(file),
        Protocol::Ismip7 => check_ismip7_name(file),
    }
    check_variable(file);
    check_company(file);
}

/// The file's name against its directories. Where a rule has put it right, that is in the report already.
fn check_ismip6_name(file: &mut CheckedFile) {
    let entry = &file.draft.entry;
    let stem = entry.stem();
    let ice_sheet = entry.ice_sheet.as_deref().unwrap_or("AIS");
    let wanted = format!("{}_{ice_sheet}_{}_{}_{}", entry.variable, entry.institution, entry.model, entry.experiment);
    if !stem.is_empty() && stem != wanted && entry.repairs.is_empty() {
        file.depart(Category::Naming, format!("file name `{stem}`"), format!("`{wanted}`, as its directories say"));
    }
    let known = entry.ice_sheet.as_deref().is_none_or(|name| matches!(name, "AIS" | "GIS"));
    if !known {
        file.depart(Category::Naming, format!("ice sheet `{ice_sheet}`"), "`AIS` or `GIS`");
    }
    if ismip6_span(&file.draft.entry.experiment).is_none() {
        let found = format!("experiment `{}` is not of ISMIP6", file.draft.entry.experiment);
        file.depart(Category::Naming, found, "such as `hist_std`, `ctrl_proj_std`, `exp05`, `expAE01`");
    }
}

/// The ten fields, and the nominal years that the experiment may cover.
fn check_ismip7_name(file: &mut CheckedFile) {
    let stem = file.draft.entry.stem();
    let name = match Ismip7Name::parse(&stem) {
        Ok(name) => name,
        Err(problem) => return file.depart(Category::Naming, problem.found, problem.expected),
    };
    for problem in name.problems() {
        file.depart(Category::Naming, problem.found, problem.expected);
    }
    let Some(((earliest, latest), last)) = ismip7_years(&name.experiment) else {
        let found = format!("experiment `{}` is not of the core set; its years are not checked", name.experiment);
        return file.note(Category::Naming, Level::Warning, found, "historical, ctrl, ssp126, ssp370 or ssp585");
    };
    let years = name.years().filter(|(from, to)| from <= to);
    if let Some((from, to)) = years.filter(|(from, to)| !(earliest..=latest).contains(from) || *to != last) {
        let start = if earliest == latest { earliest.to_string() } else { format!("{earliest} to {latest}") };
        let expected = format!("{} starts in {start} and ends in {last}", name.experiment);
        file.depart(Category::Time, format!("nominal years {from}-{to} in the file name"), expected);
    }
}

/// The variable of the name is one of the protocol, and in the file.
fn check_variable(file: &mut CheckedFile) {
    let variable = file.draft.entry.variable.clone();
    let protocol = file.protocol;
    if file.request.is_none() {
        let found = format!("`{variable}` is no variable of {}", protocol.name().to_uppercase());
        let expected =
            nearest(protocol, &variable).map(|name| format!("a variable of the data request, such as `{name}`"));
        file.depart(Category::Naming, found, expected.unwrap_or_else(|| "a variable of the data request".into()));
    } else if let Some(name) = initmip_alias(&variable) {
        file.note(Category::Naming, Level::Info, format!("`{variable}`, a name of initMIP"), format!("`{name}`"));
    }
    if file.variable().is_none() {
        let held: Vec<&str> = data_names(file);
        let found = match held.as_slice() {
            [] => "no data variable in the file".to_string(),
            names => format!("no `{variable}` in the file, which holds `{}`", names.join("`, `")),
        };
        file.note(Category::Naming, Level::Error, found, format!("`{variable}`, as the file name says"));
    }
}

/// ISMIP7 files hold one variable and what CF lets it name.
fn check_company(file: &mut CheckedFile) {
    let own = file.draft.entry.variable.as_str();
    let others: Vec<&str> = data_names(file).into_iter().filter(|name| *name != own).collect();
    if file.protocol == Protocol::Ismip7 && !others.is_empty() && file.variable().is_some() {
        let found = format!("`{}` beside the variable", others.join("`, `"));
        file.note(Category::Naming, Level::Warning, found, "one variable, its coordinates and what they name");
    }
}

fn data_names<'a>(file: &CheckedFile<'a>) -> Vec<&'a str> {
    let variables = file.draft.variables.iter();
    variables.filter(|one| one.role == Role::Data).map(|one| one.raw.name.as_str()).collect()
}

/// The variable that differs least: by one letter more, less or other, or by the order of two.
fn nearest(protocol: Protocol, name: &str) -> Option<&'static str> {
    let letters = |text: &str| {
        let mut letters: Vec<char> = text.to_lowercase().chars().collect();
        letters.sort_unstable();
        letters
    };
    let own = letters(name);
    let difference = |other: &str| {
        let other = letters(other);
        let missing = |one: &[char], from: &[char]| {
            let mut rest = from.to_vec();
            one.iter()
                .filter(|letter| rest.iter().position(|c| c == *letter).map(|at| rest.remove(at)).is_none())
                .count()
        };
        missing(&own, &other).max(missing(&other, &own))
    };
    let names = requests(protocol).iter().map(|request| request.name);
    names.min_by_key(|other| difference(other)).filter(|other| difference(other) <= 1)
}
