//! What must hold between the variables of one run.

use nunatak_ismip::{FillPolicy, Protocol, RequestShape, requests};

use crate::finding::Level;

/// Elevations may differ by rounding and by interpolation, m.
const HEIGHT: f64 = 0.01;
/// Fractions may differ by rounding.
const FRACTION: f64 = 1e-5;

/// By how much a cell breaks something; none where it does not apply or a value is missing.
type Excess = fn(&[f64]) -> Option<f64>;

/// Something that holds in every cell between the variables of a run.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    /// The variables it is about; a violation is a finding in the file of the first.
    pub(crate) inputs: Vec<&'static str>,
    /// In words, with the tolerance.
    pub(crate) statement: String,
    pub(crate) excess: Excess,
    /// Largest excess that is still rounding.
    pub(crate) tolerance: f64,
    /// Unit of the excess; none where it holds or does not.
    pub(crate) unit: Option<&'static str>,
    /// How much a violation matters.
    pub(crate) level: Level,
}

/// The identities of a protocol. In ISMIP6 they are warnings.
pub(crate) fn identities(protocol: Protocol) -> Vec<Identity> {
    let mut all = geometry(protocol);
    if protocol == Protocol::Ismip7 {
        all.extend(
            requests(protocol)
                .iter()
                .filter(|one| one.shape == RequestShape::Field)
                .flat_map(|request| fill_policy(request.name, request.fill)),
        );
    }
    if protocol == Protocol::Ismip6 {
        all.iter_mut().for_each(|identity| identity.level = Level::Warning);
    }
    all
}

/// The identities between fractions, thickness, surface, base and bed. None needs a density.
fn geometry(protocol: Protocol) -> Vec<Identity> {
    let identity = |inputs: &[&'static str], statement: String, tolerance, unit, excess| Identity {
        inputs: inputs.to_vec(),
        statement,
        excess,
        tolerance,
        unit,
        level: Level::Error,
    };
    let surface: (&str, Excess) = match protocol {
        // ISMIP6 leaves the surface of ice-free cells to the model.
        Protocol::Ismip6 => (" where there is ice", surface_of_ice),
        Protocol::Ismip7 => ("", surface_everywhere),
    };
    vec![
        identity(
            &["sftgif", "sftgrf", "sftflf"],
            format!("sftgrf + sftflf = sftgif, to {FRACTION}"),
            FRACTION,
            Some(""),
            |cell| present(cell).then(|| (cell[1] + cell[2] - cell[0]).abs()),
        ),
        Identity {
            level: Level::Warning,
            ..identity(&["lithk", "sftgif"], "lithk > 0 where sftgif > 0, and only there".into(), 0.0, None, |cell| {
                present(cell).then(|| f64::from(u8::from((cell[0] > 0.0) != (cell[1] > 0.0))))
            })
        },
        identity(
            &["orog", "base", "lithk"],
            format!("orog = base + lithk{}, to {HEIGHT} m", surface.0),
            HEIGHT,
            Some("m"),
            surface.1,
        ),
        identity(
            &["base", "topg", "sftgrf"],
            format!("base = topg where sftgrf is 1, to {HEIGHT} m"),
            HEIGHT,
            Some("m"),
            |cell| (present(cell) && is_whole(cell[2])).then(|| (cell[0] - cell[1]).abs()),
        ),
        identity(&["base", "topg", "sftflf"], "base > topg where sftflf is 1".into(), 0.0, Some("m"), |cell| {
            let touches = present(cell) && is_whole(cell[2]) && cell[0] <= cell[1];
            present(cell).then(|| if touches { (cell[1] - cell[0]).max(f64::MIN_POSITIVE) } else { 0.0 })
        }),
    ]
}

fn surface_everywhere(cell: &[f64]) -> Option<f64> {
    present(cell).then(|| (cell[0] - cell[1] - cell[2]).abs())
}

fn surface_of_ice(cell: &[f64]) -> Option<f64> {
    surface_everywhere(cell).filter(|_| cell[2] > 0.0)
}

fn present(cell: &[f64]) -> bool {
    cell.iter().all(|value| value.is_finite())
}

/// Wholly grounded, or wholly floating: between the two nothing follows for the base of the ice.
fn is_whole(fraction: f64) -> bool {
    fraction >= 1.0 - FRACTION
}

