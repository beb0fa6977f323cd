//! Recipes: the steps that turn raw values into decoded ones.

use nunatak_array::{DataType, Values};
use nunatak_format::{Attribute, Attributes};
use serde::{Deserialize, Serialize};

use super::options::{DecodeOptions, ValidRange};
use crate::error::{Result, TreeError};

/// A double written as its bits: JSON has neither infinities nor all digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Exact(u64);

impl Exact {
    pub(super) fn new(value: f64) -> Self {
        Self(value.to_bits())
    }

    pub(super) fn value(self) -> f64 {
        f64::from_bits(self.0)
    }
}

/// The steps that turn raw values into decoded ones, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Recipe {
    /// Signedness that `_Unsigned` asks for.
    pub(super) reinterpret: Option<DataType>,
    /// Smallest and largest valid raw value.
    pub(super) valid: Option<(Exact, Exact)>,
    /// Type of the result.
    pub(super) to: DataType,
    /// Values of the converted data that are missing.
    pub(super) fill_values: Vec<Exact>,
    pub(super) scale: Option<Exact>,
    pub(super) offset: Option<Exact>,
}

/// The fill values of a variable, as xarray's `_check_fill_values` collects them.
#[derive(Default)]
struct FillValues {
    /// A fill attribute stays in the encoding (even when it is NaN and masks nothing).
    declared: bool,
    /// Something is to be masked (even when it is text and masks nothing).
    masks: bool,
    values: Vec<f64>,
}

/// Moves the attributes that decoding uses up to `used` and says what to do; `None` when nothing is.
pub(super) fn plan(
    name: &str,
    raw: DataType,
    attributes: &mut Attributes,
    used: &mut Attributes,
    options: &DecodeOptions,
) -> Result<Option<Recipe>> {
    let mut fills = take_fill_values(raw, attributes, used);
    let unsigned = attributes.remove("_Unsigned").inspect(|value| used.set("_Unsigned", value.clone()));
    let reinterpret = unsigned.as_ref().and_then(Attribute::as_text).and_then(|text| reinterpreted(raw, text));
    if raw.is_float() && !options.undeclared_fill_values.is_empty() {
        fills.masks = true;
        fills.values.extend(&options.undeclared_fill_values);
    }
    let valid = match options.valid_range {
        ValidRange::Ignore => None,
        ValidRange::Mask => valid_range(attributes),
    };
    let scale = take_number(name, "scale_factor", attributes, used)?;
    let offset = take_number(name, "add_offset", attributes, used)?;
    let packed = scale.is_some() || offset.is_some();
    let source = reinterpret.unwrap_or(raw);
    if !(fills.masks || packed || reinterpret.is_some() || valid.is_some()) {
        return Ok(None);
    }
    let masks = fills.masks || valid.is_some();
    let to = match (masks, packed) {
        (_, true) if masks || !fills.declared => packed_type(source, scale.as_ref(), offset.as_ref()),
        (true, false) => promoted(source),
        _ => source,
    };
    // A NaN has no place in the integers that an integer scale would give.
    let to = if masks && !to.is_float() { DataType::F64 } else { to };
    if let (Some(signedness), Some(fill)) = (reinterpret, used.number("_FillValue")) {
        fills.values.retain(|value| *value != fill);
        fills.values.push(wrapped(fill, signedness, to));
    }
    let number = |attribute: &Attribute| attribute.as_f64().map(Exact::new);
    Ok(Some(Recipe {
        reinterpret,
        valid: valid.map(|(low, high)| (Exact::new(low), Exact::new(high))),
        to,
        fill_values: fills.values.into_iter().map(Exact::new).collect(),
        scale: scale.as_ref().and_then(number),
        offset: offset.as_ref().and_then(number),
    }))
}

