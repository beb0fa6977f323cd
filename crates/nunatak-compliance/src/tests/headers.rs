//! Names, attributes and grids.

use nunatak_array::Values;
use nunatak_format::Attribute;
use nunatak_repair::RuleSet;

use super::*;
use crate::fixture::{Fixture, SIDE};

#[test]
fn names_of_ismip7_are_checked_field_by_field() {
    let seven = |text: &str, spoil: &dyn Fn(&mut Fixture)| {
        only(Fixture::ismip7("lithk"), Category::Naming, Level::Error, text, spoil);
    };
    for (from, to, text) in [
        ("_m001_", "_1_", "field 5 of the file name (model member) is `1`; expected `m` and three digits"),
        ("_f001_", "_f1_", "field 7 of the file name (forcing member) is `f1`"),
        ("_C001_", "_D001_", "field 9 of the file name (set) is `D001`"),
        ("_CESM2-WACCM_", "_CESM2.1_", "field 6 of the file name (ESM) is `CESM2.1`"),
    ] {
        seven(text, &|fixture| fixture.path = fixture.path.replacen(from, to, 1));
    }
    seven("field 10 of the file name (years) is `2014-2012`", &|fixture| {
        fixture.path = fixture.path.replacen("2012-2014", "2014-2012", 1);
    });
}

#[test]
fn variables_are_those_of_the_request_and_in_the_file() {
    let found = spoilt(Fixture::ismip7("lithk"), renamed("lithk_", "litkh_"));
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0]
            .2
            .contains("`litkh` is no variable of ISMIP7; expected a variable of the data request, such as `lithk`")
    );
    assert!(found[1].2.contains("no `litkh` in the file, which holds `lithk`"));
    only(Fixture::ismip7("lithk"), Category::Naming, Level::Warning, "`extra` beside the variable", |fixture| {
        fixture.put("extra", &["time"], &[3], Values::F32(vec![0.0; 3]));
    });
    only(Fixture::ismip6("xvelmean"), Category::Naming, Level::Info, "`uvelmean`, a name of initMIP", |fixture| {
        fixture.path = fixture.path.replacen("xvelmean", "uvelmean", 1);
        fixture.of("xvelmean").name = "uvelmean".into();
    });
}

#[test]
fn names_of_ismip6_agree_with_their_directories() {
    only(
        Fixture::ismip6("lithk"),
        Category::Naming,
        Level::Warning,
        "expected `lithk_AIS_JPL1_ISSM_exp05`",
        |fixture| {
            fixture.path = fixture.path.replacen("ISSM_exp05", "ISSM_exp06", 1);
        },
    );
    only(
        Fixture::ismip6("lithk"),
        Category::Naming,
        Level::Warning,
        "experiment `ssp585` is not of ISMIP6",
        |fixture| {
            fixture.path = fixture.path.replace("exp05", "ssp585");
        },
    );
    assert_eq!(
        spoilt(Fixture::ismip6("lithk"), |fixture| {
            fixture.path = fixture.path.replacen("ISSM_exp05", "ISSM_exp06", 1);
            fixture.rules = RuleSet::named(&["A2"]).unwrap();
        }),
        [],
        "a repair is no departure"
    );
}

#[test]
fn attributes_are_those_of_the_request() {
    let (attributes, error, warning) = (Category::Attributes, Level::Error, Level::Warning);
    only(Fixture::ismip7("acabf"), attributes, error, "units `m yr-1`; expected `kg m-2 s-1`", |one| {
        one.set("acabf", "units", "m yr-1")
    });
    only(Fixture::ismip6("acabf"), attributes, error, "units `m yr-1`; expected `kg m-2 s-1`", |one| {
        one.set("acabf", "units", "m yr-1")
    });
    assert_eq!(spoilt(Fixture::ismip7("acabf"), |one| one.set("acabf", "units", "kg/m2/s")), []);
    only(Fixture::ismip7("lithk"), attributes, error, "no standard_name; expected `land_ice_thickness`", |one| {
        one.of("lithk").attributes.remove("standard_name");
    });
    let drag = |one: &mut Fixture| one.set("strbasemag", "standard_name", "magnitude_of_land_ice_basal_drag");
    assert_eq!(spoilt(Fixture::ismip6("strbasemag"), drag), []);
    only(Fixture::ismip7("strbasemag"), attributes, error, "expected `land_ice_basal_drag`", drag);
    only(Fixture::ismip7("lithk"), attributes, error, "_FillValue 1", |one| {
        one.of("lithk").attributes.set("_FillValue", Attribute::number(1e20_f32));
    });
    only(Fixture::ismip7("lithk"), attributes, error, "no _FillValue", |one| {
        one.of("lithk").attributes.remove("_FillValue");
    });
    only(Fixture::ismip7("lithk"), attributes, error, "scale_factor = 1", |one| {
        one.of("lithk").attributes.set("scale_factor", Attribute::number(1.0_f32));
    });
    only(Fixture::ismip7("lithk"), attributes, error, "no global attribute contact_email", |one| {
        one.root.attributes.remove("contact_email");
    });
    only(Fixture::ismip7("lim"), attributes, error, "values of type float64; expected float32", |one| {
        let old = one.of("lim").attributes.clone();
        one.put("lim", &["time"], &[3], Values::F64(vec![1.0; 3]));
        one.of("lim").attributes = old;
    });
    only(Fixture::ismip6("lithk"), attributes, warning, "no units; expected `m`", |one| {
        one.of("lithk").attributes.remove("units");
    });
}

#[test]
fn grids_are_those_of_the_protocol() {
    let grid = Category::Grid;
    only(Fixture::ismip7("lithk"), grid, Level::Error, "dimensions (time, x, y); expected (time, y, x)", |one| {
        one.of("lithk").dimensions.swap(1, 2);
    });
    only(
        Fixture::ismip7("lithk"),
        grid,
        Level::Error,
        "x from -3008000 to 3072000 m; expected -3040000 to 3040000 m",
        |one| {
            one.add_axis("x", -3008e3, 3072e3, SIDE);
        },
    );
    only(
        Fixture::ismip6("lithk"),
        grid,
        Level::Warning,
        "nodes every 64 km; expected nodes every 1, 2, 4, 8, 16, 32 km",
        |one| {
            let old = one.of("lithk").attributes.clone();
            one.add_axis("x", -3040e3, 3040e3, 96);
            one.add_axis("y", -3040e3, 3040e3, 96);
            one.put("lithk", &["time", "y", "x"], &[86, 96, 96], Values::F32(vec![1.0; 86 * 96 * 96]));
            one.of("lithk").attributes = old;
        },
    );
    only(Fixture::ismip7("lithk"), grid, Level::Error, "no x and y coordinates", |one| {
        one.root.variables.retain(|variable| variable.name != "x");
    });
    only(Fixture::ismip7("lithk"), grid, Level::Error, "crs `epsg:3413`; expected `epsg:3031`", |one| {
        one.root.attributes.set("crs", Attribute::Text("epsg:3413".into()));
    });
}