/// A variable is missing where its mask is 0, and there only. Missing under ice is a warning: at the margin, masks that
/// were interpolated to the grid hold traces of ice that the model's own mask does not.
fn fill_policy(variable: &'static str, policy: FillPolicy) -> Vec<Identity> {
    let identity = |mask: &'static str, statement: String, level, excess| Identity {
        inputs: vec![variable, mask],
        statement,
        excess,
        tolerance: 0.0,
        unit: None,
        level,
    };
    let missing: Excess = |cell| (cell[1] > 0.0).then(|| f64::from(u8::from(cell[0].is_nan())));
    let present: Excess = |cell| (cell[1] == 0.0).then(|| f64::from(u8::from(!cell[0].is_nan())));
    match (policy.mask(), policy) {
        (Some(mask), _) => vec![
            identity(mask, format!("{variable} is missing where {mask} is 0"), Level::Error, present),
            identity(mask, format!("{variable} has a value where {mask} is above 0"), Level::Warning, missing),
        ],
        (None, FillPolicy::OutsideDomain) => {
            let statement = format!("{variable} has a value where sftgif is above 0");
            vec![identity("sftgif", statement, Level::Error, missing)]
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a cell breaks the identity whose statement starts so; none where it does not apply.
    fn breaks(protocol: Protocol, statement: &str, cell: &[f64]) -> Option<bool> {
        let all = identities(protocol);
        let identity = all.iter().find(|identity| identity.statement.starts_with(statement)).unwrap();
        assert_eq!(identity.inputs.len(), cell.len());
        (identity.excess)(cell).map(|excess| excess > identity.tolerance)
    }

    #[test]
    fn geometry_agrees_with_itself() {
        let seven = |statement: &str, cell: &[f64]| breaks(Protocol::Ismip7, statement, cell);
        assert_eq!(seven("sftgrf +", &[1.0, 0.75, 0.25]), Some(false));
        assert_eq!(seven("sftgrf +", &[1.0, 0.75, 0.75]), Some(true));
        assert_eq!(seven("sftgrf +", &[1.0, f64::NAN, 0.75]), None);
        assert_eq!(seven("lithk >", &[10.0, 0.0]), Some(true));
        assert_eq!(seven("lithk >", &[0.0, 0.0]), Some(false));
        assert_eq!(seven("lithk >", &[0.0, 0.5]), Some(true));
        assert_eq!(seven("orog =", &[1500.0, 500.0, 1000.0]), Some(false));
        assert_eq!(seven("orog =", &[1501.0, 500.0, 1000.0]), Some(true));
        assert_eq!(seven("base =", &[-500.0, -500.0, 1.0]), Some(false));
        assert_eq!(seven("base =", &[-450.0, -500.0, 1.0]), Some(true));
        assert_eq!(seven("base =", &[-450.0, -500.0, 0.5]), None);
        assert_eq!(seven("base >", &[-450.0, -500.0, 1.0]), Some(false));
        assert_eq!(seven("base >", &[-500.0, -500.0, 1.0]), Some(true));
        assert_eq!(seven("base >", &[-500.0, -500.0, 0.5]), Some(false));
    }

    #[test]
    fn ismip6_leaves_ice_free_surfaces_alone_and_only_warns() {
        assert_eq!(breaks(Protocol::Ismip7, "orog =", &[0.0, -300.0, 0.0]), Some(true));
        assert_eq!(breaks(Protocol::Ismip6, "orog =", &[0.0, -300.0, 0.0]), None);
        assert!(identities(Protocol::Ismip6).iter().all(|identity| identity.level == Level::Warning));
        assert_eq!(identities(Protocol::Ismip6).len(), 5);
    }

    #[test]
    fn missing_values_follow_the_masks() {
        let seven = |statement: &str, cell: &[f64]| breaks(Protocol::Ismip7, statement, cell);
        let gone = f64::NAN;
        assert_eq!(seven("xvelmean is missing where sftgif", &[0.0, 0.0]), Some(true));
        assert_eq!(seven("xvelmean is missing where sftgif", &[gone, 0.0]), Some(false));
        assert_eq!(seven("xvelmean has a value where sftgif", &[gone, 0.5]), Some(true));
        assert_eq!(seven("libmassbfgr is missing where sftgrf", &[1.0, 0.0]), Some(true));
        assert_eq!(seven("libmassbffl has a value where sftflf", &[1.0, 1.0]), Some(false));
        assert_eq!(seven("orog has a value where sftgif", &[gone, 1.0]), Some(true));
        assert_eq!(seven("orog has a value where sftgif", &[gone, 0.0]), None);
        assert!(!identities(Protocol::Ismip7).iter().any(|identity| identity.statement.starts_with("orog is missing")));
    }
}
