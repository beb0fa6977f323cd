//! Files that were written, read back.

use std::sync::Arc;

use nunatak_array::{MemoryArray, NoProgress, Values};

use super::*;
use crate::{Attribute, FileKind, Variable, open};

fn variable(name: &str, dimensions: &[&str], shape: &[usize], values: Values) -> Variable {
    Variable {
        name: name.into(),
        dimensions: dimensions.iter().map(ToString::to_string).collect(),
        attributes: Default::default(),
        array: Arc::new(MemoryArray::new(shape.to_vec(), values).unwrap()),
        storage: Default::default(),
    }
}

fn group(variables: Vec<Variable>) -> Group {
    Group { variables, ..Group::default() }
}

#[test]
fn what_is_written_is_read_back() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.nc");
    let mut field = variable("lithk", &["y", "x"], &[2, 3], Values::F32(vec![1.5, f32::NAN, 3.0, 4.0, 5.0, 6.0]));
    field.attributes.set("units", Attribute::Text("m".into()));
    field.attributes.set("_FillValue", Attribute::number(f64::NAN));
    field.attributes.set("level", Attribute::number(7_i64));
    let odd = variable("odd", &["three"], &[3], Values::I16(vec![1, -2, 3]));
    let names = variable("model", &["y"], &[2], Values::Text(vec!["JPL1/ISSM".into(), String::new()]));
    let crs = variable("crs", &[], &[], Values::I32(vec![7]));
    let mut written = group(vec![field, odd, names, crs]);
    written.attributes.set("title", Attribute::Text("größer".into()));
    write_netcdf(&path, &written, &NoProgress).unwrap();
    let file = open(path.as_path()).unwrap();
    assert_eq!(file.kind(), FileKind::NetCdf3Offset64);
    assert_eq!(file.root().attributes.text("title"), Some("größer"));
    let read = |name: &str| file.root().variable(name).unwrap().array.read_all().unwrap();
    let Values::F32(values) = read("lithk") else { panic!("not float32") };
    assert!(values[1].is_nan() && values[5] == 6.0);
    assert_eq!(read("odd"), Values::I16(vec![1, -2, 3]));
    assert_eq!(read("crs"), Values::I32(vec![7]));
    // Text is characters along a dimension of its own in this format.
    assert_eq!(read("model"), Values::Bytes { width: 1, data: b"JPL1/ISSM\0\0\0\0\0\0\0\0\0".to_vec() });
    let attributes = &file.root().variable("lithk").unwrap().attributes;
    assert_eq!(attributes.text("units"), Some("m"));
    assert_eq!(attributes.get("level"), Some(&Attribute::number(7_i32)));
    assert!(matches!(attributes.get("_FillValue"), Some(Attribute::Number(Values::F32(fill))) if fill[0].is_nan()));
}

#[test]
fn long_integers_make_a_wide_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.nc");
    let count = variable("count", &["x"], &[2], Values::I64(vec![1 << 40, -1]));
    let flags = variable("flags", &["x"], &[2], Values::U8(vec![255, 1]));
    write_netcdf(&path, &group(vec![count, flags]), &NoProgress).unwrap();
    let file = open(path.as_path()).unwrap();
    assert_eq!(file.kind(), FileKind::NetCdf3Data64);
    assert_eq!(file.root().variable("count").unwrap().array.read_all().unwrap(), Values::I64(vec![1 << 40, -1]));
    assert_eq!(file.root().variable("flags").unwrap().array.read_all().unwrap(), Values::U8(vec![255, 1]));
}

#[test]
fn slabs_follow_one_another() {
    for (shape, most) in [(vec![3, 4, 5], 40), (vec![3, 4, 5], 8), (vec![3, 4, 5], 320), (vec![7], 16), (vec![], 1)] {
        let slabs = super::layout::slabs(&shape, 8, most);
        let array =
            MemoryArray::new(shape.clone(), Values::F64((0..shape.iter().product()).map(|i| i as f64).collect()));
        let array: nunatak_array::SharedArray = Arc::new(array.unwrap());
        let read: Vec<f64> = slabs.iter().flat_map(|slab| array.read(slab).unwrap().into_f64().unwrap()).collect();
        assert_eq!(read, array.read_all().unwrap().into_f64().unwrap(), "{shape:?} {most}");
        assert!(slabs.iter().all(|slab| slab.len() * 8 <= most.max(8)), "{shape:?} {most}");
    }
}

#[test]
fn what_stops_writing_leaves_the_old_file() {
    struct Stop;
    impl Progress for Stop {
        fn step(&self, _: Step) -> ControlFlow<()> {
            ControlFlow::Break(())
        }
    }
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.nc");
    std::fs::write(&path, b"old").unwrap();
    let values = group(vec![variable("a", &["x"], &[2], Values::F64(vec![1.0, 2.0]))]);
    assert!(matches!(write_netcdf(&path, &values, &Stop), Err(FormatError::Values { .. })));
    let twice = group([2, 3].map(|n| variable(&format!("a{n}"), &["x"], &[n], Values::F64(vec![1.0; n]))).to_vec());
    let error = write_netcdf(&path, &twice, &NoProgress).unwrap_err().to_string();
    assert!(error.ends_with("a3: cannot be written: dimension x: found length 3, expected 2"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), b"old");
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
    assert!(matches!(
        write_netcdf(&directory.path().join("no/a.nc"), &values, &NoProgress),
        Err(FormatError::Write { .. })
    ));
}
