//! Ellipsoids, datums and prime meridians by their names in PROJ.

use super::ellipsoid::Ellipsoid;

/// Semi-major axis (m) and inverse flattening of ellipsoids (0 for a sphere), by their names in small letters.
const ELLIPSOIDS: [(&str, f64, f64); 47] = [
    ("airy", 6_377_563.396, 299.324_964_6),
    ("andrae", 6_377_104.43, 300.0),
    ("apl4.9", 6_378_137.0, 298.25),
    ("aust_sa", 6_378_160.0, 298.25),
    ("bess_nam", 6_377_483.865, 299.152_812_8),
    ("bessel", 6_377_397.155, 299.152_812_8),
    ("clrk66", 6_378_206.4, 294.978_698_213_898_2),
    ("clrk80", 6_378_249.145, 293.4663),
    ("clrk80ign", 6_378_249.2, 293.466_021_293_626_9),
    ("cpm", 6_375_738.7, 334.29),
    ("danish", 6_377_019.256_3, 300.0),
    ("delmbr", 6_376_428.0, 311.5),
    ("engelis", 6_378_136.05, 298.2566),
    ("evrst30", 6_377_276.345, 300.8017),
    ("evrst48", 6_377_304.063, 300.8017),
    ("evrst56", 6_377_301.243, 300.8017),
    ("evrst69", 6_377_295.664, 300.8017),
    ("evrstss", 6_377_298.556, 300.8017),
    ("fschr60", 6_378_166.0, 298.3),
    ("fschr60m", 6_378_155.0, 298.3),
    ("fschr68", 6_378_150.0, 298.3),
    ("grs67", 6_378_160.0, 298.247_167_427),
    ("grs80", 6_378_137.0, 298.257_222_101),
    ("gsk2011", 6_378_136.5, 298.256_415_1),
    ("helmert", 6_378_200.0, 298.3),
    ("hough", 6_378_270.0, 297.0),
    ("iau76", 6_378_140.0, 298.257),
    ("intl", 6_378_388.0, 297.0),
    ("kaula", 6_378_163.0, 298.24),
    ("krass", 6_378_245.0, 298.3),
    ("lerch", 6_378_139.0, 298.257),
    ("merit", 6_378_137.0, 298.257),
    ("mod_airy", 6_377_340.189, 299.324_937_365_482_4),
    ("mprts", 6_397_300.0, 191.0),
    ("new_intl", 6_378_157.5, 298.249_615_390_013_5),
    ("nwl9d", 6_378_145.0, 298.25),
    ("plessis", 6_376_523.0, 308.640_997_095_837_35),
    ("pz90", 6_378_136.0, 298.25784),
    ("seasia", 6_378_155.0, 298.300_000_240_865_7),
    ("sgs85", 6_378_136.0, 298.257),
    ("sphere", 6_370_997.0, 0.0),
    ("walbeck", 6_376_896.0, 302.780_000_181_656_36),
    ("wgs60", 6_378_165.0, 298.3),
    ("wgs66", 6_378_145.0, 298.25),
    ("wgs72", 6_378_135.0, 298.26),
    ("wgs84", 6_378_137.0, 298.257_223_563),
    ("hughes", 6_378_273.0, 298.279_411_123_064),
];

/// Ellipsoids of datums, and other names of ellipsoids, in small letters.
const OTHER_NAMES: [(&str, &str); 20] = [
    ("nad83", "grs80"),
    ("etrs89", "grs80"),
    ("ggrs87", "grs80"),
    ("nad27", "clrk66"),
    ("potsdam", "bessel"),
    ("hermannskogel", "bessel"),
    ("carthage", "clrk80ign"),
    ("ire65", "mod_airy"),
    ("nzgd49", "intl"),
    ("osgb36", "airy"),
    ("international", "intl"),
    ("international1924", "intl"),
    ("clarke1866", "clrk66"),
    ("grs1980", "grs80"),
    ("grs1967", "grs67"),
    ("wgs1984", "wgs84"),
    ("wgs1972", "wgs72"),
    ("bessel1841", "bessel"),
    ("krassowsky1940", "krass"),
    ("hughes1980", "hughes"),
];

/// Degrees east of Greenwich of prime meridians, by their names in small letters.
const PRIME_MERIDIANS: [(&str, f64); 14] = [
    ("greenwich", 0.0),
    ("lisbon", -9.131_906_111_111_112),
    ("paris", 2.337_229_166_666_667),
    ("bogota", -74.080_916_666_666_67),
    ("madrid", -3.687_938_888_888_889),
    ("rome", 12.452_333_333_333_334),
    ("bern", 7.439_583_333_333_333),
    ("jakarta", 106.807_719_444_444_45),
    ("ferro", -17.666_666_666_666_668),
    ("brussels", 4.367_975),
    ("stockholm", 18.058_277_777_777_78),
    ("athens", 23.716_337_5),
    ("oslo", 10.722_916_666_666_666),
    ("copenhagen", 12.577_875),
];

/// The ellipsoid of this name, or of the datum of this name, in any case and with or without blanks and dashes.
pub(crate) fn ellipsoid(name: &str) -> Option<Ellipsoid> {
    let lower: String = name.to_ascii_lowercase().replace([' ', '-'], "");
    let lower = OTHER_NAMES.iter().find(|(known, _)| *known == lower).map_or(lower.as_str(), |(_, name)| *name);
    let &(_, a, inverse) = ELLIPSOIDS.iter().find(|(known, ..)| *known == lower)?;
    Ellipsoid::new(a, if inverse == 0.0 { 0.0 } else { 1.0 / inverse }).ok()
}

/// Degrees east of Greenwich of the prime meridian of this name.
pub(crate) fn prime_meridian(name: &str) -> Option<f64> {
    let lower = name.trim().to_ascii_lowercase();
    PRIME_MERIDIANS.iter().find(|(known, _)| *known == lower).map(|(_, degrees)| *degrees)
}
