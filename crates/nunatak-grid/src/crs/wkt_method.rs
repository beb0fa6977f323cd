//! PROJ's names of the methods and parameters of well-known text.

/// PROJ's name of a method, which is given by its letters.
pub(super) fn projection(method: &str) -> Option<&'static str> {
    Some(match method {
        "lambertazimuthalequalarea" | "lambertazimuthalequalareaspherical" => "laea",
        "lambertconformalconic"
        | "lambertconformalconic2sp"
        | "lambertconicconformal2sp"
        | "lambertconformalconic1sp"
        | "lambertconicconformal1sp" => "lcc",
        "albersconicequalarea" | "albersequalarea" | "albers" => "aea",
        "transversemercator" | "gausskruger" => "tmerc",
        "cylindricalequalarea" | "lambertcylindricalequalarea" | "lambertcylindricalequalareaspherical" => "cea",
        "mercator" | "mercator1sp" | "mercator2sp" | "mercatorvarianta" | "mercatorvariantb" => "merc",
        "polarstereographic"
        | "polarstereographicvarianta"
        | "polarstereographicvariantb"
        | "stereographicnorthpole"
        | "stereographicsouthpole"
        | "stereographic" => "stere",
        "obliquestereographic" | "doublestereographic" => "sterea",
        "popularvisualisationpseudomercator" | "mercatorauxiliarysphere" => "webmerc",
        "azimuthalequidistant" => "aeqd",
        "sinusoidal" => "sinu",
        "mollweide" => "moll",
        "robinson" => "robin",
        "equalearth" => "eqearth",
        _ => return None,
    })
}

/// PROJ's name of a parameter of a projection; both are given by their letters.
pub(super) fn parameter_of(projection: &str, parameter: &str) -> Option<&'static str> {
    Some(match parameter {
        "latitudeoforigin"
        | "latitudeofcenter"
        | "latitudeofcentre"
        | "latitudeofnaturalorigin"
        | "latitudeoffalseorigin"
        | "latitudeofprojectioncentre" => "lat_0",
        "centralmeridian"
        | "straightverticallongitudefrompole"
        | "longitudeofcenter"
        | "longitudeofcentre"
        | "longitudeofnaturalorigin"
        | "longitudeoffalseorigin"
        | "longitudeoforigin"
        | "longitudeofprojectioncentre" => "lon_0",
        "standardparallel1" | "latitudeof1ststandardparallel" | "standardparallel" | "latitudeofstandardparallel" => {
            match projection {
                "stere" | "cea" | "merc" => "lat_ts",
                "lcc" | "aea" => "lat_1",
                _ => return None,
            }
        }
        "standardparallel2" | "latitudeof2ndstandardparallel" if matches!(projection, "lcc" | "aea") => "lat_2",
        "scalefactor" | "scalefactoratnaturalorigin" => "k_0",
        "falseeasting" | "eastingatfalseorigin" => "x_0",
        "falsenorthing" | "northingatfalseorigin" => "y_0",
        _ => return None,
    })
}
