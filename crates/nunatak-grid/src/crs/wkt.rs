//! The known systems in the WKT 1 that GDAL writes, for the `crs_wkt` and `spatial_ref` attributes of files.

use super::system::Crs;

impl Crs {
    /// Well-known text (WKT 1, as GDAL writes it) of a system that has an EPSG code here.
    pub fn wkt(&self) -> Option<&'static str> {
        match self.epsg()? {
            3031 => Some(ANTARCTIC),
            3413 => Some(GREENLAND),
            4326 => Some(GEOGRAPHIC),
            _ => None,
        }
    }
}

const ANTARCTIC: &str = concat!(
    r#"PROJCS["WGS 84 / Antarctic Polar Stereographic",GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],"#,
    r#"AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],"#,
    r#"UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]],"#,
    r#"PROJECTION["Polar_Stereographic"],PARAMETER["latitude_of_origin",-71],"#,
    r#"PARAMETER["central_meridian",0],PARAMETER["false_easting",0],"#,
    r#"PARAMETER["false_northing",0],UNIT["metre",1,AUTHORITY["EPSG","9001"]],"#,
    r#"AUTHORITY["EPSG","3031"]]"#,
);

const GREENLAND: &str = concat!(
    r#"PROJCS["WGS 84 / NSIDC Sea Ice Polar Stereographic North",GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],"#,
    r#"AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],"#,
    r#"UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]],"#,
    r#"PROJECTION["Polar_Stereographic"],PARAMETER["latitude_of_origin",70],"#,
    r#"PARAMETER["central_meridian",-45],PARAMETER["false_easting",0],"#,
    r#"PARAMETER["false_northing",0],UNIT["metre",1,AUTHORITY["EPSG","9001"]],"#,
    r#"AUTHORITY["EPSG","3413"]]"#,
);

const GEOGRAPHIC: &str = concat!(
    r#"GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],"#,
    r#"AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],"#,
    r#"UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]"#,
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_system_names_it() {
        for name in ["EPSG:3031", "EPSG:3413", "EPSG:4326"] {
            let crs = Crs::parse(name).unwrap();
            let wkt = crs.wkt().unwrap();
            assert_eq!(Crs::parse(wkt).unwrap(), crs);
            assert_eq!(wkt.matches('[').count(), wkt.matches(']').count());
        }
    }
}
