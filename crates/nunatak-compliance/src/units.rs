//! Units as their factors, so that every spelling of one unit is the same: `kg m-2 s-1`, `kg m^-2 s^-1`, `kg/m2/s`.

use std::collections::BTreeMap;

/// Base symbols and their powers.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Unit(BTreeMap<String, i32>);

/// Whether two texts spell one unit. A unit with a number in front (`1e-3 kg`) is only itself.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    one.trim() == other.trim() || Unit::parse(one).is_some_and(|unit| Unit::parse(other) == Some(unit))
}

impl Unit {
    /// Products by space, `.` or `*`; quotients by `/`, which inverts the factor after it; powers as `2`, `^2` or `**2`.
    fn parse(text: &str) -> Option<Self> {
        let text = text.replace("**", "^").replace('^', "");
        let mut factors = BTreeMap::new();
        for (at, quotient) in text.split('/').enumerate() {
            for (position, factor) in
                quotient.split([' ', '.', '*', '\u{b7}']).filter(|one| !one.is_empty()).enumerate()
            {
                let sign = if at > 0 && position == 0 { -1 } else { 1 };
                let (symbol, power) = factor_of(factor)?;
                if symbol != "1" {
                    let sum: &mut i32 = factors.entry(symbol).or_insert(0);
                    *sum = sum.saturating_add(sign * power);
                }
            }
        }
        factors.retain(|_, power| *power != 0);
        Some(Self(factors))
    }
}

/// Symbol and power of `m-2`; none for what is neither a symbol nor 1.
fn factor_of(factor: &str) -> Option<(String, i32)> {
    if factor == "1" {
        return Some(("1".into(), 1));
    }
    let digits = factor.find(|c: char| c.is_ascii_digit() || c == '-' || c == '+').unwrap_or(factor.len());
    let (symbol, power) = factor.split_at(digits);
    let power = if power.is_empty() { 1 } else { i32::from(power.parse::<i16>().ok()?) };
    (!symbol.is_empty()).then(|| (short(symbol).to_string(), power))
}

/// The symbol of a unit's name.
fn short(name: &str) -> &str {
    match name.to_lowercase().as_str() {
        "meter" | "meters" | "metre" | "metres" => "m",
        "second" | "seconds" | "sec" => "s",
        "kilogram" | "kilograms" => "kg",
        "kelvin" | "kelvins" | "degk" => "K",
        "pascal" | "pascals" => "Pa",
        "watt" | "watts" => "W",
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn every_spelling_of_a_unit_is_that_unit() {
        for spelling in ["kg m-2 s-1", "kg m^-2 s^-1", "kg.m-2.s-1", "kg/m2/s", "kg m**-2 s**-1", "s-1 kg m-2"] {
            assert!(is_same(spelling, "kg m-2 s-1"), "{spelling}");
        }
        assert!(is_same("m2", "m^2") && is_same("meters", "m") && is_same("", "1") && is_same("kg kg-1", "1"));
        assert!(is_same("m/s", "meter second-1") && is_same("Kelvin", "K"));
    }

    #[test]
    fn other_units_are_not() {
        for (one, other) in [("m yr-1", "m s-1"), ("m", "km"), ("%", "1"), ("kg m-2 s-1", "kg m-2"), ("1e-3 kg", "kg")]
        {
            assert!(!is_same(one, other), "{one} {other}");
        }
        assert!(is_same("1e-3 kg", "1e-3 kg"));
    }

    #[test]
    fn a_power_beyond_all_numbers_is_no_unit() {
        assert!(!is_same("s/m-2147483648", "m s"));
        assert!(!is_same("m2147483647 m2147483647", "m"));
    }
}