fn take_fill_values(raw: DataType, attributes: &mut Attributes, used: &mut Attributes) -> FillValues {
    let mut fills = FillValues::default();
    for name in ["missing_value", "_FillValue"] {
        let Some(attribute) = attributes.remove(name) else { continue };
        let numbers: Option<Vec<f64>> = attribute.values().and_then(|values| values.to_f64().ok());
        let values: Vec<f64> = numbers.iter().flatten().copied().filter(|value| !value.is_nan()).collect();
        let masks = numbers.is_none() || !values.is_empty();
        // A fill value that no integer can have does not conform and is dropped, as xarray drops it.
        if !masks && !raw.is_float() {
            continue;
        }
        fills.declared = true;
        fills.masks |= masks;
        fills.values.extend(values);
        used.set(name, attribute);
    }
    fills
}

fn take_number(
    name: &str,
    attribute: &'static str,
    attributes: &mut Attributes,
    used: &mut Attributes,
) -> Result<Option<Attribute>> {
    let Some(value) = attributes.remove(attribute) else { return Ok(None) };
    if value.values().is_none_or(|values| values.len() != 1) {
        return Err(TreeError::Packing { variable: name.into(), attribute, found: value.to_string() });
    }
    used.set(attribute, value.clone());
    Ok(Some(value))
}

fn valid_range(attributes: &Attributes) -> Option<(f64, f64)> {
    if let Some(Ok(bounds)) = attributes.get("valid_range").and_then(Attribute::values).map(Values::to_f64)
        && let [low, high] = bounds[..]
    {
        return Some((low, high));
    }
    let (low, high) = (attributes.number("valid_min"), attributes.number("valid_max"));
    (low.is_some() || high.is_some()).then(|| (low.unwrap_or(f64::NEG_INFINITY), high.unwrap_or(f64::INFINITY)))
}

/// The type that `_Unsigned = "true"` makes of a signed one, and `"false"` of an unsigned one.
fn reinterpreted(raw: DataType, unsigned: &str) -> Option<DataType> {
    Some(match (unsigned, raw) {
        ("true", DataType::I8) => DataType::U8,
        ("true", DataType::I16) => DataType::U16,
        ("true", DataType::I32) => DataType::U32,
        ("true", DataType::I64) => DataType::U64,
        ("false", DataType::U8) => DataType::I8,
        ("false", DataType::U16) => DataType::I16,
        ("false", DataType::U32) => DataType::I32,
        ("false", DataType::U64) => DataType::I64,
        _ => return None,
    })
}

/// A fill value in the other signedness of its width. xarray compares unsigned ones in the type of the result.
fn wrapped(fill: f64, signedness: DataType, to: DataType) -> f64 {
    let fill = fill as i128;
    let unsigned = |fill: f64| if to == DataType::F32 { f64::from(fill as f32) } else { fill };
    match signedness {
        DataType::U8 => f64::from(fill as u8),
        DataType::U16 => f64::from(fill as u16),
        DataType::U32 => unsigned(f64::from(fill as u32)),
        DataType::U64 => unsigned(fill as u64 as f64),
        DataType::I8 => f64::from(fill as i8),
        DataType::I16 => f64::from(fill as i16),
        DataType::I32 => f64::from(fill as i32),
        _ => fill as i64 as f64,
    }
}

/// xarray's `dtypes.maybe_promote`: the type that can hold NaN.
fn promoted(source: DataType) -> DataType {
    match source {
        DataType::F32 | DataType::F64 => source,
        small if small.size() <= 2 => DataType::F32,
        _ => DataType::F64,
    }
}

/// xarray's `_choose_float_dtype` when there is a scale or an offset.
fn packed_type(source: DataType, scale: Option<&Attribute>, offset: Option<&Attribute>) -> DataType {
    let kind = |attribute: &Attribute| attribute.values().map_or(DataType::F64, Values::data_type);
    match (scale.map(kind), offset.map(kind)) {
        (Some(scale), Some(offset)) if scale == offset && scale.is_float() => {
            if source.size() == 4 && !source.is_float() { DataType::F64 } else { scale }
        }
        (Some(scale), None) => scale,
        _ => DataType::F64,
    }
}
