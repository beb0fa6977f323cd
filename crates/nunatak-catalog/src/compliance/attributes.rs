//! Attributes and types.

use nunatak_array::DataType;
use nunatak_format::{Attribute, Attributes};

use super::finding::Level;
use super::protocol::Protocol;
use super::request::Request;
use super::subject::Subject;
use super::units::is_same;
use crate::Category;
use crate::draft::Role;

/// NetCDF's default fill value of floats.
pub(super) const DEFAULT_FILL_VALUE: f32 = 9.969_21e36;

pub(super) fn check(subject: &mut Subject) {
    let Some(variable) = subject.variable() else { return };
    if let Some(request) = subject.request {
        check_units(subject, &variable.raw.attributes, request);
        check_standard_name(subject, &variable.raw.attributes, request);
    }
    check_type(subject, variable.raw.array.data_type());
    if subject.protocol == Protocol::Ismip7 {
        check_fill_value(subject, &variable.raw.attributes);
        check_packing(subject, &variable.raw.attributes);
        check_file_attributes(subject);
    }
}

/// Another unit makes every number wrong; a fraction can hardly be in another.
fn check_units(subject: &mut Subject, attributes: &Attributes, request: &Request) {
    let expected = format!("`{}`", request.units);
    match attributes.get("units") {
        None => subject.depart(Category::Attributes, "no units", expected),
        Some(units) if units.as_text().is_some_and(|units| is_same(units, request.units)) => {}
        Some(units) => {
            let level = if request.units == "1" { subject.protocol.departure() } else { Level::Error };
            subject.note(Category::Attributes, level, format!("units `{units}`"), expected);
        }
    }
}

fn check_standard_name(subject: &mut Subject, attributes: &Attributes, request: &Request) {
    let Some(preferred) = request.standard_names.first() else { return };
    let accepted = match subject.protocol {
        Protocol::Ismip6 => request.standard_names,
        Protocol::Ismip7 => std::slice::from_ref(preferred),
    };
    let found = match attributes.get("standard_name") {
        None => "no standard_name".to_string(),
        Some(name) if name.as_text().is_some_and(|name| accepted.contains(&name)) => return,
        Some(name) => format!("standard_name `{name}`"),
    };
    subject.depart(Category::Attributes, found, format!("`{preferred}`"));
}

fn check_type(subject: &mut Subject, found: DataType) {
    match (subject.protocol, found) {
        (_, DataType::F32) | (Protocol::Ismip6, DataType::F64) => {}
        (protocol, found) => {
            subject.note(Category::Attributes, protocol.departure(), format!("values of type {found}"), "float32");
        }
    }
}

/// Exactly the default of NetCDF-4, so that one number means missing in the whole archive.
fn check_fill_value(subject: &mut Subject, attributes: &Attributes) {
    let is_default = |value: &Attribute| value.as_f64() == Some(f64::from(DEFAULT_FILL_VALUE));
    let expected = format!("{DEFAULT_FILL_VALUE:e}, the default of NetCDF-4 in float32");
    match attributes.get("_FillValue") {
        None => subject.depart(Category::Attributes, "no _FillValue", expected.as_str()),
        Some(value) if is_default(value) => {}
        Some(value) => subject.depart(Category::Attributes, format!("_FillValue {value}"), expected.as_str()),
    }
    if let Some(value) = attributes.get("missing_value").filter(|value| !is_default(value)) {
        subject.depart(Category::Attributes, format!("missing_value {value}"), "the same as _FillValue, or none");
    }
}

fn check_packing(subject: &mut Subject, attributes: &Attributes) {
    for name in ["scale_factor", "add_offset"] {
        if let Some(value) = attributes.get(name) {
            subject.depart(Category::Attributes, format!("{name} = {value}"), "values that are not packed");
        }
    }
}

fn check_file_attributes(subject: &mut Subject) {
    let attributes = &subject.draft.attributes;
    let empty = |name: &&str| {
        attributes.get(name).is_none_or(|value| value.as_text().is_some_and(|text| text.trim().is_empty()))
    };
    let missing: Vec<&str> = ["group", "model", "contact_name", "contact_email"].into_iter().filter(empty).collect();
    let crs = attributes.get("crs").map(ToString::to_string);
    if !missing.is_empty() {
        let found = format!("no global attribute {}", missing.join(", "));
        subject.note_of(None, Category::Attributes, Level::Error, found, "group, model, contact_name, contact_email");
    }
    let Some(epsg) = subject.ice_sheet.map(|ice_sheet| format!("epsg:{}", ice_sheet.epsg())) else { return };
    let found = match crs {
        None => "no global attribute crs".to_string(),
        Some(text) if text.trim().eq_ignore_ascii_case(&epsg) => return,
        Some(text) => format!("crs `{text}`"),
    };
    subject.note_of(None, Category::Grid, Level::Error, found, format!("`{epsg}`"));
}

/// Units of the horizontal axes.
pub(super) fn check_axis_units(subject: &mut Subject) {
    for name in ["x", "y"] {
        let axis = subject.draft.variables.iter().find(|one| one.raw.name == name && one.role == Role::Coordinate);
        let Some(axis) = axis else { continue };
        let units = axis.raw.attributes.text("units");
        if !units.is_some_and(|units| is_same(units, "m")) {
            let found = units.map_or("no units".into(), |units| format!("units `{units}`"));
            let level = subject.protocol.departure();
            subject.note_of(Some(name), Category::Attributes, level, found, "`m`");
        }
    }
}
