//! Arrays of raw values that are decoded as they are read.

use nunatak_array::{
    Array, ArrayError, ChunkGrid, DataType, Description, Element, Region, Result, SharedArray, Values,
};

use rayon::prelude::*;

use super::recipe::Recipe;

/// An array of raw values, decoded as they are read.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use nunatak_array::{MemoryArray, Values};
/// use nunatak_format::{Attribute, Attributes};
/// use nunatak_tree::{DecodeOptions, decode_variable};
///
/// let attributes = Attributes::from_iter([("scale_factor".to_string(), Attribute::number(0.5))]);
/// let array = Arc::new(MemoryArray::new(vec![2], Values::I16(vec![1, 2]))?);
/// let (name, dimensions, storage) = ("lithk".into(), vec!["x".into()], Default::default());
/// let packed = nunatak_format::Variable { name, dimensions, attributes, array, storage };
/// let decoded = decode_variable(&packed, &DecodeOptions::default())?.array;
/// assert_eq!(decoded.read_all()?, Values::F64(vec![0.5, 1.0]));
/// # Ok::<(), nunatak_tree::TreeError>(())
/// ```
pub struct DecodedArray {
    input: SharedArray,
    recipe: Recipe,
}

impl DecodedArray {
    pub(crate) const KIND: &'static str = "tree/decoded";

    pub(crate) fn new(input: SharedArray, recipe: Recipe) -> Result<Self> {
        for data_type in [input.data_type(), recipe.to] {
            if !data_type.is_numeric() {
                let (what, expected) = ("CF decoding".into(), "a numeric type".into());
                return Err(ArrayError::Type { what, expected, found: data_type });
            }
        }
        Ok(Self { input, recipe })
    }
}

impl Array for DecodedArray {
    fn data_type(&self) -> DataType {
        self.recipe.to
    }

    fn shape(&self) -> &[usize] {
        self.input.shape()
    }

    fn chunk_grid(&self) -> ChunkGrid {
        self.input.chunk_grid()
    }

    fn read(&self, region: &Region) -> Result<Values> {
        let raw = self.input.read(region)?;
        let raw = match self.recipe.reinterpret {
            Some(_) => other_signedness(raw),
            None => raw,
        };
        let invalid = invalid(&raw, &self.recipe);
        Ok(match convert(raw, self.recipe.to) {
            Values::F32(mut values) => {
                finish(&mut values, &self.recipe, &invalid);
                Values::F32(values)
            }
            Values::F64(mut values) => {
                finish(&mut values, &self.recipe, &invalid);
                Values::F64(values)
            }
            integers => scale_integers(integers, &self.recipe),
        })
    }

    fn blocks(&self) -> bool {
        self.input.blocks()
    }

    fn describe(&self) -> Result<Description> {
        Ok(Description::new(Self::KIND, &self.recipe)?.with_inputs(vec![self.input.describe()?]))
    }
}

fn other_signedness(values: Values) -> Values {
    fn each<A: Copy, B>(values: Vec<A>, convert: impl Fn(A) -> B) -> Vec<B> {
        values.into_iter().map(convert).collect()
    }
    match values {
        Values::I8(values) => Values::U8(each(values, |value| value as u8)),
        Values::I16(values) => Values::U16(each(values, |value| value as u16)),
        Values::I32(values) => Values::U32(each(values, |value| value as u32)),
        Values::I64(values) => Values::U64(each(values, |value| value as u64)),
        Values::U8(values) => Values::I8(each(values, |value| value as i8)),
        Values::U16(values) => Values::I16(each(values, |value| value as i16)),
        Values::U32(values) => Values::I32(each(values, |value| value as i32)),
        Values::U64(values) => Values::I64(each(values, |value| value as i64)),
        other => other,
    }
}

/// Positions of raw values outside the valid range.
fn invalid(raw: &Values, recipe: &Recipe) -> Vec<usize> {
    let Some((low, high)) = recipe.valid else { return Vec::new() };
    let (low, high) = (low.value(), high.value());
    fn outside<T: Element>(values: &[T], low: f64, high: f64) -> Vec<usize> {
        let outside = |value: &T| value.to_f64() < low || value.to_f64() > high;
        values.iter().enumerate().filter(|(_, value)| outside(value)).map(|(at, _)| at).collect()
    }
    nunatak_array::for_each_numeric!(raw, values => outside(values, low, high), _ => Vec::new())
}

