//! Attributes and types.

use nunatak_array::DataType;
use nunatak_format::{Attribute, Attributes};
use nunatak_ismip::{Protocol, VariableRequest};
use nunatak_repair::{Category, Role};

use crate::checked_file::CheckedFile;
use crate::finding::Level;
use crate::units::is_same;

/// NetCDF's default fill value of floats.
pub(crate) const DEFAULT_FILL_VALUE: f32 = 9.969_21e36;

pub(crate) fn check(file: &mut CheckedFile) {
    let Some(variable) = file.variable() else { return };
    if let Some(request) = file.request {
        check_units(file, &variable.raw.attributes, request);
        check_standard_name(file, &variable.raw.attributes, request);
    }
    check_type(file, variable.raw.array.data_type());
    if file.protocol == Protocol::Ismip7 {
        check_fill_value(file, &variable.raw.attributes);
        check_packing(file, &variable.raw.attributes);
        check_file_attributes(file);
    }
}

/// Another unit makes every number wrong; a fraction can hardly be in another.
fn check_units(file: &mut CheckedFile, attributes: &Attributes, request: &VariableRequest) {
    let expected = format!("`{}`", request.units);
    match attributes.get("units") {
        None => file.depart(Category::Attributes, "no units", expected),
        Some(units) if units.as_text().is_some_and(|units| is_same(units, request.units)) => {}
        Some(units) => {
            let level = if request.units == "1" { Level::departure(file.protocol) } else { Level::Error };
            file.note(Category::Attributes, level, format!("units `{units}`"), expected);
        }
    }
}

fn check_standard_name(file: &mut CheckedFile, attributes: &Attributes, request: &VariableRequest) {
    let Some(preferred) = request.standard_names.first() else { return };
    let accepted = match file.protocol {
        Protocol::Ismip6 => request.standard_names,
        Protocol::Ismip7 => std::slice::from_ref(preferred),
    };
    let found = match attributes.get("standard_name") {
        None => "no standard_name".to_string(),
        Some(name) if name.as_text().is_some_and(|name| accepted.contains(&name)) => return,
        Some(name) => format!("standard_name `{name}`"),
    };
    file.depart(Category::Attributes, found, format!("`{preferred}`"));
}

fn check_type(file: &mut CheckedFile, found: DataType) {
    match (file.protocol, found) {
        (_, DataType::F32) | (Protocol::Ismip6, DataType::F64) => {}
        (protocol, found) => {
            file.note(Category::Attributes, Level::departure(protocol), format!("values of type {found}"), "float32");
        }
    }
}

/// Exactly the default of NetCDF-4, so that one number means missing in the whole archive.
fn check_fill_value(file: &mut CheckedFile, attributes: &Attributes) {
    let is_default = |value: &Attribute| value.as_f64() == Some(f64::from(DEFAULT_FILL_VALUE));
    let expected = format!("{DEFAULT_FILL_VALUE:e}, the default of NetCDF-4 in float32");
    match attributes.get("_FillValue") {
        None => file.depart(Category::Attributes, "no _FillValue", expected.as_str()),
        Some(value) if is_default(value) => {}
        Some(value) => file.depart(Category::Attributes, format!("_FillValue {value}"), expected.as_str()),
    }
    if let Some(value) = attributes.get("missing_value").filter(|value| !is_default(value)) {
        file.depart(Category::Attributes, format!("missing_value {value}"), "the same as _FillValue, or none");
    }
}

fn check_packing(file: &mut CheckedFile, attributes: &Attributes) {
    for name in ["scale_factor", "add_offset"] {
        if let Some(value) = attributes.get(name) {
            file.depart(Category::Attributes, format!("{name} = {value}"), "values that are not packed");
        }
    }
}

fn check_file_attributes(file: &mut CheckedFile) {
    let attributes = &file.draft.attributes;
    let empty = |name: &&str| {
        attributes.get(name).is_none_or(|value| value.as_text().is_some_and(|text| text.trim().is_empty()))
    };
    let missing: Vec<&str> = ["group", "model", "contact_name", "contact_email"].into_iter().filter(empty).collect();
    let crs = attributes.get("crs").map(ToString::to_string);
    if !missing.is_empty() {
        let found = format!("no global attribute {}", missing.join(", "));
        file.note_of(None, Category::Attributes, Level::Error, found, "group, model, contact_name, contact_email");
    }
    let Some(epsg) = file.ice_sheet.map(|ice_sheet| format!("epsg:{}", ice_sheet.epsg())) else { return };
    let found = match crs {
        None => "no global attribute crs".to_string(),
        Some(text) if text.trim().eq_ignore_ascii_case(&epsg) => return,
        Some(text) => format!("crs `{text}`"),
    };
    file.note_of(None, Category::Grid, Level::Error, found, format!("`{epsg}`"));
}

/// Units of the horizontal axes.
pub(crate) fn check_axis_units(file: &mut CheckedFile) {
    for name in ["x", "y"] {
        let axis = file.draft.variables.iter().find(|one| one.raw.name == name && one.role == Role::Coordinate);
        let Some(axis) = axis else { continue };
        let units = axis.raw.attributes.text("units");
        if !units.is_some_and(|units| is_same(units, "m")) {
            let found = units.map_or("no units".into(), |units| format!("units `{units}`"));
            let level = Level::departure(file.protocol);
            file.note_of(Some(name), Category::Attributes, level, found, "`m`");
        }
    }
}
