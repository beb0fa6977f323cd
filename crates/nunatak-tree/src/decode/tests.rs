//! Decoding against xarray's types and arithmetic.

use std::sync::Arc;

use nunatak_array::{DataType, Element, MemoryArray, Values};
use nunatak_format::{Attribute, Attributes, Storage};

use super::*;

fn raw<T: Element>(values: &[T], attributes: &[(&str, Attribute)]) -> nunatak_format::Variable {
    nunatak_format::Variable {
        name: "lithk".into(),
        dimensions: vec!["x".into()],
        attributes: attributes.iter().map(|(name, value)| (name.to_string(), value.clone())).collect(),
        array: Arc::new(MemoryArray::new(vec![values.len()], T::wrap(values.to_vec())).unwrap()),
        storage: Storage::default(),
    }
}

fn decoded(variable: &nunatak_format::Variable) -> (Values, Attributes) {
    let variable = decode_variable(variable, &DecodeOptions::default()).unwrap();
    (variable.array.read_all().unwrap(), variable.attributes)
}

/// Types as xarray 2026.9 chooses them: data, scale, offset, with a fill value.
#[test]
fn the_result_has_the_type_xarray_chooses() {
    let (float, double) = (Attribute::number(0.5f32), Attribute::number(0.5f64));
    let type_of = |values: Values, attributes: &[(&str, &Attribute)]| {
        let mut variable = raw::<i8>(&[], &[]);
        variable.array = Arc::new(MemoryArray::new(vec![values.len()], values).unwrap());
        for (name, value) in attributes {
            variable.attributes.set(*name, (*value).clone());
        }
        decode_variable(&variable, &DecodeOptions::default()).unwrap().array.data_type()
    };
    let fill = Attribute::number(-1i16);
    assert_eq!(type_of(Values::I16(vec![1]), &[("_FillValue", &fill)]), DataType::F32);
    assert_eq!(type_of(Values::I32(vec![1]), &[("_FillValue", &fill)]), DataType::F64);
    assert_eq!(type_of(Values::F32(vec![1.0]), &[("_FillValue", &fill)]), DataType::F32);
    assert_eq!(type_of(Values::I16(vec![1]), &[("scale_factor", &float)]), DataType::F32);
    assert_eq!(type_of(Values::I16(vec![1]), &[("scale_factor", &double)]), DataType::F64);
    assert_eq!(type_of(Values::I16(vec![1]), &[("add_offset", &float)]), DataType::F64);
    assert_eq!(type_of(Values::I16(vec![1]), &[("scale_factor", &float), ("add_offset", &float)]), DataType::F32);
    assert_eq!(type_of(Values::I16(vec![1]), &[("scale_factor", &float), ("add_offset", &double)]), DataType::F64);
    assert_eq!(type_of(Values::I32(vec![1]), &[("scale_factor", &float), ("add_offset", &float)]), DataType::F64);
    assert_eq!(type_of(Values::I16(vec![1]), &[]), DataType::I16);
}

#[test]
fn fill_values_become_missing_before_scaling() {
    let variable = raw(
        &[0i16, 10, -999, -1],
        &[
            ("_FillValue", Attribute::number(-999i16)),
            ("missing_value", Attribute::number(-1i16)),
            ("scale_factor", Attribute::number(0.1f64)),
            ("add_offset", Attribute::number(5.0f64)),
            ("units", Attribute::Text("m".into())),
        ],
    );
    let (values, attributes) = decoded(&variable);
    let values = values.into_f64().unwrap();
    assert_eq!(values[..2], [5.0, 6.0]);
    assert!(values[2].is_nan() && values[3].is_nan());
    assert_eq!(attributes.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["units"]);
}

#[test]
fn a_double_fill_value_does_not_match_single_precision_data_as_in_xarray() {
    let variable = raw(&[1e20f32, 1.0], &[("missing_value", Attribute::number(1e20f64))]);
    assert_eq!(decoded(&variable).0, Values::F32(vec![1e20, 1.0]));
    let options = DecodeOptions { undeclared_fill_values: vec![f64::from(1e20f32)], ..DecodeOptions::default() };
    let repaired = decode_variable(&variable, &options).unwrap().array.read_all().unwrap().into_f64().unwrap();
    assert!(repaired[0].is_nan() && repaired[1] == 1.0);
}

#[test]
fn unsigned_bytes_are_read_as_such() {
    let attributes = [("_Unsigned", Attribute::Text("true".into())), ("_FillValue", Attribute::number(-1i8))];
    let Values::F32(values) = decoded(&raw(&[1i8, -2, -1], &attributes)).0 else { panic!("expected float32") };
    assert_eq!(values[..2], [1.0, 254.0]);
    assert!(values[2].is_nan());
}

#[test]
fn the_valid_range_masks_only_on_request() {
    let attributes = [("valid_min", Attribute::number(0f32)), ("valid_max", Attribute::number(2f32))];
    let variable = raw(&[-1f32, 0.0, 2.0, 3.0], &attributes);
    assert_eq!(decoded(&variable).0, Values::F32(vec![-1.0, 0.0, 2.0, 3.0]));
    let options = DecodeOptions { valid_range: ValidRange::Mask, ..DecodeOptions::default() };
    let masked = decode_variable(&variable, &options).unwrap().array.read_all().unwrap().into_f64().unwrap();
    assert!(masked[0].is_nan() && masked[3].is_nan());
    assert_eq!(masked[1..3], [0.0, 2.0]);
}

#[test]
fn times_and_durations_stay_raw() {
    for units in ["days since 2000-01-01", "days"] {
        let attributes = [("units", Attribute::Text(units.into())), ("_FillValue", Attribute::number(9i32))];
        let (values, attributes) = decoded(&raw(&[9i32], &attributes));
        assert_eq!(values, Values::I32(vec![9]));
        assert_eq!(attributes.len(), 2);
    }
}

#[test]
fn a_decoded_array_survives_its_description() {
    let variable =
        raw(&[1i16, 2], &[("_FillValue", Attribute::number(2i16)), ("scale_factor", Attribute::number(0.1f64))]);
    let array = decode_variable(&variable, &DecodeOptions::default()).unwrap().array;
    let description = array.describe().unwrap();
    let text = serde_json::to_string(&description).unwrap();
    let read: nunatak_array::Description = serde_json::from_str(&text).unwrap();
    let rebuilt = crate::rebuild(&read, &[variable.array]).unwrap().unwrap();
    let (one, other) = (array.read_all().unwrap().into_f64().unwrap(), rebuilt.read_all().unwrap().into_f64().unwrap());
    assert_eq!(one[0].to_bits(), other[0].to_bits());
    assert!(other[1].is_nan());
}

#[test]
fn a_scale_that_is_no_number_names_the_variable() {
    let error =
        decode_variable(&raw(&[1i16], &[("scale_factor", Attribute::Text("0.1".into()))]), &DecodeOptions::default())
            .unwrap_err();
    assert!(error.to_string().contains("variable `lithk`: attribute `scale_factor` is `0.1`"), "{error}");
}