/// numpy's `astype`: straight from one type to the other, without a detour over another float.
fn convert(values: Values, to: DataType) -> Values {
    if values.data_type() == to {
        return values;
    }
    macro_rules! to {
        ($variant:ident $type:ty) => {
            nunatak_array::for_each_numeric!(
                values,
                values => Values::$variant(values.into_iter().map(|value| value as $type).collect()),
                other => other
            )
        };
    }
    match to {
        DataType::I8 => to!(I8 i8),
        DataType::U8 => to!(U8 u8),
        DataType::I16 => to!(I16 i16),
        DataType::U16 => to!(U16 u16),
        DataType::I32 => to!(I32 i32),
        DataType::U32 => to!(U32 u32),
        DataType::I64 => to!(I64 i64),
        DataType::U64 => to!(U64 u64),
        DataType::F32 => to!(F32 f32),
        DataType::F64 => to!(F64 f64),
        DataType::Bytes(_) | DataType::Text => values,
    }
}

trait Float: Copy + PartialEq + Send + Sync {
    const NAN: Self;
    fn wide(self) -> f64;
    fn round(value: f64) -> Self;
}

impl Float for f32 {
    const NAN: Self = f32::NAN;
    fn wide(self) -> f64 {
        f64::from(self)
    }
    fn round(value: f64) -> Self {
        value as f32
    }
}

impl Float for f64 {
    const NAN: Self = f64::NAN;
    fn wide(self) -> f64 {
        self
    }
    fn round(value: f64) -> Self {
        value
    }
}

/// Masks, then scales, then offsets.
///
/// Arithmetic runs in double precision and is rounded to the result's type after each step. For single precision
/// that is what single-precision arithmetic gives, too: one operation of 53 bits rounded to 24 has no double-rounding
/// error (Figueroa 1995, "When is double rounding innocuous?").
fn finish<F: Float>(values: &mut [F], recipe: &Recipe, invalid: &[usize]) {
    for &at in invalid {
        values[at] = F::NAN;
    }
    // A fill value that the type cannot hold equals none of its numbers.
    let fills = recipe.fill_values.iter().map(|fill| fill.value());
    let held = |fill: f64| Some(F::round(fill)).filter(|own| own.wide() == fill);
    let fills: Vec<F> = fills.filter_map(held).collect();
    values.par_chunks_mut(BLOCK).for_each(|block| finish_block(block, &fills, recipe));
}

/// Values that one thread handles at a time: they stay in its cache from one step to the next.
const BLOCK: usize = 32 * 1024;

fn finish_block<F: Float>(values: &mut [F], fills: &[F], recipe: &Recipe) {
    for &fill in fills {
        // A choice without a branch, so that it is made for many values at once.
        values.iter_mut().for_each(|value| *value = if *value == fill { F::NAN } else { *value });
    }
    if let Some(scale) = recipe.scale {
        let scale = scale.value();
        values.iter_mut().for_each(|value| *value = F::round(value.wide() * scale));
    }
    if let Some(offset) = recipe.offset {
        let offset = offset.value();
        values.iter_mut().for_each(|value| *value = F::round(value.wide() + offset));
    }
}

/// An integer scale without an offset gives integers, which wrap as numpy's do.
fn scale_integers(values: Values, recipe: &Recipe) -> Values {
    let Some(scale) = recipe.scale else { return values };
    macro_rules! scaled {
        ($($variant:ident $type:ty),*) => {
            match values {
                $(Values::$variant(values) => Values::$variant(
                    values.into_iter().map(|value| value.wrapping_mul(scale.value() as $type)).collect(),
                ),)*
                other => other,
            }
        };
    }
    scaled!(I8 i8, U8 u8, I16 i16, U16 u16, I32 i32, U32 u32, I64 i64, U64 u64)
}
